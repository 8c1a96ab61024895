"""A forum's rounds side by side: what each published of a goal and a pillar, and what is the same.

Each kind of round is a source of its own; no figure is made from both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _

from assessments.models import Goal, RoundForum, SharedRating
from dashboards import texts
from dashboards.queries.editions import Editions, GoalPair
from dashboards.queries.gaps import Cells, gap_between
from dashboards.queries.published import Published
from dashboards.queries.shared import basis_text, pillar_level, pillar_move
from plf.lib.rounding import rounded
from results.disclosure import Histogram, Withheld
from results.figures import Change, Figure, Number, forum_mean, pillar_change, pillar_mean


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of one kind on one framework and one scale, the oldest first."""

    rows: tuple[RoundForum, ...]
    editions: Editions
    _pairs: dict[tuple[int, int], dict[str, list[GoalPair]]] = field(default_factory=dict)
    _positions: dict[int, dict[int, int]] = field(default_factory=dict)

    def edition(self, place: int) -> int:
        return self.rows[place].round.edition_id

    def goal_words(self, place: int) -> str:
        return self.rows[place].round.edition.goal_words

    def position(self, place: int, goal_id: int | None) -> int | None:
        """Where a goal stands in a round's cells."""
        edition = self.edition(place)
        if edition not in self._positions:
            self._positions[edition] = self.editions.positions(edition)
        return None if goal_id is None else self._positions[edition].get(goal_id)

    def pairs(self, earlier: int, later: int) -> dict[str, list[GoalPair]]:
        """For each pillar the goals it has in either round; each pair of editions once."""
        key = (self.edition(later), self.edition(earlier))
        if key not in self._pairs:
            self._pairs[key] = self.editions.pairs(*key)
        return self._pairs[key]

    def chains(self) -> list[dict[int, Goal]]:
        """Each goal through the rounds: its row in each edition, the newest edition's order."""
        joins = {
            goal.pk: goal.same_as_id
            for goals in self.editions.by_edition.values()
            for goal in goals
        }
        found: dict[int, dict[int, Goal]] = {}
        for edition_id in dict.fromkeys(self.edition(n) for n in reversed(range(len(self.rows)))):
            for goal in self.editions.goals(edition_id):
                root = goal.pk
                while (origin := joins.get(root)) is not None and origin in joins:
                    root = origin
                found.setdefault(root, {})[edition_id] = goal
        return list(found.values())


# A point before its line is known: state, figure, text, and on what it rests.
Bare = tuple[str, Figure | None, str, str]
ABSENT: Bare = ("absent", None, "–", "")


class Source(Protocol):
    """Where the figures of either kind of round come from."""

    def goal(self, place: int, goal: Goal) -> Bare: ...

    def pillar(self, place: int, goals: list[Goal]) -> Bare: ...

    def comparable(self, earlier: int, later: int, pairs: list[GoalPair]) -> bool: ...

    def moved(self, earlier: int, later: int, pairs: list[GoalPair]) -> Change | None: ...

    def moved_text(self, moved: Change, *, goal: bool) -> str: ...

    def gap(self, earlier: int, later: int, pairs: list[GoalPair]) -> texts.Gap:
        """Why `moved` tells nothing of the two."""


@dataclass(frozen=True, slots=True)
class Confidential:
    rounds: Rounds
    published: Mapping[int, Published]
    """By round; a round that was lost has none."""

    def _at(self, place: int) -> Published | None:
        return self.published.get(self.rounds.rows[place].round_id)

    def goal(self, place: int, goal: Goal) -> Bare:
        published = self._at(place)
        position = self.rounds.position(place, goal.pk)
        if published is None or position is None:
            return ABSENT
        cells = published.cells(position)
        figure = forum_mean(cells)
        if figure is None:
            return "withheld", None, _("Not shown"), ""
        n = sum(cell.n for cell in cells if not isinstance(cell, Withheld))
        return "shown", figure, texts.figure_text(figure), texts.answers_text(n)

    def pillar(self, place: int, goals: list[Goal]) -> Bare:
        if self._at(place) is None:
            return ABSENT
        known = [figure for goal in goals if (figure := self.goal(place, goal)[1])]
        figure = pillar_mean(known)
        if figure is None:
            return "withheld", None, _("Not shown"), ""
        basis = texts.some_goals_text(len(known), len(goals), self.rounds.goal_words(place))
        return "shown", figure, texts.figure_text(figure), basis

    def _whole(self, place: int, goal_id: int | None) -> Histogram | None:
        published = self._at(place)
        return published.whole(self.rounds.position(place, goal_id)) if published else None

    def comparable(self, earlier: int, later: int, pairs: list[GoalPair]) -> bool:
        """As `moved` demands, without working it out."""
        found = [
            whole
            for pair in pairs
            for whole in (self._whole(earlier, pair.before), self._whole(later, pair.after))
        ]
        return bool(found) and None not in found

    def moved(self, earlier: int, later: int, pairs: list[GoalPair]) -> Change | None:
        before, after = self._at(earlier), self._at(later)
        if before is None or after is None:
            return None
        return pillar_change(
            [(self._whole(earlier, pair.before), self._whole(later, pair.after)) for pair in pairs],
            invited_before=before.invited,
            invited_after=after.invited,
        )

    def moved_text(self, moved: Change, *, goal: bool) -> str:
        return texts.change_text(moved)

    def gap(self, earlier: int, later: int, pairs: list[GoalPair]) -> texts.Gap:
        if self._at(earlier) is None:
            return texts.Gap.LOST
        return gap_between(
            [(self._cells(earlier, pair.before), self._cells(later, pair.after)) for pair in pairs]
        )

    def _cells(self, place: int, goal_id: int | None) -> Cells | None:
        published = self._at(place)
        position = self.rounds.position(place, goal_id)
        return None if published is None or position is None else published.cells(position)


@dataclass(frozen=True, slots=True)
class Shared:
    rounds: Rounds
    ratings: Mapping[int, Mapping[int, SharedRating]]

    def _levels(self, place: int) -> dict[int, int]:
        ratings = self.ratings.get(self.rounds.rows[place].round_id, {})
        return {goal: row.level for goal, row in ratings.items() if row.level is not None}

    def goal(self, place: int, goal: Goal) -> Bare:
        rating = self.ratings.get(self.rounds.rows[place].round_id, {}).get(goal.pk)
        if rating is None:
            return ABSENT
        if rating.level is None:
            return "differs", None, _("seen differently"), ""
        return "shown", Number(rating.level), str(rating.level), ""

    def pillar(self, place: int, goals: list[Goal]) -> Bare:
        figure = pillar_level(goals, self._levels(place))
        if figure is None:
            return ABSENT
        edition = self.rounds.rows[place].round.edition
        basis = basis_text(goals, self._levels(place), edition)
        return "shown", figure, texts.figure_text(figure), basis

    def comparable(self, earlier: int, later: int, pairs: list[GoalPair]) -> bool:
        return self.moved(earlier, later, pairs) is not None

    def moved(self, earlier: int, later: int, pairs: list[GoalPair]) -> Change | None:
        """None unless the same goals have a level both times."""
        before, after = self._levels(earlier), self._levels(later)
        delta = pillar_move(pairs, before, after)
        return None if delta is None else Change(delta, clear=bool(rounded(delta)))

    def moved_text(self, moved: Change, *, goal: bool) -> str:
        if goal:
            return texts.steps_text(round(moved.delta))
        return texts.shared_change_text(moved.delta)

    def gap(self, earlier: int, later: int, pairs: list[GoalPair]) -> texts.Gap:
        if not pairs or any(pair.before is None or pair.after is None for pair in pairs):
            return texts.Gap.OTHER_GOALS
        return texts.Gap.NOT_AGREED
