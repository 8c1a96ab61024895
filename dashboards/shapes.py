"""The parts that charts are made of, ready to be written as SVG, and how text is fitted into them.

Coordinates are text, so that no locale puts a comma into them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from plf.lib.scale import scale_classes as scale_classes
from results.figures import Figure

SLOTS = 5
# Sizes of the names on the plinths, and in how many lines each may stand.
NAME_SIZES = ((16, 2), (14, 2), (13, 3))
# Widths of the headings' letters in thousandths of their size; the rest are about 560.
LETTERS = dict.fromkeys("ijl,.-·", 290) | dict.fromkeys("ft/rs", 400) | dict.fromkeys("mMW", 950)
LETTERS |= dict.fromkeys("wæÆHNU", 800) | {" ": 220}


@dataclass(frozen=True, slots=True)
class HousePillar:
    """What the house must know of one pillar, with the words that belong to it."""

    number: int
    name: str
    icon: str
    colour: int
    figure: Figure | None
    figure_text: str
    goals: tuple[Figure | None, ...]
    previous: float | None
    change_text: str
    url: str
    description: str
    goal_texts: tuple[str, ...] = ()
    """The goals' figures as the page writes them."""
    basis_text: str = ""
    """From how many of its goals the figure is made, where not from all of them."""


@dataclass(frozen=True, slots=True)
class Shaft:
    """One pillar, drawn: `state` is number, range, withheld or open."""

    pillar: HousePillar
    slot: int
    state: str
    lines: tuple[str, ...]
    x: str
    width: str
    middle: str
    end: str
    angle: str
    icon_x: str
    plinth_x: str
    plinth_width: str
    fill_y: str
    fill_height: str
    soft_y: str
    soft_height: str
    figure_y: str
    on_fill: bool
    previous_y: str
    previous_in: bool
    ticks: tuple[tuple[str, str, str], ...]
    brackets: tuple[str, ...]
    exact_x: str
    exact: tuple[tuple[str, str], ...]
    """The goals' figures beside their strokes, shown while the pillar is pointed at or has the
    focus: heights and texts."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the foundation: its names with their middles, and the joints between them."""

    x: str
    y: str
    width: str
    height: str
    text_y: str
    cells: tuple[tuple[str, str], ...]
    cuts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """One house, ready to be written as SVG."""

    width: int
    height: int
    gable: str
    beam: tuple[str, str, str, str]
    hairlines: tuple[str, ...]
    shafts: tuple[Shaft, ...]
    first: str
    last: str
    label_x: str
    steps: tuple[Step, ...]
    top: str
    bottom: str
    eaves: str
    whole: str
    plinth: str
    ground: str
    middle: str
    centre: str


@dataclass(frozen=True, slots=True)
class Row:
    """One pillar as a stone lying down, its places in per cent of the bar's length."""

    pillar: HousePillar
    slot: int
    state: str
    fill: str
    soft_x: str
    soft_width: str
    previous: str
    previous_in: bool
    ticks: tuple[tuple[str, str, str], ...]
    brackets: tuple[tuple[str, str, str], ...]
    """The goals known as ranges: both ends, and the height of the foot."""
    depth: str
    """The height of it all, in pixels as those of the ticks and brackets."""
    exact: str
    """The goals' figures in the order of their marks, shown as a shaft's."""


@dataclass(frozen=True, slots=True)
class House:
    """The house in two sizes, and its pillars as rows."""

    wide: Drawing
    small: Drawing
    rows: tuple[Row, ...]
    as_list: bool
    names_below: bool
    """Names too long for the plinths stand as rows under the house instead."""
    name_size: int
    open_round: bool
    roof: str
    roof_lines: tuple[str, ...]
    roof_small: bool
    values: tuple[str, ...]
    foundation: tuple[str, ...]
    foundation_below: bool
    low_label: str
    high_label: str
    low_lines: tuple[str, ...]
    high_lines: tuple[str, ...]
    goal_word: str
    count: int
    has_bracket: bool
    has_before: bool
    has_range: bool

    @property
    def footnotes(self) -> tuple[HousePillar, ...]:
        """The pillars of which the drawing cannot say that some of their goals are not in it."""
        if self.as_list:
            return ()
        return tuple(row.pillar for row in self.rows if row.pillar.basis_text)

    @property
    def says_nothing(self) -> bool:
        """A list of one group is no more than its heading, which a list of one does not need."""
        return self.as_list and len(self.rows) == 1


@dataclass(frozen=True, slots=True)
class Segment:
    """The ratings on one level, in per cent of the bar's length; never too thin for the count."""

    css: str
    x: str
    width: str
    middle: str
    count: int
    level: int
    own_x: str
    own_width: str
    own_middle: str
    """The same in per cent of the ratings alone, for a screen too narrow to stand on a middle."""


@dataclass(frozen=True, slots=True)
class GoalBar:
    """One goal's bar: `kind` is histogram, nearly or withheld."""

    kind: str
    n: int
    levels: int
    segments: tuple[Segment, ...]
    x: str
    width: str
    """Where the ratings together begin, and how much of the bar's length they take."""
    block_css: str
    """Where a near-unanimous goal's hatched block lies: over the levels of its class."""
    no_answer: int
    dots: tuple[tuple[str, str], ...]
    dots_width: str
    dots_text: str


def slot(colour: int) -> int:
    """One of the five pillar colours, whatever number the edition gives."""
    return (colour - 1) % SLOTS + 1


def px(value: float) -> str:
    """A coordinate with at most one decimal, written as SVG and CSS read it."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def breadth(text: str, size: float) -> float:
    """About how wide a line of the headings' letter is."""
    return sum(LETTERS.get(letter, 560) for letter in text) * size / 1000


def broken(text: str, rooms: tuple[float, float], *, size: float) -> tuple[tuple[str, ...], float]:
    """Text in at most two lines that fill their rooms alike, and how full the fuller one is."""
    words = text.split()
    whole = breadth(text, size) / rooms[1]
    best: tuple[tuple[str, ...], float] = ((" ".join(words),) if words else (), whole)
    if breadth(text, size) <= rooms[0]:
        return best
    for cut in range(1, len(words)):
        lines = (" ".join(words[:cut]), " ".join(words[cut:]))
        full = max(breadth(lines[0], size) / rooms[0], breadth(lines[1], size) / rooms[1])
        if len(best[0]) == 1 or full < best[1]:
            best = (lines, full)
    return best


def fitted(names: Sequence[str], room: float) -> tuple[int, tuple[tuple[str, ...], ...]] | None:
    """The largest size at which every name stands in its room, in lines; None if none does."""
    for size, most in NAME_SIZES:
        lines = tuple(_lines(name, room, size, most) for name in names)
        if all(lines):
            return size, lines
    return None


def _lines(name: str, room: float, size: int, most: int) -> tuple[str, ...]:
    """The name in at most so many lines; none if it is too long for them."""
    pair, fullness = broken(name, (room, room), size=size)
    if fullness <= 1:
        return pair
    lines: list[str] = []
    for word in name.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and breadth(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    fits = len(lines) <= most and all(breadth(line, size) <= room for line in lines)
    return tuple(lines) if fits else ()
