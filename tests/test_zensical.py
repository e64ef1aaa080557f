"""The way out of Material: Zensical, its successor, builds the same project and says the same on every page."""

import difflib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from tests.built import address, pages
from tests.conftest import SITE_URL
from tests.served import build


def build_with_zensical(project: Path) -> Path:
    """Build the project strictly and return the folder, which Zensical wants inside it; raise RuntimeError where it fails."""
    run = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=project,
        env={**os.environ, "SITE_URL": SITE_URL, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if run.returncode:
        raise RuntimeError(f"Zensical does not build the site:\n{run.stdout}")
    return project / "site"


def differences(one: Path, other: Path) -> list[str]:
    """Return a complaint for each page of either site whose article says, names or links other things in the other."""
    found = []
    for page in sorted({*pages(one), *pages(other)}):
        missing = [site.name for site in (one, other) if not (site / page).exists()]
        if missing:
            found.append(f"{page}: not in {missing[0]}.")
            continue
        for what, first, second in zip(("words", "ids", "links"), contents(one, page), contents(other, page), strict=True):
            changed = [line for line in difflib.ndiff(first, second) if line[0] in "+-"] if first != second else []
            if changed:
                found.append(f"{page}: other {what}: {' '.join(changed[:6])}")
    return found


def contents(site: Path, page: Path) -> tuple[list[str], list[str], list[str]]:
    """Return the words, the ids and the whole addresses of the links in a page's article (and in its menus), in their order."""
    html = BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
    article = html.article
    words = article.get_text(" ").split()
    assert len(words) > 20, page
    ids = [element["id"] for element in article.select("[id]") if element["id"] != "__skip"]  # __skip: Zensical's own
    links = [*article.select("a[href]"), *html.select(".all-pages a, .menu a"), *html.select("a[aria-current]")]
    return words, ids, [urljoin(SITE_URL + address(page), link["href"]) for link in links]


def test_zensical_builds_the_same_articles(project: Path, tmp_path: Path) -> None:
    build(project, tmp_path / "mkdocs", SITE_URL=SITE_URL)
    site = build_with_zensical(project)
    assert differences(tmp_path / "mkdocs", site) == []
    page = site / "care-tips" / "index.html"
    text = page.read_text(encoding="utf-8")
    assert 'id="never-pop"' in text and "Do not pop milia." in text
    page.write_text(text.replace('id="never-pop"', 'id="no-pop"', 1).replace("Do not pop milia.", "Do pop milia.", 1), encoding="utf-8")
    (site / "handout" / "index.html").unlink()
    assert differences(tmp_path / "mkdocs", site) == [
        "care-tips/index.html: other words: - not",
        "care-tips/index.html: other ids: - never-pop + no-pop",
        "handout/index.html: not in site.",
    ]
