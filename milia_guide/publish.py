"""`python -m milia_guide publish FOLDER`: make a built site light and safe, before it goes to the world.

`python -m milia_guide pack FOLDER` makes one zip of it, to be handed on and opened without a network.

The plain build is whole without it. Each step has its reason; hashes are computed last.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import zipfile
from pathlib import Path

import tinycss2

from milia_guide.data import Refused, read_text

# Nothing but this site's own files, and no script or style inside a page that is not listed by its hash.
POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'"
)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", re.S)
# In a copy on a stick these would lead astray: there the pages have other addresses, and no server.
IMMUTABLE = re.compile(r"\.[0-9a-f]{8}\.")  # a name that changes with its content
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".xml", ".txt", ".yml")
ONLINE_ONLY = re.compile(r'<link rel="canonical"[^>]*>\s*')
CHARSET = '<meta charset="utf-8">'


def publish(site: Path, policy: bool = True) -> None:
    """Change the built site in place.

    `policy=False` is for a copy on a stick: no security policy, and nothing that only a server has a use for.

    Raises Refused where the folder holds no page.
    """
    if not policy:
        for path in (*map(site.joinpath, ("404.html", "robots.txt", "_headers")), *site.glob("sitemap.xml*")):
            path.unlink(missing_ok=True)  # only a server has a use for them
    pages = {path: read_text(path) for path in sorted(site.rglob("*.html"))}
    if not pages:
        raise Refused(f"{site}: no page in it. Build the site first: make build.")
    drop_unused(site, pages)
    trim_stylesheets(site, pages)
    for path, html in pages.items():
        path.write_text(with_policy(html) if policy else ONLINE_ONLY.sub("", html), encoding="utf-8", newline="")
    if policy:
        add_cache_rules(site)
        compress(site)  # last: of what is really served


def add_cache_rules(site: Path) -> None:
    """Add to _headers, for hosts that read it, a rule for each file that never changes under its name."""
    rules = read_text(site / "_headers") if (site / "_headers").exists() else ""
    for path in sorted(site.rglob("*.*")):
        rule = f"/{path.relative_to(site).as_posix()}\n  Cache-Control: public, max-age=31536000, immutable\n"
        if IMMUTABLE.search(path.name) and path.suffix != ".gz" and rule not in rules:
            rules += rule
    (site / "_headers").write_text(rules, encoding="utf-8")


def compress(site: Path) -> None:
    """Put a compressed copy beside each text file, for servers that send it as it is."""
    for path in sorted(site.rglob("*")):
        if path.suffix in COMPRESSED:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def pack(folder: Path) -> Path:
    """Put the folder into a zip beside it, the same bytes for the same files; return the zip."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise Refused(f"{folder}: nothing in it. Build the copy first: make offline.")
    packed = folder.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix())  # its date is always 1980
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed


def drop_unused(site: Path, pages: dict[Path, str]) -> None:
    """Delete the theme's scripts, stylesheets, maps and pictures that no page asks for."""
    everything = "".join(pages.values())
    for folder in ("javascripts", "stylesheets", "images"):  # the theme's; our own scripts ask for each other
        for path in sorted((site / "assets" / folder).rglob("*.*")):
            if path.name not in everything:
                path.unlink()


def trim_stylesheets(site: Path, pages: dict[Path, str]) -> None:
    """Take out of the theme's stylesheets all rules for what no page has: four fifths of their bytes."""
    present = set(re.findall(r"[\w-]+", " ".join(re.findall(r'(?:class|id|type)="([^"]*)"', "".join(pages.values())))))
    present |= set(re.findall(r"<([a-z][a-z0-9]*)", "".join(pages.values())))
    for path in (site / "assets" / "stylesheets").glob("*.css"):
        rules = tinycss2.parse_stylesheet(read_text(path), skip_comments=True, skip_whitespace=True)
        path.write_text(trimmed(rules, present), encoding="utf-8")


def trimmed(rules: list, present: set[str]) -> str:
    """Return the rules of which at least one selector can match; @media rules are trimmed inside."""
    kept = []
    for rule in rules:
        if rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            inside = trimmed(tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True), present)
            if inside:
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        elif rule.type == "qualified-rule":
            selectors = [part for part in split_selectors(rule.prelude) if can_match(part, present)]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.at_keyword != "charset":
            kept.append(rule.serialize())
    return "".join(kept)


def split_selectors(prelude: list) -> list[str]:
    """Return the selectors of a rule; a comma inside :is() does not part them."""
    parts: list[list] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def can_match(selector: str, present: set[str]) -> bool:
    """Return whether every class, id and element that the selector asks for is on some page."""
    asked = re.sub(r":(not|is|where|has)\([^)]*\)|\[[^\]]*\]|::?[\w-]+(\([^)]*\))?", " ", selector)
    classes = re.findall(r"[.#]([\w-]+)", asked)
    elements = re.findall(r"(?:^|[\s>+~])([a-z][a-z0-9]*)", asked)
    return all(name in present for name in classes) and all(name in present for name in elements)


def with_policy(html: str) -> str:
    """Return a page that carries its own security policy, so that it holds on any host."""
    scripts = [match[2] for match in INLINE_SCRIPT.finditer(html) if "application/" not in match[1]]
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts]
    policy = POLICY.format(hashes=" ".join(dict.fromkeys(hashes)))
    return html.replace(CHARSET, f'{CHARSET}\n      <meta http-equiv="Content-Security-Policy" content="{policy}">', 1)
