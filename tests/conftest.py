"""The built site, a server that shows it and a browser that opens it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from milia_guide.publish import publish
from tests.browser import NoBrowser, launch
from tests.downloads import print_handouts
from tests.served import build, serve

ROOT = Path(__file__).parent.parent
SITE_URL = "https://milia.example/"  # no such site: nothing may ask it anything


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Path:
    """The folder with the site as it would be published: with an address, and with the PDFs of the handouts."""
    project, folder = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("site")
    copy_project(project)
    build(project, folder, SITE_URL=SITE_URL)
    with serve(folder) as url:
        print_handouts(browser, url, project / "docs" / "downloads")
    build(project, folder, SITE_URL=SITE_URL)
    publish(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, to put faults into."""
    copy_project(tmp_path)
    return tmp_path


def copy_project(to: Path) -> None:
    for folder in ("docs", "overrides", "milia_guide"):
        ignored = shutil.ignore_patterns("__pycache__", "downloads")
        shutil.copytree(ROOT / folder, to / folder, ignore=ignored, dirs_exist_ok=True)
    shutil.copy(ROOT / "mkdocs.yml", to)
    (to / "tests").mkdir(exist_ok=True)
    shutil.copy(ROOT / "tests" / "published.txt", to / "tests")


@pytest.fixture(scope="session")
def base_url(site: Path) -> Iterator[str]:
    """The address of the built site, without a slash at its end."""
    with serve(site) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; without one they fail, they are not skipped."""
    with sync_playwright() as playwright:
        try:
            started = launch(playwright)
        except NoBrowser as error:
            pytest.fail(str(error), pytrace=False)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new page the size of a phone, with nothing stored."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(5_000)  # a page here opens in well under a second
    yield context.new_page()
    context.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the engine makes into tests/golden")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return request.config.getoption("--update-golden")


def run(project: Path, *command: str) -> tuple[int, str]:
    """Run a Python module in the project; return its exit code and all that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout
