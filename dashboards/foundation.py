"""The three steps that the house stands on, and the names written on them."""

from collections.abc import Iterator
from itertools import accumulate, pairwise

from dashboards.shapes import Step, breadth, px


def steps(
    names: tuple[str, ...],
    *,
    sides: tuple[float, float],
    y: float,
    heights: tuple[float, float, float],
    stride: float,
) -> Iterator[Step]:
    """Three steps; names stand on as many of them as they need."""
    left, right = sides
    rows = packed(names, room=right - left)
    tall = heights if len(rows) < 2 else (sum(heights) / 3,) * 3
    for index, height in enumerate(tall):
        out = stride * (index + 1)
        x, end = left - out, right + out
        cells, cuts = _cells(rows[index] if index < len(rows) else (), x, end)
        yield Step(
            px(x), px(y), px(end - x), px(height), px(y + height / 2 + 5), tuple(cells), cuts
        )
        y += height


def packed(names: tuple[str, ...], *, room: float) -> list[tuple[str, ...]]:
    """Names in order in as few rows as their widths allow; none if three rows are too few."""
    rows: list[tuple[str, ...]] = []
    left = 0.0
    for name in names:
        need = breadth(name, 15) + 24
        if rows and need <= left:
            rows[-1] = (*rows[-1], name)
        else:
            rows.append((name,))
            left = room
        left -= need
        if left < 0 or len(rows) > 3:
            return []
    return rows


def _cells(
    names: tuple[str, ...], x: float, end: float
) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Names side by side, each with room for its length, and the joints between them."""
    if not names:
        return [], ()
    needs = [breadth(name, 15) for name in names]
    air = (end - x - sum(needs)) / len(names)
    edges = [x, *(x + reach for reach in accumulate(need + air for need in needs))]
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    cells = [(name, px(middle)) for name, middle in zip(names, middles, strict=True)]
    return cells, tuple(px(edge) for edge in edges[1:-1])
