"""`python -m tests.downloads`: print the handouts as PDFs, with the browser that the tests use."""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from milia_guide.clinics import DOWNLOADS
from tests.browser import NoBrowser, launch
from tests.served import build, serve


def print_handouts(browser: Browser, url: str, folder: Path) -> None:
    """Print the handouts of a site at `url` into the folder: tagged, A4 and Letter."""
    folder.mkdir(parents=True, exist_ok=True)
    page = browser.new_page()
    for name in DOWNLOADS:
        page.goto(f"{url}/handout-large/" if "large" in name else f"{url}/handout/")
        page.pdf(path=folder / name, format="A4" if "a4" in name else "Letter", tagged=True, outline=True)
    page.close()


def main() -> None:
    if not os.environ.get("SITE_URL"):
        sys.exit("SITE_URL is not set: a handout carries its address. Say e.g. make downloads SITE_URL=https://milia.example/")
    folder = Path("docs/downloads")
    with tempfile.TemporaryDirectory() as site, sync_playwright() as playwright:
        build(Path(), Path(site))
        with serve(Path(site)) as url:
            print_handouts(launch(playwright), url, folder)
    for path in sorted(folder.iterdir()):
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    try:
        main()
    except (NoBrowser, RuntimeError) as error:
        sys.exit(str(error))
