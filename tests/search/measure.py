"""How well the search answers: `python -m tests.search.measure` prints the rates and the slowest answer."""

import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

from tests.browser import launch
from tests.served import build, serve

QUERIES = Path(__file__).parent / "queries.tsv"
# (bar, goal) in percent: the first is right, one of the first three is right, something is shown where nothing should be
FIRST, THREE, NOTHING = (90, 95), (98, 100), (5, 0)

# Types each query in one go and waits for the frame that shows its results.
ASK = """async queries => {
  const input = document.querySelector("#search-query"), answers = [];
  for (const query of queries) {
    const began = performance.now();
    input.value = query;
    input.dispatchEvent(new Event("input"));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const links = [...document.querySelectorAll(".search-results:not([hidden]) a")].map(link => link.href);
    answers.push([links, performance.now() - began]);
  }
  return answers;
}"""


class Answer(NamedTuple):
    """A query of queries.tsv and what the search said; `rank` counts from 0, -1 is nowhere."""

    group: str
    query: str
    wanted: list[str]
    held_out: bool
    found: list[str]
    milliseconds: float

    @property
    def rank(self) -> int:
        return next((rank for rank, address in enumerate(self.found) if address in self.wanted), -1)


def read_queries() -> list[tuple[str, str, list[str], bool]]:
    """Return each query with its group, the addresses that answer it (none: []) and whether it is held out."""
    lines = [line.split("\t") for line in QUERIES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(group, query, [a for a in wanted.split() if a != "-"], of == "held out") for group, query, wanted, of in lines]


def ask(page: Page, base_url: str) -> list[Answer]:
    """Ask every query on the search page, and return the answers."""
    page.goto(f"{base_url}/search/")
    page.locator("#search-query").fill("milia")
    page.locator(".search-results a").first.wait_for()  # the engine is there
    queries = read_queries()
    said = page.evaluate(ASK, [query for _, query, _, _ in queries])
    return [
        Answer(*query, [link.removeprefix(f"{base_url}/") for link in links], milliseconds)
        for query, (links, milliseconds) in zip(queries, said, strict=True)
    ]


def first(answers: list[Answer]) -> float:
    """Return how many percent of the answerable queries have a right section first."""
    return percent([answer.rank == 0 for answer in answers if answer.wanted])


def three(answers: list[Answer]) -> float:
    """Return how many percent of the answerable queries have a right section among the first three."""
    return percent([0 <= answer.rank < 3 for answer in answers if answer.wanted])


def answered_in_vain(answers: list[Answer]) -> float:
    """Return how many percent of the queries with nothing to find got an answer."""
    return percent([bool(answer.found) for answer in answers if not answer.wanted])


def percent(passed: list[bool]) -> float:
    return 100 * sum(passed) / len(passed)


def report(answers: list[Answer]) -> str:
    """Return the rates by group, the ten worst queries and the times, as text."""
    lines = [f"{'':<12}{'queries':>8}{'first':>8}{'in three':>10}"]
    groups = list(dict.fromkeys(answer.group for answer in answers if answer.wanted))
    parts = [(group, [a for a in answers if a.group == group and a.wanted]) for group in groups]
    parts += [("all", [a for a in answers if a.wanted]), ("held out", [a for a in answers if a.wanted and a.held_out])]
    lines += [f"{name:<12}{len(part):>8}{first(part):>7.1f}%{three(part):>9.1f}%" for name, part in parts]
    lines.append(f"{'bar (goal)':<12}{'':>8}{FIRST[0]:>4}({FIRST[1]}){THREE[0]:>5}({THREE[1]})")
    empty = [answer for answer in answers if not answer.wanted]
    lines.append(f"\nNothing to find: {answered_in_vain(empty):.1f}% of {len(empty)} got an answer (bar {NOTHING[0]}, goal {NOTHING[1]}).")
    times = sorted(answer.milliseconds for answer in answers)
    lines.append(f"From the last key to the results: {times[len(times) // 2]:.0f} ms (half of all), {times[len(times) * 95 // 100]:.0f} ms (95 of 100); bar 100.")
    lines.append("\nThe ten worst:")
    vain = [answer for answer in empty if answer.found]
    missed = sorted((a for a in answers if a.wanted and a.rank), key=lambda a: a.rank if a.rank > 0 else 99, reverse=True)
    for answer in (vain + missed)[:10]:
        place = f"right one in place {answer.rank + 1}" if answer.rank > 0 else "right one not found" if answer.wanted else "should find nothing"
        lines.append(f"  {answer.query}: {place}; first: {answer.found[0] if answer.found else 'nothing'}")
    return "\n".join(lines)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        build(Path(), Path(folder))
        with serve(Path(folder)) as address, sync_playwright() as playwright:
            browser = launch(playwright)
            print(report(ask(browser.new_page(), address)))
            browser.close()


if __name__ == "__main__":
    main()
