"""The words of an element as a reader sees them."""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown.util import AMP_SUBSTITUTE


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
