"""The drawings: what is refused in one, word for word, and how they look in a real browser."""

import gzip
import random
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown
from playwright.sync_api import Browser, Page

from milia_guide.citations import CitationExtension
from milia_guide.drawings import BYTES, read_drawing, words
from tests.built import address, pages, soup

ROOT = Path(__file__).parent.parent
DRAWINGS = sorted((ROOT / "docs" / "drawings").glob("*.svg"))
SENTENCES = [words("Milia are hard and 1 to 2 mm wide.")]
GOOD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 288 40">
<title>A bump</title>
<circle class="bump" cx="9" cy="9" r="8"/>
<text x="9" y="30" class="strong">Hard and<tspan x="9" dy="17">1 to 2 mm wide.</tspan></text>
</svg>
"""


def faults(folder: Path, svg: str) -> list[str]:
    """Return what is wrong with the text of a drawing, without the folder's name."""
    (folder / "bump.svg").write_text(svg, encoding="utf-8")
    return [fault.removeprefix(f"{folder}/") for fault in read_drawing(folder / "bump.svg", SENTENCES)[1]]


# fault: (what is there, the fault, the message)
REFUSED = {
    "script": (
        "<circle", "<script>alert(1)</script><circle",
        "bump.svg:3: <script> has no place in a drawing. Use only: svg, title, g, path, line, polyline, rect, circle, ellipse, "
        "text, tspan.",
    ),
    "picture from elsewhere": ("<circle", '<image href="https://example.org/a.png"/><circle', "bump.svg:3: <image> has no place in a drawing. "),
    "reference": ('r="8"', 'r="8" href="https://example.org"', "bump.svg:3: href= has no place in a drawing. "),
    "handler": ('r="8"', 'r="8" onclick="alert(1)"', "bump.svg:3: onclick= has no place in a drawing. "),
    "colour": (
        'r="8"', 'r="8" fill="#f00"',
        "bump.svg:3: fill= has no place in a drawing. Colours and sizes are in drawings.css: use a class.",
    ),
    "style": ('r="8"', 'r="8" style="fill: red"', "bump.svg:3: style= has no place in a drawing. "),
    "style element": ("<circle", "<style>circle { fill: red }</style><circle", "bump.svg:3: <style> has no place in a drawing. "),
    "id": ('r="8"', 'r="8" id="bump"', "bump.svg:3: id= has no place in a drawing. "),
    "size of text": ('class="strong"', 'class="strong" font-size="9"', "bump.svg:4: font-size= has no place in a drawing. "),
    "unknown class": (
        'class="strong"', 'class="tiny"',
        "bump.svg:4: unknown class 'tiny'. Use one of: skin, bump, paper, thin, dashed, strong, middle, end.",
    ),
    "text made smaller": (
        'class="strong"', 'transform="scale(.5)"',
        "bump.svg:4: only translate, rotate and scale(-1 1) keep lines and text at their size. Use those.",
    ),
    "viewBox that makes text smaller": (
        "0 0 288 40", "0 0 600 40",
        'bump.svg:1: the viewBox must be "0 0 288 HEIGHT", so that text is never too small on a phone.',
    ),
    "no title": (
        "<title>A bump</title>", "",
        "bump.svg:1: no title. Begin with <title>what one sees</title>, 125 characters at most.",
    ),
    "long title": ("A bump", "A bump" * 21, "bump.svg:1: no title. "),
    "label that no sentence says": (
        "2 mm", "3 mm",
        "bump.svg:4: No source for the label 'Hard and 1 to 3 mm wide.'. "
        "Use words, in a row, of one cited sentence under the same heading.",
    ),
    "words outside text": ("<title>", "<g>Soft</g><title>", "bump.svg:2: 'Soft' stands outside <text>. Put it into a <text>."),
    "broken XML": ("</text>", "", "bump.svg:5: broken XML (mismatched tag). Mend this line or the one above."),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: fault.replace(" ", "-"))
def test_a_fault_in_a_drawing_is_refused_and_its_mending_accepted(tmp_path: Path, fault: str) -> None:
    old, new, message = REFUSED[fault]
    assert old in GOOD
    assert [found for found in faults(tmp_path, GOOD.replace(old, new, 1)) if found.startswith(message)]
    assert faults(tmp_path, GOOD) == []


def test_all_faults_of_a_drawing_are_named_at_once(tmp_path: Path) -> None:
    svg = GOOD.replace('r="8"', 'r="8" fill="red"').replace("Hard", "Soft").replace("A bump", "")
    assert [found.split(": ")[0] for found in faults(tmp_path, svg)] == ["bump.svg:3", "bump.svg:4", "bump.svg:1"]


def test_a_heavy_drawing_is_refused(tmp_path: Path) -> None:
    noise = "".join(random.Random(1).choices("0123456789 ", k=9000))
    (fault,) = faults(tmp_path, GOOD.replace("</svg>", f'<path d="{noise}"/></svg>'))
    assert re.fullmatch(r"bump.svg:1: \d{4} bytes compressed. Draw it with less: 4095 at most.", fault)


def test_a_drawing_stands_in_its_figure_and_a_sentence_under_another_heading_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "drawings").mkdir()
    (tmp_path / "drawings" / "bump.svg").write_text(GOOD, encoding="utf-8")
    data = (ROOT / "tests" / "data" / "sources.yml").read_text(encoding="utf-8")
    (tmp_path / "sources.yml").write_text(data, encoding="utf-8")
    block = "/// drawing | bump\nA bump. [@smith]\n///\n\n"
    said = "They are hard and 1 to 2 mm wide. [@smith]\n\n"
    heading = "## Else { #else }\n\n"

    def convert(markdown: str) -> tuple[str, list[str]]:
        extension = CitationExtension(collecting=True, sources=str(tmp_path / "sources.yml"))
        html = Markdown(extensions=[extension, "attr_list"]).convert(markdown)
        return html, [problem.message.split(": ", 1)[1] for problem in extension.problems]

    html, problems = convert(block + said)
    assert problems == []
    assert html.startswith(
        '<figure class="drawing" id="drawing-bump"><svg aria-label="A bump" data-search-exclude="" role="img" viewBox="0 0 288 40">'
    )
    assert BeautifulSoup(html, "html.parser").figcaption.select_one("#a-bump").text.startswith("A bump.")
    assert "<title>" not in html and "xmlns" not in html
    assert convert(block + heading + said)[1][0].startswith("No source for the label 'Hard and 1 to 2 mm wide.'. ")


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_is_light_and_on_a_page(drawing: Path) -> None:
    assert len(gzip.compress(drawing.read_bytes())) < BYTES
    block = f"/// drawing | {drawing.stem}\n"
    assert sum(page.read_text(encoding="utf-8").count(block) for page in (ROOT / "docs").glob("*.md")) == 1


def with_drawings(site: Path) -> list[Path]:
    """Return every built page that has a drawing or a bar."""
    found = [page for page in pages(site) if soup(site / page).select(".drawing svg, svg.bar")]
    assert len(found) >= 3
    return found


def test_every_drawing_has_a_name_a_caption_and_nothing_from_elsewhere(site: Path) -> None:
    seen = 0
    for page in with_drawings(site):
        for figure in soup(site / page).select("figure.drawing"):
            assert figure.svg["role"] == "img" and 10 < len(figure.svg["aria-label"]) <= 125
            assert figure.figcaption.select(".sentence .citation a")
            assert not figure.svg.select("script, image, use, foreignObject, [id], [href], [style], [fill], [stroke]")
            seen += 1
    assert seen >= len(DRAWINGS)


def test_the_bars_say_what_the_table_says(site: Path) -> None:
    html = soup(site / "how-sure" / "index.html")
    verdicts = [row.text for row in html.select("table.claims .verdict")]
    entries = html.select(".verdict-counts li")
    assert len(entries) == 5
    for entry in entries:
        part, whole = (rect["width"] for rect in reversed(entry.select("svg.bar rect")))
        assert (int(part), int(whole)) == (verdicts.count(entry.span.text), len(verdicts))
        assert f"{entry.span.text} ({part} of {whole} claims)" in entry.text


# The smallest text on the page's drawings, as the browser shows it, and whether any leaves its drawing.
MEASURE = """() => [...document.querySelectorAll('.drawing > svg')].map(svg => {
    const box = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')]
    return {
        width: box.width,
        smallest: Math.min(...texts.map(text => parseFloat(getComputedStyle(text).fontSize) * box.width / svg.viewBox.baseVal.width)),
        inside: texts.every(text => { const t = text.getBoundingClientRect()
            return t.left >= box.left - 1 && t.right <= box.right + 1 && t.bottom <= box.bottom + 1 }),
        font: texts.every(text => getComputedStyle(text).fontFamily === getComputedStyle(document.querySelector('article p')).fontFamily),
    }})"""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_text_in_drawings_is_the_pages_own_and_large_enough(page: Page, base_url: str, site: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for built in with_drawings(site):
        page.goto(f"{base_url}/{address(built)}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, built
        for found in page.evaluate(MEASURE):
            assert found["smallest"] >= 12 and found["inside"] and found["font"], (built, found)


# Every colour that a drawing or bar of the page is drawn with, except none.
COLOURS = """kind => [...new Set([...document.querySelectorAll('.drawing svg *, .bar *')]
    .map(shape => getComputedStyle(shape)[kind]).filter(colour => colour !== 'none'))].sort()"""


def test_forced_colours_leave_every_line(browser: Browser, base_url: str, site: Path) -> None:
    context = browser.new_context(forced_colors="active", color_scheme="dark")
    page = context.new_page()
    for built in with_drawings(site):
        page.goto(f"{base_url}/{address(built)}")
        text, paper = page.evaluate(
            """() => { const probe = document.body.appendChild(document.createElement('p'))
            probe.style = 'color: CanvasText; background: Canvas'
            return [getComputedStyle(probe).color, getComputedStyle(probe).backgroundColor] }"""
        )
        assert text != paper
        assert page.evaluate(COLOURS, "stroke") == [text], built
        assert set(page.evaluate(COLOURS, "fill")) <= {text, paper}, built
    context.close()


def test_on_paper_drawings_are_black_on_white_at_half_width(browser: Browser, base_url: str, site: Path) -> None:
    # A4 with margins of 16 mm, printed out of dark colours.
    context = browser.new_context(viewport={"width": 673, "height": 900}, color_scheme="dark")
    page = context.new_page()
    for built in with_drawings(site):
        page.goto(f"{base_url}/{address(built)}")
        page.emulate_media(media="print")
        assert page.evaluate(COLOURS, "stroke") == ["rgb(0, 0, 0)"], built
        assert set(page.evaluate(COLOURS, "fill")) <= {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}, built
        backgrounds = "[...document.querySelectorAll('.drawing > svg, .bar')].map(svg => getComputedStyle(svg).backgroundColor)"
        assert set(page.evaluate(backgrounds)) == {"rgb(255, 255, 255)"}, built
        for found in page.evaluate(MEASURE):
            assert found["smallest"] >= 12 and found["width"] <= 673 / 2, (built, found)
    context.close()


def test_dark_colours_put_no_white_slab_behind_a_drawing(browser: Browser, base_url: str, site: Path) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{base_url}/what-are-milia/")
    paper = page.evaluate("getComputedStyle(document.body).getPropertyValue('--md-default-bg-color')").strip()
    assert paper == "#11191b"
    assert page.locator(".drawing > svg").first.evaluate("svg => getComputedStyle(svg).backgroundColor") == "rgba(0, 0, 0, 0)"
    fills = page.evaluate("[...document.querySelectorAll('.drawing .paper')].map(shape => getComputedStyle(shape).fill)")
    assert set(fills) == {"rgb(17, 25, 27)"}
    context.close()
