"""The cells as a table with headings: the same columns in the CSV file and the spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.exports.cells import (
    Line,
    SharedLine,
    Value,
    goal_lines,
    group_lines,
    lines_of,
    shared_lines,
)
from dashboards.exports.taken import Taken
from dashboards.queries.shown import ForumResult, SharedResult


@dataclass(frozen=True, slots=True)
class Column:
    """`own`: our own words, which need no defusing where a cell can be marked as text."""

    heading: str
    width: int
    centred: bool = False
    own: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """`whole`: how many of the rows, the first ones, are of the forum as a whole.

    `parts`: how many rows each pillar has, where they stand pillar by pillar.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    whole: int
    parts: tuple[int, ...] = ()


def table_of(taken: Taken) -> Table:
    if isinstance(taken.result, SharedResult):
        return _shared_table(taken, taken.result)
    return _goal_table(taken, taken.result)


def headings(taken: Taken) -> tuple[Column, ...]:
    """The columns that both kinds of result begin with; the forum's own words where it has any."""
    local = (Column(_("Our own words"), 56, own=False),) if has_local(taken) else ()
    return (
        Column(capfirst(taken.edition.pillar_word), 26, own=False),
        Column(_("No."), 6, centred=True),
        Column(capfirst(taken.edition.goal_word), 56, own=False),
        *local,
    )


def has_local(taken: Taken) -> bool:
    return any(goal.local for goal in taken.result.goals)


def first_level(taken: Taken) -> int:
    """The column of the lowest level's counts: group and answers stand before it."""
    return len(headings(taken)) + 2


def _goal_table(taken: Taken, result: ForumResult) -> Table:
    whole = goal_lines(result)
    return Table(
        columns=(
            *headings(taken),
            Column(_("Group"), 24, own=False),
            Column(_("Answers"), 9, centred=True),
            *(Column(level, 10, centred=True, own=False) for level in result.levels),
            Column(_("Do not know"), 10, centred=True),
            Column(_("Mean"), 12, centred=True),
            Column(_("Spread"), 10, centred=True),
            Column(_("Agreement"), 10, centred=True),
            Column(_("Since last time"), 24),
            Column(_("How sure?"), 44),
            Column(_("In words"), 44),
            Column(_("Reasons and examples"), 60, own=False),
        ),
        rows=tuple(
            (*_beginning(taken, line), *_goal_row(line)) for line in (*whole, *group_lines(result))
        ),
        whole=len(whole),
    )


def _goal_row(line: Line) -> tuple[Value, ...]:
    return (
        Value(line.group or _("The forum as a whole")),
        line.n,
        *line.counts,
        line.no_answer,
        line.mean,
        line.spread,
        line.agreement,
        line.change,
        Value(line.silent),
        Value(line.sentence),
        Value("\n".join(line.comments)),
    )


def _shared_table(taken: Taken, result: SharedResult) -> Table:
    lines = shared_lines(result)
    return Table(
        columns=(
            *headings(taken),
            Column(_("The team's rating"), 26, own=False),
            Column(_("Since last time"), 28),
            Column(_("Note"), 60, own=False),
        ),
        rows=tuple(
            (*_beginning(taken, line), line.level, line.change, Value(line.note)) for line in lines
        ),
        whole=len(lines),
    )


def report_table(taken: Taken) -> Table:
    """Every figure on a sheet of paper: each goal, and under it its groups."""
    result = taken.result
    if isinstance(result, SharedResult):
        shared = _shared_table(taken, result)
        parts = tuple(len(pillar.goals) for pillar in result.pillars)
        return Table(shared.columns[1:], tuple(row[1:] for row in shared.rows), shared.whole, parts)
    rows = [
        [_report_row(line) for goal in pillar.goals for line in lines_of(goal, len(result.levels))]
        for pillar in result.pillars
    ]
    return Table(
        columns=_report_columns(taken, result),
        rows=tuple(row for part in rows for row in part),
        whole=len(result.goals),
        parts=tuple(len(part) for part in rows),
    )


def _report_columns(taken: Taken, result: ForumResult) -> tuple[Column, ...]:
    return (
        Column(_("No."), 7, centred=True),
        Column(capfirst(taken.edition.goal_word), 52, own=False),
        Column(_("Answers"), 13, centred=True),
        *(Column(level, 14, centred=True) for level in result.levels),
        Column(_("Do not know"), 13, centred=True),
        Column(_("Mean"), 16, centred=True),
        Column(_("Spread"), 15, centred=True),
        Column(_("Agreement"), 14, centred=True),
        Column(_("Since last time"), 20),
        Column(_("How sure?"), 50),
    )


def _report_row(line: Line) -> tuple[Value, ...]:
    return (
        Value("" if line.group else str(line.number)),
        Value(line.group or line.goal),
        line.n,
        *line.counts,
        line.no_answer,
        line.mean,
        line.spread,
        line.agreement,
        line.change,
        Value(line.sentence or line.silent),
    )


def _beginning(taken: Taken, line: Line | SharedLine) -> Sequence[Value]:
    local = (Value(line.local),) if has_local(taken) else ()
    number = Value(str(line.number), number=line.number)
    return Value(line.pillar), number, Value(line.goal), *local
