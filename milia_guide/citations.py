"""Cite every sentence: each line of prose names a source, or the page is refused.

Authors write one sentence a line and cite with Pandoc's `[@key]` or `[@key; @key]`;
`[@key]{ #some-id }` gives the sentence a permanent id. The sources live in docs/sources.yml.
A block that carries no fact is marked `{ .signpost }` or `{ .about-this-site }`.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import HtmlBlockPreprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, STX
from pymdownx.blocks import BlocksExtension

from milia_guide.data import Problem, Refused, Source, load_claims, load_sources

MARKS = ("signpost", "about-this-site")
LABELS = {"h1", "h2", "h3", "h4", "h5", "h6", "th", "summary"}
CITATION = r"\[@([^\]\n]*)\]"
SENTENCE_END = re.compile(r"[.!?][\"')\]’”]*\s+(?=\S)")
PAGE_SOURCES = "sources-on-this-page"


class Sentence(NamedTuple):
    """A cited sentence: its address on the page, its words, the keys of its sources."""

    ids: tuple[str, ...]
    text: str
    sources: tuple[str, ...]


class Marked(NamedTuple):
    """A line that carries no fact: its mark (or the tag of a label) and its words."""

    mark: str
    text: str


class Citation(InlineProcessor):
    """Turn `[@key]` into the source's name, linked to its entry at the page's end."""

    def __init__(self, md: Markdown, extension: CitationExtension) -> None:
        super().__init__(CITATION, md)
        self.extension = extension

    def handleMatch(self, m: re.Match[str], data: str):
        element = etree.Element("span", {"class": "citation"})
        element.text = "– "
        for part in m[1].split(";"):
            key = part.strip().removeprefix("@")
            source = self.extension.sources.get(key)
            if source is None:
                self.extension.problems.append(unknown(key, m[0], self.extension.sources))
                continue
            if len(element):
                element[-1].tail = "; "
            link = etree.SubElement(
                element,
                "a",
                {"href": f"#source-{key}", "role": "doc-noteref", "aria-label": f"Source: {source.name}"},
            )
            link.text = source.name
        return element, m.start(), m.end()


class RawHtml(HtmlBlockPreprocessor):
    """Refuse raw HTML blocks: nothing judges what stands in them."""

    def __init__(self, md: Markdown, extension: CitationExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        stash = self.md.htmlStash.rawHtmlBlocks
        before = len(stash)
        lines = super().run(lines)
        self.extension.problems += [raw_html(str(block)) for block in stash[before:]]
        return lines


class RawInlineHtml(InlineProcessor):
    """Refuse raw HTML within a line."""

    def __init__(self, md: Markdown, extension: CitationExtension) -> None:
        super().__init__(r"(</?[A-Za-z!][^<>]*>)", md)
        self.extension = extension

    def handleMatch(self, m: re.Match[str], data: str):
        self.extension.problems.append(raw_html(m[1]))
        return "", m.start(), m.end()


class Judge(Treeprocessor):
    """Refuse what is not cited, give every cited sentence its id, close the page with its sources."""

    def __init__(self, md: Markdown, extension: CitationExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: etree.Element) -> None:
        self.judge(root, mark="")
        cited = dict.fromkeys(key for sentence in self.extension.sentences for key in sentence.sources)
        if cited:
            root.append(page_sources([self.extension.sources[key] for key in cited], root))
        self.ids(root)
        if self.extension.problems and not self.extension.collecting:
            raise Refused("\n".join(map(str, self.extension.problems)))

    def judge(self, block: etree.Element, mark: str, row: etree.Element | None = None) -> None:
        """Judge the block's own lines, then the blocks nested in it; `row` is the table row around it."""
        classes = block.get("class", "").split()
        mark = next((name for name in MARKS if name in classes), mark)
        if block.tag == "tr":
            self.judge_row(block, mark)
            return
        label = block.tag if block.tag in LABELS else "title" if "admonition-title" in classes else ""
        lines = own_lines(block, self.is_block)
        for line in lines:
            if self.is_nested(line):
                self.judge(line[0], mark, row)
            elif label and text(line):
                self.label(label, block, text(line))
            elif text(line):
                self.judge_line(line, mark, row)
        rebuild(block, lines)

    def judge_row(self, row: etree.Element, mark: str) -> None:
        """A table row is one line: one citation carries it. Paragraphs in its cells answer for themselves."""
        cells = [(cell, own_lines(cell, self.is_block)) for cell in row if cell.tag == "td"]
        own = [node for _, lines in cells for line in lines if not self.is_nested(line) for node in [*line, " "]]
        if text(own) and self.accept(own, mark):
            ids = [node.attrib.pop("id") for node in own if is_citation(node) and node.get("id")]
            row.set("id", row.get("id") or (ids or [slug(text(own))])[0])
            self.extension.sentences.append(Sentence((row.get("id"),), text(own), tuple(cited_keys(own))))
        for cell, lines in cells:
            for line in lines:
                if self.is_nested(line):
                    self.judge(line[0], mark, row)
            rebuild(cell, lines)
        for header in row.findall("th"):
            self.judge(header, mark)

    def label(self, label: str, block: etree.Element, words: str) -> None:
        """A heading or title is not judged as a claim; it is listed for a person to read."""
        self.extension.marked.append(Marked(label, words))
        if re.fullmatch("h[1-6]", label) and not block.get("id"):
            self.problem(words, f"Heading without an id: '{words}'. Add {{ #two-or-three-words }} after it.")

    def judge_line(self, line: list, mark: str, row: etree.Element | None) -> None:
        if SENTENCE_END.search(text(["a title" if getattr(node, "tag", "") == "a" else node for node in line])):
            words = text(line)
            self.problem(words, f"Two sentences on one line: '{words}'. Write each on a line of its own, with its own citation.")
        elif self.accept(line, mark):
            self.wrap(line, row)

    def accept(self, line: list, mark: str) -> bool:
        """Return whether the line is a cited sentence; report it if it should be one, list it if it is marked."""
        words, keys = text(line), cited_keys(line)
        if STX in words or any(is_citation(node) and not len(node) for node in line):
            return False  # raw HTML or an unknown source: reported where it was met
        if mark and keys:
            self.problem(words, f"Cited, but marked {mark}: '{words}'. Take away the mark or the citation.")
        elif mark:
            self.extension.marked.append(Marked(mark, words))
        elif not keys:
            self.problem(
                words,
                f"No source: '{words}'. Add a citation such as [@article] to this line; "
                "or, if it states no fact, mark its block { .signpost } or { .about-this-site }.",
            )
        elif len({self.extension.sources[key].kind for key in keys}) > 1:
            self.problem(
                words,
                f"Two kinds of source at one sentence: '{words}'. "
                "Write one sentence for what the article says and one for what we read elsewhere.",
            )
        else:
            return True
        return False

    def wrap(self, line: list, row: etree.Element | None) -> None:
        """Put the sentence into a span that carries its id; in a table it is found at its row's id."""
        span = etree.Element("span", {"class": "sentence"})
        citations = [node for node in line if is_citation(node) and node.get("id")]
        if row is not None:
            ids = [row.get("id", "")]
        else:
            ids = [node.get("id", "") for node in citations] or [slug(text(line))]
            span.set("id", ids[0])
            for node in citations[:1]:
                del node.attrib["id"]  # a second id stays where it is
        self.extension.sentences.append(Sentence(tuple(ids), text(line), tuple(cited_keys(line))))
        rebuild(span, [line])
        line[:] = [span]

    def problem(self, quote: str, message: str) -> None:
        self.extension.problems.append(Problem(quote, message))

    def is_block(self, tag: str) -> bool:
        return tag == "caption" or self.md.is_block_level(tag)  # Python-Markdown's list lacks caption

    def is_nested(self, line: list) -> bool:
        return bool(line) and isinstance(line[0], etree.Element) and self.is_block(line[0].tag)

    def ids(self, root: etree.Element) -> None:
        """Refuse an id that stands twice."""
        for name, times in Counter(el.get("id") for el in root.iter() if el.get("id")).items():
            if times > 1:
                self.problem(f"#{name}", f"Duplicate id: #{name} stands {times} times. Give each place an id of its own.")


def own_lines(block: etree.Element, is_block) -> list[list]:
    """Return the block's content cut into lines; each nested block is a line of its own.

    A line is a list of strings and inline elements. The elements are taken out of the block;
    `rebuild` puts them back.
    """
    lines: list[list] = [[]]

    def add(words: str | None) -> None:
        first, *rest = (words or "").split("\n")
        lines[-1].append(first)
        lines.extend([part.lstrip()] for part in rest)

    add(block.text)
    for child in list(block):
        tail, child.tail = child.tail, None
        if is_block(child.tag):
            lines += [[child], []]
        else:
            lines[-1].append(child)
        add(tail)
        block.remove(child)
    return [line for line in lines if any(not isinstance(node, str) or node.strip() for node in line)]


def rebuild(block: etree.Element, lines: list[list]) -> None:
    """Put lines back into a block that `own_lines` emptied."""
    block.text = None
    for number, line in enumerate(lines):
        for node in (["\n"] if number else []) + line:
            if isinstance(node, etree.Element):
                block.append(node)
            elif len(block):
                block[-1].tail = (block[-1].tail or "") + node
            else:
                block.text = (block.text or "") + node


def is_citation(node) -> bool:
    return isinstance(node, etree.Element) and node.get("class") == "citation"


def text(line: list) -> str:
    """Return the words of a line as a reader sees them, without its citations."""
    words = "".join(node if isinstance(node, str) else element_text(node) for node in line)
    return " ".join(words.replace(AMP_SUBSTITUTE, "&").split())


def element_text(element: etree.Element) -> str:
    if is_citation(element):
        return " "
    inner = (element.text or "") + "".join(element_text(child) + (child.tail or "") for child in element)
    return element.get("alt", "") + inner


def cited_keys(line: list) -> list[str]:
    """Return the keys that the line cites, in order, each once."""
    return list(
        dict.fromkeys(
            link.get("href", "").removeprefix("#source-")
            for node in line
            if isinstance(node, etree.Element)
            for citation in node.iter("span")
            if is_citation(citation)
            for link in citation.iter("a")
        )
    )


def slug(words: str) -> str:
    """Return an id for a sentence that was given none: its first six words."""
    return "-".join(re.findall(r"[a-z0-9]+", words.lower())[:6]) or "sentence"


def unknown(key: str, citation: str, sources: dict[str, Source]) -> Problem:
    return Problem(
        citation,
        f"Unknown source in '{citation}': there is no '{key}' in docs/sources.yml. "
        f"Write [@key] or [@key; @key] with one of its keys, or add the source there first.",
    )


def raw_html(html: str) -> Problem:
    first = html.strip().splitlines()[0]
    return Problem(first, f"Raw HTML: '{first}'. Write it in Markdown; what is in raw HTML cannot be judged.")


def page_sources(sources: list[Source], root: etree.Element) -> etree.Element:
    """Return the section that ends a page: who each cited source is, and the way back."""
    section = etree.Element(
        "section",
        {"class": "page-sources", "role": "doc-endnotes", "aria-labelledby": PAGE_SOURCES, "data-search-exclude": ""},
    )
    heading = etree.SubElement(section, "h2", {"id": PAGE_SOURCES, "data-search-exclude": ""})
    heading.text = "Sources on this page"
    entries = etree.SubElement(section, "ul", {"class": "source-entries"})
    for source in sources:
        entry = etree.SubElement(entries, "li", {"id": f"source-{source.key}", "class": f"source source-{source.kind}"})
        etree.SubElement(entry, "strong").text = source.name
        entry[-1].tail = f": {' '.join(source.what.split())} "
        if source.url:
            link = etree.SubElement(entry, "a", {"href": source.url, "class": "source-address"})
            link.text = source.title
            link.tail = f". {source.publisher}. Its date: {source.date}."
        last = etree.SubElement(entry, "p", {"class": "source-ways"})
        more = etree.SubElement(last, "a", {"href": f"sources.md#{source.key}"})
        more.text = "What we read"
        more.set("aria-label", f"What we read: {source.name}")
        back_links(last, source, root)
    return section


def back_links(paragraph: etree.Element, source: Source, root: etree.Element) -> None:
    """Add a link back to each place of the page that cites the source."""
    places = [
        (el.get("id"), element_text(el))
        for el in root.iter()
        if el.get("id") and (el.get("class") == "sentence" or el.tag == "tr")
        if any(a.get("href") == f"#source-{source.key}" for a in el.iter("a"))
    ]
    if not places:
        return
    paragraph[-1].tail = " Back to: "
    for number, (place, words) in enumerate(places, 1):
        words = " ".join(words.replace(AMP_SUBSTITUTE, "&").split())
        link = etree.SubElement(
            paragraph, "a", {"href": f"#{place}", "role": "doc-backlink", "aria-label": f"{number}, back to: {words}"}
        )
        link.text = str(number)
        link.tail = " "


class CitationExtension(BlocksExtension):
    """The Markdown extension; after `convert` it holds what the page says.

    `sentences`, `marked` and `problems` are the page's, in reading order. With `collecting` set,
    problems are kept and not raised, and listings of other pages stay empty.
    """

    def __init__(self, *, collecting: bool = False, **options) -> None:
        self.config = {
            "sources": ["docs/sources.yml", "The file that names every source"],
            "claims": ["docs/claims.yml", "The file that holds every claim of the article"],
            "publisher": ["", "Who publishes this copy"],
            "contact": ["", "Address for reports of mistakes: an email or web address"],
        }
        self.collecting = collecting
        super().__init__(**options)
        self.reset()

    def reset(self) -> None:
        self.sentences: list[Sentence] = []
        self.marked: list[Marked] = []
        self.problems: list[Problem] = []

    @property
    def sources(self) -> dict[str, Source]:
        return load_sources(Path(self.getConfig("sources")))

    @property
    def claims(self):
        return load_claims(Path(self.getConfig("claims")), self.sources)

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.registerExtension(self)
        md.preprocessors.register(RawHtml(md, self), "html_block", 20)  # in place of the stock one
        md.inlinePatterns.register(RawInlineHtml(md, self), "html", 90)  # in place of the stock one
        md.inlinePatterns.register(Citation(md, self), "citation", 175)  # before links, 170
        md.treeprocessors.register(Judge(md, self), "judge", 6)  # after attr_list, 8; before toc, 5

    def extendMarkdownBlocks(self, md: Markdown, block_mgr) -> None:
        from milia_guide.listings import LISTINGS  # they read the whole guide, which reads this module

        for block in LISTINGS:
            block_mgr.register(block, {"extension": self})
