"""The search: what it finds, how it behaves in a real browser, and which synonyms are refused."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from milia_guide.data import Refused
from milia_guide.guide import all_problems, read_guide
from milia_guide.search import read_synonyms, sections
from tests.built import pages, soup
from tests.conftest import run
from tests.search import measure
from tests.served import serve

ROOT = Path(__file__).parent.parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)
RESULTS = ".search-results a"


def search(page: Page, base_url: str, query: str) -> None:
    """Open the search page and type; return when the results stand there."""
    page.goto(f"{base_url}/search/")
    page.get_by_role("searchbox", name="Search").press_sequentially(query)
    expect(page.locator(".search-status")).to_contain_text(f"“{query}”")


# What it finds


def test_every_query_asks_for_sections_that_exist(site: Path) -> None:
    queries = measure.read_queries()
    assert len(queries) >= 150 and {group for group, *_ in queries} == {
        "plain", "forms", "synonyms", "typos", "questions", "sources", "nothing"
    }  # fmt: skip
    for _, query, wanted, _ in queries:
        for address in wanted:
            page, id = address.split("#")
            assert soup(site / page / "index.html").find(["h1", "h2", "h3"], id=id), (query, address)


@pytest.fixture(scope="module")
def answers(browser, base_url: str) -> list[measure.Answer]:
    page = browser.new_page()
    found = measure.ask(page, base_url)
    page.close()
    return found


def test_the_bars_hold(answers: list[measure.Answer]) -> None:
    said = measure.report(answers)
    assert measure.first(answers) >= measure.FIRST[0], said
    assert measure.three(answers) >= measure.THREE[0], said
    assert measure.answered_in_vain(answers) <= measure.NOTHING[0], said


def test_results_stand_within_100_ms_of_the_last_key(answers: list[measure.Answer]) -> None:
    times = sorted(answer.milliseconds for answer in answers)
    assert len(times) > 100 and times[len(times) // 2] < 100


def test_every_section_of_the_guide_can_be_found(site: Path) -> None:
    listed = {link["href"].removeprefix("../") for link in soup(site / "search" / "index.html").select(".search-index a")}
    for page in pages(site):
        if page.name != "index.html" or page.parent.name in ("whole-guide", "handout-large"):
            continue  # their text stands on other pages
        for heading in soup(site / page).select("article :is(h1, h2, h3)[id]"):
            if page.parent.name not in ("search", "words", "changes") and not heading["id"].startswith("sources-on-this-page"):
                assert f"{page.parent.as_posix()}/#{heading['id']}".removeprefix("./") in listed, page
    assert len(listed) > 150


def test_what_is_found_is_the_guide_without_citations_and_signposts() -> None:
    guide = read_guide(ROOT)
    (page,) = (page for page in guide.pages if page.name == "care-tips.md")
    found = {section.id: section for section in sections(page, guide)}
    assert found["never-pop"].title == "1. Never pop them"
    assert found["never-pop"].lines[:2] == ["Do not pop milia.", "Do not poke or prod them either."]
    assert found["care-tips"].lines == [page.description]
    assert "see when to see a doctor" not in " ".join(found["professional-removal"].lines)


# How it behaves


def test_the_answer_comes_first_with_its_sentence_and_its_page(page: Page, base_url: str) -> None:
    search(page, base_url, "hard pimple wont pop")
    result = page.locator(".search-results li").first
    expect(result.locator("a")).to_have_text("Milia or pimples")
    expect(result.locator(".search-line")).to_have_text("Tiny hard bumps like these are probably not pimples or whiteheads.")
    assert "pimples" in result.locator("mark").all_inner_texts()
    expect(result.locator(".search-page")).to_have_text("Why not to pop them")


def test_the_keyboard_is_enough(page: Page, base_url: str) -> None:
    search(page, base_url, "eyelid")
    field, links = page.get_by_role("searchbox"), page.locator(RESULTS)
    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(links).to_have_count(0)
    expect(page.locator(".search-index")).to_be_visible()
    field.fill("milk spots")
    expect(links.first).to_have_text("Milk spots and babies")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base_url}/what-are-milia/#babies")


def test_the_number_of_results_is_announced(page: Page, base_url: str) -> None:
    search(page, base_url, "keratin")
    expect(page.locator(".search-status")).to_have_text(f"{page.locator(RESULTS).count()} sections found for “keratin”.")


def test_where_nothing_is_found_it_says_what_to_try(page: Page, base_url: str) -> None:
    search(page, base_url, "football results")
    expect(page.locator(".search-status")).to_have_text("Nothing found for “football results”.")
    expect(page.locator(".search-help")).to_contain_text("Try one plain word")
    expect(page.locator(".search-index")).to_be_visible()
    page.get_by_role("searchbox").fill("rosacea")
    expect(page.locator(RESULTS).first).to_have_text("Who gets them more")
    expect(page.locator(".search-help")).to_be_hidden()


def test_a_search_has_an_address(page: Page, base_url: str) -> None:
    search(page, base_url, "baby white spots")
    page.wait_for_url(f"{base_url}/search/?q=baby+white+spots")
    first = page.locator(RESULTS).first.inner_text()
    page.goto("about:blank")
    page.goto(f"{base_url}/search/?q=baby+white+spots")
    expect(page.get_by_role("searchbox")).to_have_value("baby white spots")
    expect(page.locator(RESULTS).first).to_have_text(first)


def test_a_search_begins_on_any_page(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/care-tips/")
    page.get_by_role("searchbox", name="Search").fill("rosacea")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(f"{base_url}/search/?q=rosacea")
    expect(page.locator(RESULTS).first).to_have_text("Who gets them more")


def test_what_a_reader_types_is_never_markup(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/search/?q=%3Cimg+src%3Dx+onerror%3D%22document.title%3D1%22%3E+milia")
    expect(page.locator(".search-status")).to_contain_text("<img src=x")
    assert page.locator("article img").count() == 0


def test_nothing_of_it_loads_before_a_reader_reaches_for_it(page: Page, base_url: str) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(base_url)))
    page.goto(base_url, wait_until="networkidle")
    assert len(asked) > 1 and not [url for url in asked if "search" in url]
    page.goto(f"{base_url}/search/", wait_until="networkidle")
    assert [url for url in asked if re.fullmatch(r"/assets/search\.[0-9a-f]{8}\.js", url)]
    assert "/assets/vendor/minisearch.js" not in asked
    page.get_by_role("searchbox").fill("scar")
    expect(page.locator(RESULTS).first).to_be_visible()
    assert "/assets/vendor/minisearch.js" in asked


@pytest.fixture
def strict_url(site: Path) -> Iterator[str]:
    with serve(site, {"Content-Security-Policy": POLICY}) as address:
        yield address


def test_it_works_under_a_strict_policy(page: Page, strict_url: str) -> None:
    page.add_init_script(
        "window.violations = []; addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI))"
    )
    page.goto(f"{strict_url}/about/", wait_until="networkidle")
    of_the_theme = page.evaluate("violations")
    search(page, strict_url, "sunscreen")
    expect(page.locator(RESULTS).first).to_have_text("4. Wear sunscreen")
    assert page.evaluate("violations") == of_the_theme
    page.evaluate("document.body.setAttribute('style', 'color: red')")  # the policy is in force
    page.wait_for_function(f"violations.length > {len(of_the_theme)}")


def test_without_javascript_it_is_a_list_of_all_sections(browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}/about/")
    page.get_by_role("searchbox", name="Search").fill("milk spots")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base_url}/search/?q=milk+spots")
    page.get_by_role("link", name="Milk spots and babies").click()
    page.wait_for_url(f"{base_url}/what-are-milia/#babies")
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_the_screen(page: Page, base_url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    search(page, base_url, "tiny white lumps under eye")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for target in (page.get_by_role("searchbox"), page.get_by_role("button", name="Search", exact=True)):
        assert target.bounding_box()["height"] >= 24


# Synonyms


def test_synonyms_are_data_and_no_text(site: Path) -> None:
    index = soup(site / "search" / "index.html").select_one(".search-index")
    groups = json.loads(index["data-synonyms"])
    assert ["retinoid", "retinol"] == groups[[group[0] for group in groups].index("retinoid")][:2]
    assert "retinol" not in index.text


GOOD = "- milia, milium\n- retinoid, retinol\n"


@pytest.mark.parametrize(
    "bad, message",
    [
        ("- retinoid\n", ":2: a group of one: 'retinoid'. Add a word that the guide uses for it, or take it out."),
        ("- retinoid, , x\n", ":2: not a word: ''. Use small letters, digits, hyphens and one comma between words."),
        ("- retinoid, Retin-A\n", ":2: not a word: 'Retin-A'. Use small letters"),
        ("- retinoid, milium\n", ":2: 'milium' stands in line 1 too. Join the two groups, or take one out."),
        ("- [retinoid, retinol]\n", ":2: not a line of words: ['retinoid', 'retinol']. Write: - zit, pimple, acne"),
        ("- retinoid: retinol\n", ":2: not a line of words: {'retinoid': 'retinol'}. Write: "),
        ("- 'retinoid\n", ": broken YAML ("),
        ("retinoid, retinol\n", ": broken YAML ("),
    ],
)
def test_a_broken_line_is_refused_and_its_mending_accepted(tmp_path: Path, bad: str, message: str) -> None:
    path = tmp_path / "synonyms.yml"
    path.write_text("- milia, milium\n" + bad, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_synonyms(path)
    assert message in refused.value.message
    path.write_text(GOOD, encoding="utf-8")
    assert [group.words for group in read_synonyms(path)] == [["milia", "milium"], ["retinoid", "retinol"]]


def test_all_broken_lines_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yml"
    path.write_text("- milia\n- Scar, mark\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_synonyms(path)
    assert len(refused.value.message.splitlines()) == 2
    path.write_text("scar\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_synonyms(path)
    assert refused.value.message.startswith(f"{path}:1: no list of groups.")


def test_a_group_that_no_page_answers_is_refused(project: Path, monkeypatch) -> None:
    monkeypatch.chdir(project)
    path = project / "docs" / "synonyms.yml"
    good = path.read_text(encoding="utf-8")
    path.write_text(good + "- football, soccer\n", encoding="utf-8")
    line = good.count("\n") + 1
    fault = f"docs/synonyms.yml:{line}: no page answers 'football, soccer'. Add the word that the guide uses, or take the line out."
    assert all_problems(read_guide()) == [fault]
    code, said = run(project, "mkdocs", "build")
    assert code == 1 and fault in said and "Traceback" not in said, said
    path.write_text(good, encoding="utf-8")
    assert all_problems(read_guide()) == []
    code, said = run(project, "mkdocs", "build")
    assert code == 0, said


def test_vendored_files_are_what_their_list_says() -> None:
    folder = ROOT / "overrides" / "assets" / "vendor"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    scripts = sorted(folder.glob("*.js"))
    assert scripts
    for script in scripts:
        assert f"`{hashlib.sha256(script.read_bytes()).hexdigest()}`" in listed, script.name
        assert (folder / f"{script.stem}.LICENSE.txt").exists()
