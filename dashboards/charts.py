"""Numbers turned into coordinates: the house, and the bar of one goal.

Nothing here knows a language or a colour: words come in as arguments, colours are classes in
`static/css/plf.css`. What comes out is described in `shapes.py`.
"""

from collections.abc import Iterator, Sequence

from dashboards.drawing import SMALL, WIDE, drawing, row
from dashboards.shapes import GoalBar, House, HousePillar, Segment, broken, px, scale_classes
from results.disclosure import Cell, Histogram, NearlyAll
from results.figures import Range

__all__ = ["GoalBar", "House", "HousePillar", "goal_bar", "house", "scale_classes"]

MOST_PILLARS = 7
MOST_DOTS = 6


def house(
    *,
    pillars: Sequence[HousePillar],
    levels: int,
    foundation: Sequence[str],
    roof: str,
    values: Sequence[str],
    low_label: str,
    high_label: str,
    open_round: bool = False,
) -> House:
    drawn = tuple(pillars)[:MOST_PILLARS]
    roof_lines, fullness = broken(roof, (300, 520), size=19)
    wide = drawing(WIDE, drawn, levels, tuple(foundation), open_round=open_round)
    return House(
        wide=wide,
        small=drawing(SMALL, drawn, levels, (), open_round=open_round),
        rows=tuple(row(pillar, levels, open_round=open_round) for pillar in pillars),
        as_list=not 1 <= len(pillars) <= MOST_PILLARS,
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
        count=len(pillars),
        has_bracket=not open_round and any(isinstance(g, Range) for p in pillars for g in p.goals),
        has_before=not open_round and any(p.figure and p.previous for p in pillars),
        has_range=not open_round and any(isinstance(p.figure, Range) for p in pillars),
    )


def goal_bar(cell: Cell, *, levels: int) -> GoalBar:
    """A bar that stands on its middle: the middle level is centred, an even scale parted there."""
    counts = cell.counts if isinstance(cell, Histogram) else ()
    no_answer = cell.no_answer if isinstance(cell, Histogram) else 0
    shown = no_answer if no_answer <= MOST_DOTS else 1
    first = 11 if shown > 1 else 18
    dots = tuple((px(7 + 14 * (i // 2)), px(first + 14 * (i % 2))) for i in range(shown))
    return GoalBar(
        kind="nearly" if isinstance(cell, NearlyAll) else "histogram" if counts else "withheld",
        n=0 if not isinstance(cell, Histogram | NearlyAll) else cell.n,
        levels=levels,
        segments=tuple(_segments(counts, levels)),
        block_css=f"block-{cell.where} of-{levels}" if isinstance(cell, NearlyAll) else "",
        no_answer=no_answer,
        dots=dots,
        dots_width=px(14 * -(-shown // 2)),
        dots_text=str(no_answer) if no_answer > MOST_DOTS else "",
    )


def _segments(counts: tuple[int, ...], levels: int) -> Iterator[Segment]:
    """Each level that somebody chose; the whole bar is half as long as its room."""
    if not counts:
        return
    share = 50 / sum(counts)
    below = sum(counts[: levels // 2]) + (counts[levels // 2] / 2 if levels % 2 else 0)
    x = 50 - below * share
    for count, css in zip(counts, scale_classes(levels), strict=True):
        width = count * share
        if count:
            shown = width * 3 >= 8 * len(str(count))
            gap = min(0.2, width / 4)
            yield Segment(
                css=css,
                x=f"{x + gap:.2f}",
                width=f"{width - 2 * gap:.2f}",
                middle=f"{x + width / 2:.2f}",
                count=count,
                shown=shown,
            )
        x += width
