"""What the build made."""

from functools import lru_cache
from pathlib import Path

from bs4 import BeautifulSoup


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


def published_ids(site: Path) -> list[str]:
    """Return every id that others may link to, as `care-tips/#never-pop`.

    The entries of a page's own list of sources (#source-...) come and go with its citations;
    the permanent address of a source is sources/#key.
    """
    return sorted(
        f"{address(page)}#{element['id']}"
        for page in pages(site)
        for element in soup(site / page).select("article [id]")
        if not element["id"].startswith("source-")
    )
