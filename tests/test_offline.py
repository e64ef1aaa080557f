"""The copy for a stick: `make offline`, opened from a folder, with no network and no server."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from milia_guide.data import Refused
from milia_guide.publish import pack, publish
from tests.built import pages, soup
from tests.conftest import SITE_URL, copy_project
from tests.served import build


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that comes out of the zip, built by the steps of `make offline`."""
    project, made = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("offline") / "milia-guide"
    copy_project(project)
    build(project, made, "--no-directory-urls", SITE_URL=SITE_URL)
    publish(made, policy=False)
    taken = tmp_path_factory.mktemp("a stick")  # a space in a folder's name is common
    with zipfile.ZipFile(pack(made)) as archive:
        archive.extractall(taken)
    return taken / "milia-guide"


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    context.set_default_timeout(5_000)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert asked and [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()


def test_every_link_leads_to_a_file(copy: Path) -> None:
    seen = 0
    for page in pages(copy):
        for link in soup(copy / page).select("a[href], link[href], script[src]"):
            target = (link.get("href") or link.get("src")).split("#")[0].split("?")[0]
            if target and not target.startswith(("https:", "http:", "mailto:", "data:")):
                assert (copy / page).parent.joinpath(target).resolve().is_file(), (page, link)
                seen += 1
    assert seen > 500


def test_every_page_opens_with_all_its_words_and_says_no_wrong_address(copy: Path, offline: Page) -> None:
    for page in pages(copy):
        offline.goto((copy / page).as_uri())
        assert len(offline.locator("article").inner_text()) > 200, page
        if page.name != "index.html" and (shown := offline.locator(".page-address a")).count():
            offline.evaluate("navigator.clipboard.writeText = words => { window.copied = words }")
            offline.locator(".copy-link").first.click()
            assert offline.evaluate("window.copied") == shown.get_attribute("href") == f"{SITE_URL}{page.stem}/"


def test_the_search_answers(copy: Path, offline: Page) -> None:
    offline.goto((copy / "about.html").as_uri())
    offline.get_by_role("searchbox").fill("milk spots")
    offline.keyboard.press("Enter")
    offline.wait_for_url("**/search.html?q=milk+spots")
    expect(offline.locator(".search-results a").first).to_have_text("Milk spots and babies")
    offline.locator(".search-results a").first.click()
    offline.wait_for_url("**/what-are-milia.html#babies")
    expect(offline.locator("#babies")).to_be_in_viewport()


def test_the_menu_and_the_colours_work(copy: Path, offline: Page) -> None:
    offline.goto((copy / "index.html").as_uri())
    offline.get_by_role("button", name="Dark colours").click()
    offline.locator(".menu summary").click()
    offline.locator(".menu").get_by_role("link", name="Words from A to Z").click()
    offline.locator(".letters").get_by_role("link", name="P", exact=True).click()
    offline.locator("li", has=offline.locator("#word-pimple")).get_by_role("link", name="Milia or pimples").click()
    offline.wait_for_url("**/why-not-to-pop.html#*")


def test_the_zip_is_the_same_twice_and_never_empty(copy: Path, tmp_path: Path) -> None:
    assert pack(copy).read_bytes() == pack(copy).read_bytes()
    with pytest.raises(Refused) as refused:
        pack(tmp_path)
    assert refused.value.message == f"{tmp_path}: nothing in it. Build the copy first: make offline."
