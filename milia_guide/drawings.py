"""`/// drawing | forming`: the picture docs/drawings/forming.svg in a page, and the text in it as real text.

A drawing claims things as a sentence does: each label in it must stand, word for word, in a cited sentence
under the same heading. Colours, lines and sizes of text are in overrides/assets/drawings.css, one for all.
"""

from __future__ import annotations

import gzip
import re
import xml.etree.ElementTree as etree
from pathlib import Path
from xml.parsers import expat

from pymdownx.blocks.block import Block

from milia_guide.data import Problem, read_text

BYTES = 4096  # compressed
WIDTH = 288  # the text's width on a phone of 320 px: there, one unit is one pixel
TITLE = 125  # characters
TAGS = "svg title g path line polyline rect circle ellipse text tspan".split()
ATTRIBUTES = (
    "xmlns viewBox class transform d points x y x1 y1 x2 y2 dx dy cx cy r rx ry width height".split()
)
CLASSES = "skin bump paper thin dashed strong middle end".split()  # drawings.css says what each is
TRANSFORM = re.compile(r"((translate|rotate)\([-\d. ]+\)|scale\(-1 1\)|\s)*")  # nothing that makes text smaller


class Drawing(Block):
    """`/// drawing | NAME`: a figure; the lines in the block are its caption."""

    NAME = "drawing"
    ARGUMENT = True  # the file's name, without .svg

    def on_validate(self, parent: etree.Element) -> bool:
        return bool(re.fullmatch(r"[a-z0-9-]+", self.argument))

    def on_create(self, parent: etree.Element) -> etree.Element:
        figure = etree.SubElement(parent, "figure", {"class": "drawing", "data-drawing": self.argument})
        etree.SubElement(figure, "figcaption")
        return figure

    def on_add(self, block: etree.Element) -> etree.Element:
        return block.find("figcaption")


def place_drawings(root: etree.Element, extension) -> list[Problem]:
    """Put each drawing of a judged page into its figure; return what is wrong with the drawings.

    Their titles go to `extension.marked`: they claim nothing, and are listed for a person to read.
    """
    from milia_guide.citations import Marked  # it calls this function

    folder = Path(extension.getConfig("sources")).parent / "drawings"
    problems = []
    for figures, sentences in sections(root):
        for figure in figures:
            name = figure.attrib.pop("data-drawing")
            svg, faults = read_drawing(folder / f"{name}.svg", sentences)
            if not any(has_class(element, "sentence") for element in figure.iter()):
                faults.append("No cited caption. Write one or more cited sentences into the block of the drawing.")
            problems += [Problem(f"drawing | {name}", fault) for fault in faults]
            if svg is not None:
                extension.marked.append(Marked("drawing", svg.get("aria-label", "")))
                figure.set("id", f"drawing-{name}")
                figure.insert(0, svg)
    return problems


def sections(root: etree.Element) -> list[tuple[list[etree.Element], list[str]]]:
    """Return, for each heading, the figures and the cited sentences that stand under it."""
    found: list = [([], [])]
    for element in root.iter():
        if re.fullmatch("h[1-6]", element.tag):
            found.append(([], []))
        elif element.get("data-drawing"):
            found[-1][0].append(element)
        elif has_class(element, "sentence"):
            found[-1][1].append(words("".join(element.itertext())))
    return found


def read_drawing(path: Path, sentences: list[str]) -> tuple[etree.Element | None, list[str]]:
    """Return the drawing, made ready for a page, and all that is wrong with it, as `file:line: what to do`.

    `sentences` are the words that its labels may use. The drawing is None where there is none, or no XML.
    Raises Refused where the file is not UTF-8.
    """
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.svg")))
        return None, [f"{path}: no such drawing. Draw it, or name one of these: {known}."]
    text = read_text(path)
    try:
        svg, lines = parse(text)
    except expat.ExpatError as error:
        return None, [f"{path}:{error.lineno}: broken XML ({expat.ErrorString(error.code)}). Mend this line or the one above."]
    faults = [f"{path}:{lines[element]}: {fault}" for element in svg.iter() for fault in element_faults(element, svg, sentences)]
    size = len(gzip.compress(text.encode(), mtime=0))
    if size >= BYTES:
        faults.append(f"{path}:1: {size} bytes compressed. Draw it with less: {BYTES - 1} at most.")
    title = svg.find("title")
    if title is None or not 0 < len(words_of(title)) <= TITLE:
        faults.append(f"{path}:1: no title. Begin with <title>what one sees</title>, {TITLE} characters at most.")
    else:
        # A label and not the title element: that would need an id, and hide the drawing behind a tooltip.
        svg.set("aria-label", words_of(title))
        svg.remove(title)
    svg.attrib.pop("xmlns", None)
    svg.attrib.update({"role": "img", "data-search-exclude": ""})
    return svg, faults


def parse(text: str) -> tuple[etree.Element, dict[etree.Element, int]]:
    """Return an XML text's root and the line of each element, which ElementTree does not keep."""
    parser, builder, lines = expat.ParserCreate(), etree.TreeBuilder(), {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        lines[builder.start(tag, attributes)] = parser.CurrentLineNumber

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, builder.end, builder.data
    parser.Parse(text.encode(), True)
    return builder.close(), lines


def element_faults(element: etree.Element, svg: etree.Element, sentences: list[str]):
    """Yield what is wrong with one element of a drawing."""
    if element.tag not in TAGS:
        yield f"<{element.tag}> has no place in a drawing. Use only: {', '.join(TAGS)}."
    for name in element.attrib:
        if name not in ATTRIBUTES:
            yield f"{name}= has no place in a drawing. Colours and sizes are in drawings.css: use a class."
    for name in element.get("class", "").split():
        if name not in CLASSES:
            yield f"unknown class {name!r}. Use one of: {', '.join(CLASSES)}."
    if not TRANSFORM.fullmatch(element.get("transform", "")):
        yield "only translate, rotate and scale(-1 1) keep lines and text at their size. Use those."
    if element is svg and not re.fullmatch(rf"0 0 {WIDTH} \d+", element.get("viewBox", "")):
        yield f'the viewBox must be "0 0 {WIDTH} HEIGHT", so that text is never too small on a phone.'
    if element.tag == "text":
        label = words(words_of(element))
        if not any(f" {label} " in f" {sentence} " for sentence in sentences):
            yield f"No source for the label '{words_of(element)}'. Use words, in a row, of one cited sentence under the same heading."
    elif element.tag not in ("tspan", "title") and (element.text or "").strip():
        yield f"'{element.text.strip()}' stands outside <text>. Put it into a <text>."


def words(text: str) -> str:
    """Return the bare words of a text, to compare by."""
    return " ".join(re.findall(r"\w+", text.lower()))


def words_of(element: etree.Element) -> str:
    """Return an element's text; each line of a label is a <tspan>, so lines are joined by a space."""
    return " ".join(" ".join(element.itertext()).split())


def has_class(element: etree.Element, name: str) -> bool:
    return name in element.get("class", "").split()


def bar(part: int, whole: int) -> etree.Element:
    """Return a bar with `part` of `whole` filled; the numbers must stand beside it in words."""
    svg = etree.Element("svg", {"class": "bar", "aria-hidden": "true", "viewBox": f"0 0 {whole} 1", "preserveAspectRatio": "none"})
    etree.SubElement(svg, "rect", {"width": str(whole), "height": "1"})
    etree.SubElement(svg, "rect", {"class": "solid", "width": str(part), "height": "1"})
    return svg
