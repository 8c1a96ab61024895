"""Lines over time turned into coordinates: small drawings on one scale. No language, no colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.queries.series import Line, Point
from dashboards.shapes import px
from results.figures import Number, Range

WIDTH = 320
HEIGHT = 112
LEFT, RIGHT = 20.0, 308.0
TOP, BOTTOM = 10.0, 98.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One round: `kind` is dot, bracket, withheld or differs; `title` says all of it."""

    kind: str
    x: str
    y: str
    low: str
    title: str


@dataclass(frozen=True, slots=True)
class Multiple:
    """One line as a small drawing."""

    line: Line
    marks: tuple[Mark, ...]
    path: str
    levels: tuple[tuple[str, int], ...]
    """The height of each level and its number."""
    new_editions: tuple[str, ...]
    """Where a new edition begins."""
    small: bool
    """Many rounds: smaller marks."""


def multiple(
    line: Line, *, levels: int, titles: Sequence[str], editions: Sequence[int]
) -> Multiple:
    """`titles`: each round with its date and edition; `editions`: the edition's number of each."""
    places = _places(len(line.points))
    steps = []
    before: tuple[float, float] | None = None
    for x, point in zip(places, line.points, strict=True):
        here = (x, _y(point.figure.value, levels)) if isinstance(point.figure, Number) else None
        if here and before and point.joined:
            steps.append(f"M{px(before[0])} {px(before[1])}L{px(here[0])} {px(here[1])}")
        before = here
    cuts = [
        (places[n - 1] + places[n]) / 2
        for n in range(1, len(editions))
        if editions[n] != editions[n - 1]
    ]
    return Multiple(
        line=line,
        marks=tuple(
            mark
            for x, point, title in zip(places, line.points, titles, strict=True)
            if (mark := _mark(x, point, title, levels))
        ),
        path="".join(steps),
        levels=tuple((px(_y(level, levels)), level) for level in range(1, levels + 1)),
        new_editions=tuple(px(x) for x in cuts),
        small=len(places) > 12,
    )


def _places(count: int) -> list[float]:
    """Rounds stand evenly; one alone stands in the middle, two or three not at the very edges."""
    if count == 1:
        return [(LEFT + RIGHT) / 2]
    inset = max(12.0, 60.0 - 12 * count)
    step = (RIGHT - LEFT - 2 * inset) / (count - 1)
    return [LEFT + inset + step * place for place in range(count)]


def _y(value: float, levels: int) -> float:
    share = (min(max(value, 1.0), float(levels)) - 1) / (levels - 1)
    return BOTTOM - share * (BOTTOM - TOP)


def _mark(x: float, point: Point, title: str, levels: int) -> Mark | None:
    said = ", ".join(part for part in (f"{title}: {point.text}", point.n_text) if part)
    if isinstance(point.figure, Number):
        return Mark("dot", px(x), px(_y(point.figure.value, levels)), "", said)
    if isinstance(point.figure, Range):
        low, high = _y(point.figure.low, levels), _y(point.figure.high, levels)
        return Mark("bracket", px(x), px(high), px(low), said)
    if point.state == "absent":
        return None
    return Mark(point.state, px(x), px(TOP), px(BOTTOM), said)
