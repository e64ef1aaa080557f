"""The packages underneath: their licences, and what newer ones change in the built pages."""

from __future__ import annotations

import difflib
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

from milia_guide.data import Refused, read_text

# What may be used, shared and changed with hardly a condition, and MPL, which binds only its own files.
ALLOWED = {"MIT", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "BSD", "Apache-2.0", "PSF-2.0", "ISC", "MPL-2.0", "MPL-1.1"}
SPELT = {  # as older packages write them
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# Read by hand in the package's own files, because its metadata does not say it in one clear way.
READ_BY_HAND = {
    "axe-playwright-python": "MIT AND MPL-2.0",  # licenses/LICENSE; the axe.min.js in it is under MPL-2.0
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # its own; of what it binds in it has a folder of notices
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",  # its README: any of the three; some of its dictionaries too
}
VENDOR = Path("overrides/assets/vendor")
LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.M)


class Licence(NamedTuple):
    name: str
    version: str
    terms: str


def licences(lock: Path = Path("requirements.txt"), vendor: Path = VENDOR) -> list[Licence]:
    """Return the licence of every locked package and every vendored script; refuse, by name, all that may not be used.

    Read from what is installed. A package that is locked for other systems only is not, and so must be
    in READ_BY_HAND.
    """
    found, faults = [], []
    text = read_text(lock)
    for match in LOCKED.finditer(text):
        name, version = match[1], match[2]
        terms = READ_BY_HAND.get(name) or said(name)
        found.append(Licence(name, version, terms))
        if not allowed(terms):
            what = f"licence {terms!r}" if terms else "no licence that can be read here"
            line = text.count("\n", 0, match.start()) + 1
            faults.append(
                f"{lock}:{line}: {name} {version}: {what}. Use another package; or, if its own files say better, "
                "write that into READ_BY_HAND in milia_guide/packages.py."
            )
    if not found:
        faults.append(f"{lock}:1: no package in it. Write it again: make lock.")
    table = read_text(vendor / "README.md")
    for script in sorted(vendor.glob("*.js")):
        row = re.search(rf"^\| `{re.escape(script.name)}` \|[^|]*\| ([^|]*) \| (\S+)", table, re.M)
        terms = row[2] if row else ""
        found.append(Licence(script.name, row[1] if row else "", terms))
        if not allowed(terms) or not script.with_suffix(".LICENSE.txt").exists():
            faults.append(f"{vendor}/README.md:1: {script.name}: no allowed licence in the table, or no {script.stem}.LICENSE.txt beside it.")
    if faults:
        raise Refused("\n".join(faults))
    return found


def said(name: str) -> str:
    """Return the licence that an installed package names, as an SPDX expression where we know one; "" where it names none."""
    try:
        data = metadata(name)
    except PackageNotFoundError:
        return ""
    kinds = [kind.rpartition(" :: ")[2] for kind in data.get_all("Classifier") or [] if kind.startswith("License :: ")]
    field = data.get("License") or ""
    kinds = [SPELT.get(kind, kind) for kind in kinds]
    return data.get("License-Expression") or " AND ".join(kinds) or SPELT.get(field, field)


def allowed(terms: str) -> bool:
    """Return whether the terms may be accepted: of `A OR B` one is enough, of `A AND B` each is needed."""
    return any(all(part.strip() in ALLOWED for part in choice.split(" AND ")) for choice in terms.split(" OR "))


def compare(before: Path, after: Path, report: Path) -> str:
    """Return, page by page, whether two builds show the same text; write the lines that differ to `report`."""
    pages = sorted({path.relative_to(site) for site in (before, after) for path in site.rglob("*.html")})
    if not pages:
        raise Refused(f"{before}, {after}: no page in them. Build the site first.")
    lines, changes, same = [], [], 0
    for page in pages:
        old, new = shown(before / page), shown(after / page)
        diff = list(difflib.unified_diff(old, new, f"before/{page}", f"after/{page}", lineterm=""))
        if diff:
            count = sum(line[0] in "+-" for line in diff[2:])
            lines.append(f"{page}: {'new' if not old else 'gone' if not new else f'other text, {count} lines'}")
            changes += diff
        elif (before / page).read_bytes() != (after / page).read_bytes():
            lines.append(f"{page}: the same text in other HTML")
        else:
            same += 1
    lines.append(f"{same} of {len(pages)} pages are the same, byte for byte.")
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join([*changes, ""]), encoding="utf-8")
    lines.append(f"{report} has {len(changes)} lines of differences in text.")
    return "\n".join(lines)


def shown(page: Path) -> list[str]:
    """Return the text of a built page, line by line; nothing where there is no such page."""
    from bs4 import BeautifulSoup  # a test package: the other commands do without

    if not page.exists():
        return []
    html = BeautifulSoup(read_text(page), "html.parser")
    return [line for block in html.get_text("\n").split("\n") if (line := " ".join(block.split()))]
