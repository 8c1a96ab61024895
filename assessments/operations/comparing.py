"""Pillars and goals before and after: which are new, changed, moved and gone."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from assessments.models import Edition
from assessments.operations.drafts import GoalInput, PillarInput, contents_of
from assessments.operations.frameworks import Comparison


@dataclass(frozen=True, slots=True)
class GoalStep:
    old: GoalInput | None
    new: GoalInput
    moved: bool
    """It stands in another pillar than before, or has moved past those that stayed."""
    moved_from: str
    """The name of the pillar it comes from, where that is another."""

    @property
    def changed(self) -> bool:
        return self.old is not None and self.old != self.new

    @property
    def is_same(self) -> bool:
        return self.old == self.new and not self.moved


@dataclass(frozen=True, slots=True)
class PillarStep:
    old: PillarInput | None
    new: PillarInput
    moved: bool
    goals: tuple[GoalStep, ...]
    removed: tuple[GoalInput, ...]
    """Its goals that are nowhere any more."""

    @property
    def is_same(self) -> bool:
        quiet = self.old is not None and replace(self.old, goals=()) == replace(self.new, goals=())
        return quiet and not (self.moved or self.removed) and all(g.is_same for g in self.goals)


@dataclass(frozen=True, slots=True)
class Steps:
    """From one content to another, in the order of the other."""

    pillars: tuple[PillarStep, ...]
    removed: tuple[PillarInput, ...]
    """Pillars that are gone, each with those of its goals that went with it."""

    @property
    def is_same(self) -> bool:
        return not self.removed and all(step.is_same for step in self.pillars)


def steps_between(before: Sequence[PillarInput], after: Sequence[PillarInput]) -> Steps:
    """Rows are the same where their ids are; a row without one is new."""
    old_pillars = {pillar.id: pillar for pillar in before}
    home = {goal.id: pillar for pillar in before for goal in pillar.goals}
    kept = {goal.id for pillar in after for goal in pillar.goals}
    steady = _steady([pillar.id for pillar in after], [pillar.id for pillar in before])
    pillars = []
    for pillar in after:
        old = old_pillars.get(pillar.id)
        pillars.append(
            PillarStep(
                old,
                pillar,
                moved=old is not None and old.id not in steady,
                goals=tuple(_goal_steps(pillar, old, home)),
                removed=_without(old, kept),
            )
        )
    remaining = {pillar.id for pillar in after}
    removed = (
        replace(pillar, goals=_without(pillar, kept))
        for pillar in before
        if pillar.id not in remaining
    )
    return Steps(tuple(pillars), tuple(removed))


def steps_of(comparison: Comparison, draft: Edition) -> Steps:
    """From the edition in use to the draft, each goal with the id of the one that it continues.

    Pillars are known by their short name.
    """
    before = contents_of(comparison.in_use) if comparison.in_use else ()
    pillars = {pillar.code: pillar.id for pillar in before}
    continued = {entry.goal.pk: entry.old.pk for entry in comparison.goals if entry.old}
    after = (
        replace(
            pillar,
            id=pillars.get(pillar.code),
            goals=tuple(replace(goal, id=continued.get(goal.id or 0)) for goal in pillar.goals),
        )
        for pillar in contents_of(draft)
    )
    return steps_between(before, tuple(after))


def _without(pillar: PillarInput | None, kept: Collection[int | None]) -> tuple[GoalInput, ...]:
    return tuple(goal for goal in pillar.goals if goal.id not in kept) if pillar else ()


def _goal_steps(
    pillar: PillarInput, old_pillar: PillarInput | None, home: dict[int | None, PillarInput]
) -> Iterator[GoalStep]:
    before = old_pillar.goals if old_pillar else ()
    steady = _steady([goal.id for goal in pillar.goals], [goal.id for goal in before])
    for goal in pillar.goals:
        came_from = home.get(goal.id)
        old = (
            next((row for row in came_from.goals if row.id == goal.id), None) if came_from else None
        )
        elsewhere = came_from.name if came_from and came_from is not old_pillar else ""
        yield GoalStep(old, goal, old is not None and goal.id not in steady, elsewhere)


def _steady(now: Sequence[int | None], before: Sequence[int | None]) -> set[int | None]:
    """Those that stand as they did beside each other: the longest run in its old order."""
    place = {pk: number for number, pk in enumerate(before)}
    ends: list[int] = []
    runs: list[list[int | None]] = []
    for pk in now:
        if pk in place:
            at = bisect_left(ends, place[pk])
            ends[at : at + 1] = [place[pk]]
            runs[at : at + 1] = [[*(runs[at - 1] if at else []), pk]]
    return set(runs[-1]) if runs else set()
