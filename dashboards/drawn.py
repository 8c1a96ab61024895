"""A result made ready to be drawn: the house, the bars, the table of all figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.enums import Shape
from assessments.models import Edition
from dashboards.charts import GoalBar, House, HousePillar, goal_bar, house
from dashboards.queries.editions import Editions
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
from plf.lib.scale import scale_classes
from results.disclosure import Histogram, NearlyAll
from results.figures import Number, spread

# Icons for the five pillars of a professional learning community; other pillars show their number.
ICONS = {
    "vaerdier": "compass",
    "deprivatisering": "door",
    "samarbejde": "hands",
    "dialoger": "bubbles",
    "boern": "sprout",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its words: `label` says all its figures, `words` stand in place of counts."""

    name: str
    bar: GoalBar
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class GoalRow:
    goal: GoalResult
    bars: tuple[Bar, ...]
    groups: tuple[Bar, ...]
    """The groups' own bars, where the forum's is shown as a whole."""


@dataclass(frozen=True, slots=True)
class PillarRows:
    """A pillar as a heading with its goals: `GoalRow`, or a team's `SharedGoal`."""

    number: int
    name: str
    icon: str
    colour: int
    figure_text: str
    basis_text: str
    change_text: str
    rows: tuple[GoalRow, ...] = ()
    goals: tuple[SharedGoal, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """One goal in the table; `sentence` where there are no counts to show."""

    name: str
    counts: tuple[int, ...]
    no_answer: int | None
    sentence: str
    span: int
    figure: str
    n: str
    spread: str
    change: str


def result_house(result: ForumResult, edition: Edition, address: str = "") -> House:
    """`address`: the result's own, under which each pillar's page lies; without it no links."""
    levels = len(result.levels)
    address = address if len(result.pillars) > 1 else ""
    return _house([_house_pillar(row, levels, address) for row in result.pillars], edition)


def shared_house(result: SharedResult, edition: Edition, address: str = "") -> House:
    levels = len(result.levels)
    address = address if len(result.pillars) > 1 else ""
    return _house([_shared_pillar(row, levels, address) for row in result.pillars], edition)


def outline_house(editions: Editions, edition: Edition) -> House:
    """The house of an open round: names, and nothing else."""
    pillars = [
        HousePillar(
            number=number,
            name=pillar.name,
            icon=ICONS.get(pillar.code, ""),
            colour=pillar.colour,
            figure=None,
            figure_text="",
            goals=(),
            previous=None,
            change_text="",
            url="",
            description=f"{pillar.name}.",
        )
        for number, (pillar, _goals) in enumerate(editions.pillars(edition.pk), start=1)
    ]
    return _house(pillars, edition, open_round=True)


def goal_rows(goals: Sequence[GoalResult], levels: int) -> tuple[GoalRow, ...]:
    return tuple(_goal_row(goal, levels) for goal in goals)


def pillar_rows(pillars: Sequence[PillarResult], levels: int) -> tuple[PillarRows, ...]:
    return tuple(
        PillarRows(
            number=pillar.number,
            name=pillar.name,
            icon=ICONS.get(pillar.code, ""),
            colour=pillar.colour,
            figure_text=pillar.figure_text,
            basis_text=pillar.basis_text,
            change_text=pillar.change_text,
            rows=goal_rows(pillar.goals, levels),
        )
        for pillar in pillars
    )


def shared_rows(pillars: Sequence[SharedPillar]) -> tuple[PillarRows, ...]:
    return tuple(
        PillarRows(
            number=pillar.number,
            name=pillar.name,
            icon=ICONS.get(pillar.code, ""),
            colour=pillar.colour,
            figure_text=pillar.figure_text,
            basis_text=pillar.basis_text,
            change_text=pillar.change_text,
            goals=pillar.goals,
        )
        for pillar in pillars
    )


def steps(levels: int) -> list[tuple[str, int]]:
    """The ladder of a shared rating: each level's class and number."""
    return [(css, level) for level, css in enumerate(scale_classes(levels), start=1)]


def table_rows(goals: Sequence[GoalResult], levels: int) -> tuple[TableRow, ...]:
    """All goals in the edition's order, groups one by one where they are shown so."""
    return tuple(row for goal in goals for row in _table_rows(goal, levels))


def _house(pillars: list[HousePillar], edition: Edition, *, open_round: bool = False) -> House:
    """In the gable what there is of: the core task, the motto, the framework's name."""
    is_list = edition.shape == Shape.LIST
    return house(
        pillars=pillars,
        levels=len(edition.levels),
        foundation=[str(name) for name in edition.foundation],
        roof=edition.roof or ("" if is_list else edition.motto or edition.framework.name),
        values=[str(name) for name in edition.values],
        low_label=str(edition.levels[0]),
        high_label=str(edition.levels[-1]),
        goal_word=edition.goal_word,
        open_round=open_round,
        as_list=is_list,
    )


def _house_pillar(pillar: PillarResult, levels: int, address: str) -> HousePillar:
    return HousePillar(
        number=pillar.number,
        name=pillar.name,
        icon=ICONS.get(pillar.code, ""),
        colour=pillar.colour,
        figure=pillar.figure,
        figure_text=pillar.figure_text if pillar.figure else _("Not shown"),
        goals=tuple(goal.figure for goal in pillar.goals),
        goal_texts=tuple(goal.figure_text for goal in pillar.goals),
        previous=pillar.previous,
        basis_text=pillar.basis_text,
        change_text=pillar.change_text if pillar.change and pillar.change.clear else "",
        url=f"{address}{pillar.code}/" if address else "",
        description=_described(pillar, levels),
    )


def _shared_pillar(pillar: SharedPillar, levels: int, address: str) -> HousePillar:
    return HousePillar(
        number=pillar.number,
        name=pillar.name,
        icon=ICONS.get(pillar.code, ""),
        colour=pillar.colour,
        figure=pillar.figure,
        figure_text=pillar.figure_text,
        goals=tuple(
            Number(goal.level) if goal.level is not None else None for goal in pillar.goals
        ),
        goal_texts=tuple(str(goal.level) for goal in pillar.goals),
        previous=pillar.previous,
        basis_text=pillar.basis_text,
        change_text=pillar.change_text,
        url=f"{address}{pillar.code}/" if address else "",
        description=_described(pillar, levels),
    )


def _described(pillar: PillarResult | SharedPillar, levels: int) -> str:
    if pillar.figure is None:
        return f"{pillar.name}: {pillar.figure_text}."
    said = _("%(name)s: %(figure)s of %(levels)s") % {
        "name": pillar.name,
        "figure": pillar.figure_text,
        "levels": levels,
    }
    return f"{', '.join(part for part in (said, pillar.basis_text, pillar.change_text) if part)}."


def _goal_row(goal: GoalResult, levels: int) -> GoalRow:
    parts = tuple(
        Bar(
            name=part.name,
            bar=goal_bar(part.cell, levels=levels),
            label=part.text,
            words=part.text,
        )
        for part in goal.parts
    )
    if goal.whole is None or len(parts) == 1:
        return GoalRow(goal, parts, ())
    whole = Bar("", goal_bar(goal.whole, levels=levels), goal.whole_text, goal.whole_text)
    return GoalRow(goal, (whole,), parts)


def _table_rows(goal: GoalResult, levels: int) -> list[TableRow]:
    if goal.whole is not None:
        return [
            TableRow(
                name=goal.text,
                counts=goal.whole.counts,
                no_answer=goal.whole.no_answer,
                sentence="",
                span=1,
                figure=goal.figure_text,
                n=str(goal.whole.n),
                spread=goal.spread_text,
                change=goal.change_text,
            )
        ]
    return [_part_row(goal, part, levels) for part in goal.parts]


def _part_row(goal: GoalResult, part: Part, levels: int) -> TableRow:
    cell = part.cell
    full = isinstance(cell, Histogram)
    return TableRow(
        name=f"{goal.text} · {part.name}" if part.name else goal.text,
        counts=cell.counts if isinstance(cell, Histogram) else (),
        no_answer=cell.no_answer if isinstance(cell, Histogram) else None,
        sentence="" if full else part.text,
        span=levels + 1,
        figure=part.figure_text,
        n=str(cell.n) if isinstance(cell, Histogram | NearlyAll) else "",
        spread=number(spread(cell)) if isinstance(cell, Histogram) else "",
        change="",
    )
