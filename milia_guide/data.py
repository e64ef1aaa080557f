"""The guide's data: who is cited (sources.yml) and what the article claims (claims.yml)."""

from __future__ import annotations

import datetime
import re
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import yaml
from click import ClickException

KINDS = {
    "named": "The article names it",
    "read": "We read it to check the article",
}
READ = {
    "whole": "the whole of a stored copy",
    "part": "part of a stored copy",
    "second-hand": "a copy or report of it on another site",
    "reported": "nothing of its own: only what the article reports",
}
VERDICTS = {
    "agree": "the sources that we read say the same",
    "agree, with more to say": "the same, plus a limit or a detail",
    "weakly supported": "only few or weak sources back it",
    "sources disagree": "some say yes and some say no",
    "not found elsewhere": "we found it in no other source that we read",
}
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Problem(NamedTuple):
    """One thing to mend: the words it is about, and what is wrong and what to do."""

    quote: str
    message: str

    def __str__(self) -> str:
        return self.message


class Refused(ClickException):
    """Content that cannot be published. MkDocs prints the message and exits 1, with no traceback."""

    def __str__(self) -> str:  # MkDocs logs this, then click prints the whole message
        return f"{len(self.message.splitlines())} to mend:"


@dataclass(frozen=True)
class Source:
    """Somebody who is cited: named in the article, or read to check it (never both)."""

    key: str
    kind: str  # one of KINDS
    name: str  # what readers see at the sentence
    what: str  # who or what it is
    read: str  # one of READ
    compared: datetime.date
    title: str = ""
    publisher: str = ""
    url: str = ""
    date: str = ""
    note: str = ""
    meant: str = ""  # key of the page that we think the article meant
    http_only: bool = False

    @property
    def due(self) -> datetime.date:
        """The day on which it is due to be compared again: a year after the last time.

        That readers see both dates, and that there is a planned cycle, is what the NHS standard for creating
        health content asks for; it names no length. A year is ours, after the EU's model accessibility
        statement, to be looked at again "at least" yearly.
        """
        return self.compared + datetime.timedelta(days=365)

    def faults(self, keys: set[str]):
        """Yield what is wrong with this entry; `keys` are the keys of all sources."""
        if not KEY.fullmatch(self.key):
            yield "the key must be small letters, digits and hyphens"
        if self.kind not in KINDS:
            yield f"kind must be one of: {', '.join(KINDS)}"
        if self.read not in READ:
            yield f"read must be one of: {', '.join(READ)}"
        if (self.read == "reported") != (self.kind == "named" and not self.url):
            yield "read: reported is for what the article names, and has no url of its own"
        if self.read != "reported":
            for field in ("title", "publisher", "url", "date"):
                if not getattr(self, field):
                    yield f"{field} is missing"
        if self.url and not re.fullmatch(r"https?://[^\s<>\"]+", self.url):
            yield f"url must be a web address, not {self.url!r}"
        if self.url.startswith("http://") != self.http_only:
            yield "http_only: true goes with an http:// address, and only with one"
        if len(self.name) > 40:
            yield "name must be 40 characters or fewer"
        if self.meant and self.meant not in keys:
            yield f"meant names no source: {self.meant!r}"


@dataclass(frozen=True)
class Claim:
    """One claim of the article, and how it holds against what we read."""

    id: str  # the permanent id of the sentence that makes it
    row: str  # its number in reading order of the article: C01 to C50
    named: str  # key of the source that the article names for it
    verdict: str  # one of VERDICTS
    says: str  # what independent references say: cited sentences, one a line

    def faults(self, keys: set[str]):
        """Yield what is wrong with this entry; `keys` are the keys of all sources."""
        if not KEY.fullmatch(self.id):
            yield "the id must be small letters, digits and hyphens"
        if not re.fullmatch(r"C\d\d[a-z]?", self.row):
            yield "row must look like C07"
        if self.named not in keys:
            yield f"named is no source: {self.named!r}"
        if self.verdict not in VERDICTS:
            yield f"verdict must be one of: {'; '.join(VERDICTS)}"


class _Loader(yaml.SafeLoader):
    """YAML that refuses a key written twice, where plain YAML keeps the last one in silence."""

    def construct_mapping(self, node, deep=False):
        for number, (key, _) in enumerate(node.value):
            if key.value in [earlier.value for earlier, _ in node.value[:number]]:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} stands here twice", key.start_mark
                )
        return super().construct_mapping(node, deep)


def read_text(path: Path) -> str:
    """Return a file's text; refuse one that is missing or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")  # as editors on Windows write
    except FileNotFoundError:
        raise Refused(f"{path}: no such file. Make it, or take it out of mkdocs.yml; run this in the project's own folder.") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Refused(f"{path}:{line}: not UTF-8 text. Save the file as UTF-8.") from None


def read_yaml(path: Path, text: str, loader=_Loader, first_line: int = 1):
    """Return what a YAML text says; refuse broken YAML, with its line in the file."""
    try:
        return yaml.load(text, loader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2026-13-45
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + first_line
        what = getattr(error, "problem", None) or str(error)
        raise Refused(f"{path}:{line}: broken YAML ({what}). Mend this line or the one above.") from None


Entry = TypeVar("Entry", Source, Claim)


def _load(path: Path, entry: type[Entry], keys: set[str] | None = None) -> dict[str, Entry]:
    """Return the file's entries by key; refuse, all at once, every entry that is not whole."""
    text = read_text(path)
    data = read_yaml(path, text)
    if not data or not isinstance(data, dict):
        raise Refused(f"{path}:1: no entries. Each entry is a key and its fields.")
    key_field, *known = fields(entry)
    found, faults = {}, []
    for key, given in data.items():
        wrong = []
        if not isinstance(given, dict):
            wrong.append("an entry is a key and its fields, one a line")
            given = {}
        for field in known:
            value = given.get(field.name, field.default)
            wanted = {"bool": bool, "datetime.date": datetime.date}.get(field.type, str)
            if value is MISSING or value == "":
                if field.default is MISSING:
                    wrong.append(f"{field.name} is missing")
            elif type(value) is not wanted:
                wrong.append(f"{field.name} must be {_KINDS_OF_VALUE[wanted]}, not {value!r}")
        names = {field.name for field in known}
        wrong += [f"{name} is no known field" for name in given if name not in names]
        if not wrong:
            found[key] = entry(**{key_field.name: key}, **given)
            wrong += found[key].faults(keys or set(data))
        faults += [f"{path}:{line_of_key(text, key)}: {key}: {fault}." for fault in wrong]
    faults += _repeated(path, text, found, "name" if entry is Source else "row")
    if faults:
        raise Refused("\n".join(faults))
    return found


_KINDS_OF_VALUE = {bool: "true or false", datetime.date: "a date like 2026-11-22", str: "text"}


def _repeated(path: Path, text: str, found: dict, field: str):
    first: dict[str, str] = {}
    for key, entry in found.items():
        value = getattr(entry, field)
        if value in first:
            yield f"{path}:{line_of_key(text, key)}: {key}: {field} {value!r} stands at {first[value]} too."
        first.setdefault(value, key)


def line_of_key(text: str, key: str) -> int:
    """Return the line number at which a YAML key stands (1 where it is not found)."""
    match = re.search(rf"^{re.escape(str(key))}\s*:", text, re.M)
    return text.count("\n", 0, match.start()) + 1 if match else 1


@lru_cache(maxsize=8)
def _cached(path: Path, entry: type, keys: frozenset | None, _changed: int) -> dict:
    return _load(path, entry, set(keys) if keys else None)


def load_sources(path: Path) -> dict[str, Source]:
    """Return the sources by key; raise Refused with every fault of the file."""
    return _cached(path, Source, None, _changed(path))


def load_claims(path: Path, sources: dict[str, Source]) -> dict[str, Claim]:
    """Return the claims by id; raise Refused with every fault of the file."""
    return _cached(path, Claim, frozenset(sources), _changed(path))


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0
