"""What clinics need to link, print and share: addresses, ready-made HTML, codes to scan, downloads."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from pathlib import Path

import segno
from markdown.util import AtomicString

from milia_guide.ending import PAGE_SOURCES
from milia_guide.listings import Listing

NO_ADDRESS = "This copy has no address yet, so there is nothing to link to."
LINK_TEXT = "Milia: what they are and what to do (Milia Guide)"
LINK_HTML = '<a href="{address}">{text}</a>'
# Styles in the tag: a clinic's own site has none of our stylesheets. No script, no picture, nothing to load.
CARD_HTML = """\
<div style="max-width: 24rem; padding: 1rem; border: 2px solid #0b4a55; border-radius: 4px; font-family: sans-serif; line-height: 1.5">
  <p style="margin: 0 0 .5rem"><strong>Small hard bumps on the skin (milia)</strong></p>
  <p style="margin: 0 0 .5rem">Plain words, with a source at each sentence. Not written or reviewed by a health professional.</p>
  <p style="margin: 0"><a href="{address}">{text}</a></p>
</div>"""
DOWNLOADS = {
    "milia-handout-a4.pdf": "Handout, A4",
    "milia-handout-letter.pdf": "Handout, US Letter",
    "milia-handout-large-a4.pdf": "Handout in large print, A4",
    "milia-handout-large-letter.pdf": "Handout in large print, US Letter",
}


class Addresses(Listing):
    """`/// addresses`: the address of each page and each care tip, to copy, to follow and to scan."""

    NAME = "addresses"

    def on_create(self, parent: etree.Element) -> etree.Element:
        block = etree.SubElement(parent, "div", {"class": "about-this-site"})
        guide = self.guide
        if not guide:
            return block
        if not guide.site_url:
            etree.SubElement(block, "p").text = NO_ADDRESS
            return block
        pages = [page for page in guide.pages if page.robots != "noindex"]
        etree.SubElement(block, "p").text = "Pages:"
        self.listed(block, [(page.title, guide.address(page)) for page in pages])
        tips = next(page for page in guide.pages if page.name == "care-tips.md")
        etree.SubElement(block, "p").text = "Care tips:"
        headings = [heading for heading in tips.headings if heading[0] != PAGE_SOURCES]
        self.listed(block, [(title, f"{guide.address(tips)}#{id}") for id, title in headings])
        return block

    def listed(self, block: etree.Element, entries: list[tuple[str, str]]) -> None:
        listed = etree.SubElement(block, "ul", {"class": "addresses"})
        for title, address in entries:
            item = etree.SubElement(listed, "li")
            etree.SubElement(item, "strong").text = AtomicString(title)
            item[-1].tail = "\n"
            etree.SubElement(item, "a", {"href": address}).text = AtomicString(address)
            item[-1].tail = "\n"
            copy_button(item, address, f"the address of {title}")
            code = etree.SubElement(item, "a", {"download": f"{file_name(address)}.svg"})
            code.set("href", code_file(address))
            code.set("aria-label", f"Code to scan (SVG) for {title}")
            code.text = "Code to scan (SVG)"


class Snippet(Listing):
    """`/// snippet | link` or `/// snippet | card`: HTML to paste into a clinic's own page."""

    NAME = "snippet"
    ARGUMENT = True
    HTML = {"link": LINK_HTML, "card": CARD_HTML}

    def on_validate(self, parent: etree.Element) -> bool:
        return self.argument in self.HTML

    def on_create(self, parent: etree.Element) -> etree.Element:
        block = etree.SubElement(parent, "div", {"class": "about-this-site"})
        if self.guide and self.guide.site_url:
            html = self.HTML[self.argument].format(address=self.guide.site_url, text=LINK_TEXT)
            code = etree.SubElement(etree.SubElement(block, "pre", {"tabindex": "0"}), "code")
            code.text = AtomicString(html)
            copy_button(block, html, f"the HTML of the {self.argument}")
        else:
            etree.SubElement(block, "p").text = NO_ADDRESS
        return block


class Downloads(Listing):
    """`/// downloads`: the PDFs that `make downloads` has made, each with its size; nothing where there are none."""

    NAME = "downloads"

    def on_create(self, parent: etree.Element) -> etree.Element:
        listed = etree.SubElement(parent, "ul", {"class": "about-this-site"})
        for name, title in DOWNLOADS.items():
            path = Path("docs/downloads") / name
            if path.exists():
                link = etree.SubElement(etree.SubElement(listed, "li"), "a", {"href": f"downloads/{name}"})
                link.text = AtomicString(f"{title} (PDF, {round(path.stat().st_size / 1000)} KB)")
        if not len(listed):
            parent.remove(listed)
            listed = etree.SubElement(parent, "p", {"class": "about-this-site"})
            listed.text = "This copy comes without ready-made PDFs: print the pages themselves."
        return listed


def copy_button(parent: etree.Element, text: str, what: str) -> None:
    """Add a button that site.js shows and that copies the text; `what` names it to screen readers."""
    button = etree.SubElement(parent, "button", {"type": "button", "class": "copy", "hidden": "", "data-copy": text})
    button.set("aria-label", f"Copy {what}")
    button.text = "Copy"
    button.tail = "\n"


def code_file(address: str) -> str:
    """Return a QR code as the address of an SVG file: black on white, 4 modules of quiet zone, 40 mm wide."""
    code = segno.make(address, error="m", micro=False)
    width = 40 / code.symbol_size(border=4)[0]
    return code.svg_data_uri(scale=width, unit="mm", border=4, light="#fff")


def file_name(address: str) -> str:
    """Return a name for the code's file: the last words of the address."""
    return "milia-" + (address.partition("://")[2].partition("/")[2].replace("#", "-").replace("/", "-").strip("-") or "guide").lstrip("-")
