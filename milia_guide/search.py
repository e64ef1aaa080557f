"""What the search page holds: every section of the guide in plain HTML, and the synonyms of docs/synonyms.yml."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as etree
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from milia_guide.citations import CITATION, own_lines, text
from milia_guide.data import Problem, Refused, read_text, read_yaml
from milia_guide.listings import Listing

if TYPE_CHECKING:
    from milia_guide.guide import Guide, Page

HEADINGS = ("h1", "h2", "h3")
WORDS = r"[a-z0-9]+(?:[-'][a-z0-9]+)*"
WORD = re.compile(f"{WORDS}(?: {WORDS})*")
# A section that answers comes before one that sums up, and that before one on sources or on this site.
WEIGHTS = {"index.md": 0.7, "how-sure.md": 0.5, "about.md": 0.5, "for-clinics.md": 0.5, "handout.md": 0.3, "sources.md": 0.3}
NOT_SEARCHED = ("search.md", "words.md", "changes.md")  # they only list what is elsewhere
CLAIM = 0.3  # a row of the table of claims
PAGE = 0.4  # a page's opening that says only what the page is about


class Section(NamedTuple):
    """A heading of a page and the lines below it, without citations and signposts."""

    id: str
    title: str
    lines: list[str]
    weight: float = 1


class Sections(Treeprocessor):
    """Collect the page's sections into `extension.sections`; the page itself stays as it is."""

    def __init__(self, md: Markdown, extension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: etree.Element) -> None:
        self.walk(deepcopy(root))  # own_lines takes its block apart

    def walk(self, block: etree.Element) -> None:
        if "signpost" in block.get("class", "").split() or "data-search-exclude" in block.attrib:
            return
        sections, lines = self.extension.sections, own_lines(block, self.is_block)
        for line in lines:
            if isinstance(line[0], etree.Element) and self.is_block(line[0].tag):
                self.walk(line[0])
            elif block.tag in HEADINGS:
                sections.append(Section(block.get("id", ""), text(line), []))
            elif text(line) and sections and block.get("class") != "admonition-title":
                sections[-1].lines.append(text(line))

    def is_block(self, tag: str) -> bool:
        return tag == "caption" or self.md.is_block_level(tag)


def sections(page: Page, guide: Guide) -> list[Section]:
    """Return what can be found on a page, with what is generated there: claims and sources."""
    weight = WEIGHTS.get(page.name, 1)
    found = [section._replace(weight=weight) for section in page.sections]
    if found and not found[0].lines:
        found[0] = found[0]._replace(lines=[page.description], weight=weight * PAGE)
    if page.name == "how-sure.md":
        for claim in guide.claims.values():
            if claim.id in guide.places:
                says = re.sub(CITATION, "", claim.says).splitlines()
                found.append(Section(claim.id, guide.places[claim.id].text, [*map(str.strip, says), claim.verdict], CLAIM))
    if page.name == "sources.md":
        for source in guide.sources.values():
            lines = [*source.what.splitlines(), source.title, source.publisher]
            found.append(Section(source.key, source.name, [line for line in lines if line], weight))
    return found


class SearchIndex(Listing):
    """`/// search-index`: every section of the guide, and its words, for assets/search.js and for readers without it."""

    NAME = "search-index"

    def on_create(self, parent: etree.Element) -> etree.Element:
        if self.guide:
            faults = synonym_faults(Path(self.extension.getConfig("synonyms")), self.guide)
            self.extension.problems += [Problem("", fault) for fault in faults]
        return etree.SubElement(parent, "div", {"class": "search-index"})


class FillSearchIndex(Treeprocessor):
    """Fill the block after the page is judged: what it holds was judged where it stands."""

    def __init__(self, md: Markdown, extension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: etree.Element) -> None:
        from milia_guide.guide import read_guide  # guide.py reads pages, and so this block

        for index in root.iter("div"):
            if index.get("class") == "search-index" and not self.extension.collecting:
                groups = read_synonyms(Path(self.extension.getConfig("synonyms")))
                index.set("data-synonyms", json.dumps([group.words for group in groups]))
                guide = read_guide()
                for page in guide.pages:
                    if page.name not in NOT_SEARCHED and page.sections and not page.robots:
                        self.fill(index, page, sections(page, guide))

    def fill(self, index: etree.Element, page: Page, found: list[Section]) -> None:
        etree.SubElement(index, "h2", {"id": f"in-{page.file.stem}"}).text = page.title
        entries = etree.SubElement(index, "ul", {"data-page": page.title})
        for section in found:
            item = etree.SubElement(entries, "li", {"data-weight": f"{section.weight:.2g}"})
            etree.SubElement(item, "a", {"href": f"{page.name}#{section.id}"}).text = section.title
            # Hidden, but found by the browser's own search in the page, which then shows it.
            words = etree.SubElement(item, "div", {"hidden": "until-found"})
            for line in section.lines:
                etree.SubElement(words, "p").text = line


class Group(NamedTuple):
    """One line of docs/synonyms.yml: words that find each other, and the line's number."""

    words: list[str]
    line: int


def read_synonyms(path: Path) -> list[Group]:
    """Return the groups of synonyms; raise Refused with every line that is not whole."""
    source = read_text(path)
    groups = read_yaml(path, source)
    if not isinstance(groups, list):
        raise Refused(f"{path}:1: no list of groups. Write one group a line: - zit, pimple, acne")
    found, faults, seen = [], [], {}
    for given, node in zip(groups, yaml.compose(source, yaml.SafeLoader).value, strict=True):
        line = node.start_mark.line + 1
        if not isinstance(given, str):
            faults.append(f"{path}:{line}: not a line of words: {given!r}. Write: - zit, pimple, acne")
            continue
        words = [" ".join(word.split()) for word in given.split(",")]
        if len(words) < 2:
            faults.append(f"{path}:{line}: a group of one: '{given}'. Add a word that the guide uses for it, or take it out.")
        for word in words:
            if not WORD.fullmatch(word):
                faults.append(f"{path}:{line}: not a word: '{word}'. Use small letters, digits, hyphens and one comma between words.")
            elif word in seen:
                faults.append(f"{path}:{line}: '{word}' stands in line {seen[word]} too. Join the two groups, or take one out.")
            seen.setdefault(word, line)
        found.append(Group(words, line))
    if faults:
        raise Refused("\n".join(faults))
    return found


def synonym_faults(path: Path, guide: Guide) -> list[str]:
    """Return, as `file:line: message`, what is wrong with the synonyms: also each group whose words no page has."""
    try:
        groups = read_synonyms(path)
    except Refused as error:
        return error.message.splitlines()
    # One space between words, and at both ends: a synonym is looked for as a whole word.
    said = " ".join(
        line for page in guide.pages for section in sections(page, guide) for line in (section.title, *section.lines)
    )
    said = f" {' '.join(re.findall(WORDS, said.lower()))} "
    return [
        f"{path}:{group.line}: no page answers '{', '.join(group.words)}'. Add the word that the guide uses, or take the line out."
        for group in groups
        if not any(f" {word} " in said for word in group.words)
    ]
