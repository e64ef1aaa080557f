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
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' {styles}; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'"
)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", re.S)
INLINE_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.S)
STYLESHEET = re.compile(r'[ \t]*<link(?=[^>]* rel="stylesheet")(?P<id> id="dark")?[^>]* href="(?P<href>[^"]+)"(?P<rest>[^>]*)>\n?')
SCRIPT = re.compile(r'<script src="(?P<src>[^"]+)"(?P<rest>[^>]*)></script>')
LATE = ("search-ranking.js",)  # asked for by search.js, by this name
EARLY = "scheme.js"  # runs before the page is drawn, so it must not be waited for
IMMUTABLE = re.compile(r"\.[0-9a-f]{8}\.")  # a name that changes with its content
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".xml", ".txt", ".yml")
# In a copy on a stick this would lead astray: there the pages have other addresses.
ONLINE_ONLY = re.compile(r'<link rel="canonical"[^>]*>\s*')
CHARSET = '<meta charset="utf-8">'


def publish(site: Path, policy: bool = True) -> None:
    """Change the built site in place.

    `policy=False` is for a copy on a stick: no security policy, and nothing that only a server has a use for.

    Raises Refused where the folder holds no page.
    """
    site = site.resolve()
    if not policy:
        for path in (*map(site.joinpath, ("404.html", "robots.txt", "_headers")), *site.glob("sitemap.xml*")):
            path.unlink(missing_ok=True)  # only a server has a use for them
    pages = {path: read_text(path) for path in sorted(site.rglob("*.html"))}
    if not pages:
        raise Refused(f"{site}: no page in it. Build the site first: make build.")
    scripts = {path: read_text(path) for path in sorted((site / "assets").glob("*.js"))}
    # What our scripts add to a page is named in them, as words.
    made_by_script = set(re.findall(r"[\w-]+", "".join(scripts.values())))
    everything = names("".join(pages.values())) | made_by_script
    written = {path: read_text(path) for path in sorted(site.rglob("*.css"))}
    used = set(re.findall(r"var\(\s*(--[\w-]+)", "".join(written.values())))
    sheets = {path: trimmed(parsed(sheet), everything | used) for path, sheet in written.items()}
    used = set(re.findall(r"var\(\s*(--[\w-]+)", "".join(sheets.values())))  # again: of what is left
    for path, html in pages.items():
        html = with_styles(html, path, sheets, names(html) | made_by_script | used)
        pages[path] = with_scripts(html, path, site, scripts)
    drop_unused(site, "".join(pages.values()))
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


def with_styles(html: str, page: Path, sheets: dict[Path, str], present: set[str]) -> str:
    """Return a page with the rules that it needs inside it: a phone need not ask for twelve stylesheets first.

    The rules keep their order; those for the dark stay apart, since a reader can switch them.
    """
    inside = []

    def take(link: re.Match) -> str:
        rules = trimmed(parsed(sheets[linked(page, link["href"])]), present)
        if link["id"]:
            return f"      <style{link['id']}{link['rest']}>{rules}</style>\n"
        inside.append(rules)
        return "" if len(inside) > 1 else "@styles@"

    html = STYLESHEET.sub(take, html)
    return html.replace("@styles@", f"      <style>{''.join(inside)}</style>\n", 1)


def with_scripts(html: str, page: Path, site: Path, scripts: dict[Path, str]) -> str:
    """Return a page whose scripts have names that change with their content; the one that must be early is inside."""

    def take(script: re.Match) -> str:
        path = linked(page, script["src"])
        if path.name == EARLY:
            return f"<script>{scripts[path].strip()}</script>"
        mark = hashlib.sha256(scripts[path].encode()).hexdigest()[:8]
        named = path.with_name(f"{path.stem}.{mark}{path.suffix}")
        named.write_text(scripts[path], encoding="utf-8", newline="")
        return f'<script src="{script["src"].removesuffix(path.name)}{named.name}"{script["rest"]}></script>'

    return SCRIPT.sub(take, html)


def linked(page: Path, address: str) -> Path:
    """Return the file that a page's address means; 404.html has addresses from the site's own root."""
    if address.startswith("/"):
        return next(path for path in (page.parent / match[1] for match in re.finditer(r"(?=/(.*))", address)) if path.is_file())
    return (page.parent / address).resolve()


def drop_unused(site: Path, everything: str) -> None:
    """Delete what no page asks for any more: stylesheets, scripts under their old names, the theme's files."""
    for path in sorted((site / "assets").rglob("*.*")):
        theme = path.parent.name in ("javascripts", "stylesheets", "images") or "javascripts" in path.parts
        old = path.suffix == ".css" or path.suffix == ".js" and path.parent == site / "assets" and path.name not in LATE
        if (theme or old) and path.is_file() and path.name not in everything:
            path.unlink()


def names(html: str) -> set[str]:
    """Return all that a selector may ask for: classes, ids, types and elements."""
    values = re.findall(r'(?:class|id|type|role)="([^"]*)"', html)
    return {name for value in values for name in re.findall(r"[\w-]+", value)} | set(re.findall(r"<([a-z][a-z0-9]*)", html))


def parsed(sheet: str) -> list:
    return tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)


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
            if selectors and (inside := declarations(rule.content, present)):
                kept.append(f"{','.join(selectors)}{{{inside}}}")
        elif rule.type == "at-rule" and rule.at_keyword == "page":
            kept.append(rule.serialize())  # other rules bring fonts and movements, of which the site has none
    return "".join(kept)


def declarations(content: list, present: set[str]) -> str:
    """Return a rule's declarations, without comments, needless space and values that no rule of the site uses."""
    kept = []
    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if one.type == "declaration" and (not one.name.startswith("--") or one.name in present):
            value = [token for token in one.value if token.type != "comment"]
            kept.append(f"{one.name}:{tinycss2.serialize(value).strip()}{'!important' if one.important else ''}")
    return re.sub(r"\n\s*", " ", ";".join(kept))


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
    styles = [match[1] for match in INLINE_STYLE.finditer(html)]
    policy = POLICY.format(scripts=hashes(scripts), styles=hashes(styles))
    return html.replace(CHARSET, f'{CHARSET}\n      <meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def hashes(texts: list[str]) -> str:
    found = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(dict.fromkeys(f"'sha256-{hash}'" for hash in found))
