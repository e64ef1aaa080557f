"""What is due and when (sources, calendar.yml), and the log of changes (docs/changes.md)."""

from __future__ import annotations

import datetime
import re
import textwrap
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from milia_guide.data import Refused, read_text, read_yaml

if TYPE_CHECKING:
    from milia_guide.guide import Guide

SOON = datetime.timedelta(days=92)  # three months
LOG = "changes.md"
DAY = re.compile(r"^## .*\{ #on-(\d{4}-\d\d-\d\d) \}$")
ENTRY = re.compile(r"^- (?:All pages|\[[^\]]+\]\([^)]+\)(?:(?:,| and) \[[^\]]+\]\([^)]+\))*): \S")


def due_list(guide: Guide, calendar: Path, on: datetime.date) -> str:
    """Return what is overdue on a day, what the next three months bring, and what comes after them."""
    days = due_days(guide, calendar)
    parts = (
        ("Overdue", [date for date in days if date < on]),
        (f"From {on} to {on + SOON}", [date for date in days if on <= date <= on + SOON]),
        ("After that", [date for date in days if date > on + SOON]),
    )
    lines = []
    for title, dates in parts:
        lines.append(f"{title}:" if dates else f"{title}: nothing.")
        lines += [wrapped(f"{date}  {what}") for date in sorted(dates) for what in days[date]]
    return "\n".join(lines)


def wrapped(line: str) -> str:
    return textwrap.fill(line, 110, initial_indent="  ", subsequent_indent=" " * 14, break_on_hyphens=False)


def due_days(guide: Guide, calendar: Path) -> dict[datetime.date, list[str]]:
    """Return all that is due, by its day: the sources of that day and their pages, the lines of the calendar."""
    days = defaultdict(list)
    sources = defaultdict(list)
    for source in guide.sources.values():
        sources[source.due].append(source.key)
    for date, keys in sources.items():
        pages = [page.name for page in guide.pages if any(set(keys) & set(said.sources) for said in page.sentences)]
        which = "all" if len(keys) == len(guide.sources) else ", ".join(keys)
        days[date].append(
            f"Compare {len(keys)} of {len(guide.sources)} sources again ({which}), on which these pages rest: "
            f"{', '.join(pages)}. UPKEEP.md says how."
        )
    for date, what in read_calendar(calendar):
        days[date].append(what)
    return days


def read_calendar(path: Path) -> list[tuple[datetime.date, str]]:
    """Return the dates of calendar.yml; raise Refused where an entry is not a date and a text."""
    entries = read_yaml(path, read_text(path))
    if not isinstance(entries, list):
        raise Refused(f"{path}:1: no list of dates. Write entries of two lines: - date: 2027-05-05 and what: ...")
    for number, entry in enumerate(entries, 1):
        kinds = {name: type(value) for name, value in entry.items()} if isinstance(entry, dict) else {}
        if kinds != {"date": datetime.date, "what": str}:
            raise Refused(f"{path}: entry {number} is {entry!r}. Write two lines: - date: 2027-05-05 and what: ...")
    return [(entry["date"], entry["what"]) for entry in entries]


def log_faults(guide: Guide) -> list[str]:
    """Return, as `file:line: message`, what the log of changes lacks or has too much."""
    (log,) = [page for page in guide.pages if page.name == LOG]
    faults, told, day = [], set(), ""
    for number, line in enumerate(log.source.splitlines(), 1):
        if line.startswith("## "):
            day = DAY.match(line)[1] if DAY.match(line) else ""
            if not day:
                faults.append(f"{log.file}:{number}: no day. Write it as: ## 24 November 2026 {{ #on-2026-11-24 }}")
        elif line.startswith("- "):
            if not ENTRY.match(line):
                faults.append(f"{log.file}:{number}: no entry. Write: - [The page](page.md): what changed. Below it: Why: ...")
            told |= {(name, day) for name in re.findall(r"\]\(([^)#]+)", line)}  # a link that leads nowhere is refused anyway
    for page in guide.pages:
        if page.name != LOG and (page.name, str(page.changed)) not in told:
            faults.append(
                f"{page.file}:{page.line('changed:')}: changed on {page.changed}, but {log.file} has no entry for it. "
                "Say there what changed and why, under that day."
            )
    newest = max((day for _, day in told), default="")
    if newest != str(log.changed):
        faults.append(f"{log.file}:{log.line('changed:')}: changed on {log.changed}, but its newest day is {newest}. Write that date.")
    return faults
