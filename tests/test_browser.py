"""The site in a real browser."""

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
