"""What can be concluded of named people from published figures: exact reasoning, goal by goal.

Each person either rates a goal (1 and up), says "ved ikke" or leaves it blank. Every figure is a
statement about a set of people. People of whom nothing tells them apart are exchangeable, so the
unknowns are, for each such *cell* of people, how many chose each thing. A choice is possible for a
person if there is a whole number for every unknown that makes every statement true. Nothing here
is estimated: the search is complete, and `test_solver.py` compares it with trying everything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import inf

NO_ANSWER = "ved ikke"
BLANK = "blank"
Choice = int | str
People = frozenset[str]


# --- statements ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Is:
    """One person's own answer, as only they know it."""

    person: str
    choice: Choice


@dataclass(frozen=True)
class Counts:
    """How many of the people chose each level, and "ved ikke" where that is told."""

    people: People
    counts: tuple[int, ...]
    no_answer: int | None = None


@dataclass(frozen=True)
class Rated:
    """How many of the people rated the goal, from and to; both ends included."""

    people: People
    low: int
    high: float = inf


@dataclass(frozen=True)
class Took:
    """How many of the people did not leave the goal blank, from and to."""

    people: People
    low: int
    high: float = inf


@dataclass(frozen=True)
class NearlyAll:
    """All but `strays` of the people's `n` ratings lie on one of these levels, unknown which."""

    people: People
    levels: tuple[int, ...]
    n: int
    strays: int


@dataclass(frozen=True)
class Mean:
    """The mean of the people's ratings lies from `low` up to, not including, `high`."""

    people: People
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Lowest:
    people: People
    level: int


@dataclass(frozen=True)
class Highest:
    people: People
    level: int


@dataclass(frozen=True)
class Sums:
    """The people's ratings have one of these sums and numbers."""

    people: People
    pairs: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class OneOf:
    """At least one of these sets of statements is true."""

    alternatives: tuple[tuple["Statement", ...], ...]


Statement = Is | Counts | Rated | Took | NearlyAll | Mean | Lowest | Highest | Sums | OneOf


def shown_as(figure: str, decimals: int = 1) -> tuple[Fraction, Fraction]:
    """What a rounded figure may have been before: 3,6 stands for 3,55 up to 3,65."""
    value = Fraction(figure.replace(",", ".").replace("−", "-"))
    half = Fraction(1, 2 * 10**decimals)
    return value - half, value + half


# --- the search ---------------------------------------------------------------------------------

Terms = tuple[tuple[int, int], ...]
Linear = tuple[Terms, float, float]
Alternatives = tuple["Demand", ...]


@dataclass(frozen=True)
class Demand:
    """Linear constraints that all hold, and choices between further demands."""

    linear: tuple[Linear, ...] = ()
    choices: tuple[Alternatives, ...] = ()


class _Cells:
    """The people parted by what tells them apart, and the numbering of the unknowns."""

    def __init__(self, levels: int, people: People, statements: Iterable[Statement]) -> None:
        self.levels = levels
        self.options: tuple[Choice, ...] = (*range(1, levels + 1), NO_ANSWER, BLANK)
        named = sorted({group for row in statements for group in groups_in(row)}, key=sorted)
        by_mark: dict[tuple[bool, ...], list[str]] = {}
        for person in sorted(people):
            by_mark.setdefault(tuple(person in group for group in named), []).append(person)
        self.cells = [frozenset(members) for members in by_mark.values()]

    def unknown(self, cell: int, choice: Choice) -> int:
        return cell * len(self.options) + self.options.index(choice)

    def within(self, people: People) -> list[int]:
        return [number for number, cell in enumerate(self.cells) if cell <= people]

    def sum_of(self, people: People, weights: Mapping[Choice, int]) -> Terms:
        return tuple(
            (self.unknown(cell, choice), weight)
            for cell in self.within(people)
            for choice, weight in weights.items()
            if weight
        )

    def number(self, people: People) -> Mapping[Choice, int]:
        return dict.fromkeys(range(1, self.levels + 1), 1)

    def demand(self, statement: Statement) -> Demand:
        made: Demand = _DEMANDS[type(statement)](self, statement)
        return made

    def start(self) -> tuple[list[float], list[float], list[Linear]]:
        """Bounds of the unknowns, and that everybody did exactly one thing."""
        high = [float(len(cell)) for cell in self.cells for _ in self.options]
        each = [
            (tuple((self.unknown(number, choice), 1) for choice in self.options), len(cell))
            for number, cell in enumerate(self.cells)
        ]
        return [0.0] * len(high), high, [(terms, size, size) for terms, size in each]


def groups_in(statement: Statement) -> Iterator[People]:
    if isinstance(statement, Is):
        yield frozenset({statement.person})
    elif isinstance(statement, OneOf):
        for alternative in statement.alternatives:
            for inner in alternative:
                yield from groups_in(inner)
    else:
        yield statement.people


def _is(cells: _Cells, row: Is) -> Demand:
    return Demand(((cells.sum_of(frozenset({row.person}), {row.choice: 1}), 1, 1),))


def _counts(cells: _Cells, row: Counts) -> Demand:
    told: dict[Choice, int] = dict(enumerate(row.counts, start=1))
    if row.no_answer is not None:
        told[NO_ANSWER] = row.no_answer
    return Demand(
        tuple((cells.sum_of(row.people, {choice: 1}), n, n) for choice, n in told.items())
    )


def _rated(cells: _Cells, row: Rated) -> Demand:
    return Demand(((cells.sum_of(row.people, cells.number(row.people)), row.low, row.high),))


def _took(cells: _Cells, row: Took) -> Demand:
    weights = {**cells.number(row.people), NO_ANSWER: 1}
    return Demand(((cells.sum_of(row.people, weights), row.low, row.high),))


def _nearly_all(cells: _Cells, row: NearlyAll) -> Demand:
    exactly = _rated(cells, Rated(row.people, row.n, row.n)).linear
    return Demand(
        exactly,
        (
            tuple(
                Demand(((cells.sum_of(row.people, {level: 1}), row.n - row.strays, row.n),))
                for level in row.levels
            ),
        ),
    )


def _mean(cells: _Cells, row: Mean) -> Demand:
    """low * n <= sum < high * n, in whole numbers."""
    low, high = row.low, row.high
    levels = range(1, cells.levels + 1)
    at_least: dict[Choice, int] = {n: int((n - low) * low.denominator) for n in levels}
    under: dict[Choice, int] = {n: int((high - n) * high.denominator) for n in levels}
    return Demand(
        (
            (cells.sum_of(row.people, at_least), 0, inf),
            (cells.sum_of(row.people, under), 1, inf),
            (cells.sum_of(row.people, cells.number(row.people)), 1, inf),
        )
    )


def _lowest(cells: _Cells, row: Lowest) -> Demand:
    below: dict[Choice, int] = dict.fromkeys(range(1, row.level), 1)
    return Demand(
        (
            (cells.sum_of(row.people, below), 0, 0),
            (cells.sum_of(row.people, {row.level: 1}), 1, inf),
        )
    )


def _highest(cells: _Cells, row: Highest) -> Demand:
    above: dict[Choice, int] = dict.fromkeys(range(row.level + 1, cells.levels + 1), 1)
    return Demand(
        (
            (cells.sum_of(row.people, above), 0, 0),
            (cells.sum_of(row.people, {row.level: 1}), 1, inf),
        )
    )


def _sums(cells: _Cells, row: Sums) -> Demand:
    weights: dict[Choice, int] = {level: level for level in range(1, cells.levels + 1)}
    total, number = (
        cells.sum_of(row.people, weights),
        cells.sum_of(row.people, cells.number(row.people)),
    )
    return Demand(
        choices=(tuple(Demand(((total, s, s), (number, n, n))) for s, n in sorted(row.pairs)),)
    )


def _one_of(cells: _Cells, row: OneOf) -> Demand:
    return Demand(choices=(tuple(_all(cells, rows) for rows in row.alternatives),))


def _all(cells: _Cells, rows: Iterable[Statement]) -> Demand:
    demands = [cells.demand(row) for row in rows]
    return Demand(
        tuple(linear for demand in demands for linear in demand.linear),
        tuple(choice for demand in demands for choice in demand.choices),
    )


_DEMANDS: dict[type, Callable[..., Demand]] = {
    Is: _is,
    Counts: _counts,
    Rated: _rated,
    Took: _took,
    NearlyAll: _nearly_all,
    Mean: _mean,
    Lowest: _lowest,
    Highest: _highest,
    Sums: _sums,
    OneOf: _one_of,
}


def _narrow(low: list[float], high: list[float], linear: Sequence[Linear]) -> bool:
    """Tighten every bound as far as each constraint alone allows; False where none is left."""
    changed = True
    while changed:
        changed = False
        for terms, least, most in linear:
            smallest = sum(w * (low[i] if w > 0 else high[i]) for i, w in terms)
            largest = sum(w * (high[i] if w > 0 else low[i]) for i, w in terms)
            if smallest > most or largest < least:
                return False
            if smallest >= least and largest <= most:
                continue
            # After the first change these sums are stale, which only makes this pass weaker.
            for i, w in terms:
                changed |= _tighten(low, high, i, w, most - smallest, largest - least)
            if any(low[i] > high[i] for i, _ in terms):
                return False
    return True


def _tighten(
    low: list[float], high: list[float], i: int, weight: int, above: float, below: float
) -> bool:
    """Move one unknown's bounds in by the room that the constraint leaves; whether it did."""
    rise, fall = (above, below) if weight > 0 else (below, above)
    new_high = low[i] + rise / abs(weight)
    new_low = high[i] - fall / abs(weight)
    tighter_high, tighter_low = new_high < high[i], new_low > low[i]
    if tighter_high:
        high[i] = float(new_high // 1)
    if tighter_low:
        low[i] = float(-(-new_low // 1))
    return tighter_high or tighter_low


def _find(
    low: list[float],
    high: list[float],
    linear: list[Linear],
    choices: list[Alternatives],
) -> list[float] | None:
    """Whole numbers that satisfy everything, or None: all are tried before giving up."""
    if not _narrow(low, high, linear):
        return None
    if choices:
        for demand in choices[0]:
            found = _find(
                low[:], high[:], [*linear, *demand.linear], [*choices[1:], *demand.choices]
            )
            if found is not None:
                return found
        return None
    open_ = [i for i in range(len(low)) if low[i] < high[i]]
    if not open_:
        return low
    i = min(open_, key=lambda i: high[i] - low[i])
    middle = (low[i] + high[i]) // 2
    for bounds in ((low[i], middle), (middle + 1, high[i])):
        lower, upper = low[:], high[:]
        lower[i], upper[i] = bounds
        found = _find(lower, upper, linear, choices)
        if found is not None:
            return found
    return None


class Contradiction(Exception):
    """The statements cannot all be true: the reader has misread something."""


@lru_cache(maxsize=20_000)
def possible(
    levels: int, people: People, statements: frozenset[Statement]
) -> Mapping[str, frozenset[Choice]]:
    """For each person everything they may have chosen; raises Contradiction if nothing fits."""
    cells = _Cells(levels, people, statements)
    whole = _all(cells, sorted(statements, key=repr))
    low, high, linear = cells.start()
    linear += whole.linear
    if not _narrow(low, high, linear):
        raise Contradiction
    found: set[int] = set()
    for unknown in range(len(low)):
        if unknown in found or not high[unknown]:
            continue
        lower = low[:]
        lower[unknown] = max(1.0, low[unknown])
        world = _find(lower, high[:], linear, list(whole.choices))
        if world is not None:
            found.update(i for i, n in enumerate(world) if n)
    if not found:
        raise Contradiction
    return {
        person: frozenset(
            choice for choice in cells.options if cells.unknown(number, choice) in found
        )
        for number, cell in enumerate(cells.cells)
        for person in cell
    }


@lru_cache(maxsize=2_000)
def possible_sums(
    levels: int, people: People, statements: frozenset[Statement], of: People
) -> frozenset[tuple[int, int]]:
    """Every sum and number that the ratings of some of the people may have."""
    cells = _Cells(levels, people, [*statements, Rated(of, 0)])
    whole = _all(cells, statements)
    low, high, linear = cells.start()
    linear += whole.linear
    numbers = cells.sum_of(of, cells.number(of))
    totals = cells.sum_of(of, {level: level for level in range(1, levels + 1)})
    return frozenset(
        (total, n)
        for n in range(len(of) + 1)
        for total in range(n, n * levels + 1)
        if _find(
            low[:], high[:], [*linear, (numbers, n, n), (totals, total, total)], list(whole.choices)
        )
    )
