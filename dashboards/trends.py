"""Lines over time turned into coordinates: small drawings on one scale. No language, no colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.queries.series import Line, Point
from dashboards.shapes import px
from results.figures import Number, Range

LEFT, RIGHT = 20.0, 308.0
TOP, BOTTOM = 10.0, 98.0
MOST_LARGE = 12
MOST_LABELS = 14
MOST_DATES = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """One round: `kind` is dot, bracket, withheld or differs; `title` says all of it."""

    kind: str
    x: str
    y: str
    low: str
    title: str
    labels: tuple[tuple[str, str], ...] = ()
    """The exact figure beside the mark, shown while the drawing is pointed at or has the focus:
    heights and texts, those of a range at either end."""


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
    dates: tuple[tuple[str, str], ...]
    """Places along the foot and the dates that stand there."""
    small: bool
    """Many rounds: smaller marks."""


def multiple(
    line: Line,
    *,
    levels: int,
    titles: Sequence[str],
    editions: Sequence[int],
    dates: Sequence[str],
    most_dates: int,
) -> Multiple:
    """`titles`: each round with its date and edition; `editions`: the edition's number of each;
    `dates`: each round's date in short, of which at most `most_dates` are written."""
    places = _places(len(line.points))
    steps = []
    before: tuple[float, float] | None = None
    for x, point in zip(places, line.points, strict=True):
        here = (x, _y(point.figure.value, levels)) if isinstance(point.figure, Number) else None
        if here and before and point.joined:
            steps.append(f"M{px(before[0])} {px(before[1])}L{px(here[0])} {px(here[1])}")
        before = here
    every = -(-len(places) // MOST_LABELS)
    cuts = [
        (places[n - 1] + places[n]) / 2
        for n in range(1, len(editions))
        if editions[n] != editions[n - 1]
    ]
    return Multiple(
        line=line,
        marks=tuple(
            mark
            for place, (x, point, title) in enumerate(
                zip(places, line.points, titles, strict=True), start=1
            )
            if (mark := _mark(x, point, title, levels, named=(len(places) - place) % every == 0))
        ),
        path="".join(steps),
        levels=tuple((px(_y(level, levels)), level) for level in range(1, levels + 1)),
        new_editions=tuple(px(x) for x in cuts),
        dates=tuple((px(places[n]), dates[n]) for n in _dated(len(places), most_dates)),
        small=len(places) > MOST_LARGE,
    )


def _places(count: int) -> list[float]:
    """Rounds stand evenly; one alone stands in the middle, two or three not at the very edges."""
    if count == 1:
        return [(LEFT + RIGHT) / 2]
    inset = max(12.0, 60.0 - 12 * count)
    step = (RIGHT - LEFT - 2 * inset) / (count - 1)
    return [LEFT + inset + step * place for place in range(count)]


def _dated(count: int, most: int) -> list[int]:
    """The rounds whose date is written: the first, the last and some evenly between them."""
    every = max(-(-(count - 1) // (most - 1)), 1)
    gaps = (count - 1) // every
    return [round(place * (count - 1) / max(gaps, 1)) for place in range(gaps + 1)]


def _y(value: float, levels: int) -> float:
    share = (min(max(value, 1.0), float(levels)) - 1) / (levels - 1)
    return BOTTOM - share * (BOTTOM - TOP)


def _mark(x: float, point: Point, title: str, levels: int, *, named: bool) -> Mark | None:
    """`named`: whether there is room for its label; where rounds are many only some have one."""
    said = ", ".join(part for part in (f"{title}: {point.text}", point.n_text) if part)
    if isinstance(point.figure, Number):
        y = _y(point.figure.value, levels)
        label = (px(y - 8), point.text)
        return Mark("dot", px(x), px(y), "", said, (label,) if named else ())
    if isinstance(point.figure, Range):
        low, high = _y(point.figure.low, levels), _y(point.figure.high, levels)
        lowest, _dash, highest = point.text.partition("\N{EN DASH}")
        labels = ((px(high - 4), highest), (px(low + 12), lowest))
        return Mark("bracket", px(x), px(high), px(low), said, labels if named else ())
    if point.state == "absent":
        return None
    return Mark(point.state, px(x), px(TOP), px(BOTTOM), said)
