"""Numbers turned into coordinates: the house, and the bar of one goal.

Nothing here knows a language or a colour: words come in as arguments, colours are classes in
`static/css/plf.css`. What comes out is described in `shapes.py`.
"""

from collections.abc import Iterator, Sequence

from dashboards.drawing import SMALL, WIDE, drawing, names_on, row
from dashboards.shapes import NAME_SIZES, GoalBar, House, HousePillar, Segment, broken, px
from plf.lib.scale import scale_classes
from results.disclosure import Cell, Histogram, NearlyAll
from results.figures import Range

__all__ = ["GoalBar", "House", "HousePillar", "goal_bar", "house", "scale_classes"]

MOST_PILLARS = 7
MOST_DOTS = 6
# In per cent of the room: how long all ratings together are, and what one digit of a number needs.
LENGTH = 50
DIGIT = 4.6


def house(
    *,
    pillars: Sequence[HousePillar],
    levels: int,
    foundation: Sequence[str],
    roof: str,
    values: Sequence[str],
    low_label: str,
    high_label: str,
    goal_word: str,
    open_round: bool = False,
    as_list: bool = False,
) -> House:
    drawn = tuple(pillars)[:MOST_PILLARS]
    names = names_on(WIDE, [pillar.name for pillar in drawn])
    is_list = as_list or not 1 <= len(pillars) <= MOST_PILLARS
    roof_lines, fullness = broken(roof, (300, 520), size=19)
    wide = drawing(
        WIDE, drawn, levels, tuple(foundation), open_round=open_round, names=names and names[1]
    )
    return House(
        wide=wide,
        small=drawing(SMALL, drawn, levels, (), open_round=open_round),
        rows=tuple(row(pillar, levels, open_round=open_round) for pillar in pillars),
        as_list=is_list,
        names_below=names is None,
        name_size=names[0] if names else NAME_SIZES[0][0],
        open_round=open_round,
        roof=roof,
        roof_lines=roof_lines,
        roof_small=fullness > 1,
        values=tuple(values),
        foundation=tuple(foundation),
        foundation_below=bool(foundation) and not any(step.cells for step in wide.steps),
        low_label=low_label,
        high_label=high_label,
        low_lines=broken(low_label, (66, 66), size=14)[0],
        high_lines=broken(high_label, (66, 66), size=14)[0],
        goal_word=goal_word,
        count=len(pillars),
        has_bracket=not open_round
        and any(isinstance(goal, Range) for pillar in pillars for goal in pillar.goals),
        has_before=not open_round and any(p.figure and p.previous for p in pillars),
        has_range=not open_round and any(isinstance(p.figure, Range) for p in pillars),
    )


def goal_bar(cell: Cell, *, levels: int) -> GoalBar:
    """A bar that stands on its middle: the middle level is centred, an even scale parted there."""
    counts = cell.counts if isinstance(cell, Histogram) else ()
    no_answer = cell.no_answer if isinstance(cell, Histogram) else 0
    widths = _widths(counts)
    left = _start(widths, levels)
    shown = no_answer if no_answer <= MOST_DOTS else 1
    first = 11 if shown > 1 else 18
    dots = tuple((px(7 + 14 * (i // 2)), px(first + 14 * (i % 2))) for i in range(shown))
    return GoalBar(
        kind="nearly" if isinstance(cell, NearlyAll) else "histogram" if counts else "withheld",
        n=0 if not isinstance(cell, Histogram | NearlyAll) else cell.n,
        levels=levels,
        segments=tuple(_segments(counts, widths, left)),
        x=f"{left:.2f}",
        width=f"{sum(widths):.2f}",
        block_css=f"block-{cell.where} of-{levels}" if isinstance(cell, NearlyAll) else "",
        no_answer=no_answer,
        dots=dots,
        dots_width=px(14 * -(-shown // 2)),
        dots_text=str(no_answer) if no_answer > MOST_DOTS else "",
    )


def _widths(counts: tuple[int, ...]) -> list[float]:
    """How wide each level is: its share of half the room, but never too thin for its number."""
    least = [
        min(DIGIT * len(str(count)), LENGTH / len(counts)) if count else 0.0 for count in counts
    ]
    widened: set[int] = set()
    while True:
        rest = LENGTH - sum(least[level] for level in widened)
        among = sum(count for level, count in enumerate(counts) if level not in widened)
        widths = [
            least[level] if level in widened else count * rest / among
            for level, count in enumerate(counts)
        ]
        thin = {level for level, width in enumerate(widths) if width < least[level]}
        if not thin:
            return widths
        widened |= thin


def _start(widths: list[float], levels: int) -> float:
    """Where the ratings begin, so that the middle of the scale is the middle of the room."""
    if not widths:
        return 0
    return 50 - sum(widths[: levels // 2]) - (widths[levels // 2] / 2 if levels % 2 else 0)


def _segments(counts: tuple[int, ...], widths: list[float], start: float) -> Iterator[Segment]:
    """Each level that somebody chose."""
    x = start
    for level, (count, width) in enumerate(zip(counts, widths, strict=True), start=1):
        if count:
            gap = min(0.2, width / 4)
            yield Segment(
                css=scale_classes(len(counts))[level - 1],
                x=f"{x + gap:.2f}",
                width=f"{width - 2 * gap:.2f}",
                middle=f"{x + width / 2:.2f}",
                count=count,
                level=level,
                own_x=f"{2 * (x + gap - start):.2f}",
                own_width=f"{2 * (width - 2 * gap):.2f}",
                own_middle=f"{2 * (x + width / 2 - start):.2f}",
            )
        x += width
