"""The cells of a result: the one source of every file, so that they say the same as the page.

A text is the page's own (`dashboards/texts.py`); a number stands beside it where there is one. A
goal that is shown as a class of levels has no counts here, and a withheld one nothing but its
reason: what is not here can be in no file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _

from dashboards.queries.shown import (
    ForumResult,
    GoalResult,
    Part,
    PillarResult,
    SharedGoal,
    SharedPillar,
    SharedResult,
)
from plf.lib.danish import number
from results.disclosure import Histogram, NearlyAll, Withheld
from results.figures import Change, Figure, Number, Range, agreement, goal_mean, spread


class State(StrEnum):
    """How a line is shown; the values are JSON's."""

    SHOWN = "shown"
    NEARLY_ALL = "nearly_all_alike"
    BY_GROUP = "group_by_group"
    WITHHELD = "withheld"
    AGREED = "agreed"
    DIFFERS = "seen_differently"
    NOT_RATED = "not_rated"


@dataclass(frozen=True, slots=True)
class Value:
    """A cell: its text as on the page, and its number; `low` and `high` where it is a range."""

    text: str = ""
    number: float | int | None = None
    low: float | None = None
    high: float | None = None


NOTHING = Value()


@dataclass(frozen=True, slots=True)
class Line:
    """A goal in the forum as a whole, or in one group (`group` is its name)."""

    pillar: str
    number: int
    goal: str
    group: str
    state: State
    sentence: str
    local: str = ""
    """The forum's own words for the goal."""
    n: Value = NOTHING
    counts: tuple[Value, ...] = ()
    no_answer: Value = NOTHING
    mean: Value = NOTHING
    spread: Value = NOTHING
    agreement: Value = NOTHING
    silent: str = ""
    change: Value = NOTHING
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A goal as a team agreed on it."""

    pillar: str
    number: int
    goal: str
    state: State
    level: Value
    note: str
    change: Value
    local: str


@dataclass(frozen=True, slots=True)
class PillarLine:
    name: str
    figure: Value
    basis: str
    silent: str
    change: Value
    previous: float | None


def goal_lines(result: ForumResult) -> tuple[Line, ...]:
    """Every goal in the edition's order."""
    return tuple(_whole(goal, len(result.levels)) for goal in result.goals)


def group_lines(result: ForumResult) -> tuple[Line, ...]:
    """Every goal in each group that it is shown for."""
    return tuple(
        _part(goal, part, len(result.levels))
        for goal in result.goals
        if len(goal.parts) > 1
        for part in goal.parts
    )


def lines_of(goal: GoalResult, levels: int) -> Iterator[Line]:
    """One goal: the forum as a whole, then group by group."""
    yield _whole(goal, levels)
    if len(goal.parts) > 1:
        yield from (_part(goal, part, levels) for part in goal.parts)


def shared_lines(result: SharedResult) -> tuple[SharedLine, ...]:
    return tuple(
        _shared(goal, pillar.name, result.levels)
        for pillar in result.pillars
        for goal in pillar.goals
    )


def pillar_lines(
    pillars: Sequence[PillarResult] | Sequence[SharedPillar],
) -> tuple[PillarLine, ...]:
    return tuple(
        PillarLine(
            name=pillar.name,
            figure=figure_value(pillar.figure, pillar.figure_text),
            basis=pillar.basis_text,
            silent=pillar.silent_text if isinstance(pillar, PillarResult) else "",
            change=_pillar_change(pillar),
            previous=pillar.previous,
        )
        for pillar in pillars
    )


def figure_value(figure: Figure | None, text: str) -> Value:
    if isinstance(figure, Number):
        return Value(text, number=figure.value)
    if isinstance(figure, Range):
        return Value(text, low=figure.low, high=figure.high)
    return Value(text)


def _pillar_change(pillar: PillarResult | SharedPillar) -> Value:
    if isinstance(pillar, PillarResult):
        return _change(pillar.change, pillar.change_text)
    if pillar.previous is None or not isinstance(pillar.figure, Number):
        return Value(pillar.change_text)
    return Value(pillar.change_text, number=pillar.figure.value - pillar.previous)


def _change(change: Change | None, text: str) -> Value:
    """A change that may be chance has no number, in no file."""
    return Value(text, number=change.delta if change and change.clear else None)


def _count(count: int) -> Value:
    return Value(str(count), number=count)


def _whole(goal: GoalResult, levels: int) -> Line:
    if goal.is_withheld:
        return _bare(goal, State.WITHHELD, goal.figure_text, levels)
    mean = figure_value(goal.figure, goal.figure_text)
    if goal.whole is not None:
        line = _full(_bare(goal, State.SHOWN, "", levels), goal.whole)
        moved = _change(goal.change, goal.change_text)
        return replace(line, mean=mean, silent=goal.silent_text, change=moved)
    near = goal.near_unanimous
    state = State.NEARLY_ALL if near else State.BY_GROUP
    sentence = goal.class_text if near else _("Shown group by group")
    n = _count(goal.n) if goal.n is not None else NOTHING
    return replace(_bare(goal, state, sentence, levels), n=n, mean=mean)


def _part(goal: GoalResult, part: Part, levels: int) -> Line:
    line = replace(_bare(goal, State.WITHHELD, part.text, levels), group=part.name, comments=())
    cell = part.cell
    if isinstance(cell, Withheld):
        return line
    line = replace(line, mean=figure_value(goal_mean(cell), part.figure_text))
    if isinstance(cell, NearlyAll):
        return replace(line, state=State.NEARLY_ALL, n=_count(cell.n))
    line = replace(line, state=State.SHOWN, sentence="", silent=part.silent_text)
    return _full(line, cell)


def _bare(goal: GoalResult, state: State, sentence: str, levels: int) -> Line:
    return Line(
        pillar=goal.pillar_name,
        number=goal.number,
        goal=goal.text,
        group="",
        state=state,
        sentence=sentence,
        local=goal.local,
        counts=(NOTHING,) * levels,
        comments=goal.comments,
    )


def _full(line: Line, cell: Histogram) -> Line:
    """The line with all that only a full histogram tells."""
    agreed = agreement(cell)
    return replace(
        line,
        n=_count(cell.n),
        counts=tuple(_count(count) for count in cell.counts),
        no_answer=_count(cell.no_answer),
        spread=Value(number(spread(cell)), number=spread(cell)),
        agreement=Value(number(agreed, 2).replace("-", "\N{MINUS SIGN}"), number=agreed),
    )


def _shared(goal: SharedGoal, pillar: str, levels: Sequence[str]) -> SharedLine:
    if goal.level is not None:
        state, level = State.AGREED, Value(levels[goal.level - 1], number=goal.level)
    elif goal.differs:
        state, level = State.DIFFERS, Value(_("We see it differently"))
    else:
        state, level = State.NOT_RATED, Value(_("Not rated"))
    moved = goal.moved if goal.change_text else None
    return SharedLine(
        pillar=pillar,
        number=goal.number,
        goal=goal.text,
        state=state,
        level=level,
        note=goal.note,
        change=Value(goal.change_text, number=moved),
        local=goal.local,
    )
