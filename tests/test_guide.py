"""The guide as a whole: what its own pages hold, and how a fault in a copy of it is refused."""

from pathlib import Path

import pytest

from milia_guide.guide import all_problems, read_guide, read_page, settings
from milia_guide.readability import measure
from tests.conftest import run
from tests.faults import replace

ROOT = Path(__file__).parent.parent
GUIDE = read_guide(ROOT)
READER_PAGES = GUIDE.pages[:6]  # the first six of the navigation


def name(page) -> str:
    return page.name


def test_the_guide_is_in_order() -> None:
    assert all_problems(GUIDE) == []


def test_every_claim_of_the_article_stands_in_the_guide() -> None:
    rows = [claim.row for claim in GUIDE.claims.values()]
    split = {17: "ab", 25: "ab", 39: "ab"}  # sentences of the article that make two claims
    assert rows == [f"C{number:02}{part}" for number in range(1, 51) for part in split.get(number, [""])]
    assert set(GUIDE.claims) <= set(GUIDE.places)


@pytest.mark.parametrize(
    "row, source",
    [("C07", "moustafa"), ("C15", "cleveland-clinic"), ("C18", "dermatology-advisor"), ("C34", "zeichner"),
     ("C39a", "article"), ("C39b", "moustafa"), ("C44", "aad"), ("C46", "article"), ("C47", "zeichner")],
)  # fmt: skip
def test_a_claim_names_whom_the_article_names(row: str, source: str) -> None:
    (claim,) = (claim for claim in GUIDE.claims.values() if claim.row == row)
    assert GUIDE.places[claim.id].sources == (source,) == (claim.named,)


@pytest.mark.parametrize("page", READER_PAGES, ids=name)
def test_a_reader_page_is_easy_to_read(page) -> None:
    found = measure(page)
    assert found.words > 150
    assert found.grade <= 5, f"{page.file}: grade {found.grade}"


@pytest.mark.parametrize("page", GUIDE.pages, ids=name)
def test_paragraphs_have_3_sentences_or_fewer_and_no_italics(page) -> None:
    body = page.source.split("---\n", 2)[2]
    paragraphs = [block for block in body.split("\n\n") if block and block[0] not in "-#0123456789/|"]
    assert paragraphs
    long = [block for block in paragraphs if sum(not line.startswith("{") for line in block.splitlines()) > 3]
    assert not long, "\n\n".join(long)
    assert " *" not in body.replace("**", "") and " _" not in body


def test_a_page_wrong_in_every_way() -> None:
    page = read_page(Path(__file__).parent / "wrong" / "everything-wrong.md", "Wrong", settings(ROOT), ROOT)
    assert [(page.line(problem.quote), problem.message.split(".")[0]) for problem in page.problems] == [
        (20, "Raw HTML: '<div>raw</div>'"),
        (10, "Unknown source in '[@blog]': there is no 'blog' in docs/sources"),
        (22, "Raw HTML: '<b>'"),
        (22, "Raw HTML: '</b>'"),
        (5, "Heading without an id: 'Wrong'"),
        (6, "Two sentences on one line: 'Uncited one"),
        (8, "No source: 'Plain text"),
        (12, "No source: 'item one'"),
        (17, "No source: 'x y'"),
        (24, "Two kinds of source at one sentence: 'Mixed"),
        (27, "No source: 'body here'"),
        (31, "No source: 'Body there'"),
        (33, "No source: '{ "),
        (35, "Cited, but marked signpost: 'Sign"),
        (38, "Duplicate id: #dup stands 2 times"),
    ]


def test_check_names_bytes_that_are_not_utf_8(project: Path) -> None:
    page = project / "docs" / "index.md"
    good = page.read_bytes()
    page.write_bytes(good.replace(b"Babies need", b"B\xe4bies need"))
    code, said = run(project, "milia_guide", "check")
    assert (code, said) == (1, "Error: docs/index.md:24: not UTF-8 text. Save the file as UTF-8.\n")
    page.write_bytes(good)
    code, said = run(project, "milia_guide", "check")
    assert code == 0 and said.endswith("all in order.\n")


@pytest.mark.parametrize(
    "file, old, new, message",
    [
        (
            "docs/care-tips.md", "Do not pop milia. [@article]{ #do-not-pop-milia }\n", "Do pop milia.\nIt is fun.\n",
            "Error reading page 'care-tips.md': 2 to mend:\nError: No source: 'Do pop milia.'. Add a citation such as "
            "[@article] to this line; or, if it states no fact, mark its block { .signpost } or { .about-this-site }.\n"
            "No source: 'It is fun.'. ",
        ),
        ("docs/sources.yml", "  publisher: Health Thoroughfare\n", "", "Error: docs/sources.yml:43: article: publisher is missing."),
        ("docs/claims.yml", "harmless:\n", "harm-less:\n", "Error: Claim C34 stands nowhere: no sentence has the id #harm-less. "),
        ("docs/sources.yml", "\nmoustafa:", "\nspare:\n  kind: named\n  name: Spare\n  what: Nobody.\n"
         "  read: reported\n  compared: 2026-11-22\n\nmoustafa:", "Error: Source that nothing cites: spare. "),
        ("docs/index.md", "(care-tips.md#never-pop)", "(care-tips.md#never)", "does not contain an anchor '#never'"),
    ],
    ids=["uncited", "malformed-source", "lost-claim", "unused-source", "broken-anchor"],
)  # fmt: skip
def test_the_build_itself_refuses(project: Path, file: str, old: str, new: str, message: str) -> None:
    good = replace(project / file, old, new)
    code, said = run(project, "mkdocs", "build")
    assert code == 1 and message in said and "Traceback" not in said, said
    (project / file).write_text(good, encoding="utf-8")
    code, said = run(project, "mkdocs", "build")
    assert code == 0, said


def test_commands_list_claims_and_uncited_lines() -> None:
    code, said = run(ROOT, "milia_guide", "claims")
    assert code == 0 and said.endswith("53 of 53 claims stand in the guide.\n")
    assert "C07  what-are-milia.md#made-of-keratin" in said
    code, said = run(ROOT, "milia_guide", "signposts")
    assert code == 0 and "docs/what-are-milia.md:8: signpost: What they look and feel like" in said
    code, said = run(ROOT, "milia_guide", "readability")
    assert code == 0 and said.count("\n") == len(GUIDE.pages) + 1
