"""What the guide generates and nobody types: the table of claims, the entries of the sources."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections import Counter

from markdown.util import AtomicString
from pymdownx.blocks.block import Block

from milia_guide.data import KINDS, READ, VERDICTS
from milia_guide.drawings import bar


class Listing(Block):
    """A block that takes no argument and no content; `self.extension` is the CitationExtension."""

    @property
    def extension(self):
        return self.config["extension"]

    @property
    def guide(self):
        """The whole guide, or None while the guide itself is being read."""
        return None if self.extension.collecting else self.extension.guide


class ClaimsTable(Listing):
    """`/// claims-table`: every claim of the article, who it names, what references say, a verdict."""

    NAME = "claims-table"
    HEADINGS = ("The claim, and where the guide says it", "Who the article names", "What independent references say", "How sure")

    def on_create(self, parent: etree.Element) -> etree.Element:
        guide = self.guide
        if guide:
            self.extension.problems += guide.lost_claims()
        table = etree.SubElement(parent, "table", {"class": "claims", "data-search-exclude": ""})
        etree.SubElement(table, "caption", {"class": "about-this-site"}).text = AtomicString("Every claim of the article, in its own order")
        row = etree.SubElement(etree.SubElement(table, "thead"), "tr")
        for heading in self.HEADINGS:
            etree.SubElement(row, "th", {"scope": "col"}).text = heading
        body = etree.SubElement(table, "tbody")
        for claim in self.extension.claims.values():
            row = etree.SubElement(body, "tr", {"id": claim.id})
            place = guide and guide.places.get(claim.id)
            cells = [f"[{place.text}]({place.link})" if place else claim.id, f"[@{claim.named}]", "", ""]
            for heading, words in zip(self.HEADINGS, cells, strict=True):
                etree.SubElement(row, "td", {"data-label": heading}).text = words
            etree.SubElement(row[2], "p").text = claim.says.strip()
            verdict = etree.SubElement(row[3], "span", {"class": f"verdict verdict-{list(VERDICTS).index(claim.verdict)}"})
            verdict.text = claim.verdict
        return table


class VerdictCounts(Listing):
    """`/// verdict-counts`: each verdict, how many claims have it, what it means, and a bar of it."""

    NAME = "verdict-counts"

    def on_create(self, parent: etree.Element) -> etree.Element:
        counts = Counter(claim.verdict for claim in self.extension.claims.values())
        entries = etree.SubElement(parent, "ul", {"class": "verdict-counts about-this-site"})
        for number, (verdict, meaning) in enumerate(VERDICTS.items()):
            entry = etree.SubElement(entries, "li")
            etree.SubElement(entry, "span", {"class": f"verdict verdict-{number}"}).text = verdict
            entry[-1].tail = f" ({counts[verdict]} of {counts.total()} claims): {meaning}"
            entry.append(bar(counts[verdict], counts.total()))
        return entries


class SourceEntries(Listing):
    """`/// source-entries`: every source of one kind, and every sentence that rests on it."""

    NAME = "source-entries"
    ARGUMENT = True  # the kind: named or read

    def on_validate(self, parent: etree.Element) -> bool:
        return self.argument in KINDS

    def on_create(self, parent: etree.Element) -> etree.Element:
        guide = self.guide
        section = etree.SubElement(parent, "div", {"class": "all-sources about-this-site"})
        if guide:
            self.extension.problems += [p for p in guide.unused_sources() if guide.sources[p.quote].kind == self.argument]
            for source in guide.sources.values():
                if source.kind == self.argument:
                    self.entry(section, source, guide)
        return section

    def entry(self, section: etree.Element, source, guide) -> None:
        heading = etree.SubElement(section, "h3", {"id": source.key})
        heading.text = AtomicString(source.name)
        paragraph(section, source.what)
        facts = etree.SubElement(section, "ul", {"class": "source-facts"})
        fact(facts, "Why it is here", "It is the article" if source.key == "article" else KINDS[source.kind])
        page = source if source.url else guide.sources["article"]
        address = fact(facts, "Page" if source.url else "Reported in", "")
        etree.SubElement(address, "a", {"href": page.url, "class": "source-address"}).text = AtomicString(f"{page.title}, {page.publisher}")
        if source.url:
            fact(facts, "Its own date", page.date)
        fact(facts, "What we read", f"{READ[source.read]}, in {source.compared:%B %Y}; due again in {source.due:%B %Y}")
        if source.meant:
            meant = fact(facts, "The page that we think the article meant", "")
            etree.SubElement(meant, "a", {"href": f"#{source.meant}"}).text = AtomicString(guide.sources[source.meant].name)
        if source.note:
            paragraph(section, source.note)
        places = guide.resting_on(source.key)
        details = etree.SubElement(section, "details", {"class": "rests", "data-search-exclude": ""})
        summary = etree.SubElement(details, "summary")
        summary.text = AtomicString(f"{len(places)} sentence{'s' * (len(places) != 1)} of the guide rest{'s' * (len(places) == 1)} on it")
        links = etree.SubElement(details, "ul")
        for place in places:
            item = etree.SubElement(links, "li")
            etree.SubElement(item, "a", {"href": place.link}).text = AtomicString(place.text)
            item[-1].tail = AtomicString(f" ({place.page.title})")


class Publisher(Listing):
    """`/// publisher`: who publishes this copy and how to report a mistake, from the settings."""

    NAME = "publisher"

    def on_create(self, parent: etree.Element) -> etree.Element:
        publisher, contact = (self.extension.getConfig(name) for name in ("publisher", "contact"))
        block = etree.SubElement(parent, "p", {"class": "about-this-site"})
        if not publisher:
            block.text = "This copy has no publisher yet."
        else:
            block.text = AtomicString(f"{publisher} publishes this copy.")
        if contact:
            href = contact if contact.startswith("https://") else f"mailto:{contact}"
            block.text = AtomicString(f"{block.text}\nTo report a mistake, write to ")
            etree.SubElement(block, "a", {"href": href}).text = AtomicString(contact)
            block[-1].tail = "."
        else:
            block.text = AtomicString(f"{block.text}\nIt has no address for reports of mistakes yet.")
        return block


def paragraph(parent: etree.Element, words: str) -> None:
    etree.SubElement(parent, "p").text = AtomicString(words.strip())


def fact(parent: etree.Element, label: str, words: str) -> etree.Element:
    """Add `label: words` to a list; return the item, so that a link can follow."""
    item = etree.SubElement(parent, "li")
    etree.SubElement(item, "strong").text = AtomicString(f"{label}:")
    item[-1].tail = AtomicString(f" {words}")
    return item


LISTINGS = (ClaimsTable, VerdictCounts, SourceEntries, Publisher)
