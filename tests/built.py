"""What the build made."""

import datetime
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import zxingcpp
from bs4 import BeautifulSoup, Tag
from PIL import Image

from milia_guide.ending import day


def pages(site: Path) -> list[Path]:
    """Return every built HTML page, as a path inside `site`; raise where there is none."""
    found = sorted(path.relative_to(site) for path in site.rglob("*.html"))
    if not found:
        # Else a test over "every page" would pass by looking at none.
        raise FileNotFoundError(f"no HTML page in {site}")
    return found


def address(page: Path) -> str:
    """Return a page's address below the site's: "" for index.html, "about/" for about/index.html."""
    return page.as_posix().removesuffix("index.html")


@lru_cache(maxsize=100)
def soup(path: Path) -> BeautifulSoup:
    """Return a built page, parsed."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def published(site: Path) -> list[str]:
    """Return every address that others may link to: pages, their ids (`care-tips/#never-pop`), downloads.

    Not promised: the entries of a page's own list of sources (#source-...), which come and go with its
    citations (the permanent address of a source is sources/#key), the words from A to Z (words/#word-...),
    which come and go with the synonyms, and ids of the whole guide, which is
    for printing and asks search engines to leave it out.
    """
    found = [path.relative_to(site).as_posix() for ending in ("pdf", "json", "yml") for path in site.rglob(f"*.{ending}")]
    found = [path for path in found if not path.startswith("search/")]
    for page in pages(site):
        found.append(address(page) or "./")
        if address(page) not in ("whole-guide/", "404.html"):
            ids = (element["id"] for element in soup(site / page).select("article [id]"))
            found += [f"{address(page)}#{id}" for id in ids if not id.startswith(("source-", "word-"))]
    return sorted(found)


def gone(promised: list[str], site: Path) -> list[str]:
    """Return a complaint for each promised address that the site does not have any more."""
    lost = sorted(set(promised) - set(published(site)))
    return [f"published address that is gone: {address}. Give the place its old id or address back." for address in lost]


def unseen(html: BeautifulSoup) -> list[str]:
    """Return a complaint for each value of a page's structured data that its readers cannot see."""
    script = html.find("script", type="application/ld+json")
    data = json.loads(script.string)
    shown = html.article.get_text(" ", strip=True).replace(script.string, "")
    shown = re.sub(r"\s+", " ", shown) + " ".join(link["href"] for link in html.select("article a[href]"))
    return [
        f"structured data that the page does not show: {name} is {value!r}. Show it, or leave it out."
        for name, value in values(data)
        if not name.startswith("@") and as_shown(name, value) not in shown
    ]


def values(data: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every name and text in structured data, nested ones too."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from values(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from values(value, name)
    else:
        yield name, str(data)


def as_shown(name: str, value: str) -> str:
    return day(datetime.date.fromisoformat(value)) if name.startswith("date") else value


def wrong_code(html: BeautifulSoup) -> list[str]:
    """Return a complaint if the page's code to scan does not say the page's own address."""
    canonical = html.find("link", rel="canonical")["href"]
    code = html.select_one("svg.qr")
    # The squares of the code, read from its path: runs of black modules, row by row.
    said = zxingcpp.read_barcodes(picture_of(code))
    found = said[0].text if said else "nothing"
    return [] if found == canonical else [f"the code to scan says {found!r}, but the page is {canonical}. Build the page again."]


def picture_of(svg: Tag) -> Image.Image:
    """Return a QR code drawn by segno's SVG path (m and h of whole modules) as a picture."""
    scale = re.search(r"scale\(([\d.]+)\)", str(svg))
    size = round(float(svg["viewbox"].split()[2]) / (float(scale[1]) if scale else 1))
    picture = Image.new("L", (size, size), 255)
    x = y = 0
    for command, numbers in re.findall(r"([MmHhVv])([-\d. ]*)", svg.find("path", class_="qrline")["d"]):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values[0], values[1]
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            for step in range(int(values[0])):
                picture.putpixel((int(x) + step, int(y)), 0)
            x += values[0]
    return picture.resize((size * 4, size * 4), Image.Resampling.NEAREST)
