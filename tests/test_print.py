"""Every page on paper, read back from the PDF that the browser prints."""

import itertools
import re
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser

from milia_guide.clinics import DOWNLOADS
from tests.built import address, pages, soup
from tests.conftest import SITE_URL

FURNITURE = ("Print this page", "Back to:", "Type to start searching", "Table of contents", "Copied", "¶", "Next\n")
MILLIMETRES = {"A4": (210, 297), "Letter": (216, 279)}


class Paper:
    """One printed page of the site."""

    def __init__(self, pdf: bytes) -> None:
        document = pypdfium2.PdfDocument(pdf)
        self.sheets = [sheet.get_textpage().get_text_bounded() for sheet in document]
        self.text = re.sub(r"\s+", " ", " ".join(self.sheets))
        self.pictures = [sheet.render(scale=2).to_pil() for sheet in document]
        self.codes = [code.text for picture in self.pictures for code in zxingcpp.read_barcodes(picture)]
        self.text_sizes = sorted(
            {round(item.get_font_size() * item.get_matrix().a, 1) for sheet in document for item in sheet.get_objects() if item.type == 1}
        )


@pytest.fixture(scope="session")
def paper(browser: Browser, base_url: str):
    """Print a page of the site: paper(address, format, window width, scheme, backgrounds, JavaScript)."""

    def print_page(path: str, format: str = "A4", width: int = 1280, scheme: str = "light", backgrounds=False, javascript=True):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=javascript
        )
        page = context.new_page()
        page.goto(f"{base_url}/{path}", wait_until="networkidle")
        pdf = page.pdf(format=format, print_background=backgrounds)
        context.close()
        return Paper(pdf)

    return print_page


def test_every_page_carries_its_identity_and_no_furniture(paper, site: Path) -> None:
    for built in pages(site):
        if built.name == "404.html":
            continue
        html, here = soup(site / built), address(built)
        printed = paper(here)
        assert "Milia Guide" in printed.text, here
        assert re.sub(r"\s+", " ", html.h1.text).strip() in printed.text, here
        assert letters(f"Address of this page: {SITE_URL}{here}") in letters(printed.text), here
        assert re.search(r"Compared with stored copies of (its|the guide's) sources in November 2026\.", printed.text), here
        assert "No health professional wrote or reviewed this page." in printed.text, here
        assert SITE_URL + here in printed.codes, (here, printed.codes)
        assert not [word for word in FURNITURE if word in printed.text], here
        assert printed.sheets[-1].strip(), f"{here}: a blank last page"
        assert min(printed.text_sizes) >= 10, (here, printed.text_sizes)  # 10: only the number of the sheet
        assert [size for size in printed.text_sizes if 10 < size < 12] == [], (here, printed.text_sizes)
        for source in html.select(".page-sources .source"):
            assert source.strong.text in printed.text, here
            link = source.select_one("a.source-address")
            if link and here != "handout/":
                assert letters(link["href"]) in letters(printed.text), (here, link["href"])


def letters(text: str) -> str:
    """Return letters and digits only: a long address breaks over lines, after its hyphens too."""
    return re.sub(r"[\W_]", "", text)


ALL_WAYS = list(itertools.product(("A4", "Letter"), (320, 1280), ("light", "dark"), (False, True)))


@pytest.mark.parametrize("format, width, scheme, backgrounds", ALL_WAYS)
def test_the_handout_is_one_side(paper, format: str, width: int, scheme: str, backgrounds: bool) -> None:
    printed = paper("handout/", format, width, scheme, backgrounds)
    assert len(printed.sheets) == 1
    for words in ("Never pop them.", "pregnant", "eyelid", "bleeds", "Clinic:", "Notes:", SITE_URL + "handout/"):
        assert words in printed.text
    assert printed.codes == [SITE_URL + "handout/"]
    picture = printed.pictures[0].convert("L")
    corners = [picture.getpixel((x, y)) for x in (2, picture.width - 3) for y in (2, picture.height - 3)]
    assert corners == [255] * 4, "the sheet's edge is not white"


def test_the_code_on_paper_is_20_mm_or_wider(paper) -> None:
    picture = paper("handout/").pictures[0]
    (code,) = zxingcpp.read_barcodes(picture)
    width = (code.position.top_right.x - code.position.top_left.x) / picture.width * MILLIMETRES["A4"][0]
    assert width >= 20


def test_paper_is_the_same_from_any_window_and_scheme(paper) -> None:
    wide, narrow = paper("care-tips/"), paper("care-tips/", width=320, scheme="dark", backgrounds=True)
    assert wide.sheets == narrow.sheets
    assert wide.text_sizes == narrow.text_sizes


def test_closed_details_print_without_javascript(paper) -> None:
    with_it, without = paper("sources/"), paper("sources/", javascript=False)
    for printed in (with_it, without):
        assert "What fills them is keratin." in printed.text


def test_the_large_handout_is_large(paper) -> None:
    sizes = [size for size in paper("handout-large/").text_sizes if size != 10]
    assert min(sizes) >= 18


def test_the_ready_made_handouts_are_what_the_page_prints(site: Path) -> None:
    offered = {link["href"]: link.text for link in soup(site / "for-clinics" / "index.html").select('a[href$=".pdf"]')}
    assert len(offered) == len(DOWNLOADS) == 4
    for href, words in offered.items():
        path = site / "for-clinics" / href
        assert words.endswith(f"(PDF, {round(path.stat().st_size / 1000)} KB)")
        document = pypdfium2.PdfDocument(path)
        assert document.is_tagged()
        assert len(document) == 1 or "large" in path.name
        assert f"{SITE_URL}handout" in document[len(document) - 1].get_textpage().get_text_bounded()
        width = document[0].get_width() / 72 * 25.4
        assert round(width) == MILLIMETRES["A4" if "a4" in path.name else "Letter"][0]
