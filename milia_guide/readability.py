"""How hard a page is to read: Flesch-Kincaid grade by textstat, with the citations left out."""

from __future__ import annotations

import re
from typing import NamedTuple

import textstat

from milia_guide.guide import Page


class Readability(NamedTuple):
    grade: float  # US school grade
    words: int
    longest: int  # words in the longest sentence
    longest_sentence: str


def measure(page: Page) -> Readability:
    """Return the measures of a page's sentences, its marked lines included, its headings not."""
    lines = [sentence.text for sentence in page.sentences]
    lines += [line.text for line in page.marked if line.mark in ("signpost", "about-this-site")]
    lines = lines or [page.title]  # a page that only includes others
    lines = [re.sub(r"\s+", " ", line).strip() for line in lines]
    prose = " ".join(line if line[-1] in ".!?" else f"{line}." for line in lines)
    longest = max(lines, key=lambda line: len(line.split()))
    return Readability(textstat.flesch_kincaid_grade(prose), textstat.lexicon_count(prose), len(longest.split()), longest)
