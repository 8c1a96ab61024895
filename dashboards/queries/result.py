"""A forum's confidential result: publications in, plain data with ready texts out.

Three queries (one more where units add their own words, and one where there is a replica), whatever
the size of the forum, its history and the country; see `source.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from assessments.models import Goal, Pillar, RoundForum
from dashboards import texts
from dashboards.queries.published import Row
from dashboards.queries.shown import (
    ForumResult,
    GoalResult,
    GroupFigure,
    GroupRow,
    Part,
    PillarResult,
    Silent,
)
from dashboards.queries.source import Source, load, not_compared_text, pillar_changes
from plf.lib.danish import number
from results.disclosure import Cell, Histogram, NearlyAll, Withheld
from results.figures import (
    Change,
    Number,
    Range,
    agreement,
    change,
    forum_mean,
    goal_mean,
    pillar_mean,
    silent_range,
    spread,
)


def forum_result(round_forum: RoundForum, now: datetime) -> ForumResult | None:
    """The whole result; None where nothing was published (it was lost before it was sealed)."""
    source = load(round_forum, now)
    if source is None:
        return None
    pillars = tuple(shown_pillars(source))
    before = source.before.round.closes_at if source.before else None
    changes = [
        *(pillar.change for pillar in pillars),
        *(goal.change for pillar in pillars for goal in pillar.goals),
    ]
    compared = any(changes)
    return ForumResult(
        levels=source.levels,
        pillars=pillars,
        participation_text=texts.participation_text(round_forum.answered, round_forum.invited),
        compared_with=before if compared else None,
        not_compared_text="" if compared else not_compared_text(source),
        group_names=tuple(_name(row, source) for row in source.published.groups),
        group_rows=_group_rows(source),
    )


def shown_pillars(source: Source) -> list[PillarResult]:
    positions = source.editions.positions(source.edition.pk)
    changes = pillar_changes(source)
    return [
        _pillar(place, pillar, goals, positions, changes.get(pillar.code), source)
        for place, (pillar, goals) in enumerate(source.editions.pillars(source.edition.pk), start=1)
    ]


def _pillar(
    place: int,
    pillar: Pillar,
    goals: Sequence[Goal],
    positions: Mapping[int, int],
    moved: Change | None,
    source: Source,
) -> PillarResult:
    shown = tuple(_goal(goal, pillar, positions[goal.pk], source) for goal in goals)
    known = [goal.figure for goal in shown if goal.figure]
    figure = pillar_mean(known)
    previous = figure.value - moved.delta if moved and isinstance(figure, Number) else None
    return PillarResult(
        number=place,
        code=pillar.code,
        name=pillar.name,
        description=pillar.description,
        colour=pillar.colour,
        figure=figure,
        figure_text=texts.figure_text(figure) if figure else _withheld(source),
        basis_text=texts.some_goals_text(len(known), len(shown), source.edition.goal_words),
        silent_text=_silent_text([goal.silent for goal in shown if goal.figure]),
        change=moved,
        change_text=texts.change_text(moved),
        previous=previous,
        goals=shown,
    )


def _goal(goal: Goal, pillar: Pillar, position: int, source: Source) -> GoalResult:
    published = source.published
    parts = published.parts(position)
    cells = [cell for _row, cell in parts]
    whole = published.whole(position)
    figure = forum_mean(cells)
    n = _ratings(cells)
    silent = _silent(whole, published.invited)
    moved = _goal_change(goal, whole, source)
    near = cells[0] if len(cells) == 1 and isinstance(cells[0], NearlyAll) else None
    return GoalResult(
        pk=goal.pk,
        number=position + 1,
        text=source.editions.text(goal),
        local=source.local.get(goal.pk, ""),
        pillar_name=pillar.name,
        colour=pillar.colour,
        parts=tuple(
            Part(
                name=_name(row, source) if len(parts) > 1 else "",
                cell=cell,
                text=texts.cell_text(cell, source.levels, source.fewest),
                figure_text=texts.figure_text(mean) if (mean := goal_mean(cell)) else "",
                silent_text=_silent_text([_silent(cell, row.invited)]),
            )
            for row, cell in parts
        ),
        whole=whole,
        whole_text=texts.cell_text(whole, source.levels, 0) if whole else "",
        figure=figure,
        figure_text=texts.figure_text(figure) if figure else _withheld(source),
        class_text=texts.class_text(near, source.levels) if near else "",
        n=n,
        n_text=texts.answers_text(n) if n is not None else "",
        spread=spread(whole) if whole else None,
        spread_text=number(spread(whole)) if whole else "",
        agreement=agreement(whole) if whole else None,
        silent=silent,
        silent_text=_silent_text([silent]),
        change=moved,
        change_text=texts.change_text(moved),
        comments=source.comments.get(goal.pk, ()),
    )


def _silent(cell: Cell | None, invited: int) -> Silent | None:
    """Of a full histogram alone: a class does not tell how many answered "do not know"."""
    if not isinstance(cell, Histogram):
        return None
    count = invited - cell.n - cell.no_answer
    bounds = silent_range([cell], count)
    return Silent(count, bounds) if bounds else None


def _silent_bounds(of_goals: Sequence[Silent | None]) -> Range | None:
    """Where those who did not answer could move the mean of goals that are all one figure."""
    known = [silent.bounds for silent in of_goals if silent]
    bounds = pillar_mean(known) if len(known) == len(of_goals) else None
    return bounds if isinstance(bounds, Range) else None


def _silent_text(of_goals: Sequence[Silent | None]) -> str:
    counts = {silent.count for silent in of_goals if silent}
    return texts.silent_text(_silent_bounds(of_goals), counts.pop() if len(counts) == 1 else None)


def _ratings(cells: Sequence[Cell]) -> int | None:
    """How many rated a goal; nothing where it is withheld."""
    if not cells or any(isinstance(cell, Withheld) for cell in cells):
        return None
    return sum(cell.n for cell in cells if not isinstance(cell, Withheld))


def _withheld(source: Source) -> str:
    return texts.withheld_text(source.fewest)


def _name(row: Row, source: Source) -> str:
    return texts.group_name(row.roles, source.municipality)


def _goal_change(goal: Goal, whole: Histogram | None, source: Source) -> Change | None:
    before = source.before
    if before is None:
        return None
    return change(
        before.whole(before.origins.get(goal.pk)),
        whole,
        invited_before=before.published.invited,
        invited_after=source.published.invited,
    )


def _group_rows(source: Source) -> tuple[GroupRow, ...]:
    groups = source.published.groups
    if not groups:
        return ()
    positions = source.editions.positions(source.edition.pk)
    return tuple(
        GroupRow(
            pillar_name=pillar.name,
            colour=pillar.colour,
            figures=tuple(
                _group_figure(group, [positions[goal.pk] for goal in goals], source)
                for group in groups
            ),
        )
        for pillar, goals in source.editions.pillars(source.edition.pk)
    )


def _group_figure(group: Row, goals: Sequence[int], source: Source) -> GroupFigure:
    """`goals`: where those of the pillar stand in the cells."""
    cells = [group.cells[position] for position in goals]
    known = [cell for cell in cells if isinstance(cell, Histogram | NearlyAll)]
    figure = pillar_mean([goal_mean(cell) for cell in known])
    if figure is None:
        in_forum = any(forum_mean(source.published.cells(position)) for position in goals)
        text = _("shown for the forum as a whole") if in_forum else _withheld(source)
        return GroupFigure(text=text, basis_text="", n_text="", silent_text="")
    bounds = _silent_bounds([_silent(cell, group.invited) for cell in known])
    return GroupFigure(
        text=texts.figure_text(figure),
        basis_text=texts.some_goals_text(len(known), len(cells), source.edition.goal_words),
        n_text=texts.answers_between_text([cell.n for cell in known]),
        silent_text=texts.figure_text(bounds) if bounds and bounds.low < bounds.high else "",
    )
