"""Commands of the guide: `python -m milia_guide check` and its siblings, run in the project's folder."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from milia_guide.data import Refused
from milia_guide.guide import all_problems, claims_json, read_guide
from milia_guide.links import check_links
from milia_guide.packages import compare, licences
from milia_guide.publish import pack, publish
from milia_guide.release import ready, release
from milia_guide.upkeep import due_list


@click.group()
def main() -> None:
    """Check the guide and list what is in it."""


@main.command()
def check() -> None:
    """Refuse whatever the build would refuse, in all pages at once, as file:line: message."""
    guide = read_guide()
    if problems := all_problems(guide):
        raise Refused("\n".join([*problems, f"{len(problems)} to mend."]))
    sentences = sum(len(page.sentences) for page in guide.pages)
    click.echo(f"{len(guide.pages)} pages, {sentences} cited sentences, {len(guide.sources)} sources, "
               f"{len(guide.claims)} claims: all in order.")


@main.command()
def claims() -> None:
    """Print the ledger: each claim of the article, where it stands, who the article names."""
    guide = read_guide()
    places = guide.places
    for claim in guide.claims.values():
        place = places.get(claim.id)
        click.echo(f"{claim.row:<5}{place.link if place else 'NOWHERE':<46}{claim.named:<21}{claim.verdict}")
    click.echo(f"{sum(id in places for id in guide.claims)} of {len(guide.claims)} claims stand in the guide.")


@main.command("claims-json")
def write_claims_json() -> None:
    """Write docs/claims.json from the pages and claims.yml."""
    guide = read_guide()
    path = guide.data["claims"].with_suffix(".json")
    path.write_text(claims_json(guide) + "\n", encoding="utf-8")
    click.echo(f"{path}: {len(guide.claims)} claims")


@main.command("publish")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--offline", is_flag=True, help="for a copy that is opened from a folder: no security policy")
def make_ready(folder: Path, offline: bool) -> None:
    """Make a built site light and safe, in place."""
    publish(folder, policy=not offline)
    click.echo(f"{folder}: ready to publish")


@main.command("pack")
@click.argument("folder", type=click.Path(path_type=Path))
def make_zip(folder: Path) -> None:
    """Put a built site into a zip of the same name."""
    click.echo(f"{pack(folder)}: open index.html in it; no network is needed")


@main.command("ready")
def check_ready() -> None:
    """Refuse, before anything is built, whatever keeps a release back."""
    click.echo(f"Releasing commit {ready()[:8]}")


@main.command("release")
@click.option("--to", type=click.Path(path_type=Path), default=Path("dist"))
def make_release(to: Path) -> None:
    """Build this commit and pack it into one archive with a checksum."""
    click.echo(f"{release(to)}: its checksum is beside it")


@main.command()
def signposts() -> None:
    """Print every line that needs no source, for a person to read: do they really state no fact?"""
    for page in read_guide().pages:
        click.echo(f"{page.file}:2: description: {page.description}")
        for mark, text in page.marked:
            click.echo(f"{page.file}:{page.line(text)}: {mark}: {text}")


@main.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="another day than today, such as 2027-11-30")
def due(on: datetime.datetime | None) -> None:
    """List what is due to be done, and what the calendar will bring. The build never asks what day it is."""
    click.echo(due_list(read_guide(), Path("calendar.yml"), (on or datetime.datetime.now()).date()))


@main.command("links")
def check_addresses() -> None:
    """Ask the sources' addresses whether they still answer; write dist/links.md."""
    click.echo(check_links(read_guide().sources.values(), Path("dist/links.md"), say=click.echo))


@main.command("licences")
def list_licences() -> None:
    """List the licence of every locked package and vendored script; refuse one that is neither permissive nor MPL."""
    found = licences()
    for name, version, terms in found:
        click.echo(f"{name:<28}{version:<18}{terms}")
    click.echo(f"{len(found)} licences, each permissive or MPL.")


@main.command("compare")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.argument("report", type=click.Path(path_type=Path))
def compare_builds(before: Path, after: Path, report: Path) -> None:
    """List the pages that two builds show differently; write the differences to a file."""
    click.echo(compare(before, after, report))


@main.command()
def readability() -> None:
    """Print each page's reading grade (Flesch-Kincaid), longest sentence and word count, citations left out."""
    from milia_guide.readability import measure  # textstat is a test package: the other commands do without

    click.echo(f"{'page':<26}{'grade':>6}{'words':>7}{'longest':>9}")
    for page in read_guide().pages:
        found = measure(page)
        click.echo(f"{page.name:<26}{found.grade:>6.1f}{found.words:>7}{found.longest:>9}  {found.longest_sentence}")


if __name__ == "__main__":
    main(prog_name="python -m milia_guide")
