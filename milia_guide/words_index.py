"""The words from A to Z: which sections of the guide speak of a word, for readers who cannot use the search.

The words are those of docs/synonyms.yml, those of docs/words.yml and the names of the sources.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from milia_guide.data import Problem, Refused, read_text, read_yaml
from milia_guide.listings import Listing
from milia_guide.search import NOT_SEARCHED, WEIGHTS, WORD, read_synonyms

if TYPE_CHECKING:
    from milia_guide.guide import Guide, Page
    from milia_guide.search import Section

MOST = 4  # sections at one word: more would be no help to choose
TITLE = 3  # what a word in a heading weighs, against one in a line below it


class Entry(NamedTuple):
    """A word of the index: the sections that speak of it (link and title), or the word to see instead."""

    word: str
    sections: list[tuple[str, str]]
    see: str = ""


def read_words(path: Path) -> dict[str, int]:
    """Return the words of docs/words.yml, each with its line; raise Refused with every one that is no word."""
    source = read_text(path)
    words = read_yaml(path, source)
    if not isinstance(words, list):
        raise Refused(f"{path}:1: no list of words. Write one word a line: - forehead")
    lines = [node.start_mark.line + 1 for node in yaml.compose(source, yaml.SafeLoader).value]
    faults = [
        f"{path}:{line}: not a word: {word!r}. Write one word a line, in small letters: - forehead"
        for word, line in zip(words, lines, strict=True)
        if not isinstance(word, str) or not WORD.fullmatch(word)
    ]
    if faults:
        raise Refused("\n".join(faults))
    return dict(zip(words, lines, strict=True))


def word_faults(guide: Guide) -> list[str]:
    """Return, as `file:line: message`, each word of docs/words.yml that no section has, or that needs no line."""
    path = guide.data["words"]
    said = corpus(guide)
    try:
        words = read_words(path)
        synonyms = {word for group in read_synonyms(guide.data["synonyms"]) for word in group.words}
    except Refused as error:
        return [line for line in error.message.splitlines() if line.startswith(str(path))]
    return [
        f"{path}:{line}: '{word}' stands in {guide.data['synonyms']} too. Take it out here."
        if word in synonyms
        else f"{path}:{line}: no page says '{word}'. Write a word that the guide uses, or take it out."
        for word, line in words.items()
        if word in synonyms or not places([word], said)
    ]


def entries(guide: Guide) -> list[Entry]:
    """Return the whole index, in the order of the alphabet."""
    groups = [group.words for group in read_synonyms(guide.data["synonyms"])]
    said, found = corpus(guide), []
    for group in [*groups, *([word] for word in read_words(guide.data["words"]))]:
        main = max(group, key=lambda word: len(places([word], said)))  # the word that the guide uses most
        found.append(Entry(main, best(group, said)))
        # A wording of several words is for the search alone.
        found += [Entry(word, [], see=main) for word in group if word != main and " " not in word]
    found += [Entry(source.name, [(f"sources.md#{source.key}", source.name)]) for source in guide.sources.values()]
    return sorted(found, key=lambda entry: (letter(entry.word), entry.word.lower()))


def corpus(guide: Guide) -> list[tuple[Page, Section, str]]:
    """Return every section that the index may lead to, with its page and all its words in small letters."""
    return [
        (page, section, "\n".join([section.title, *section.lines]).lower())
        for page in guide.pages
        if page.name not in NOT_SEARCHED and not page.robots
        for section in page.sections
    ]


def places(words: list[str], said: list[tuple[Page, Section, str]]) -> list[tuple[float, str, str]]:
    """Return every section that has one of the words, in reading order: how much it says about it, link, title."""
    say = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})(?:e?s)?\b", re.I)
    found = []
    for page, section, text in said:
        if any(word in text for word in words):  # a quick look before the slow one
            weight = TITLE * bool(say.search(section.title)) + sum(bool(say.search(line)) for line in section.lines)
            if weight:
                weight *= WEIGHTS.get(page.name, 1)
                found.append((weight, f"{page.name}#{section.id}", section.title.rstrip(":")))
    return found


def best(words: list[str], said: list[tuple[Page, Section, str]]) -> list[tuple[str, str]]:
    """Return link and title of the sections that say most about the words, in reading order."""
    found = places(words, said)
    chosen = sorted(found, key=lambda place: -place[0])[:MOST]
    return [(link, title) for weight, link, title in found if (weight, link, title) in chosen]


class WordIndex(Listing):
    """`/// word-index`: a place for the words from A to Z. `/// letters`: a place for the way to each letter."""

    NAME = "word-index"

    def on_create(self, parent: etree.Element) -> etree.Element:
        if self.guide:
            self.extension.problems += [Problem("", fault) for fault in word_faults(self.guide)]
        return etree.SubElement(parent, "div", {"class": self.NAME})


class Letters(WordIndex):
    __doc__ = WordIndex.__doc__
    NAME = "letters"


class FillWordIndex(Treeprocessor):
    """Fill the blocks after the page is judged: the words in them stand in sentences that were judged where they are."""

    def __init__(self, md: Markdown, extension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: etree.Element) -> None:
        if self.extension.collecting:
            return
        for block in root.iter("div"):
            if block.get("class") in (WordIndex.NAME, Letters.NAME):
                found = groupby(entries(self.extension.guide), key=lambda entry: letter(entry.word))
                write = write_words if block.get("class") == WordIndex.NAME else write_letters
                write(block, {of: list(words) for of, words in found})


def write_letters(block: etree.Element, found: dict[str, list[Entry]]) -> None:
    block.attrib |= {"role": "navigation", "aria-label": "Words from A to Z"}
    for of in found:
        link = etree.SubElement(block, "a", {"href": f"words.md#letter-{of.lower()}"})
        link.text, link.tail = of, " "


def write_words(block: etree.Element, found: dict[str, list[Entry]]) -> None:
    for of, words in found.items():
        etree.SubElement(block, "h2", {"id": f"letter-{of.lower()}"}).text = of
        listed = etree.SubElement(block, "ul")
        for entry in words:
            write_word(etree.SubElement(listed, "li"), entry)


def letter(word: str) -> str:
    return word[0].upper() if word[0].isalpha() else "0-9"


def write_word(item: etree.Element, entry: Entry) -> None:
    """Write one word: its sections, or the way to the word that has them; a source's name is its own link."""
    if entry.see:
        item.text = AtomicString(f"{entry.word}: see ")
        etree.SubElement(item, "a", {"href": f"#{anchor(entry.see)}"}).text = entry.see
        return
    if entry.sections[0][1] != entry.word:
        word = etree.SubElement(item, "strong", {"id": anchor(entry.word)})
        word.text, word.tail = AtomicString(entry.word), ": "
    for number, (link, title) in enumerate(entry.sections):
        if number:
            item[-1].tail = "; "
        etree.SubElement(item, "a", {"href": link}).text = AtomicString(title)


def anchor(word: str) -> str:
    return "word-" + "-".join(re.findall(r"[a-z0-9]+", word.lower()))
