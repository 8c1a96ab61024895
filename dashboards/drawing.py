"""Where everything in the house lies: the shafts, their strokes, the steps they stand on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboards.foundation import steps
from dashboards.shapes import Drawing, HousePillar, Row, Shaft, fitted, px, slot
from results.figures import Figure, Number, Range

ANGLES = (0, 30, 45, 60, 90)
LABEL = 15.0
STONE = 24  # how thick a stone is that lies down, in pixels
LYING_TICK = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """The measures of one drawing of the house."""

    width: int
    height: int
    eaves: tuple[float, float, float]
    """Left end, right end and height of the gable's foot."""
    ridge: float
    beam: float
    left: float
    right: float
    shaft: float
    gap: float
    widest: float
    top: float
    bottom: float
    plinth: float
    foundation: float
    steps: tuple[float, float, float]
    stride: float
    tick: float
    room: float
    """Height that a figure needs above the fill."""


WIDE = Frame(
    width=960,
    height=676,
    eaves=(40, 920, 150),
    ridge=36,
    beam=10,
    left=80,
    right=880,
    shaft=128,
    gap=40,
    widest=240,
    top=176,
    bottom=476,
    plinth=14,
    foundation=580,
    steps=(36, 22, 22),
    stride=16,
    tick=6,
    room=36.0,
)
SMALL = Frame(
    width=358,
    height=300,
    eaves=(3, 355, 60),
    ridge=10,
    beam=6,
    left=13,
    right=345,
    shaft=52,
    gap=18,
    widest=84,
    top=76,
    bottom=220,
    plinth=6,
    foundation=260,
    steps=(12, 11, 11),
    stride=4,
    tick=4,
    room=26.0,
)


def drawing(
    frame: Frame,
    pillars: tuple[HousePillar, ...],
    levels: int,
    foundation: tuple[str, ...],
    *,
    open_round: bool,
    names: tuple[tuple[str, ...], ...] | None = None,
) -> Drawing:
    starts, breadths = _places(frame, len(pillars))
    left, right, foot = frame.eaves
    middle = frame.width / 2
    shafts = tuple(
        replace(_shaft(frame, pillar, levels, x, breadths, open_round=open_round), lines=lines)
        for pillar, x, lines in zip(pillars, starts, names or ((),) * len(pillars), strict=True)
    )
    first, last = (starts[0], starts[-1] + breadths) if starts else (frame.left, frame.right)
    return Drawing(
        width=frame.width,
        height=frame.height,
        gable=f"{px(left)},{px(foot)} {px(middle)},{px(frame.ridge)} {px(right)},{px(foot)}",
        beam=(px(left), px(foot), px(right - left), px(frame.beam)),
        hairlines=tuple(px(_height(frame, level, levels)) for level in range(1, levels + 1)),
        shafts=shafts,
        first=px(first),
        last=px(last),
        label_x=px(first - 10),
        steps=tuple(
            steps(
                foundation,
                sides=(frame.left, frame.right),
                y=frame.foundation,
                heights=frame.steps,
                stride=frame.stride,
            )
        ),
        top=px(frame.top),
        bottom=px(frame.bottom),
        eaves=px(foot + frame.beam),
        whole=px(frame.bottom - foot - frame.beam),
        plinth=px(frame.foundation - frame.bottom),
        ground=px(frame.foundation + sum(frame.steps)),
        middle=px(middle),
        centre=px((frame.top + frame.bottom) / 2),
    )


def _places(frame: Frame, count: int) -> tuple[list[float], float]:
    """Where each shaft begins, and how broad they are: closer and slimmer where they are many."""
    if not count:
        return [], frame.shaft
    room = frame.right - frame.left + frame.gap
    pitch = min(room / count, frame.widest)
    breadths = min(frame.shaft, pitch * frame.shaft / (frame.shaft + frame.gap))
    start = frame.width / 2 - pitch * count / 2 + (pitch - breadths) / 2
    return [start + pitch * index for index in range(count)], breadths


def names_on(frame: Frame, names: Sequence[str]) -> tuple[int, tuple[tuple[str, ...], ...]] | None:
    """The names as they stand on the plinths, and their size; None where one is too long."""
    _starts, breadths = _places(frame, len(names))
    return fitted(names, breadths + 2 * _plinth(frame, breadths) - 8)


def _plinth(frame: Frame, breadths: float) -> float:
    """How far a plinth stands out on either side of its shaft."""
    return min(frame.plinth, breadths * frame.plinth / frame.shaft + 2)


def _height(frame: Frame, value: float, levels: int) -> float:
    """The y of a value: the lowest level at the shaft's foot, the highest at its top."""
    share = (min(max(value, 1.0), float(levels)) - 1) / (levels - 1)
    return frame.bottom - share * (frame.bottom - frame.top)


def _shaft(
    frame: Frame, pillar: HousePillar, levels: int, x: float, breadths: float, *, open_round: bool
) -> Shaft:
    figure = None if open_round else pillar.figure
    low, high = _bounds(figure)
    fill = _height(frame, low, levels)
    soft = _height(frame, high, levels)
    plinth = _plinth(frame, breadths)
    end = x + breadths
    goals = () if figure is None else pillar.goals
    ticks, brackets = _marks(frame, goals, levels, end)
    before = None if figure is None else pillar.previous
    before_y = None if before is None else _height(frame, before, levels)
    figure_y, on_fill = _figure_place(frame, fill, soft, before_y)
    return Shaft(
        pillar=pillar,
        slot=slot(pillar.colour),
        state="open" if open_round else _state(figure),
        lines=(),
        x=px(x),
        width=px(breadths),
        middle=px(x + breadths / 2),
        end=px(end),
        angle=str(ANGLES[slot(pillar.colour) - 1]),
        icon_x=px(x + breadths / 2 - 12),
        plinth_x=px(x - plinth),
        plinth_width=px(breadths + 2 * plinth),
        fill_y=px(fill),
        fill_height=px(frame.bottom - fill),
        soft_y=px(soft),
        soft_height=px(fill - soft),
        figure_y=px(figure_y),
        on_fill=on_fill,
        previous_y="" if before_y is None else px(before_y),
        previous_in=before_y is not None and before_y > fill,
        ticks=ticks,
        brackets=brackets,
        exact_x=px(end + 4 + len({x for x, _end, _y in ticks}) * (frame.tick + 2)),
        exact=_exact(frame, pillar, levels) if goals else (),
    )


def _bounds(figure: Figure | None) -> tuple[float, float]:
    if isinstance(figure, Number):
        return figure.value, figure.value
    if isinstance(figure, Range):
        return figure.low, figure.high
    return 1.0, 1.0


def _state(figure: Figure | None) -> str:
    if figure is None:
        return "withheld"
    return "number" if isinstance(figure, Number) else "range"


def _figure_place(
    frame: Frame, fill: float, soft: float, before: float | None
) -> tuple[float, bool]:
    """The figure's baseline: above the fill, or inside it where the shaft ends too soon.

    It keeps clear of the last round's line.
    """
    near = frame.room * 1.05
    over = soft if before is None or not 0 <= soft - before < near else before
    if over - frame.top >= frame.room:
        return over - frame.room / 3.5, False
    under = fill if before is None or not 0 <= before - fill < near else before
    inside = under + frame.room * 0.9
    return (inside, True) if inside < frame.bottom - 6 else ((fill + soft) / 2, False)


def _marks(
    frame: Frame, goals: Sequence[Figure | None], levels: int, end: float
) -> tuple[tuple[tuple[str, str, str], ...], tuple[str, ...]]:
    """A stroke for each goal's mean and a bracket for each range, beside the shaft.

    Those that would cover one another stand further out, as far as the gap allows.
    """
    means = sorted(goal.value for goal in goals if isinstance(goal, Number))
    lanes: list[float] = []
    ticks = []
    for value in means:
        y = _height(frame, value, levels)
        lane = next((i for i, last in enumerate(lanes) if last - y >= 4), len(lanes))
        lanes[lane : lane + 1] = [y]
        x = end + 2 + lane * (frame.tick + 2)
        ticks.append((px(x), px(x + frame.tick), px(y)))
    start = end + 3 + len(lanes) * (frame.tick + 2)
    brackets = []
    for index, goal in enumerate(goal for goal in goals if isinstance(goal, Range)):
        x = min(start + index * 5, end + frame.gap - 8)
        high, low = _height(frame, goal.high, levels), _height(frame, goal.low, levels)
        brackets.append(f"M{px(x)} {px(high)}h{frame.tick}V{px(low)}h-{frame.tick}")
    return tuple(ticks), tuple(brackets)


def _exact(frame: Frame, pillar: HousePillar, levels: int) -> tuple[tuple[str, str], ...]:
    """The goals' figures, each once, as near to their strokes as they stand without touching."""
    middles = {text: _height(frame, value, levels) for text, value in _middles(pillar).items()}
    placed: list[tuple[float, str]] = []
    for text, y in sorted(middles.items(), key=lambda pair: pair[1]):
        placed.append((max(y, placed[-1][0] + LABEL) if placed else y, text))
    over = max(0.0, placed[-1][0] - frame.bottom) if placed else 0.0
    return tuple((px(y - over), text) for y, text in placed)


def _middles(pillar: HousePillar) -> dict[str, float]:
    """The goals' figures as they are written, each once, and the middle of what they mark."""
    return {
        text: sum(_bounds(goal)) / 2
        for goal, text in zip(pillar.goals, pillar.goal_texts, strict=False)
        if goal is not None
    }


def row(pillar: HousePillar, levels: int, *, open_round: bool) -> Row:
    figure = None if open_round else pillar.figure
    low, high = (_percent(bound, levels) for bound in _bounds(figure))
    before = None if figure is None else pillar.previous
    middles = _middles(pillar)
    ticks, brackets, depth = _lying_marks(() if figure is None else pillar.goals, levels)
    return Row(
        pillar=pillar,
        slot=slot(pillar.colour),
        state="open" if open_round else _state(figure),
        fill=px(low),
        soft_x=px(low),
        soft_width=px(high - low),
        previous="" if before is None else px(_percent(before, levels)),
        previous_in=before is not None and before < _bounds(figure)[0],
        ticks=ticks,
        brackets=brackets,
        depth=str(depth),
        exact=" · ".join(sorted(middles, key=lambda text: middles[text])) if figure else "",
    )


def _lying_marks(
    goals: Sequence[Figure | None], levels: int
) -> tuple[tuple[tuple[str, str, str], ...], tuple[tuple[str, str, str], ...], int]:
    """As `_marks`, under a stone that lies down; and how deep they reach."""
    lanes: list[float] = []
    ticks = []
    for value in sorted(goal.value for goal in goals if isinstance(goal, Number)):
        x = _percent(value, levels)
        lane = next((i for i, last in enumerate(lanes) if x - last >= 1), len(lanes))
        lanes[lane : lane + 1] = [x]
        y = STONE + 2 + lane * (LYING_TICK + 2)
        ticks.append((px(x), str(y), str(y + LYING_TICK)))
    foot = STONE + 4 + max(len(lanes), 1) * (LYING_TICK + 2)
    brackets = []
    for goal in (goal for goal in goals if isinstance(goal, Range)):
        low, high = (px(_percent(bound, levels)) for bound in (goal.low, goal.high))
        brackets.append((low, high, str(foot)))
        foot += 4
    return tuple(ticks), tuple(brackets), foot - 2


def _percent(value: float, levels: int) -> float:
    return (min(max(value, 1.0), float(levels)) - 1) / (levels - 1) * 100
