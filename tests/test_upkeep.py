"""Keeping the guide: what is due, the log of changes, the sources' addresses, licences, upgrades."""

import datetime
import shutil
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from milia_guide.data import Refused, Source
from milia_guide.guide import all_problems, read_guide
from milia_guide.links import AGENT, NO_NETWORK, PAUSE, ask, check_links
from milia_guide.packages import LOCKED, READ_BY_HAND, compare, licences
from milia_guide.upkeep import due_list
from tests.built import pages, soup
from tests.conftest import ROOT, run
from tests.faults import line_of, replace


def test_every_page_and_every_source_says_when_it_is_due_again(site: Path) -> None:
    for page in pages(site):
        if page.name != "404.html":
            facts = soup(site / page).select_one(".page-facts").text
            assert "sources in November 2026.\nDue to be compared again in November 2027.\n" in facts, page
    entries = soup(site / "sources" / "index.html").select(".source-facts")
    assert len(entries) > 50
    assert all("in November 2026; due again in November 2027" in entry.text for entry in entries)


def test_due_says_what_is_overdue_what_comes_soon_and_what_comes_later(project: Path, monkeypatch) -> None:
    monkeypatch.chdir(project)
    # One source that an old comparison makes due before the others.
    replace(project / "docs/sources.yml", "read: reported\n  compared: 2026-11-22\n  meant: aad-face-washing", "read: reported\n  compared: 2026-02-01\n  meant: aad-face-washing")
    calendar = project / "calendar.yml"
    calendar.write_text("- date: 2027-02-22\n  what: First.\n- date: 2027-05-05\n  what: Last.\n", encoding="utf-8")
    said = due_list(read_guide(), calendar, datetime.date(2027, 2, 22))
    overdue, soon, later = said.split("From 2027-02-22 to 2027-05-25:")[0], *said.split("From ")[1].split("After that:")
    assert overdue.startswith("Overdue:\n  2027-02-01  Compare 1 of 61 sources again (aad), on which these pages rest: index.md, care-tips.md,")
    assert "  2027-02-22  First.\n  2027-05-05  Last.\n" in soon
    assert later.startswith("\n  2027-11-22  Compare 60 of 61 sources again (article, moustafa,")
    assert "From 2026-11-24 to 2027-02-24:\n  2027-02-01" in due_list(read_guide(), calendar, datetime.date(2026, 11, 24))
    assert due_list(read_guide(), calendar, datetime.date(2030, 1, 1)).endswith("\nFrom 2030-01-01 to 2030-04-03: nothing.\nAfter that: nothing.")


def test_a_date_alone_breaks_nothing_and_a_broken_calendar_is_named(project: Path) -> None:
    shutil.copy(ROOT / "calendar.yml", project)
    code, said = run(project, "milia_guide", "due", "--on", "2099-01-01")
    assert code == 0 and "Material's support ends" in said.split("From ")[0]
    code, said = run(project, "milia_guide", "due")
    assert code == 0 and said.startswith("Overdue:")
    replace(project / "calendar.yml", "2027-05-05", "in May")
    code, said = run(project, "milia_guide", "due")
    assert code == 1 and said.startswith("Error: calendar.yml: entry 3 is {'date': 'in May', ") and "Traceback" not in said
    assert run(project, "milia_guide", "check")[0] == 0


NO_ENTRY = "changed on 2026-11-25, but docs/changes.md has no entry for it. Say there what changed and why, under that day."


@pytest.mark.parametrize(
    "file, old, new, at, message",
    [
        ("docs/care-tips.md", "changed: 2026-11-23", "changed: 2026-11-25", "changed:", NO_ENTRY),
        ("docs/changes.md", "](handout.md)", "](leaflet.md)", "- [Handout](leaflet.md)", "Link to a page that is not there: 'leaflet.md'."),
        ("docs/changes.md", "{ #on-2026-11-23 }", "{ #monday }", "## 23 November", "no day. Write it as: ## 24 November 2026 { #on-2026-11-24 }"),
        ("docs/changes.md", "- [Handout](handout.md): a", "- A", "- A new page, one", "no entry. Write: - [The page](page.md): what changed. Below it: Why: ..."),
        ("docs/changes.md", "changed: 2026-11-24", "changed: 2026-11-23", "changed:", "changed on 2026-11-23, but its newest day is 2026-11-24. Write that date."),
    ],
    ids=["no-entry", "unknown-page", "no-day", "no-page", "old-date"],
)  # fmt: skip
def test_the_log_of_changes_is_held_to_the_pages(project: Path, monkeypatch, file: str, old: str, new: str, at: str, message: str) -> None:
    monkeypatch.chdir(project)
    good = replace(project / file, old, new)
    problems = all_problems(read_guide())
    assert [said for said in problems if said.startswith(f"{file}:{line_of(project / file, at)}: {message}")], problems
    (project / file).write_text(good, encoding="utf-8")
    assert all_problems(read_guide()) == []


def test_readers_find_the_log_of_changes(site: Path) -> None:
    log = soup(site / "changes" / "index.html")
    assert [heading.text for heading in log.select("article h2")][:1] == ["24 November 2026"]
    assert log.find(id="on-2026-11-23").find_next("a", href="../care-tips/").find_parent("li").text.split() == (
        "Five care tips: a new page, then a drawing of how to wash. Why: steps are easier to follow with a picture.".split()
    )


@pytest.fixture
def server() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """A server with an address for each way to answer, and the list of what it was asked."""
    asked: list[tuple[str, str, str]] = []
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append((self.command, self.path, self.headers["User-Agent"]))
            if self.path == "/silent":
                done.wait(60)  # until the test is over: it never answers
                return
            refused = self.path == "/no-head" and self.command == "HEAD"
            self.send_response(405 if refused else {"/moved": 301, "/gone": 404, "/broken": 500, "/busy": 429}.get(self.path, 200))
            if self.path == "/moved":
                self.send_header("Location", "/here")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}", asked
        done.set()
        http.shutdown()
        thread.join()


def source(key: str, url: str) -> Source:
    return Source(key, "read", key, "A page.", "part", datetime.date(2026, 11, 22), url=url)


def test_links_are_asked_one_by_one_and_written_down(server, tmp_path: Path) -> None:
    url, asked = server
    names = ("here", "moved", "gone", "broken", "busy", "no-head", "silent")
    sources = [source(name, f"{url}/{name}") for name in names] + [source("again", f"{url}/here#part"), source("named", "")]
    waits: list[float] = []
    report = tmp_path / "dist" / "links.md"
    said = check_links(sources, report, timeout=3, wait=waits.append, say=lambda line: None)
    assert said == f"{report}: 4 does not answer as it should, 1 leads elsewhere, 2 answers."
    lines = report.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(("- ", "## "))] == [
        "## 4: does not answer as it should",
        f"- gone: <{url}/gone>: HTTP 404 Not Found",
        f"- broken: <{url}/broken>: HTTP 500 Internal Server Error",
        f"- busy: <{url}/busy>: HTTP 429 Too Many Requests",
        f"- silent: <{url}/silent>: timed out",
        "## 1: leads elsewhere",
        f"- moved: <{url}/moved>: to {url}/here",
        "## 2: answers",
        f"- here, again: <{url}/here>: 200",
        f"- no-head: <{url}/no-head>: 200",
    ]
    methods = {name: [method for method, path, _ in asked if path == f"/{name}"] for name in names}
    # /here is asked once, and once more by the address that leads there.
    assert methods["here"][0] == "HEAD" and len(methods["here"]) == 2
    assert methods["no-head"] == methods["gone"] == methods["broken"] == ["HEAD", "GET"]
    assert methods["busy"] == methods["silent"] == ["HEAD"]
    assert {agent for _, _, agent in asked} == {AGENT}
    # One pause before each further address of the one host, and one before each second try.
    assert waits == [PAUSE] * (len(names) - 1 + 3)


def test_links_without_a_network_say_so_in_one_line_and_write_nothing(tmp_path: Path, monkeypatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("milia_guide.links.ask", lambda url, *rest: asked.append(url) or ask(url, *rest))
    with socket.socket() as closed:  # bound, and never listening: every connection is refused
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        sources = [source(f"s{number}", f"http://127.0.0.{number % 3 + 1}:{port}/{number}") for number in range(8)]
        said: list[str] = []
        waits: list[float] = []
        assert check_links(sources, tmp_path / "dist" / "links.md", wait=waits.append, say=said.append) == NO_NETWORK
        assert len(asked) == 3  # it does not try the others
        assert check_links(sources[:1], tmp_path / "dist" / "links.md", say=said.append) == NO_NETWORK
    assert said == waits == list(tmp_path.iterdir()) == []


def test_every_licence_is_permissive_or_mpl() -> None:
    found = licences(ROOT / "requirements.txt", ROOT / "overrides/assets/vendor")
    locked = LOCKED.findall((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert [licence[:2] for licence in found[: len(locked)]] == locked and len(locked) > 50
    assert found[-1] == ("minisearch.js", "7.2.0", "MIT")
    assert set(READ_BY_HAND) <= {name for name, _ in locked}  # none that is no longer used
    from axe_playwright_python import base

    assert "Mozilla Public" in (Path(base.__file__).parent / "axe.min.js").read_text(encoding="utf-8")[:400]


def test_a_licence_that_is_unknown_or_forbidden_is_refused_by_name(tmp_path: Path, monkeypatch) -> None:
    vendor = shutil.copytree(ROOT / "overrides/assets/vendor", tmp_path / "vendor")
    lock = tmp_path / "requirements.txt"
    lock.write_text("# two packages\nnot-installed-here==1.0 ; sys_platform == 'win32' \\\nmkdocs==1.6.1 \\\npyphen==0.18.1 \\\n", encoding="utf-8")
    (vendor / "other.js").write_text("", encoding="utf-8")
    monkeypatch.delitem(READ_BY_HAND, "pyphen")
    with pytest.raises(Refused) as refused:
        licences(lock, vendor)
    first, second, third = refused.value.message.splitlines()
    assert first.startswith(f"{lock}:2: not-installed-here 1.0: no licence that can be read here. Use another package; ")
    assert second.startswith(f"{lock}:4: pyphen 0.18.1: licence 'GNU General Public License v2 or later (GPLv2+) AND ")
    assert third.startswith(f"{vendor}/README.md:1: other.js: no allowed licence in the table")
    (vendor / "other.js").unlink()
    lock.write_text("mkdocs==1.6.1 \\\n", encoding="utf-8")
    assert licences(lock, vendor)[0] == ("mkdocs", "1.6.1", "BSD-2-Clause")
    for empty in (lock, vendor / "README.md"):
        empty.write_text("", encoding="utf-8")
        with pytest.raises(Refused):
            licences(lock, vendor)


def test_an_upgrade_shows_which_pages_say_other_things(tmp_path: Path) -> None:
    before, after, report = tmp_path / "before", tmp_path / "after", tmp_path / "pages.diff"
    for folder in (before, after):
        folder.mkdir()
        for name in ("same", "text", "html"):
            (folder / f"{name}.html").write_text("<h1>Milia</h1><p>Do not pop.</p>", encoding="utf-8")
    (before / "gone.html").write_text("<p>Old.</p>", encoding="utf-8")
    (after / "new.html").write_text("<p>New.</p>", encoding="utf-8")
    (after / "text.html").write_text("<h1>Milia</h1><p>Do pop.</p>", encoding="utf-8")
    (after / "html.html").write_text("<h1>Milia</h1><p class=x>Do not pop.</p>", encoding="utf-8")
    assert compare(before, after, report).splitlines() == [
        "gone.html: gone",
        "html.html: the same text in other HTML",
        "new.html: new",
        "text.html: other text, 2 lines",
        "1 of 5 pages are the same, byte for byte.",
        f"{report} has {len(report.read_text(encoding='utf-8').splitlines())} lines of differences in text.",
    ]
    assert "\n-Do not pop.\n+Do pop.\n" in report.read_text(encoding="utf-8")
    with pytest.raises(Refused):
        compare(tmp_path / "none", tmp_path / "nothing", report)
