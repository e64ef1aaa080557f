"""The rules of the house that need the whole guide: links, addresses, wording, titles, and what was promised before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from milia_guide.data import line_of_key, read_text, read_yaml

if TYPE_CHECKING:
    from milia_guide.guide import Guide, Page

LONGEST = 20  # words in a sentence
# What did not happen, and what nobody can promise.
FORBIDDEN = re.compile(
    r"\b(medically (reviewed|approved|accurate)|(reviewed|approved|endorsed|tested) by (an? |our )?(doctor|dermatologist|physician|clinician|expert)s?"
    r"|(doctor|dermatologist|clinician)[- ](approved|reviewed|tested|recommended)|clinically (proven|approved|tested)"
    r"|(fully|WCAG|GDPR|HIPAA)[- ]complian(t|ce)|100 ?% safe|guaranteed|miracle cure)\b",
    re.I,
)
LINK = re.compile(r"(!?)\[([^\]\n]*)\]\(([^()\s]*)[^)\n]*\)")
IDS = re.compile(r"\{[^}\n]*?#([\w-]+)[^}\n]*\}")
ACTIVE = re.compile(r"\{[^}\n]*?\b(on\w+|style)\s*=[^}\n]*\}", re.I)
HEADING = re.compile(r"^(#+) ", re.M)
FOREIGN = re.compile(r"""(?:\b(?:src|href|action)\s*=\s*["']?|url\(\s*["']?|@import\s+["']?)((?:https?:)?//[^"')\s>]+)""", re.I)
LEDGER = Path("tests", "published.txt")
MADE = re.compile(r"sources-on-this-page|drawing-.+|.+--.+")  # ids that the build makes
GENERATED = ("words", "search", "for-clinics")  # pages whose further ids only the built site has


def house_faults(guide: Guide, config: dict, root: Path) -> list[str]:
    """Return every fault that only the whole guide shows, as `file:line: what is wrong. What to do.`"""
    found = [fault for page in guide.pages for fault in sorted(page_faults(page, guide), key=line_of)]
    found += [*menu_faults(guide, root), *settings_faults(config, root), *foreign_faults(root), *gone_faults(guide, root)]
    return list(dict.fromkeys(found))


def line_of(fault: str) -> int:
    return int(fault.split(":")[1])


def page_faults(page: Page, guide: Guide) -> Iterator[str]:
    """Yield what is wrong with a page's links, wording and headings."""
    for line in [*(sentence.text for sentence in page.sentences), *(line.text for line in page.marked)]:
        if (words := len(line.split())) > LONGEST:
            yield (
                f"{page.file}:{page.line(line)}: {words} words in one sentence: '{' '.join(line.split()[:6])} ...'. "
                f"Cut it into sentences of {LONGEST} words or fewer, one a line."
            )
    for number, line in enumerate(page.source.splitlines(), 1):
        at = f"{page.file}:{number}:"
        if claim := FORBIDDEN.search(line):
            yield f"{at} '{claim[0]}': nobody did or promised that. Say only what was really done."
        if active := ACTIVE.search(line):
            yield f"{at} '{active[1]}=' in '{active[0]}': neither scripts nor styles in a text. Take it out."
        for picture, words, target in LINK.findall(line):
            if picture and not words.strip():
                yield f"{at} Picture without words: '{target}'. Say in the brackets what it shows."
            if fault := target_fault(target, page, guide):
                yield f"{at} {fault}"
    levels = [len(marks) for marks in HEADING.findall(page.written)]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"{page.file}:1: {levels.count(1)} headings of the first level. Begin the page with its one title: # Title {{ #id }}"
    for before, level in zip(levels, levels[1:], strict=False):
        if level > before + 1:
            yield f"{page.file}:{page.line('#' * level + ' ')}: Heading of level {level} right below level {before}. Use level {before + 1}."


def target_fault(target: str, page: Page, guide: Guide) -> str:
    """Return what is wrong with the target of a link or picture; "" if it leads somewhere safe."""
    pages = {other.name: other for other in guide.pages}
    if scheme := re.match(r"([a-z][a-z0-9+.-]*):", target, re.I):
        if scheme[1].lower() in ("https", "mailto"):
            return ""
        if scheme[1].lower() == "http":
            known = target in [source.url for source in guide.sources.values() if source.http_only]
            return "" if known else f"Address without https: '{target}'. Use https, or a source with http_only: true."
        return f"Address of a kind that is not allowed: '{target}'. Use https: or the name of a page, such as care-tips.md."
    if target.startswith("/"):
        return f"Absolute address: '{target}'. Write the page's file, such as care-tips.md, so that it holds on any host."
    name, _, id = target.partition("#")
    if name and not name.endswith(".md") and (page.file.parent / name).is_file():
        return ""  # data to take along, such as claims.json
    if name and name not in pages:
        return f"Link to a page that is not there: '{target}'. Use one of: {', '.join(sorted(pages))}."
    other = pages[name] if name else page
    if id and other.file.stem not in GENERATED and id not in known_ids(other, guide):
        return f"Link to a place that is not there: '{target}'. Give the place in {other.file} that id, or use one that it has."
    return ""


def known_ids(page: Page, guide: Guide) -> set[str]:
    """Return the ids of a page that its text and the data give it."""
    ids = {id for sentence in page.sentences for id in sentence.ids} | set(IDS.findall(page.written))
    if page.name == "sources.md":
        ids |= set(guide.sources)
    if page.name == "how-sure.md":
        ids |= set(guide.claims)
    return ids


def menu_faults(guide: Guide, root: Path) -> Iterator[str]:
    """Refuse a title used twice, and a page that nobody can reach."""
    settings = read_text(root / "mkdocs.yml")
    titles: dict[str, str] = {}
    for page in guide.pages:
        if page.title in titles:
            line = settings.count("\n", 0, settings.index(f": {page.name}")) + 1
            yield f"{root / 'mkdocs.yml'}:{line}: Title used twice: '{page.title}' names {titles[page.title]} too. Give {page.name} another one."
        titles.setdefault(page.title, page.name)
    for file in sorted((root / "docs").glob("*.md")):
        if file.name in [page.name for page in guide.pages]:
            continue
        source = read_text(file)
        front = read_yaml(file, source.split("---\n")[1], first_line=2) if source.startswith("---\n") else {}
        moved_to = (front or {}).get("moved_to", "")
        if not moved_to:
            yield f"{file}:1: Page that the menu does not name. Add it under nav in mkdocs.yml, or say where it moved: moved_to: care-tips/"
        elif moved_to.split("#")[0] not in [page.path for page in guide.pages]:
            yield f"{file}:{line_of_key(source, 'moved_to')}: Moved to a page that is not there: '{moved_to}'. Name one of the menu, such as care-tips/."


def settings_faults(config: dict, root: Path) -> Iterator[str]:
    """Refuse settings that would bring in a font, a plugin, a hook or a file from elsewhere."""
    path = root / "mkdocs.yml"
    source = read_text(path)

    def fault(words: str, what: str) -> str:
        return f"{path}:{source.count(chr(10), 0, max(source.find(words), 0)) + 1}: {what}"

    if (config.get("theme") or {}).get("font", True) is not False:
        yield fault("font:", "Fonts from elsewhere: readers would be seen there. Write font: false under theme.")
    for name in ("plugins", "hooks"):
        if config.get(name, ["search"] if name == "plugins" else None):
            yield fault(f"{name}:", f"{name}: {config.get(name)} would run: this site needs none. Write plugins: [] and no hooks.")
    for name in ("extra_css", "extra_javascript"):
        for given in config.get(name) or []:
            if re.match(r"(https?:)?//", str(given)):
                yield fault(str(given), f"File from elsewhere: {given}. Put it into overrides/assets, with its licence and origin.")


def foreign_faults(root: Path) -> Iterator[str]:
    """Refuse templates and stylesheets that ask another site for anything."""
    for file in sorted(path for kind in ("html", "css") for path in (root / "overrides").rglob(f"*.{kind}")):
        for number, line in enumerate(read_text(file).splitlines(), 1):
            for address in FOREIGN.findall(line):
                yield f"{file}:{number}: Asks another site: '{address}'. Put the file into overrides/assets, with its licence and origin."


def gone_faults(guide: Guide, root: Path) -> Iterator[str]:
    """Refuse to lose an address that was published, as far as the pages' text shows it; the built site is tested too."""
    if not (root / LEDGER).exists():
        return
    pages = {page.path.rstrip("/") or ".": page for page in guide.pages}
    for promised in read_text(root / LEDGER).splitlines():
        place, _, id = promised.partition("#")
        name = place.rstrip("/") or "."
        if place.startswith("downloads/") or "." in name[1:]:
            continue  # files, not pages
        page, moved = pages.get(name), root / "docs" / f"{name}.md"
        if not page and not moved.exists():
            yield f"{moved}:1: Published address that is gone: {promised}. Give the page its old name back, or leave a page there with moved_to."
        elif page and id and name not in GENERATED and not MADE.fullmatch(id) and id not in guide.claims and id not in known_ids(page, guide) and not page.robots:
            yield f"{page.file}:1: Published address that is gone: {promised}. Give the place its old id back, or put [](){{ #{id} }} where its readers should land."
