"""What every page ends with: its sources, its dates, its address, and a code to scan on paper."""

from __future__ import annotations

import json
import xml.etree.ElementTree as etree

import segno
from markdown.util import AtomicString

from milia_guide.data import Source
from milia_guide.words import element_text, text

NOT_REVIEWED = "No health professional wrote or reviewed this page."
PAGE_SOURCES = "sources-on-this-page"


def close_page(root: etree.Element, extension) -> None:
    """Append to the page the sources that it cites and, for a page of the guide, its facts."""
    cited = dict.fromkeys(key for sentence in extension.sentences for key in sentence.sources)
    sources = [extension.sources[key] for key in cited]
    if sources:
        root.append(page_sources(sources, root))
    if not extension.collecting and (page := extension.page):
        root.append(page_facts(page, sources, extension.sources, extension.guide.address(page)))
        if extension.guide.site_url:
            root.append(structured_data(root, page, sources, extension.guide.address(page)))


def page_sources(sources: list[Source], root: etree.Element) -> etree.Element:
    """Return the list of sources: who each is, where to find it, and the way back to each sentence."""
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
        what = etree.SubElement(entry, "span", {"class": "source-what"})
        what.text = f": {' '.join(source.what.split())} "
        if source.url:
            link = etree.SubElement(what, "a", {"href": source.url, "class": "source-address"})
            # With the publisher, since many a page is called Milia: the link is clear by itself.
            link.text = f"{source.title}, {source.publisher}"
            link.tail = f". Its date: {source.date}."
            etree.SubElement(what, "span", {"class": "on-paper"}).text = f" {source.url}"
        ways = etree.SubElement(entry, "p", {"class": "source-ways"})
        more = etree.SubElement(ways, "a", {"href": f"sources.md#{source.key}"})
        more.text = "What we read"
        more.set("aria-label", f"What we read: {source.name}")
        back_links(ways, source, root)
    return section


def back_links(paragraph: etree.Element, source: Source, root: etree.Element) -> None:
    """Add a link back to each place of the page that cites the source."""
    places = [
        (el.get("id"), text([element_text(el)]))
        for el in root.iter()
        if el.get("id") and (el.get("class") == "sentence" or el.tag == "tr")
        if any(a.get("href") == f"#source-{source.key}" for a in el.iter("a"))
    ]
    for number, (place, words) in enumerate(places, 1):
        paragraph[-1].tail = " Back to: " if number == 1 else " "
        link = etree.SubElement(
            paragraph, "a", {"href": f"#{place}", "role": "doc-backlink", "aria-label": f"{number}, back to: {words}"}
        )
        link.text = str(number)


def page_facts(page, cited: list[Source], all_sources: dict[str, Source], address: str) -> etree.Element:
    """Return the page's dates, its review status and its address, with a code of it for paper."""
    whose = "its" if cited else "the guide's"
    oldest = min(cited or all_sources.values(), key=lambda source: source.compared)
    section = etree.Element("section", {"class": "page-facts", "aria-label": "Facts about this page", "data-search-exclude": ""})
    lines = [
        f"Compared with stored copies of {whose} sources in {oldest.compared:%B %Y}.",
        f"Due to be compared again in {oldest.due:%B %Y}.",
        f"Last changed on {day(page.changed)}.",
        NOT_REVIEWED,
    ]
    etree.SubElement(section, "p").text = "\n".join(lines)
    if address:
        line = etree.SubElement(section, "p", {"class": "page-address"})
        line.text = "Address of this page: "
        etree.SubElement(line, "a", {"href": address, "rel": "bookmark"}).text = AtomicString(address)
        section.append(qr(address))
    return section


def qr(address: str) -> etree.Element:
    """Return a QR code of the address as an SVG element, black on white with the quiet zone of 4 modules."""
    code = segno.make(address, error="m", micro=False)
    svg = etree.fromstring(code.svg_inline(omitsize=True, border=4, light="#fff", svgclass="qr"))
    svg.attrib |= {"role": "img", "aria-label": f"Code to scan, for {address}"}
    return svg


def structured_data(root: etree.Element, page, sources: list[Source], address: str) -> etree.Element:
    """Return schema.org data; it holds nothing that the page does not show."""
    data = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "name": text([element_text(root.find(".//h1"))]),
        "url": address,
        "about": {"@type": "MedicalCondition", "name": "Milia"},
        "dateModified": page.changed.isoformat(),
        "citation": [
            {"@type": "CreativeWork", "name": source.title, "url": source.url} for source in sources if source.url
        ],
    }
    script = etree.Element("script", {"type": "application/ld+json"})
    script.text = AtomicString(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))
    return script


def day(date) -> str:
    """Return a date as readers write it: 23 November 2026."""
    return f"{date.day} {date:%B %Y}"
