"""`((pages: handout.md about.md))`: the text of other pages, on a page of its own, generated and never typed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from pymdownx.blocks.block import Block

from milia_guide.data import Problem

# Round brackets: in square ones Zensical reports a link that leads nowhere.
LINE = re.compile(r"^\(\(pages:([^)]*)\)\)$")


class IncludePages(Preprocessor):
    """Put the pages' text in place of the line, each in a block of its own, headings one level down."""

    def __init__(self, md: Markdown, extension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        made = []
        for line in lines:
            match = LINE.match(line)
            made += self.pages(line, match[1].split()) if match else [line]
        return made

    def pages(self, line: str, names: list[str]) -> list[str]:
        if self.extension.collecting:
            return []  # every page answers for itself
        pages = {page.name: page for page in self.extension.guide.pages}
        made = []
        for name in names:
            if name not in pages:
                self.extension.problems.append(Problem(line, f"No page {name!r} to include. Name pages of mkdocs.yml."))
                continue
            # Four strokes: the page's own blocks, of three, nest in it.
            text = re.sub(r"^(#+ )", r"#\1", pages[name].written, flags=re.M)
            made += ["", f"//// included | {pages[name].file.stem}", "", *text.splitlines(), "", "////", ""]
        return made


class Included(Block):
    """The text of another page; its sentences have their permanent ids there, not here."""

    NAME = "included"
    ARGUMENT = True  # the page's name, without .md

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "included", "data-page": self.argument})


def settle_ids(root: etree.Element) -> None:
    """Name the headings of included pages after their page; take away all other ids in them."""
    for block in root.iter("div"):
        if block.get("class") == "included":
            for element in block.iter():
                name = element.attrib.pop("id", None)
                if name and re.fullmatch("h[1-6]", element.tag):
                    element.set("id", f"{block.get('data-page')}--{name}")
