"""`python -m milia_guide links`: ask the sources' addresses whether they still answer, and write what came back.

Apart from the build, and only on the wish of somebody who sits at a machine with a network. Nothing of the
guide is changed: whether a page still says what we read is for a person to see.
"""

from __future__ import annotations

import datetime
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urldefrag, urlsplit
from urllib.request import Request, urlopen

from milia_guide.data import Source

AGENT = "Milia-Guide-link-check/1.0 (asks each source of a health guide once, a few times a year)"
PAUSE = 5  # seconds between two requests to one host
TIMEOUT = 20  # seconds
NO_NETWORK = "No network: no address answered, so nothing was checked and nothing was written."
ENOUGH = 3  # so many hosts without any answer, and none with one, mean that there is no network
KINDS = {  # in the order of the report, with what to do
    "does not answer as it should": "Look at it in a browser: some sites refuse programs. If it is gone, say so in its `note`.",
    "leads elsewhere": "See whether the new page still says what we cite; then write its address.",
    "answers": "Nothing to do.",
}


class Answer(NamedTuple):
    """What an address said: one of KINDS, and the detail."""

    kind: str
    detail: str
    reached: bool = True  # some server spoke


def ask(url: str, timeout: float, pause: Callable[[], None]) -> Answer:
    """Ask for a page's head and, where that is refused, for the page; a pause comes between the two."""
    said = ""
    for method in ("HEAD", "GET"):
        try:
            request = Request(quote(url, safe="%/:=&?~#+!$,;'@()*[]"), method=method, headers={"User-Agent": AGENT})
            with urlopen(request, timeout=timeout) as response:
                end = response.url
            if urldefrag(end).url != url:
                return Answer("leads elsewhere", f"to {end}")
            return Answer("answers", f"{response.status}")
        except HTTPError as error:
            error.close()
            said = f"HTTP {error.code} {error.reason}"
            if error.code == 429:  # it asks us to wait, so it is not asked again
                break
            if method == "HEAD":
                pause()
        except (OSError, HTTPException, ValueError) as error:
            return Answer("does not answer as it should", str(getattr(error, "reason", error)) or type(error).__name__, said != "")
    return Answer("does not answer as it should", said)


def check_links(
    sources: Iterable[Source], report: Path, timeout: float = TIMEOUT, wait: Callable[[float], None] = time.sleep, say=print
) -> str:
    """Ask every address once, one at a time, write the report and return what to tell; without a network write nothing."""
    keys = defaultdict(list)
    for source in sources:
        if source.url:
            keys[urldefrag(source.url).url].append(source.key)
    answers: dict[str, Answer] = {}
    lines: list[str] = []  # kept back until some server has spoken: without a network one line is enough
    hosts: dict[str, bool] = {}  # each that was asked, and whether it spoke
    for url in keys:
        host = urlsplit(url).netloc
        if hosts.get(host):
            wait(PAUSE)
        answers[url] = ask(url, timeout, lambda: wait(PAUSE))
        hosts[host] = hosts.get(host, False) or answers[url].reached
        lines.append(f"{len(answers)} of {len(keys)}: {', '.join(keys[url])}: {answers[url].kind} ({answers[url].detail})")
        if any(hosts.values()):
            say("\n".join(lines))
            lines.clear()
        elif len(hosts) == ENOUGH:
            return NO_NETWORK
    if not any(hosts.values()):
        return NO_NETWORK
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(written(keys, answers), encoding="utf-8")
    counts = [f"{sum(answer.kind == kind for answer in answers.values())} {kind}" for kind in KINDS]
    return f"{report}: {', '.join(counts)}."


def written(keys: dict[str, list[str]], answers: dict[str, Answer]) -> str:
    lines = ["# The sources' addresses", "", f"Asked on {datetime.date.today()}. An answer does not mean that the page says the same as before."]
    for kind, what_to_do in KINDS.items():
        found = [(url, answer) for url, answer in answers.items() if answer.kind == kind]
        lines += ["", f"## {len(found)}: {kind}", "", what_to_do, ""]
        lines += [f"- {', '.join(keys[url])}: <{url}>: {answer.detail}" for url, answer in found]
    return "\n".join(lines) + "\n"
