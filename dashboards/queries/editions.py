"""Which goals stand in which order, and which continue which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from assessments.models import Edition, Goal, Pillar
from plf.lib.danish import continued


@dataclass(frozen=True, slots=True)
class GoalPair:
    """A goal of a pillar now and the one it continues; one of them may be missing."""

    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Editions:
    """The goals of one framework's editions, each edition's in its own order."""

    by_edition: Mapping[int, tuple[Goal, ...]]
    stems: frozenset[int] = frozenset()
    """The editions whose goals go on from the question's sentence."""

    def goals(self, edition_id: int) -> tuple[Goal, ...]:
        return self.by_edition.get(edition_id, ())

    def text(self, goal: Goal) -> str:
        """The goal as it stands on a page: "… har fælles visioner" where it is half a sentence."""
        return continued(goal.text) if goal.pillar.edition_id in self.stems else goal.text

    def pillars(self, edition_id: int) -> list[tuple[Pillar, list[Goal]]]:
        return [
            (goals[0].pillar, goals)
            for _pk, group in groupby(self.goals(edition_id), key=lambda goal: goal.pillar_id)
            if (goals := list(group))
        ]

    def positions(self, edition_id: int) -> dict[int, int]:
        """Where each goal stands in a publication's cells."""
        return {goal.pk: place for place, goal in enumerate(self.goals(edition_id))}

    def origins(self, edition_id: int, earlier_id: int) -> dict[int, int]:
        """For each goal of an edition the goal of an earlier edition that it continues."""
        earlier = {goal.pk for goal in self.goals(earlier_id)}
        if edition_id == earlier_id:
            return {pk: pk for pk in earlier}
        joins = {goal.pk: goal.same_as_id for goals in self.by_edition.values() for goal in goals}
        found = {}
        for goal in self.goals(edition_id):
            origin = goal.same_as_id
            while origin is not None and origin not in earlier:
                origin = joins.get(origin)
            if origin is not None:
                found[goal.pk] = origin
        return found

    def pairs(self, edition_id: int, earlier_id: int) -> dict[str, list[GoalPair]]:
        """For each pillar, by its short name, the goals that it has in either edition."""
        origins = self.origins(edition_id, earlier_id)
        continued = set(origins.values())
        found: dict[str, list[GoalPair]] = {}
        for goal in self.goals(edition_id):
            found.setdefault(goal.pillar.code, []).append(GoalPair(origins.get(goal.pk), goal.pk))
        moved_in = {goal.pk: goal.pillar.code for goal in self.goals(earlier_id)}
        for goal in self.goals(edition_id):
            origin = origins.get(goal.pk)
            if origin is not None and moved_in[origin] != goal.pillar.code:
                found.setdefault(moved_in[origin], []).append(GoalPair(origin, None))
                found[goal.pillar.code].append(GoalPair(None, goal.pk))
        for goal in self.goals(earlier_id):
            if goal.pk not in continued:
                found.setdefault(goal.pillar.code, []).append(GoalPair(goal.pk, None))
        return found


def load_editions(editions: Iterable[Edition]) -> Editions:
    """The goals of these editions and of those between them, in one query."""
    spans: dict[int, tuple[int, int]] = {}
    stems = set()
    for edition in editions:
        low, high = spans.get(edition.framework_id, (edition.number, edition.number))
        spans[edition.framework_id] = (min(low, edition.number), max(high, edition.number))
        stems |= {edition.pk} if edition.stem else set()
    goals = Goal.objects.none()
    for framework_id, span in sorted(spans.items()):
        goals |= Goal.objects.filter(
            pillar__edition__framework=framework_id, pillar__edition__number__range=span
        )
    rows = goals.select_related("pillar").order_by(
        "pillar__edition", "pillar__position", "pillar", "position", "pk"
    )
    return Editions(
        {
            edition_id: tuple(group)
            for edition_id, group in groupby(rows, key=lambda goal: goal.pillar.edition_id)
        },
        frozenset(stems),
    )
