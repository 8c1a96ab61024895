"""From pages to statements: reads a result as a person would who knows the rules.

What is known beforehand is what every member is told on the rating page: the goals, the levels, who
is invited in which role, and the two rules. Words on the page are recognised by the names of goals,
levels and roles, so neither the language nor the mark-up of the page matters much.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt

from tests.attack.evidence import Answered, Evidence, PillarMean
from tests.attack.solver import Counts, NearlyAll, OneOf, People, Rated, Statement, shown_as
from tests.attack.spider import Node, Page

ITEMS = {"li", "tr", "dd", "details", "fieldset"}
NUMBER = re.compile(r"(?<![\w.,])[−+-]?\d+(?:[.,]\d+)?(?![\w])")

# 3,6 alone: no end of a range, and no change.
FIGURE = r"(?<![\d,–+−-])(\d,\d)(?![\d–])"


@dataclass(frozen=True)
class Known:
    """What a member is told before anything is counted."""

    forum: str
    roles: Mapping[str, str]
    role_words: Mapping[str, tuple[str, str]]
    levels: tuple[str, ...]
    pillars: Mapping[str, tuple[str, ...]]
    k: int = 5

    @property
    def people(self) -> People:
        return frozenset(self.roles)

    @property
    def goals(self) -> tuple[str, ...]:
        return tuple(goal for goals in self.pillars.values() for goal in goals)

    def group(self, text: str) -> People | None:
        """The people in the roles that a group's name names; None where it is no such name."""
        words = set(re.findall(r"\w+", text.lower()))
        named = {
            role for role, own in self.role_words.items() if words & {word.lower() for word in own}
        }
        others = words - {word.lower() for role in named for word in self.role_words[role]}
        if not named or others - {"og", "and"}:
            return None
        return frozenset(name for name, role in self.roles.items() if role in named)


@dataclass
class Reading:
    """What one page tells: statements by goal, the pillars' figures, and how many answered."""

    by_goal: dict[str, set[Statement]] = field(default_factory=dict)
    pillars: set[PillarMean] = field(default_factory=set)
    answered: set[Answered] = field(default_factory=set)
    unexplained: set[tuple[str, str]] = field(default_factory=set)

    def unite(self, other: "Reading") -> None:
        for goal, rows in other.by_goal.items():
            self.by_goal.setdefault(goal, set()).update(rows)
        self.pillars |= other.pillars
        self.answered |= other.answered
        self.unexplained |= other.unexplained

    def evidence(self, known: Known) -> Evidence:
        return Evidence(
            len(known.levels),
            known.people,
            {
                goal: frozenset(self.by_goal.get(goal, set()) | _fallen_back(goal, self, known))
                for goal in known.goals
            },
            tuple(self.answered),
            tuple(self.pillars),
        )


def read_page(page: Page, known: Known) -> Reading:
    """All that the page tells of the forum; nothing where it is no page about goals."""
    reading = Reading()
    if page.kind == "text/csv":
        _read_csv(page, known, reading)
    root = page.html
    if root is None or not any(goal in page.text for goal in known.goals):
        return reading
    for goal, block in _blocks(root, known):
        reading.by_goal.setdefault(goal, set()).update(_statements(block, known))
    _read_tables(root, known, reading)
    told = " ".join(part.text for part in _about(root, known))
    for x, y in re.findall(r"\b(\d+) (?:af|of) (\d+) (?:har svaret|have answered)", told):
        if int(y) == len(known.people):
            reading.answered.add(Answered(known.people, int(x)))
    _read_pillars(root, known, reading)
    for goal, block in _blocks(root, known):
        if any(isinstance(row, Counts | NearlyAll | Rated) for row in reading.by_goal[goal]):
            _explain(goal, block, known, reading)
    return reading


def read_all(pages: Iterable[Page], known: Known) -> Reading:
    whole = Reading()
    for page in pages:
        whole.unite(read_page(page, known))
    return whole


# --- goals --------------------------------------------------------------------------------------


def _blocks(root: Node, known: Known) -> Iterator[tuple[str, Node]]:
    """For each goal the items, rows and sentences that speak of it and of no other goal."""
    found: dict[int, tuple[str, Node]] = {}
    for node in root.walk():
        told = " ".join(" ".join(part for part in node.inside if isinstance(part, str)).split())
        for goal in known.goals:
            if goal in told:
                item = _item(node, goal, known)
                found[id(item)] = (goal, item)
    yield from found.values()


def _item(node: Node, goal: str, known: Known) -> Node:
    """The outermost list item or row around the node that is about this goal alone."""
    item, above = node, node.parent
    while above is not None and _goals_in(above, known) == {goal}:
        if above.tag in ITEMS:
            item = above
        above = above.parent
    return item


def _goals_in(node: Node, known: Known) -> set[str]:
    text = node.text
    return {goal for goal in known.goals if goal in text}


def _statements(block: Node, known: Known) -> Iterator[Statement]:
    """Counts, classes and refusals, each of the group whose name was read last."""
    group = known.people
    for text in block.texts():
        group = known.group(text) or group
        counts = _counts_in(text, known)
        if counts is not None:
            yield Counts(group, *counts)
        elif _is_refusal(text, known):
            yield Rated(known.people, 0, known.k - 1)


def _counts_in(text: str, known: Known) -> tuple[tuple[int, ...], int] | None:
    """Slet ikke: 2, I mindre grad: 1, …, ved ikke: 1."""
    counts = []
    for level in known.levels:
        found = re.search(rf"(?:^|, ){re.escape(level)}: (\d+)", text)
        if not found:
            return None
        counts.append(int(found[1]))
    beside = re.search(r"(?:ved ikke|do not know)[^:]*: (\d+)", text, re.IGNORECASE)
    return tuple(counts), int(beside[1]) if beside else 0


def _is_refusal(text: str, known: Known) -> bool:
    return re.search(rf"(?:færre end|fewer than) {known.k} (?:svar|answers)", text) is not None


def _class_in(text: str, known: Known) -> tuple[int, ...]:
    """The levels that a sentence names; from the lowest up to it where it names one."""
    named = [n for n, level in enumerate(known.levels, start=1) if _names(text, level)]
    if len(named) == 1:
        return tuple(range(1, named[0] + 1))
    return tuple(named) or tuple(range(1, len(known.levels) + 1))


def _names(text: str, level: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(level)}(?!\w)", text) is not None


def _strays(n: int) -> int:
    """As the rules are told: all but one, or one in ten."""
    return max(1, n // 10)


def _fallen_back(goal: str, reading: Reading, known: Known) -> set[Statement]:
    """A goal that is told of the whole forum while others are told of groups: a group was short."""
    groups = {
        row.people
        for rows in reading.by_goal.values()
        for row in rows
        if isinstance(row, Counts | NearlyAll) and row.people < known.people
    }
    told = reading.by_goal.get(goal, set())
    of_groups = any(getattr(row, "people", None) in groups for row in told)
    if not groups or of_groups or not told:
        return set()
    return {OneOf(tuple((Rated(group, 0, known.k - 1),) for group in sorted(groups, key=sorted)))}


# --- tables -------------------------------------------------------------------------------------


def _read_tables(root: Node, known: Known, reading: Reading) -> None:
    """Tables with a column for each level, then "ved ikke", then how many."""
    for table in root.all("table"):
        rows = [
            [cell for cell in row.inside if isinstance(cell, Node) and cell.tag in ("th", "td")]
            for row in table.all("tr")
        ]
        heads = [cell.text for cell in rows[0]] if rows else []
        if known.levels[0] not in heads:
            continue
        first = heads.index(known.levels[0])
        assert tuple(heads[first : first + len(known.levels)]) == known.levels
        for cells in rows[1:]:
            _read_row(_spread(cells), first, known, reading)


def _spread(cells: list[Node]) -> list[str]:
    """The row's texts with each cell repeated over the columns that it spans."""
    return [cell.text for cell in cells for _ in range(int(cell.attributes.get("colspan", 1)))]


def _read_row(texts: list[str], first: int, known: Known, reading: Reading) -> None:
    goal = next((goal for goal in known.goals if texts[0].startswith(goal)), None)
    if goal is None:
        return
    rest = texts[0].removeprefix(goal).strip(" ·")
    group = known.group(rest) if rest else known.people
    assert group is not None, texts[0]
    rows = reading.by_goal.setdefault(goal, set())
    levels = len(known.levels)
    told, beside, n = (
        texts[first : first + levels],
        texts[first + levels],
        texts[first + levels + 1],
    )
    if all(text.isdigit() for text in told):
        rows.add(Counts(group, tuple(map(int, told)), int(beside)))
        assert int(n) == sum(map(int, told))
    elif n.isdigit():
        size = int(n)
        rows.add(NearlyAll(group, _class_in(told[0], known), size, _strays(size)))
    else:
        assert _is_refusal(told[0], known), told[0]
        assert not n
        rows.add(Rated(group, 0, known.k - 1))


def _read_csv(page: Page, known: Known, reading: Reading) -> None:
    """As the table of a page: how many, then a column for each level, then "ved ikke"."""
    rows = list(csv.reader(io.StringIO(page.body.decode("utf-8-sig")), delimiter=";"))
    if not rows or known.levels[0] not in rows[0]:
        return
    first = rows[0].index(known.levels[0])
    last = first + len(known.levels)
    assert tuple(rows[0][first:last]) == known.levels
    for cells in rows[1:]:
        goal = next((cell for cell in cells if cell in known.goals), None)
        groups = [group for cell in cells if (group := known.group(cell))]
        if goal is None or known.forum not in cells:
            continue
        told, n = cells[first:last], cells[first - 1]
        group = groups[0] if groups else known.people
        told_of = reading.by_goal.setdefault(goal, set())
        words = [cell for cell in cells if _names_a_class(cell, known)]
        if all(cell.isdigit() for cell in told):
            told_of.add(Counts(group, tuple(map(int, told)), int(cells[last])))
        elif words and n.isdigit():
            told_of.add(NearlyAll(group, _class_in(words[0], known), int(n), _strays(int(n))))
        elif any(_is_refusal(cell, known) for cell in cells):
            assert not n
            told_of.add(Rated(known.people, 0, known.k - 1))


def _names_a_class(text: str, known: Known) -> bool:
    return text not in known.levels and any(_names(text, level) for level in known.levels)


# --- pillars ------------------------------------------------------------------------------------


def _read_pillars(root: Node, known: Known, reading: Reading) -> None:
    """A pillar's figure, "Søjlen A: 3,6", where it is more than its goals already tell."""
    for pillar, figure in set(_pillar_figures(root, known)):
        goals = known.pillars[pillar]
        low, high = shown_as(figure)
        means = [_mean_of(reading.by_goal.get(goal, set()), known) for goal in goals]
        shown = [mean for mean in means if mean is not None]
        near = any(_is_near(reading.by_goal.get(goal, set())) for goal in goals)
        if near or not shown or not low <= sum(shown) / len(shown) < high:
            reading.pillars.add(PillarMean(tuple(goals), known.people, low, high))


def _pillar_figures(root: Node, known: Known) -> Iterator[tuple[str, str]]:
    """Figures in sentences that begin with the pillar, and in parts of pages about it alone."""
    for part in _about(root, known):
        for pillar in known.pillars:
            for figure in re.findall(rf"{re.escape(pillar)}: {FIGURE}", part.text):
                yield pillar, figure
        for node in part.all("li", "td", "g", "a"):
            named = [pillar for pillar in known.pillars if pillar in node.text]
            if len(named) == 1 and not _goals_in(node, known):
                for figure in re.findall(FIGURE, node.text):
                    yield named[0], figure


def _about(root: Node, known: Known) -> Iterator[Node]:
    """What is said of this forum: a page of its own, or its row in a table of forums."""
    if any(head.text == known.forum for head in root.all("h1")):
        yield root
        return
    for row in root.all("tr"):
        if any(node.text == known.forum for node in row.all("a", "th")):
            yield row


def _whole(rows: Iterable[Statement], known: Known) -> tuple[tuple[int, ...], int] | None:
    """The forum's own counts, told as such or group by group."""
    counts = [row for row in rows if isinstance(row, Counts)]
    for row in counts:
        if row.people == known.people:
            return row.counts, row.no_answer or 0
    if counts and frozenset().union(*(row.people for row in counts)) == known.people:
        levels = zip(*(row.counts for row in counts), strict=True)
        return tuple(map(sum, levels)), sum(row.no_answer or 0 for row in counts)
    return None


def _mean_of(rows: Iterable[Statement], known: Known) -> Fraction | None:
    whole = _whole(rows, known)
    return _mean(whole[0]) if whole else None


def _mean(counts: tuple[int, ...]) -> Fraction:
    return Fraction(sum(level * n for level, n in enumerate(counts, start=1)), sum(counts))


def _is_near(rows: Iterable[Statement]) -> bool:
    return any(isinstance(row, NearlyAll) for row in rows)


# --- every number has its reason ----------------------------------------------------------------


def _explain(goal: str, block: Node, known: Known, reading: Reading) -> None:
    """Every number beside a goal must follow from what was understood; the rest is kept."""
    told = reading.by_goal[goal]
    allowed = _numbers_of_goal(told, known) | _numbers_of_pillars(reading, known)
    text = " ".join(block.texts())
    for name in (*known.goals, *known.pillars, *known.levels):
        text = text.replace(name, " ")
    if any(isinstance(row, Counts | NearlyAll) for row in told):
        # How many reasons were written, which is told of goals that are shown.
        text = re.sub(r"\b\d+ (?:begrundelser?|reasons?)|\(\d+\)", " ", text)
    reading.unexplained |= {
        (goal, number) for number in NUMBER.findall(text) if number not in allowed
    }


def _numbers_of_goal(told: Iterable[Statement], known: Known) -> set[str]:
    """The number of levels, the limit, and what the cells say, one by one and together."""
    told = set(told)
    numbers = {str(len(known.levels))}
    for row in told:
        if isinstance(row, Counts):
            numbers |= _numbers_of(row.counts, row.no_answer or 0, len(row.people))
        elif isinstance(row, NearlyAll):
            numbers |= _numbers_of_class(row, len(known.levels))
        elif isinstance(row, Rated):
            numbers.add(str(known.k))
    whole = _whole(told, known)
    if whole:
        return numbers | _numbers_of(*whole, len(known.people))
    if _is_near(told):
        numbers |= _numbers_of_parts(told, known)
    return numbers


def _numbers_of(counts: tuple[int, ...], no_answer: int, people: int) -> set[str]:
    """What a full histogram says: counts, ends, mean, spread, and what the silent could move."""
    levels, n = len(counts), sum(counts)
    half, silent = levels // 2, people - n - no_answer
    mean = _mean(counts)
    spread = sqrt(sum(c * float(level - mean) ** 2 for level, c in enumerate(counts, 1)) / n)
    bounds = [(mean * n + silent * end) / (n + silent) for end in (1, levels)]
    whole = [*counts, no_answer, n, silent, sum(counts[-half:]), sum(counts[:half])]
    return {str(number) for number in whole} | {
        _written(mean),
        _written(spread),
        *map(_written, bounds),
    }


def _numbers_of_class(row: NearlyAll, levels: int) -> set[str]:
    low, high = _sums_of(row, levels)
    return {str(row.n), _written(Fraction(low, row.n)), _written(Fraction(high, row.n))}


def _sums_of(row: Counts | NearlyAll, levels: int) -> tuple[int, int]:
    if isinstance(row, Counts):
        total = sum(level * n for level, n in enumerate(row.counts, start=1))
        return total, total
    alike = row.n - row.strays
    return (
        alike * min(row.levels) + row.strays,
        alike * max(row.levels) + row.strays * levels,
    )


def _numbers_of_parts(told: Iterable[Statement], known: Known) -> set[str]:
    """The forum's range, where a group of it is near-unanimous."""
    parts = [row for row in told if isinstance(row, Counts | NearlyAll)]
    n = sum(row.n if isinstance(row, NearlyAll) else sum(row.counts) for row in parts)
    return {str(n)} | {_written(bound) for bound in _bounds(told, known) or ()}


def _numbers_of_pillars(reading: Reading, known: Known) -> set[str]:
    """Each pillar's mean of its goals' means, or the range of their ranges."""
    written = set()
    for goals in known.pillars.values():
        bounds = [
            row for goal in goals if (row := _bounds(reading.by_goal.get(goal, set()), known))
        ]
        for end in (0, 1):
            if bounds:
                written.add(_written(sum(bound[end] for bound in bounds) / len(bounds)))
    return written


def _bounds(told: Iterable[Statement], known: Known) -> tuple[Fraction, Fraction] | None:
    """The lowest and the highest mean of a goal that what is told allows."""
    told = set(told)
    mean = _mean_of(told, known)
    if mean is not None:
        return mean, mean
    parts = [row for row in told if isinstance(row, Counts | NearlyAll)]
    if not parts:
        return None
    n = sum(row.n if isinstance(row, NearlyAll) else sum(row.counts) for row in parts)
    low, high = zip(*(_sums_of(row, len(known.levels)) for row in parts), strict=True)
    return Fraction(sum(low), n), Fraction(sum(high), n)


def _written(value: Fraction | float) -> str:
    """One decimal, halves up, with a comma."""
    tenths = int(Fraction(round(float(value), 9)).limit_denominator(10**9) * 10 + Fraction(1, 2))
    return f"{tenths // 10},{tenths % 10}"
