"""The ways out to the world: a real nginx, hosts that read _headers, GitHub Pages, and a release that comes out the same."""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import yaml
from playwright.sync_api import Page, expect

from milia_guide.clinics import DOWNLOADS
from milia_guide.publish import IMMUTABLE
from tests.built import address, pages, soup
from tests.conftest import ROOT, SITE_URL, copy_project
from tests.nginx import ODD, Answer, ask, nginx

SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "content-security-policy": "frame-ancestors 'none'",
}


@pytest.fixture(scope="module")
def port(site: Path) -> Iterator[int]:
    (site / "assets" / ".htpasswd").write_text("secret", encoding="utf-8")  # what must never be answered with
    with nginx(site) as port:
        yield port
    (site / "assets" / ".htpasswd").unlink()


def guarded(answer: Answer) -> bool:
    return SECURITY.items() <= answer.headers.items() and "/" not in answer.headers["server"]


def test_nginx_serves_every_page_whole_and_guarded(site: Path, port: int) -> None:
    for page in pages(site):
        if page.name == "404.html":
            continue
        answer = ask(port, f"/{address(page)}")
        assert (answer.status, answer.body) == (200, (site / page).read_bytes()), page
        assert guarded(answer) and answer.headers["content-type"] == "text/html; charset=utf-8"
        packed = ask(port, f"/{address(page)}", "GET", "Accept-Encoding: gzip")
        assert packed.headers["content-encoding"] == "gzip" and packed.headers["vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.body) == answer.body
        again = ask(port, f"/{address(page)}", "GET", f"If-None-Match: {answer.headers['etag']}")
        assert (again.status, again.body, again.headers["cache-control"]) == (304, b"", "no-cache")


def test_nginx_lets_only_files_that_never_change_be_kept(site: Path, port: int) -> None:
    kept = 0
    for path in site.rglob("*.*"):
        name = path.relative_to(site).as_posix()
        if path.is_file() and path.suffix != ".gz" and not path.name.startswith(".") and name != "404.html":
            forever = bool(IMMUTABLE.search(path.name))
            expected = "public, max-age=31536000, immutable" if forever else "no-cache"
            assert ask(port, f"/{name}", "HEAD").headers["cache-control"] == expected, name
            kept += forever
    assert kept > 0


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.replace(" ", "-"))
def test_nginx_answers_odd_requests_well(port: int, odd: str) -> None:
    request, status = ODD[odd]
    answer = ask(port, *request)
    assert answer.status == status
    assert b"root:" not in answer.body and b"secret" not in answer.body and b"Index of" not in answer.body
    if status == 404:
        assert guarded(answer) and b"This page is not here" in answer.body
    if status == 301:
        assert answer.headers["location"] == "/care-tips/"  # no name and no port: right behind a proxy


def test_the_page_for_errors_helps_and_its_links_work_at_any_depth(page: Page, site: Path, port: int) -> None:
    page.goto(f"http://127.0.0.1:{port}/no/such/page/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not here")
    links = [link.get_attribute("href") for link in page.locator("article a, .all-pages a").all()]
    assert len(links) > 10 and [link for link in links if ask(port, link).status != 200] == []
    page.locator("article").get_by_role("link", name="When to see a doctor").click()
    page.wait_for_url("**/when-to-see-a-doctor/")
    assert soup(site / "404.html").find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_hosts_that_read_headers_get_the_same_as_nginx(site: Path) -> None:
    said, where = {}, ""
    for line in (site / "_headers").read_text(encoding="utf-8").splitlines():
        if line.startswith("/"):
            where = line
        elif line.startswith("  "):
            name, value = line.strip().split(": ", 1)
            said.setdefault(where, {})[name.lower()] = value
    everywhere = said.pop("/*")
    assert everywhere.pop("strict-transport-security")  # such hosts have a certificate; in nginx.conf it waits for one
    assert everywhere == SECURITY
    assert said and set(said) == {
        f"/{path.relative_to(site).as_posix()}" for path in site.rglob("*.*") if IMMUTABLE.search(path.name) and path.suffix != ".gz"
    }
    assert {tuple(rule.items()) for rule in said.values()} == {(("cache-control", "public, max-age=31536000, immutable"),)}


def test_search_engines_are_told_of_the_pages_to_find_and_no_other(site: Path) -> None:
    listed = re.findall(r"<loc>(.*?)</loc><lastmod>(\d{4}-\d\d-\d\d)</lastmod>", (site / "sitemap.xml").read_text())
    wanted = set()
    for page in pages(site):
        if not soup(site / page).find("meta", attrs={"name": "robots", "content": "noindex"}):
            wanted.add(SITE_URL + address(page))
    assert {place for place, _ in listed} == wanted and len(wanted) > 10
    assert SITE_URL + "whole-guide/" not in wanted
    assert (site / "robots.txt").read_text().splitlines() == ["User-agent: *", "Allow: /", f"Sitemap: {SITE_URL}sitemap.xml"]


def test_the_icons_are_our_own(site: Path) -> None:
    for page in pages(site):
        for link in soup(site / page).select('link[rel~="icon"], link[rel="apple-touch-icon"]'):
            assert "/icon" in link["href"], page
    assert not (site / "assets" / "images").exists() or not list((site / "assets" / "images").iterdir())


def test_the_workflow_is_pinned_and_may_do_little() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    steps = [(name, step) for name, job in workflow["jobs"].items() for step in job["steps"]]
    used = [step["uses"] for _, step in steps if "uses" in step]
    assert len(used) == 7 and all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action) for action in used)
    allowed = {name: job.get("permissions", {}) for name, job in workflow["jobs"].items()}
    assert allowed == {
        "test": {}, "build": {"contents": "read", "pages": "read"}, "deploy": {"pages": "write", "id-token": "write"}
    }  # fmt: skip
    commands = [step["run"] for _, step in steps if "run" in step]
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert commands == ["make test", "make release"]
    assert all(re.search(rf"^{command.split()[1]}:", targets, re.M) for command in commands)
    assert (workflow["jobs"]["build"]["needs"], workflow["jobs"]["deploy"]["needs"]) == ("test", "build")


# Releases

NAMED = {"SITE_URL": SITE_URL, "PUBLISHER": "Example Clinic", "CONTACT": "guide@milia.example"}
# Another day for all that asks Python for the time, as a stand-in for a machine whose clock says so.
OTHER_DAY = """
import datetime, time
shift = 400 * 86400
now = time.time
time.time = lambda: now() + shift
class Date(datetime.date):
    @classmethod
    def today(cls): return cls.fromtimestamp(time.time())
class Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return cls.fromtimestamp(time.time(), tz)
    @classmethod
    def utcnow(cls): return cls.now(datetime.timezone.utc).replace(tzinfo=None)
datetime.date, datetime.datetime = Date, Datetime
"""


def released(project: Path, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "milia_guide", "release"], cwd=project, text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def git(project: Path, *command: str) -> None:
    subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@milia.example", *command], cwd=project, check=True, capture_output=True)


@pytest.fixture
def commit(project: Path, site: Path) -> Path:
    """A git checkout of the project with one commit, and the handouts printed."""
    for name in ("deploy", "LICENSE", "LICENSE-CONTENT", ".gitignore"):
        source = ROOT / name
        shutil.copytree(source, project / name) if source.is_dir() else shutil.copy(source, project)
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "All", "--date", "2026-11-23T23:30:00-05:00")
    shutil.copytree(site / "downloads", project / "docs" / "downloads", dirs_exist_ok=True)
    return project


def test_a_release_is_refused_in_one_sentence_for_each_thing_that_lacks(commit: Path, tmp_path: Path) -> None:
    page = commit / "docs" / "index.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    code, said = released(commit, SITE_URL="", PUBLISHER=" ", CONTACT="")
    assert (code, said.splitlines()) == (1, [
        "Error: SITE_URL is not set: say where the guide will stand, such as https://milia.example/.",
        "PUBLISHER is not set: say who publishes this copy, such as 'Example Clinic'.",
        "CONTACT is not set: say where readers report mistakes: an email or https:// address.",
        "There are changes that no commit has: commit or undo them first (M docs/index.md ...).",
    ])  # fmt: skip
    git(commit, "checkout", "-q", ".")
    (commit / "docs" / "downloads" / "milia-handout-a4.pdf").unlink()
    code, said = released(commit, **NAMED)
    assert (code, said) == (1, "Error: docs/downloads: milia-handout-a4.pdf missing. Print the handouts first: make downloads.\n")
    assert not (commit / "dist").exists()
    shutil.rmtree(commit / ".git")
    code, said = released(commit, **NAMED)
    assert code == 1 and "This folder is no git checkout with a commit: a release is made of a commit." in said


def test_a_release_comes_out_the_same_on_another_day_in_another_zone_and_folder(commit: Path, tmp_path_factory) -> None:
    other = tmp_path_factory.mktemp("another place") / "guide"
    shutil.copytree(commit, other)
    clock = tmp_path_factory.mktemp("clock")
    (clock / "sitecustomize.py").write_text(OTHER_DAY, encoding="utf-8")
    code, said = released(commit, **NAMED, TZ="Pacific/Auckland", PYTHONHASHSEED="1")
    assert code == 0, said
    code, said = released(other, **NAMED, TZ="America/Los_Angeles", PYTHONHASHSEED="2", PYTHONPATH=str(clock))
    assert code == 0, said
    (first,), (second,) = (list((folder / "dist").glob("*.tar.gz")) for folder in (commit, other))
    assert first.name == second.name and first.name.startswith("milia-guide-2")
    assert first.read_bytes() == second.read_bytes()
    checksum, name = first.with_name(first.name + ".sha256").read_text().split()
    assert (checksum, name) == (hashlib.sha256(first.read_bytes()).hexdigest(), first.name)
    with tarfile.open(first) as archive:
        names = archive.getnames()
        assert {"milia-guide/nginx.conf", "milia-guide/LICENSE", "milia-guide/site/index.html"} <= set(names)
        assert {f"milia-guide/site/downloads/{name}" for name in DOWNLOADS} <= set(names)
        assert all((entry.uid, entry.mode, entry.uname) == (0, 0o644, "") for entry in archive)
        assert b"Example Clinic" in archive.extractfile("milia-guide/site/about/index.html").read()
    pdfs = [pypdfium2.PdfDocument(path) for path in sorted((commit / "docs" / "downloads").glob("*.pdf"))]
    assert len(pdfs) == len(DOWNLOADS) and all("Milia" in pdf[0].get_textpage().get_text_bounded() for pdf in pdfs)


def test_the_handouts_say_the_same_whenever_they_are_printed(browser, base_url: str, site: Path, tmp_path: Path) -> None:
    from tests.downloads import print_handouts

    print_handouts(browser, base_url, tmp_path)
    for name in DOWNLOADS:
        texts = [
            [sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(folder / name)]
            for folder in (tmp_path, site / "downloads")
        ]
        assert texts[0] == texts[1] and len(texts[0]) >= 1, name
