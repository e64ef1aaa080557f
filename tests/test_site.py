"""The built site: every page of it, found in the build."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.built import address, gone, pages, published, soup

LEDGER = Path(__file__).parent / "published.txt"


def test_every_published_address_still_answers(site: Path, tmp_path: Path) -> None:
    promised = LEDGER.read_text(encoding="utf-8").splitlines()
    assert len(promised) > 300
    assert gone(promised, site) == []
    changed = shutil.copytree(site, tmp_path / "site")  # a renamed id, a removed page, a removed download
    page = changed / "care-tips" / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace('id="never-pop"', 'id="no-popping"'), encoding="utf-8")
    shutil.rmtree(changed / "handout")
    (changed / "claims.json").unlink()
    complaints = gone(promised, changed)
    assert "published address that is gone: care-tips/#never-pop. Give the place its old id or address back." in complaints
    assert "published address that is gone: handout/. Give the place its old id or address back." in complaints
    assert "published address that is gone: claims.json. Give the place its old id or address back." in complaints


def test_every_published_address_is_in_the_ledger(site: Path, update_golden: bool) -> None:
    promised = set(LEDGER.read_text(encoding="utf-8").splitlines())
    if update_golden:  # adds, and never takes away
        promised |= set(published(site))
        LEDGER.write_text("\n".join(sorted(promised)) + "\n", encoding="utf-8")
    new = sorted(set(published(site)) - promised)
    assert not new, "new addresses; to promise them, run `make ledger`:\n" + "\n".join(new)


def test_no_id_stands_twice(site: Path) -> None:
    for page in pages(site):
        ids = Counter(element["id"] for element in soup(site / page).select("[id]"))
        assert ids and not [name for name, times in ids.items() if times > 1], page


def test_every_cited_sentence_leads_to_its_source_and_back(site: Path) -> None:
    seen = 0
    for page in pages(site):
        html = soup(site / page)
        for link in html.select(".citation a"):
            entry = html.find(id=link["href"].removeprefix("#"))
            assert entry.name == "li" and entry.strong.text == link.text, page
            if link.find_parent(class_="included"):
                continue  # its sentences have their ids on their own page
            place = link.find_parent("span", class_="sentence", id=True) or link.find_parent("tr")
            assert entry.select(f'a[role="doc-backlink"][href="#{place["id"]}"]'), (page, place["id"])
            seen += 1
    assert seen > 300


def test_every_sentence_stands_under_its_sources(site: Path) -> None:
    sources = soup(site / "sources" / "index.html")
    listed = {
        heading["id"]: {link["href"] for link in heading.find_next("details").select("a")}
        for heading in sources.select("article h3")
    }
    assert len(listed) > 50
    for page in pages(site):
        for sentence in soup(site / page).select("article span.sentence[id]"):
            for link in sentence.select(".citation a"):
                key = link["href"].removeprefix("#source-")
                words = re.sub(r"\s+", " ", sentence.text.replace(sentence.select_one(".citation").text, "")).strip()
                own = f"../{address(page)}#{sentence['id']}" if address(page) else f"../#{sentence['id']}"
                # A wording that stands in two places is listed once, at the first.
                assert own in listed[key] or words in sources.find(id=key).find_next("details").text, (page, words)


def test_the_table_of_claims_is_whole(site: Path) -> None:
    rows = soup(site / "how-sure" / "index.html").select("table.claims tbody tr")
    assert len(rows) == 53
    for row in rows:
        claim, named, says, verdict = row.select("td")
        page, place = claim.a["href"].split("#")
        sentence = soup(site / page.strip("./") / "index.html").find(id=place)
        assert place == row["id"]
        assert sentence.text.startswith(claim.a.text)
        assert named.a.text == sentence.select_one(".citation a").text
        assert says.select(".sentence .citation a") and verdict.text


@pytest.mark.parametrize("tag, attribute", [("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src")])
def test_nothing_is_loaded_from_elsewhere(site: Path, tag: str, attribute: str) -> None:
    for page in pages(site):
        for element in soup(site / page).find_all(tag, {attribute: True}):
            if element.get("rel") not in (["canonical"],):
                assert not re.match(r"https?:|//", element[attribute]), (page, element)


def test_no_page_claims_what_did_not_happen(site: Path) -> None:
    claims = re.compile(r"medically reviewed|last reviewed|reviewed by|clinically approved|fully compliant", re.I)
    for page in pages(site):
        html = soup(site / page)
        text = " ".join([html.text, *(meta.get("content", "") for meta in html.find_all("meta"))])
        assert "health professional" in text
        assert not [m for m in claims.findall(text.replace("or reviewed by a health professional", ""))], page
