"""The site in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.built import address, pages

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


def test_every_page_opens_and_asks_nothing_of_others(page: Page, base_url: str, site: Path) -> None:
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for built in pages(site):
        page.goto(f"{base_url}/{address(built)}", wait_until="networkidle")
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], built
    assert len(requests) > 20
    assert [url for url in requests if not url.startswith(base_url)] == []
    assert complaints == []
    assert page.context.cookies() == []


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_answer_stands_above_the_fold(page: Page, base_url: str, size: dict) -> None:
    page.set_viewport_size(size)
    page.goto(base_url)
    for place in ("#milia-in-short", "#harmless-in-short", "#leave-them-alone", "#have-it-looked-at", "#tip-1-in-short"):
        box = page.locator(place).bounding_box()
        assert box and box["y"] + box["height"] <= size["height"], place


def test_a_citation_opens_its_source_in_one_step_and_leads_back(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/what-are-milia/")
    page.locator('#made-of-keratin [aria-label="Source: Dr Moustafa, in the article"]').click()
    entry = page.locator("#source-moustafa")
    expect(entry).to_be_in_viewport()
    expect(entry).to_contain_text("Farah Moustafa, a dermatologist")
    entry.locator('[aria-label$="back to: What fills them is keratin."]').click()
    expect(page.locator("#made-of-keratin")).to_be_in_viewport()


@pytest.mark.parametrize(
    "query, page_address, section",
    [
        ("keratin", "what-are-milia/", "#what-is-in-them"),
        ("milk spots", "what-are-milia/", "#babies"),
        ("rosacea", "causes-in-adults/", "#who-gets-them-more"),
        ("removers", "why-not-to-pop/", "#milia-removers"),
        ("retinoid cream", "care-tips/", "#retinoid-cream"),
        ("young baby fever", "when-to-see-a-doctor/", "#urgent"),
        ("verdicts", "how-sure/", ""),
        ("madeformums", "sources/", "#madeformums"),
        ("licences", "about/", "#licences"),
        ("small hard bumps on the skin", "", ""),
    ],
)
def test_search_opens_the_right_section(page: Page, base_url: str, query: str, page_address: str, section: str) -> None:
    page.goto(base_url)
    page.locator(".md-header__button[for=__search]").click()
    page.get_by_role("textbox", name="Search").fill(query)
    page.keyboard.press("End")  # the theme listens for keys: one key, one search
    # The theme heads a page's sections with a link to the page; the first section is the first result.
    page.locator(".md-search-result__link" + ('[href*="#"]' if section else "")).first.click()
    page.wait_for_url(re.compile(re.escape(f"{base_url}/{page_address}") + r"(\?.*)?" + section + "$"))
    expect(page.locator(section or "h1")).to_be_in_viewport()
