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
from markdown.preprocessors import HtmlBlockPreprocessor, Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import STX
from pymdownx.blocks import BlocksExtension

from milia_guide.data import Problem, Refused, Source, load_claims, load_sources
from milia_guide.drawings import Drawing, place_drawings
from milia_guide.ending import close_page
from milia_guide.included import Included, IncludePages, settle_ids
from milia_guide.words import is_citation, text

MARKS = ("signpost", "about-this-site")
LABELS = {"h1", "h2", "h3", "h4", "h5", "h6", "th", "summary"}
CITATION = r"\[@([^\]\n]*)\]"
SENTENCE_END = re.compile(r"(?<!^\d)[.!?][\"')\]’”]*\s+(?=\S)")


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


class Remember(Preprocessor):
    """Keep the page's text as it was written: by it the extension knows which page it is."""

    def __init__(self, md: Markdown, extension: CitationExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        self.extension.written = "\n".join(lines).strip()
        return lines


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
        self.extension.problems += place_drawings(root, self.extension)
        settle_ids(root)
        close_page(root, self.extension)
        self.ids(root)
        if self.extension.problems and not self.extension.collecting:
            raise Refused("\n".join(map(str, self.extension.problems)))

    def judge(self, block: etree.Element, mark: str, row: etree.Element | None = None) -> None:
        """Judge the block's own lines, then the blocks nested in it; `row` is the table row around it."""
        classes = block.get("class", "").split()
        mark = next((name for name in MARKS if name in classes), mark)
        if block.tag in ("button", "pre") and mark:
            return  # generated for clinics: a word to press, HTML to copy
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
        words = text(line)
        # A link may be named after a page, and a page's title may end in a question mark.
        titles = [node for node in line if not isinstance(node, str) and node.tag == "a" and text([node])]
        if SENTENCE_END.search(text(["a title" if node in titles else node for node in line])):
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
        return tag in ("caption", "button") or self.md.is_block_level(tag)  # Python-Markdown's list lacks them

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


class CitationExtension(BlocksExtension):
    """The Markdown extension; after `convert` it holds what the page says.

    `sentences`, `marked` and `problems` are the page's, in reading order. With `collecting` set,
    problems are kept and not raised, and listings of other pages stay empty.
    """

    def __init__(self, *, collecting: bool = False, **options) -> None:
        self.config = {
            "sources": ["docs/sources.yml", "The file that names every source"],
            "claims": ["docs/claims.yml", "The file that holds every claim of the article"],
            "synonyms": ["docs/synonyms.yml", "The file of words that find each other"],
            "words": ["docs/words.yml", "The file of more words for the index from A to Z"],
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
        self.written = ""
        self.sections: list = []  # search.Section

    @property
    def guide(self):
        """The whole guide. Not for use while it is being read (`collecting`)."""
        from milia_guide.guide import read_guide  # it reads pages with this extension

        return read_guide()

    @property
    def page(self):
        """The page of the guide that is being converted; None for any other text."""
        return next((page for page in self.guide.pages if page.written == self.written), None)

    @property
    def sources(self) -> dict[str, Source]:
        return load_sources(Path(self.getConfig("sources")))

    @property
    def claims(self):
        return load_claims(Path(self.getConfig("claims")), self.sources)

    def extendMarkdown(self, md: Markdown) -> None:
        from milia_guide.search import FillSearchIndex, Sections
        from milia_guide.words_index import FillWordIndex

        super().extendMarkdown(md)
        md.registerExtension(self)
        md.preprocessors.register(Remember(md, self), "remember", 100)  # before any other
        md.preprocessors.register(IncludePages(md, self), "include-pages", 99)  # the first to change the text
        md.preprocessors.register(RawHtml(md, self), "html_block", 20)  # in place of the stock one
        md.inlinePatterns.register(RawInlineHtml(md, self), "html", 90)  # in place of the stock one
        md.inlinePatterns.register(Citation(md, self), "citation", 175)  # before links, 170
        md.treeprocessors.register(Sections(md, self), "sections", 7)  # after attr_list, 8; before the judge
        md.treeprocessors.register(Judge(md, self), "judge", 6)  # after attr_list, 8; before toc, 5
        md.treeprocessors.register(FillSearchIndex(md, self), "search-index", 5.5)
        md.treeprocessors.register(FillWordIndex(md, self), "word-index", 5.4)

    def extendMarkdownBlocks(self, md: Markdown, block_mgr) -> None:
        # They read the whole guide, which reads this module.
        from milia_guide.clinics import Addresses, Downloads, Snippet
        from milia_guide.listings import LISTINGS
        from milia_guide.search import SearchIndex
        from milia_guide.words_index import Letters, WordIndex

        for block in (*LISTINGS, Drawing, Included, Addresses, Downloads, Snippet, SearchIndex, WordIndex, Letters):
            block_mgr.register(block, {"extension": self})
