"""The whole guide, read once: its pages in the navigation's order and every sentence in them."""

from __future__ import annotations

import datetime
import html
import json
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from markdown import Markdown
from yaml_env_tag import add_env_tag

from milia_guide.citations import CitationExtension, Marked, Sentence, slug
from milia_guide.data import Claim, Problem, Refused, Source, line_of_key, read_text, read_yaml
from milia_guide.house_rules import house_faults
from milia_guide.search import Section, synonym_faults
from milia_guide.upkeep import log_faults
from milia_guide.words_index import word_faults

log = logging.getLogger("mkdocs.milia_guide")  # MkDocs prints what is said below its name
DATA = ("sources", "claims", "synonyms", "words")  # the extension's options that name files
FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.S)


@dataclass(frozen=True)
class Page:
    """One page of docs/, read with the same Markdown settings as the build."""

    file: Path
    name: str  # as links in Markdown say it: what-are-milia.md
    title: str
    description: str
    changed: datetime.date  # the day of its last change
    robots: str  # what search engines are asked: "" or noindex
    headings: list[tuple[str, str]]  # id and words of each heading of the second level
    source: str  # the file's whole text
    written: str  # the same without the front matter
    sentences: list[Sentence]
    marked: list[Marked]
    problems: list[Problem]
    sections: list[Section]

    @property
    def path(self) -> str:
        """The page's address below the site's: `care-tips/`; "" for the first page."""
        return "" if self.name == "index.md" else f"{self.file.stem}/"

    def line(self, words: str) -> int:
        """Return the line of the file in which the words stand (1 where they are not found)."""
        lines = self.source.splitlines()
        loose = re.compile(r"\b.*?\b".join(map(re.escape, re.findall(r"\w+", words)[:8])))
        exact = (number for number, line in enumerate(lines, 1) if words in line)
        marked_up = (number for number, line in enumerate(lines, 1) if loose.search(line))
        return next(exact, 0) or next(marked_up, 1)


@dataclass(frozen=True)
class Place:
    """Where a sentence stands: its page, its id, its words and its sources."""

    page: Page
    id: str
    text: str
    sources: tuple[str, ...]

    @property
    def link(self) -> str:
        return f"{self.page.name}#{self.id}"


@dataclass(frozen=True)
class Guide:
    pages: list[Page]
    sources: dict[str, Source]
    claims: dict[str, Claim]
    data: dict[str, Path]  # "sources" and "claims": their files
    root: Path  # the project's folder
    site_url: str  # where the guide is published, with a slash at its end; "" while that is not set

    def address(self, page: Page) -> str:
        """Return the page's full address; "" while the site has none."""
        return self.site_url and self.site_url + page.path

    @property
    def places(self) -> dict[str, Place]:
        """Every id of a sentence outside the table of claims, with its place."""
        return {
            id: Place(page, id, sentence.text, sentence.sources)
            for page in reversed(self.pages)
            for sentence in page.sentences
            for id in sentence.ids
            if page.name != "how-sure.md"
        }

    def resting_on(self, key: str) -> list[Place]:
        """Return every sentence that cites the source, in reading order, each wording once."""
        found: dict[str, Place] = {}
        for page in self.pages:
            if page.name == "how-sure.md" and self.sources[key].kind == "named":
                continue  # its table says again who is named for the sentences of the other pages
            for sentence in page.sentences:
                if key in sentence.sources:
                    found.setdefault(sentence.text, Place(page, sentence.ids[0], sentence.text, sentence.sources))
        return list(found.values())

    def unused_sources(self) -> list[Problem]:
        """Refuse every source that no sentence cites."""
        used = {key for page in self.pages for sentence in page.sentences for key in sentence.sources}
        used |= {source.meant for source in self.sources.values()}
        return [
            Problem(key, f"Source that nothing cites: {key}. Cite it, or take it out of {self.data['sources']}.")
            for key in self.sources
            if key not in used
        ]

    def lost_claims(self) -> list[Problem]:
        """Refuse a claim that stands nowhere, in two places, or under another source's name."""
        return [Problem(claim.id, fault) for claim in self.claims.values() for fault in self._claim_faults(claim)]

    def _claim_faults(self, claim: Claim):
        found = [
            (page, sentence)
            for page in self.pages
            for sentence in page.sentences
            if claim.id in sentence.ids and page.name != "how-sure.md"
        ]
        if not found:
            yield (
                f"Claim {claim.row} stands nowhere: no sentence has the id #{claim.id}. "
                f"Write it, cited as [@{claim.named}]{{ #{claim.id} }}."
            )
        for page, _ in found[1:]:
            yield f"Claim {claim.row} stands twice: #{claim.id} is in {found[0][0].name} and in {page.name}. Keep one."
        for page, sentence in found:
            if sentence.sources != (claim.named,):
                yield (
                    f"Claim {claim.row} (#{claim.id}, {page.name}) cites {', '.join(sentence.sources)}, "
                    f"but the article names {claim.named} for it. Cite [@{claim.named}] alone."
                )


class _Settings(yaml.SafeLoader):
    """Reads mkdocs.yml, its !ENV tags included."""


add_env_tag(_Settings)


def settings(root: Path = Path()) -> dict:
    """Return what mkdocs.yml says; refuse broken YAML."""
    path = root / "mkdocs.yml"
    return read_yaml(path, read_text(path), _Settings)


def read_guide(root: Path = Path()) -> Guide:
    """Return the guide below `root`; problems of its pages are in it, not raised.

    Raises Refused for what keeps it from being read at all: bytes, YAML, data files.
    """
    watched = [root / "mkdocs.yml", *sorted((root / "docs").glob("*.md")), *sorted((root / "docs").glob("*.yml"))]
    watched += sorted((root / "docs" / "drawings").glob("*.svg"))
    return _read(root, tuple((path, path.stat().st_mtime_ns) for path in watched if path.exists()))


@lru_cache(maxsize=2)
def _read(root: Path, _changed: tuple) -> Guide:
    config = settings(root)
    extension = own_extension(config, root)
    sources, claims = extension.sources, extension.claims  # first: every page needs them whole
    pages, unreadable = [], []
    for title, name in nav(config["nav"]):
        try:
            pages.append(read_page(root / "docs" / name, title, config, root))
        except Refused as error:
            unreadable.append(error.message)
    if unreadable:
        raise Refused("\n".join(unreadable))
    return Guide(
        pages=pages,
        sources=sources,
        claims=claims,
        data={name: Path(extension.getConfig(name)) for name in DATA},
        root=root,
        site_url=site_url(config),
    )


def site_url(config: dict) -> str:
    """Return SITE_URL as mkdocs.yml has it; refuse one that is no web address, say so where there is none."""
    url = config.get("site_url") or ""
    if not url:
        log.info("SITE_URL is not set: pages carry no address, no code to scan and no link preview.")
    elif not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        raise Refused(f"SITE_URL is {url!r}: write the site's whole address, such as https://milia.example/guide/.")
    return url.rstrip("/") + "/" if url else ""


def nav(entries: list) -> list[tuple[str, str]]:
    """Return the title and file of each page, in the navigation's order."""
    found = []
    for entry in entries:
        title, target = next(iter(entry.items())) if isinstance(entry, dict) else ("", entry)
        found += nav(target) if isinstance(target, list) else [(title, target)]
    return found


def own_extension(config: dict, root: Path) -> CitationExtension:
    """Return our extension as mkdocs.yml sets it, ready to collect a page."""
    options = next(
        (entry["milia_guide"] for entry in config["markdown_extensions"] if isinstance(entry, dict) and "milia_guide" in entry),
        {},
    )
    extension = CitationExtension(collecting=True, **(options or {}))
    for name in DATA:
        extension.setConfig(name, str(root / extension.getConfig(name)))
    return extension


def read_page(file: Path, title: str, config: dict, root: Path) -> Page:
    """Return one page; raises Refused where it is not UTF-8 or its front matter is broken."""
    source = read_text(file)
    front = FRONT_MATTER.match(source)
    meta = read_yaml(file, front[1], first_line=2) if front else {}
    extension = own_extension(config, root)
    names, options = [], {}
    for entry in config["markdown_extensions"]:
        name, given = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
        names.append(extension if name == "milia_guide" else name)
        options[name] = given or {}
    written = source[front.end() :] if front else source
    markdown = Markdown(extensions=names, extension_configs=options)
    markdown.convert(written)
    headings = [child for top in markdown.toc_tokens for child in top["children"]]
    changed = (meta or {}).get("changed")
    if not isinstance(changed, datetime.date):
        raise Refused(f"{file}:2: no date of the last change in the front matter. Write one, such as changed: 2026-11-23.")
    return Page(
        file=file,
        name=file.name,
        title=title,
        description=(meta or {}).get("description", ""),
        changed=changed,
        robots=(meta or {}).get("robots", ""),
        headings=[(heading["id"], html.unescape(heading["name"])) for heading in headings],
        source=source,
        written=written.strip(),
        sentences=extension.sentences,
        marked=extension.marked,
        problems=extension.problems,
        sections=extension.sections,
    )


def claims_json(guide: Guide) -> str:
    """Return the claims as JSON for other programs; docs/for-clinics.md says what its fields are."""
    (table,) = [page for page in guide.pages if page.name == "how-sure.md"]
    places = guide.places
    return json.dumps(
        [
            {
                "id": claim.id,
                "address": f"{places[claim.id].page.path}#{claim.id}",
                "sentence": places[claim.id].text,
                "named": claim.named,
                "verdict": claim.verdict,
                "references": [
                    {"sentence": sentence.text, "sources": sentence.sources}
                    for sentence in table.sentences
                    if sentence.ids == (claim.id,) and guide.sources[sentence.sources[0]].kind == "read"
                ],
            }
            for claim in guide.claims.values()
            if claim.id in places
        ],
        ensure_ascii=False,
        indent=1,
    )


def all_problems(guide: Guide) -> list[str]:
    """Return every problem of the guide as `file:line: message`, in reading order."""
    lines = []
    for page in guide.pages:
        found = [(page.line(problem.quote), problem.message) for problem in page.problems]
        if not 0 < len(page.description) <= 160:
            found.append((1, "No description of 1 to 160 characters in the front matter. Say what the page is about."))
        lines += [f"{page.file}:{line}: {message}" for line, message in sorted(found)]
    for name, problems in (("sources", guide.unused_sources()), ("claims", guide.lost_claims())):
        path = guide.data[name]
        text = read_text(path)
        lines += [f"{path}:{line_of_key(text, problem.quote)}: {problem.message}" for problem in problems]
    lines += house_faults(guide, settings(guide.root), guide.root)
    lines += synonym_faults(guide.data["synonyms"], guide)
    lines += word_faults(guide)
    lines += log_faults(guide)
    path = guide.data["claims"].with_suffix(".json")
    if not lines and (not path.exists() or read_text(path) != claims_json(guide) + "\n"):
        lines.append(f"{path}:1: not what the pages say. Write it again: make claims.json.")
    return lines
