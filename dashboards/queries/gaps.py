"""Why two confidential results on one scale cannot be compared."""

from collections.abc import Sequence

from dashboards.texts import Gap
from results.disclosure import Cell
from results.figures import forum_mean

Cells = tuple[Cell, ...]


def gap_between(goals: Sequence[tuple[Cells | None, Cells | None]]) -> Gap:
    """`goals` holds each goal's cells in both rounds, None where a round did not ask it."""
    cells = [own for pair in goals for own in pair if own is not None]
    if not goals or len(cells) < 2 * len(goals):
        return Gap.OTHER_GOALS
    if any(forum_mean(own) is None for own in cells):
        return Gap.NOT_SHOWN
    return Gap.NO_NUMBER
