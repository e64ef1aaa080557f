"""The Markdown extension: what it makes of a page, and what it refuses, word for word."""

from pathlib import Path

import pytest
import yaml
from markdown import Markdown

from milia_guide.citations import CitationExtension
from milia_guide.data import Refused

HERE = Path(__file__).parent
GOLDEN = sorted((HERE / "golden").glob("*.yml"))
PAGE_SOURCES = '<section aria-labelledby="sources-on-this-page"'
EXTENSIONS = ("attr_list", "tables", "pymdownx.blocks.admonition", "pymdownx.blocks.details", "pymdownx.blocks.caption")


def convert(markdown: str) -> str:
    extension = CitationExtension(
        sources=str(HERE / "data" / "sources.yml"), claims=str(HERE / "data" / "claims.yml")
    )
    return Markdown(extensions=[extension, *EXTENSIONS]).convert(markdown)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda path: path.stem)
def test_golden(case: Path, update_golden: bool) -> None:
    golden = yaml.safe_load(case.read_text(encoding="utf-8"))
    try:
        made = {"html": convert(golden["markdown"]).split(PAGE_SOURCES)[0].rstrip() + "\n"}
    except Refused as error:
        made = {"refused": error.message + "\n"}
    if update_golden:
        write_golden(case, golden["markdown"], made)
    assert made == {key: value for key, value in golden.items() if key != "markdown"}


def write_golden(case: Path, markdown: str, made: dict[str, str]) -> None:
    blocks = [("markdown", markdown), *made.items()]
    text = "".join(f"{key}: |\n" + "".join(f"  {line}".rstrip() + "\n" for line in value.splitlines()) for key, value in blocks)
    case.write_text(text, encoding="utf-8")


def test_a_page_ends_with_its_sources_and_ways_back() -> None:
    html = convert("Milia are hard. [@smith]{ #hard }\n\nThey are white. [@clinic-milia]{ #white }")
    end = html.split(PAGE_SOURCES)[1]
    assert 'role="doc-endnotes"' in end
    assert end.index('id="source-smith"') < end.index('id="source-clinic-milia"')
    assert '<a class="source-address" href="https://example.org/milia">Milia, A Clinic</a>. Its date: 22 October 2018.' in end
    assert '<a aria-label="1, back to: Milia are hard." href="#hard" role="doc-backlink">1</a>' in end


def test_a_page_without_citations_has_no_list_of_sources() -> None:
    assert "page-sources" not in convert("Look around.\n{ .signpost }")


def test_what_is_mended_is_accepted() -> None:
    with pytest.raises(Refused) as refusal:
        convert("Milia are hard.")
    assert refusal.value.message.startswith("No source: 'Milia are hard.'")
    assert "Milia are hard." in convert("Milia are hard. [@smith]")
