"""The guide as a whole: what its own pages hold, and how a fault in a copy of it is refused."""

from pathlib import Path

import pytest

from milia_guide.data import Refused
from milia_guide.guide import all_problems, read_guide, read_page, settings
from milia_guide.readability import measure
from tests.conftest import run

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
def test_sentences_have_20_words_or_fewer(page) -> None:
    lines = [sentence.text for sentence in page.sentences] + [line.text for line in page.marked]
    assert lines
    long = [f"{page.file}:{page.line(line)}: {len(line.split())} words: LINE" for line in lines if len(line.split()) > 20]
    assert not long, "\n".join(long)


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


def replace(path: Path, old: str, new: str) -> str:
    """Put a fault into a file; return the file's text as it was."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text


# fault: (words that begin the line which the message names, file, what is there, the fault, the message)
FAULTS = {
    "lost citation": (
        "Milia can be anywhere",
        "docs/what-are-milia.md", "Milia can be anywhere on your face. [@article]{ #anywhere-on-the-face }",
        "Milia can be anywhere on your face.",
        "docs/what-are-milia.md:LINE: No source: 'Milia can be anywhere on your face.'. ",
    ),
    "unknown source": (
        "[@zeichner]",
        "docs/index.md", "[@zeichner]", "[@zeichnr]",
        "docs/index.md:LINE: Unknown source in '[@zeichnr]': there is no 'zeichnr' in docs/sources.yml. ",
    ),
    "claim under another name": (
        "harmless:",
        "docs/why-not-to-pop.md", "[@zeichner]{ #harmless }", "[@moustafa]{ #harmless }",
        "docs/claims.yml:LINE: Claim C34 (#harmless, why-not-to-pop.md) cites moustafa, "
        "but the article names zeichner for it. Cite [@zeichner] alone.",
    ),
    "claim without its id": (
        "harmless:",
        "docs/why-not-to-pop.md", "{ #harmless }", "{ #no-harm }",
        "docs/claims.yml:LINE: Claim C34 stands nowhere: no sentence has the id #harmless. "
        "Write it, cited as [@zeichner]{ #harmless }.",
    ),
    "source that nothing cites": (
        "moustafa:",
        "docs/sources.yml", "\nmoustafa:", "\nspare:\n  kind: named\n  name: Spare\n  what: Nobody.\n"
        "  read: reported\n  compared: 2026-11-22\n\nmoustafa:",
        "docs/sources.yml:LINE: Source that nothing cites: spare. Cite it, or take it out of docs/sources.yml.",
    ),
    "source with a missing field": (
        "article:",
        "docs/sources.yml", "  publisher: Health Thoroughfare\n", "",
        "docs/sources.yml:LINE: article: publisher is missing.",
    ),
    "source with a malformed address": (
        "article:",
        "docs/sources.yml", "url: https://www.healththoroughfare.com", "url: www.healththoroughfare.com",
        "docs/sources.yml:LINE: article: url must be a web address, not 'www.healththoroughfare.com/",
    ),
    "source with an unmarked http address": (
        "",
        "docs/sources.yml", "  http_only: true\n", "",
        ": http_only: true goes with an http:// address, and only with one.",
    ),
    "source with a wrong date": (
        "article:",
        "docs/sources.yml", "compared: 2026-11-22", "compared: last week",
        "docs/sources.yml:LINE: article: compared must be a date like 2026-11-22, not 'last week'.",
    ),
    "source with a misspelt field": (
        "article:",
        "docs/sources.yml", "  publisher: Health", "  publisherr: Health",
        "docs/sources.yml:LINE: article: publisherr is no known field.",
    ),
    "key that stands twice": (
        "moustafa:",
        "docs/sources.yml", "\nmoustafa:", "\narticle:",
        "docs/sources.yml:LINE: broken YAML ('article' stands here twice).",
    ),
    "broken YAML": (
        "",
        "docs/claims.yml", "  row: C02", "  row: [C02",
        ": broken YAML (expected ',' or ']', but got ':'). Mend this line or the one above.",
    ),
    "drawing with a label that no sentence says": (
        "/// drawing | places",
        "docs/drawings/places.svg", ">nose<", ">chin<",
        "docs/what-are-milia.md:LINE: docs/drawings/places.svg:23: No source for the label 'chin'. ",
    ),
    "sentence that a drawing rests on": (
        "/// drawing | washing",
        "docs/care-tips.md", "with a soft towel", "with a towel",
        "docs/care-tips.md:LINE: docs/drawings/washing.svg:46: No source for the label 'Pat your face dry with a soft towel'. ",
    ),
    "drawing that is not there": (
        "/// drawing | washing",
        "docs/care-tips.md", "/// drawing | washing", "/// drawing | washings",
        "docs/care-tips.md:LINE: docs/drawings/washings.svg: no such drawing. Draw it, or name one of these: forming, ",
    ),
    "drawing without a cited caption": (
        "/// drawing | kinds",
        "docs/what-are-milia.md", "The two rare kinds count as primary milia. [@dermatology-advisor-milia; @medscape-pediatric]{ #rare-kinds-are-primary }",
        "Milia, drawn.\n{ .about-this-site }",
        "docs/what-are-milia.md:LINE: No cited caption. Write one or more cited sentences into the block of the drawing.",
    ),
    "unknown verdict": (
        "tiny-and-hard:",
        "docs/claims.yml", "verdict: agree\n", "verdict: surely\n",
        "docs/claims.yml:LINE: tiny-and-hard: verdict must be one of: agree; agree, with more to say; ",
    ),
    "page without a description": (
        "---",
        "docs/index.md", "description: ", "descripton: ",
        "docs/index.md:LINE: No description of 1 to 160 characters in the front matter.",
    ),
    "broken front matter": (
        "",
        "docs/index.md", "description: ", "description: [",
        ": broken YAML (expected",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.replace(" ", "-"))
def test_check_refuses_a_fault_and_accepts_its_mending(project: Path, fault: str, monkeypatch) -> None:
    at, file, old, new, message = FAULTS[fault]
    monkeypatch.chdir(project)
    message = message.replace("LINE", str(line_of(project / message.split(":")[0], at)))
    good = replace(project / file, old, new)
    assert message in "\n".join(problems())
    (project / file).write_text(good, encoding="utf-8")
    assert problems() == []


def line_of(path: Path, words: str) -> int:
    """Return the number of the first line that begins with the words, or holds them."""
    if not words:
        return 0
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if line.startswith(words)]
    found += [number for number, line in enumerate(lines, 1) if words in line]
    return found[0]


def problems() -> list[str]:
    """Return what `check` would print, for the project in the current folder."""
    try:
        return all_problems(read_guide())
    except Refused as error:
        return error.message.splitlines()


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
