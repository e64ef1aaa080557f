"""What others link to: addresses, codes to scan, previews, data, HTML to paste, buttons to copy."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import zxingcpp
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

from milia_guide.guide import all_problems, read_guide
from tests.built import address, pages, picture_of, soup, unseen, wrong_code
from tests.conftest import SITE_URL, run
from tests.served import build


def copy_of(page: Path) -> BeautifulSoup:
    """Return a page to put faults into: `soup` is shared by all tests."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def article_pages(site: Path) -> list[Path]:
    return [page for page in pages(site) if page.name != "404.html"]


def test_structured_data_says_only_what_the_page_shows(site: Path) -> None:
    for page in article_pages(site):
        html = soup(site / page)
        data = json.loads(html.find("script", type="application/ld+json").text)
        assert data["url"] == SITE_URL + address(page)
        assert not {"reviewedBy", "lastReviewed"} & set(data)
        assert unseen(html) == [], page


def test_structured_data_that_the_page_does_not_show_is_refused(site: Path) -> None:
    html = copy_of(site / "care-tips" / "index.html")
    script = html.find("script", type="application/ld+json")
    script.string = script.string.replace('"2026-11-23"', '"2026-11-24"').replace('"Face washing 101"', '"Face washing 102"')
    assert unseen(html) == [
        "structured data that the page does not show: dateModified is '2026-11-24'. Show it, or leave it out.",
        "structured data that the page does not show: name is 'Face washing 102'. Show it, or leave it out.",
    ]


def test_each_page_has_a_code_of_its_own_address(site: Path) -> None:
    for page in article_pages(site):
        assert wrong_code(soup(site / page)) == [], page
    html = copy_of(site / "care-tips" / "index.html")
    html.select_one("svg.qr").replace_with(copy_of(site / "about" / "index.html").select_one("svg.qr"))
    assert wrong_code(html) == [
        f"the code to scan says '{SITE_URL}about/', but the page is {SITE_URL}care-tips/. Build the page again."
    ]


def test_link_previews(site: Path) -> None:
    for page in article_pages(site):
        html = soup(site / page)
        found = {meta["property"]: meta["content"] for meta in html.select("meta[property^=og]")}
        if html.find("meta", attrs={"name": "robots", "content": "noindex"}):
            assert not found
            continue
        assert html.find("link", rel="canonical")["href"] == found["og:url"] == SITE_URL + address(page)
        assert found["og:title"] and found["og:description"] == html.find("meta", attrs={"name": "description"})["content"]
        image = site / found["og:image"].removeprefix(SITE_URL)
        assert image.read_bytes()[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")


def test_only_the_whole_guide_stays_out_of_search_engines_and_our_search(site: Path) -> None:
    hidden = [page for page in pages(site) if soup(site / page).find("meta", attrs={"name": "robots"})]
    assert hidden == [Path("404.html"), Path("whole-guide/index.html")]
    found = {link["href"].split("#")[0] for link in soup(site / "search" / "index.html").select(".search-index a")}
    assert "../care-tips/" in found and "../whole-guide/" not in found


def test_the_whole_guide_is_whole(site: Path) -> None:
    whole = soup(site / "whole-guide" / "index.html")
    text = re.sub(r"\s+", " ", whole.article.text)
    for name in ("", "what-are-milia", "causes-in-adults", "why-not-to-pop", "care-tips", "when-to-see-a-doctor", "how-sure"):
        sentences = soup(site / name / "index.html").select("article .sentence")
        assert len(sentences) > 10
        for sentence in sentences:
            assert re.sub(r"\s+", " ", sentence.text) in text
    assert whole.find(id="care-tips--never-pop").name == "h3"


def test_claims_json_is_what_its_page_says_it_is(site: Path) -> None:
    claims = json.loads((site / "claims.json").read_text(encoding="utf-8"))
    described = soup(site / "for-clinics" / "index.html").find(id="claims-as-data").find_next("ul").select("li > code:first-child")
    assert len(claims) == 53
    for claim in claims:
        assert list(claim) == [code.text for code in described]
        page, place = claim["address"].split("#")
        assert soup(site / page / "index.html").find(id=place).text.startswith(claim["sentence"])
        assert claim["references"] and all(list(said) == ["sentence", "sources"] and said["sources"] for said in claim["references"])


def test_claims_json_that_is_out_of_date_is_refused(project: Path, monkeypatch) -> None:
    monkeypatch.chdir(project)
    file = project / "docs" / "claims.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"verdict": "agree"', '"verdict": "sure"', 1), encoding="utf-8")
    assert all_problems(read_guide()) == ["docs/claims.json:1: not what the pages say. Write it again: make claims.json."]
    assert run(project, "milia_guide", "claims-json") == (0, "docs/claims.json: 53 claims\n")
    assert all_problems(read_guide()) == []


def test_clinics_find_every_address_and_its_code(site: Path) -> None:
    html = soup(site / "for-clinics" / "index.html")
    given = {item.a["href"]: item for item in html.select(".addresses li")}
    whole = [SITE_URL + address(page) for page in article_pages(site) if page != Path("whole-guide/index.html")]
    tips = [f"{SITE_URL}care-tips/#{id}" for id in ("never-pop", "gentle-cleansing", "retinoid-cream", "sunscreen", "professional-removal")]
    assert sorted(given) == sorted(whole + tips)
    for url, item in given.items():
        assert item.a.text == item.button["data-copy"] == url
        code = item.select_one("a[download]")
        svg = BeautifulSoup(unquote(code["href"].partition(",")[2]), "html.parser").svg
        assert svg["width"] == "40.0mm"
        assert [found.text for found in zxingcpp.read_barcodes(picture_of(svg))] == [url]
    assert len({item.select_one("a[download]")["download"] for item in given.values()}) == len(given)


@pytest.mark.parametrize("kind", ["plain-link", "small-card"])
def test_pasted_html_works_anywhere_and_asks_for_nothing(page: Page, site: Path, tmp_path: Path, kind: str) -> None:
    html = soup(site / "for-clinics" / "index.html").find(id=kind).find_next("code").text
    clinic = tmp_path / "clinic.html"
    clinic.write_text(f"<!doctype html><title>Clinic</title><main>{html}</main>", encoding="utf-8")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(clinic.as_uri())
    link = page.get_by_role("link", name="Milia: what they are and what to do (Milia Guide)")
    expect(link).to_be_visible()
    assert link.get_attribute("href") == SITE_URL
    assert requests == [clinic.as_uri()]
    assert "<script" not in html and "<img" not in html


def test_buttons_copy_links_and_say_so(browser: Browser, base_url: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{base_url}/care-tips/")
    for press in (lambda button: button.click(), lambda button: button.press("Enter"), lambda button: button.press("Space")):
        button = page.get_by_role("button", name="Copy link to: 2. Choose gentle cleansing")
        page.evaluate("navigator.clipboard.writeText('')")
        press(button)
        expect(page.get_by_role("status").filter(has_text="Copied")).to_have_text("Copied: link to 2. Choose gentle cleansing")
        assert page.evaluate("navigator.clipboard.readText()") == f"{SITE_URL}care-tips/#gentle-cleansing"
        expect(button).to_be_focused()
        box = button.bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24
    context.close()


def test_the_print_button_prints_only_when_it_is_pressed(page: Page, base_url: str) -> None:
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; }")
    page.goto(base_url)
    button = page.get_by_role("button", name="Print this page")
    expect(button).to_be_visible()
    assert page.evaluate("window.printed") == 0
    button.click()
    assert page.evaluate("window.printed") == 1


def test_without_javascript_no_button_is_shown(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}/for-clinics/")
    expect(page.get_by_text("https://milia.example/care-tips/", exact=True)).to_be_visible()
    assert page.locator("article button:visible").count() == 0
    context.close()


def test_without_an_address_nothing_wrong_is_said(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "built"
    said = build(project, site, SITE_URL="")
    assert "SITE_URL is not set: pages carry no address, no code to scan and no link preview." in said
    for page in article_pages(site):
        html = soup(site / page)
        assert not html.select('svg.qr, link[rel=canonical], meta[property^=og], script[type="application/ld+json"]')
        assert "Address of this page" not in html.text
    assert "This copy has no address yet" in soup(site / "for-clinics" / "index.html").text


def test_an_address_that_is_none_is_refused(project: Path, monkeypatch) -> None:
    monkeypatch.setenv("SITE_URL", "milia.example")
    message = "Error: SITE_URL is 'milia.example': write the site's whole address, such as https://milia.example/guide/.\n"
    assert run(project, "milia_guide", "check") == (1, message)
    monkeypatch.setenv("SITE_URL", SITE_URL)
    assert run(project, "milia_guide", "check")[0] == 0


def test_a_moved_page_and_a_moved_id_keep_answering(project: Path, tmp_path: Path, page: Page) -> None:
    (project / "docs" / "tips.md").write_text(
        "---\ndescription: This page has moved.\nchanged: 2026-11-23\nrobots: noindex\nmoved_to: care-tips/\n---\n\n"
        "# This page has moved { #tips }\n\nIt is now at [five care tips](care-tips.md).\n{ .signpost }\n",
        encoding="utf-8",
    )
    config = project / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8") + "\nnot_in_nav: tips.md\n", encoding="utf-8")
    tips = project / "docs" / "care-tips.md"
    tips.write_text(tips.read_text(encoding="utf-8").replace("{ #no-poking }", "{ #no-poking }[](){ #no-prodding }"), encoding="utf-8")
    site = tmp_path / "built"
    build(project, site)
    page.goto((site / "care-tips" / "index.html").as_uri() + "#no-prodding")
    expect(page.locator("#no-prodding")).to_be_in_viewport()
    refresh = soup(site / "tips" / "index.html").find("meta", attrs={"http-equiv": "refresh"})
    assert refresh["content"] == "0; url=../care-tips/"
