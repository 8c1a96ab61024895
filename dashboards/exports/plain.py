"""The page's sentences as runs of plain text, for where there is no HTML."""

import re
from dataclasses import dataclass
from html import unescape

from dashboards import words
from dashboards.exports.taken import Taken
from dashboards.queries.shown import SharedResult

EMPHASIS = re.compile(r"<em>(.*?)</em>", re.S)


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    strong: bool


def sentences(taken: Taken) -> tuple[tuple[Run, ...], ...]:
    """At most three sentences, as they stand on the page; none of a shared rating."""
    result = taken.result
    if isinstance(result, SharedResult) or result.everything_withheld:
        return ()
    said = words.summary(
        result.pillars,
        levels=len(result.levels),
        pillar_words=taken.edition.pillar_words,
        goal_words=taken.edition.goal_words,
        compared=result.compared_with is not None,
    )
    return tuple(runs(sentence) for sentence in said)


def runs(html: str) -> tuple[Run, ...]:
    """Every other piece between the marks is emphasised; names in it are escaped, not markup."""
    pieces = EMPHASIS.split(html)
    return tuple(
        Run(unescape(piece), strong=bool(place % 2)) for place, piece in enumerate(pieces) if piece
    )
