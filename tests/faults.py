"""Faults to put into a copy of the project: `python -m tests.faults` puts each in and prints what is said of it."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from milia_guide.data import Refused
from milia_guide.guide import all_problems, read_guide

def replace(path: Path, old: str, new: str) -> str:
    """Put a fault into a file; return the file's text as it was."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text


def put_in(file: Path, old: str | bytes | None, new: str | bytes | None) -> Callable[[], None]:
    """Put a fault into a file, and return what takes it out again; `old` None: the whole file, `new` None: no file."""
    was, times = (file.read_bytes(), file.stat()) if file.exists() else (None, None)
    if isinstance(old, bytes):
        assert old in was
        file.write_bytes(was.replace(old, new, 1))
    elif old is not None:
        replace(file, old, new)
    elif new is not None:
        file.write_text(new, encoding="utf-8")
    else:
        file.unlink()

    def mend() -> None:
        if was is None:
            return file.unlink()
        file.write_bytes(was)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # so that nothing is read again for nothing

    return mend


def problems() -> list[str]:
    """Return what `check` would print, for the project in the current folder."""
    try:
        return all_problems(read_guide())
    except Refused as error:
        return error.message.splitlines()


def line_of(path: Path, words: str) -> int:
    """Return the number of the first line that begins with the words, or holds them."""
    if not words:
        return 0
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if line.startswith(words)]
    found += [number for number, line in enumerate(lines, 1) if words in line]
    return found[0]


# What is wrong: words that begin the line which the message names, file, what is there, the fault, the message, and
# how each further message begins that this one fault rightly brings.
FAULTS = {
    "lost citation": (
        "Milia can be anywhere",
        "docs/what-are-milia.md", "Milia can be anywhere on your face. [@article]{ #anywhere-on-the-face }",
        "Milia can be anywhere on your face.",
        "docs/what-are-milia.md:LINE: No source: 'Milia can be anywhere on your face.'. ", "docs/claims.yml:",
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
        "docs/what-are-milia.md:1: Published address that is gone",
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
    # Citations and marks
    "malformed citation": (
        "**They are harmless**", "docs/index.md", "[@zeichner]", "[@zeichner; @]",
        "docs/index.md:LINE: Unknown source in '[@zeichner; @]': there is no '' in docs/sources.yml. ",
    ),
    "cited signpost": (
        "What they look and feel like", "docs/what-are-milia.md", "What they look and feel like, what is in them, where they grow, and who gets them.",
        "What they look and feel like, what is in them, where they grow, and who gets them. [@article]",
        "docs/what-are-milia.md:LINE: Cited, but marked signpost: 'What they look and feel like",
    ),
    "misspelt mark": (
        "What they look and feel like", "docs/what-are-milia.md", "{ .signpost }", "{ .singpost }",
        "docs/what-are-milia.md:LINE: No source: 'What they look and feel like",
    ),
    "two kinds of source at one sentence": (
        "Milia can be anywhere", "docs/what-are-milia.md", "face. [@article]{ #anywhere-on-the-face }", "face. [@article; @statpearls-milia]{ #anywhere-on-the-face }",
        "docs/what-are-milia.md:LINE: Two kinds of source at one sentence: 'Milia can be anywhere on your face.'. ",
        "docs/claims.yml:",
    ),
    "two sentences on one line": (
        "Milia can be anywhere", "docs/what-are-milia.md", "Milia can be anywhere on your face.", "They grow. Milia can be anywhere on your face.",
        "docs/what-are-milia.md:LINE: Two sentences on one line: 'They grow. Milia can be anywhere",
        "docs/claims.yml:",
    ),
    "a sentence of 45 words": (
        "Milia can be anywhere", "docs/what-are-milia.md", "Milia can be anywhere on your face.", "Milia can be anywhere " + "and " * 40 + "on your face.",
        "docs/what-are-milia.md:LINE: 47 words in one sentence: 'Milia can be anywhere and and ...'. Cut it into sentences of 20 words or fewer, one a line.",
        "docs/claims.json:1:",
    ),
    "raw HTML": (
        "<script>", "docs/about.md", "## What it is", "<script>alert(1)</script>\n\n## What it is",
        "docs/about.md:LINE: Raw HTML: '<script>alert(1)</script>'. Write it in Markdown; ",
    ),
    "words that nobody earned": (
        "It is no stand-in", "docs/about.md", "It is no stand-in for a doctor", "It is medically reviewed, and no stand-in for a doctor",
        "docs/about.md:LINE: 'medically reviewed': nobody did or promised that. Say only what was really done.",
    ),
    "a promise that nobody can keep": (
        "It is no stand-in", "docs/about.md", "It is no stand-in for a doctor", "It is clinically proven, and no stand-in for a doctor",
        "docs/about.md:LINE: 'clinically proven': nobody did or promised that. Say only what was really done.",
    ),
    # Headings, ids, titles
    "heading without an id": (
        "## What it is", "docs/about.md", "## What it is { #what-it-is }", "## What it is",
        "docs/about.md:LINE: Heading without an id: 'What it is'. Add { #two-or-three-words } after it.",
        "docs/about.md:1: Published address that is gone: about/#what-it-is. ",
    ),
    "heading that skips a level": (
        "#### What it is", "docs/about.md", "## What it is", "#### What it is",
        "docs/about.md:LINE: Heading of level 4 right below level 1. Use level 2.",
    ),
    "page with two titles": (
        "", "docs/about.md", "## What it is", "# What it is",
        "docs/about.md:1: 2 headings of the first level. Begin the page with its one title: # Title { #id }",
    ),
    "duplicate id": (
        "## Private by design", "docs/about.md", "{ #private }", "{ #licences }",
        "docs/about.md:LINE: Duplicate id: #licences stands 2 times. Give each place an id of its own.",
        "docs/about.md:1: Published address that is gone: about/#private. ",
    ),
    "renamed id": (
        "", "docs/about.md", "{ #private }", "{ #privacy }",
        "docs/about.md:1: Published address that is gone: about/#private. Give the place its old id back, or put [](){ #private } where its readers should land.",
    ),
    "one claim in two places": (
        "tiny-and-hard:", "docs/about.md", "[@tufts-moustafa]{ #dr-moustafa-in-2024 }", "[@tufts-moustafa]{ #dr-moustafa-in-2024 }\n\nMilia are tiny. [@article]{ #tiny-and-hard }",
        "docs/claims.yml:LINE: Claim C01 stands twice: #tiny-and-hard is in ",
    ),
    "removed page": (
        "", "docs/handout-large.md", None, None,
        "docs/handout-large.md: no such file. Make it, or take it out of mkdocs.yml",
    ),
    "page taken out of the menu": (
        "", "mkdocs.yml", "  - Handout in large print: handout-large.md\n", "",
        "docs/handout-large.md:1: Page that the menu does not name. Add it under nav in mkdocs.yml, or say where it moved: moved_to: care-tips/",
        "docs/whole-guide.md:", "docs/for-clinics.md:", "docs/changes.md:",
    ),
    "page title used twice": (
        "  - Search: search.md", "mkdocs.yml", "  - Search: search.md", "  - Sources: search.md",
        "mkdocs.yml:LINE: Title used twice: 'Sources' names sources.md too. Give search.md another one.",
    ),
    "page that moved nowhere": (
        "", "docs/old.md", None, "---\ndescription: Moved.\nmoved_to: no-such-page/\n---\n# Old { #old }\n",
        "docs/old.md:3: Moved to a page that is not there: 'no-such-page/'. Name one of the menu, such as care-tips/.",
    ),
    # Links and addresses
    "link to a page that is not there": (
        "- Every claim of the article", "docs/about.md", "(how-sure.md)", "(how-certain.md)",
        "docs/about.md:LINE: Link to a page that is not there: 'how-certain.md'. Use one of: about.md, ",
    ),
    "link to a place that is not there": (
        "1. [Do not pop", "docs/index.md", "(care-tips.md#never-pop)", "(care-tips.md#never)",
        "docs/index.md:LINE: Link to a place that is not there: 'care-tips.md#never'. Give the place in docs/care-tips.md that id, or use one that it has.",
    ),
    "javascript: address": (
        "If you worry about a bump", "docs/about.md", "(when-to-see-a-doctor.md)", "(javascript:void)",
        "docs/about.md:LINE: Address of a kind that is not allowed: 'javascript:void'. ",
    ),
    "data: address": (
        "If you worry about a bump", "docs/about.md", "(when-to-see-a-doctor.md)", "(data:text/html,hello)",
        "docs/about.md:LINE: Address of a kind that is not allowed: 'data:text/html,hello'. ",
    ),
    "http: address that the data does not know": (
        "The text and drawings", "docs/about.md", "(https://creativecommons", "(http://creativecommons",
        "docs/about.md:LINE: Address without https: 'http://creativecommons.org/licenses/by/4.0/'. Use https, or a source with http_only: true.",
    ),
    "address that takes the scheme of the page": (
        "The text and drawings", "docs/about.md", "(https://creativecommons", "(//creativecommons",
        "docs/about.md:LINE: Absolute address: '//creativecommons.org/licenses/by/4.0/'. ",
    ),
    "absolute address": (
        "If you worry about a bump", "docs/about.md", "(when-to-see-a-doctor.md)", "(/when-to-see-a-doctor/)",
        "docs/about.md:LINE: Absolute address: '/when-to-see-a-doctor/'. ",
    ),
    "script in a mark": (
        "If you worry about a bump", "docs/about.md", "(when-to-see-a-doctor.md)", "(when-to-see-a-doctor.md){ onclick=steal() }",
        "docs/about.md:LINE: 'onclick=' in '{ onclick=steal() }': neither scripts nor styles in a text. Take it out.",
    ),
    "style in a mark": (
        "If you worry about a bump", "docs/about.md", "(when-to-see-a-doctor.md)", "(when-to-see-a-doctor.md){ style=color:red }",
        "docs/about.md:LINE: 'style=' in '{ style=color:red }': neither scripts nor styles in a text. Take it out.",
    ),
    # Pictures, scripts and files from elsewhere
    "foreign image": (
        "![A hand]", "docs/about.md", "## Licences", "![A hand](//img.example/a.png)\n{ .about-this-site }\n\n## Licences",
        "docs/about.md:LINE: Absolute address: '//img.example/a.png'. ",
    ),
    "picture that is not there": (
        "![A hand]", "docs/about.md", "## Licences", "![A hand](hand.png)\n{ .about-this-site }\n\n## Licences",
        "docs/about.md:LINE: Link to a page that is not there: 'hand.png'. ",
    ),
    "missing alternative text": (
        "![](claims.json)", "docs/about.md", "## Licences", "![](claims.json)\n{ .about-this-site }\n\n## Licences",
        "docs/about.md:LINE: Picture without words: 'claims.json'. Say in the brackets what it shows.",
    ),
    "foreign script in a template": (
        '<script src="https', "overrides/main.html", "{% block scripts %}", '{% block scripts %}\n<script src="https://cdn.example/x.js"></script>',
        "overrides/main.html:LINE: Asks another site: 'https://cdn.example/x.js'. Put the file into overrides/assets, ",
    ),
    "foreign font in a stylesheet": (
        "@import", "overrides/assets/text.css", "/*", '@import "https://fonts.example/a.css";\n/*',
        "overrides/assets/text.css:LINE: Asks another site: 'https://fonts.example/a.css'. ",
    ),
    "foreign stylesheet in the settings": (
        "  - https://cdn", "mkdocs.yml", "extra_css: # one stylesheet per concern\n", "extra_css:\n  - https://cdn.example/x.css\n",
        "mkdocs.yml:LINE: File from elsewhere: https://cdn.example/x.css. Put it into overrides/assets, ",
    ),
    "fonts from elsewhere": (
        "  font:", "mkdocs.yml", "  font: false", "  font: {text: Roboto}",
        "mkdocs.yml:LINE: Fonts from elsewhere: readers would be seen there. Write font: false under theme.",
    ),
    "a plugin": (
        "plugins:", "mkdocs.yml", "plugins: []", "plugins: [search]",
        "mkdocs.yml:LINE: plugins: ['search'] would run: this site needs none. Write plugins: [] and no hooks.",
    ),
    "a hook": (
        "hooks:", "mkdocs.yml", "plugins: []", "hooks: [x.py]\nplugins: []",
        "mkdocs.yml:LINE: hooks: ['x.py'] would run: this site needs none. Write plugins: [] and no hooks.",
    ),
    # Front matter, bytes, YAML
    "page without a date": (
        "", "docs/index.md", "changed: ", "chnged: ",
        "docs/index.md:2: no date of the last change in the front matter. Write one, such as changed: 2026-11-23.",
    ),
    "page with a wrong date": (
        "", "docs/index.md", "changed: 2026", "changed: 2026-13-45 #",
        "docs/index.md:2: broken YAML (month must be in 1..12). Mend this line or the one above.",
    ),
    "description that is too long": (
        "---", "docs/about.md", "description: ", "description: " + "long " * 40,
        "docs/about.md:LINE: No description of 1 to 160 characters in the front matter. Say what the page is about.",
    ),
    "bytes that are no text": (
        "", "docs/index.md", b"Babies need", b"B\xe4bies need", "docs/index.md:24: not UTF-8 text. Save the file as UTF-8.",
    ),
    "bytes that are no text, in the data": (
        "", "docs/claims.yml", b"tiny-and-hard:", b"tiny-\xff-hard:", "docs/claims.yml:12: not UTF-8 text. Save the file as UTF-8.",
    ),
    "tab in the data": (
        "", "docs/sources.yml", "  publisher: Health", "\tpublisher: Health",
        "docs/sources.yml:50: broken YAML (found character '\\t' that cannot start any token). Mend this line or the one above.",
    ),
    "changed page that the log does not name": (
        "changed:", "docs/care-tips.md", "changed: 2026-11-23", "changed: 2026-11-25",
        "docs/care-tips.md:LINE: changed on 2026-11-25, but docs/changes.md has no entry for it. Say there what changed and why, under that day.",
    ),
    "broken settings": (
        "markdown_extensions:", "mkdocs.yml", "plugins: []", "plugins: [", "mkdocs.yml:LINE: broken YAML (",
    ),
    "empty data": ("", "docs/claims.yml", None, "", "docs/claims.yml:1: no entries. Each entry is a key and its fields."),
    # Data
    "source with a name of another": (
        "moustafa:", "docs/sources.yml", "  name: Dr Moustafa, in the article", "  name: the article, naming no source",
        "docs/sources.yml:LINE: moustafa: name 'the article, naming no source' stands at article too.",
    ),
    "source with capitals in its key": (
        "moustafa:", "docs/sources.yml", "\nmoustafa:", "\nMoustafa:",
        "docs/sources.yml:LINE: Moustafa: the key must be small letters, digits and hyphens.",
    ),
    "claims.json that is old": (
        "", "docs/claims.json", "tiny", "teeny", "docs/claims.json:1: not what the pages say. Write it again: make claims.json.",
    ),
    "synonym that no page answers": (
        "- used cars", "docs/synonyms.yml", "\n# Where\n", "\n- used cars, lorry\n# Where\n",
        "docs/synonyms.yml:LINE: no page answers 'used cars, lorry'. Add the word that the guide uses, or take the line out.",
    ),
    "synonym that stands twice": (
        "- zit, forehead", "docs/synonyms.yml", "\n# Where\n", "\n- zit, forehead\n# Where\n",
        "docs/synonyms.yml:LINE: 'zit' stands in line 15 too. Join the two groups, or take one out.",
    ),
    "synonym alone": (
        "- lonely", "docs/synonyms.yml", "\n# Where\n", "\n- lonely\n# Where\n",
        "docs/synonyms.yml:LINE: a group of one: 'lonely'. Add a word that the guide uses for it, or take it out.",
    ),
    "word of the index that no page says": (
        "- unicorn", "docs/words.yml", "- adult\n", "- adult\n- unicorn\n",
        "docs/words.yml:LINE: no page says 'unicorn'. Write a word that the guide uses, or take it out.",
    ),
    "drawing with a script": (
        "/// drawing | places", "docs/drawings/places.svg", "</svg>", "<script>x()</script></svg>", "docs/what-are-milia.md:LINE: docs/drawings/places.svg:",
    ),
    "drawing with a foreign image": (
        "/// drawing | places", "docs/drawings/places.svg", "</svg>", '<image href="https://img.example/a.png"/></svg>',
        "docs/what-are-milia.md:LINE: docs/drawings/places.svg:",
    ),
}  # fmt: skip


def main() -> None:
    from tests.conftest import copy_project

    refused = 0
    with tempfile.TemporaryDirectory() as folder:
        copy_project(Path(folder))
        os.chdir(folder)
        for name, (_, file, old, new, *_) in FAULTS.items():
            mend = put_in(Path(file), old, new)
            said = problems()
            mend()
            refused += bool(said)
            print(f"{name}\n    " + ("\n    ".join(said) or "NOT REFUSED"))
        os.chdir("/")
    print(f"{len(FAULTS)} faults, {refused} refused.")


if __name__ == "__main__":
    main()
