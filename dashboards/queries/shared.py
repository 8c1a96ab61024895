"""A team's shared result: what it agreed on, goal by goal.

Two queries; one more where units add their own words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from assessments.models import Edition, Goal, Pillar, RoundForum, SharedRating
from assessments.models.local_wordings import local_words
from dashboards import texts
from dashboards.queries.earlier import comparable_before
from dashboards.queries.editions import Editions, GoalPair, load_editions
from dashboards.queries.shown import SharedGoal, SharedPillar, SharedResult
from results.figures import Number, pillar_mean

Ratings = Mapping[int, SharedRating]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the team rated: `positions` by goal, and `local`, its own words for the goals."""

    edition: Edition
    positions: Mapping[int, int]
    editions: Editions
    local: Mapping[int, str]


def shared_result(round_forum: RoundForum, now: datetime) -> SharedResult:
    own, earlier = _ratings(round_forum, now)
    edition = round_forum.round.edition
    before = next(iter(earlier.values())).round_forum.round if earlier else None
    editions = load_editions([edition, *([before.edition] if before else [])])
    local = local_words(
        edition=edition, forum_id=round_forum.forum_id, at=round_forum.round.opened_at
    )
    asked = Asked(edition, editions.positions(edition.pk), editions, local)
    agreed = {goal: rating.level for goal, rating in own.items() if rating.level is not None}
    last = agreed_before(editions, edition, before.edition, earlier) if before else {}
    moves = pillar_moves(editions, edition, agreed, before.edition, earlier) if before else {}
    compared = bool(moves) or any(goal in last for goal in agreed)
    return SharedResult(
        levels=tuple(edition.levels),
        pillars=tuple(
            _pillar(place, pillar, goals, asked, own, last, moves.get(pillar.code))
            for place, (pillar, goals) in enumerate(editions.pillars(edition.pk), start=1)
        ),
        compared_with=before.closes_at if before and compared else None,
        not_compared_text=not_alike_text(edition, before.edition)
        if before and not compared
        else "",
    )


def agreed_before(
    editions: Editions, edition: Edition, before: Edition, earlier: Ratings
) -> dict[int, int]:
    """For each goal the level that the team agreed on last time; none if the scale was another."""
    if not edition.is_on_scale_of(before):
        return {}
    return {
        goal: level
        for goal, origin in editions.origins(edition.pk, before.pk).items()
        if (rating := earlier.get(origin)) and (level := rating.level) is not None
    }


def pillar_level(goals: Sequence[Goal], levels: Mapping[int, int]) -> Number | None:
    """The mean of the levels that the team agreed on; None where it agreed on none."""
    figure = pillar_mean([Number(levels[goal.pk]) for goal in goals if goal.pk in levels])
    return figure if isinstance(figure, Number) else None


def basis_text(goals: Sequence[Goal], levels: Mapping[int, int], edition: Edition) -> str:
    """On how many of the pillar's goals the team agreed, where not on all of them."""
    agreed = sum(goal.pk in levels for goal in goals)
    return texts.some_goals_text(agreed, len(goals), edition.goal_words)


def pillar_moves(
    editions: Editions,
    edition: Edition,
    agreed: Mapping[int, int],
    before: Edition,
    earlier: Ratings,
) -> dict[str, float]:
    """How far each pillar moved, by its short name, where that can be told."""
    if not edition.is_on_scale_of(before):
        return {}
    last = {goal: row.level for goal, row in earlier.items() if row.level is not None}
    pairs = editions.pairs(edition.pk, before.pk)
    moves = {code: pillar_move(goals, last, agreed) for code, goals in pairs.items()}
    return {code: move for code, move in moves.items() if move is not None}


def pillar_move(
    goals: Sequence[GoalPair], before: Mapping[int, int], now: Mapping[int, int]
) -> float | None:
    """How far a pillar moved; None unless the same goals have a level both times.

    `goals`: those that it has in either round, so that one that was dropped counts too.
    """
    steps = [
        (before.get(pair.before or 0), now.get(pair.after or 0))
        for pair in goals
        if (pair.before or 0) in before or (pair.after or 0) in now
    ]
    moves = [new - old for old, new in steps if old is not None and new is not None]
    if not moves or len(moves) < len(steps):
        return None
    return sum(moves) / len(moves)


def not_alike_text(edition: Edition, before: Edition) -> str:
    """Why nothing is compared with the round before."""
    if not edition.is_on_scale_of(before):
        return texts.incomparable_text(texts.Gap.OTHER_SCALE, edition.goal_words)
    return texts.not_comparable()


def _ratings(round_forum: RoundForum, now: datetime) -> tuple[Ratings, Ratings]:
    """The team's ratings of this round, and of the one compared with."""
    own: dict[int, SharedRating] = {}
    earlier: dict[int, SharedRating] = {}
    for rating in (
        SharedRating.objects.filter(
            Q(round_forum=round_forum)
            | Q(round_forum__in=comparable_before(round_forum, now).values("pk"))
        )
        .select_related("round_forum__round__edition")
        .order_by("round_forum", "goal")
    ):
        target = own if rating.round_forum_id == round_forum.pk else earlier
        target[rating.goal_id] = rating
    return own, earlier


def _pillar(
    place: int,
    pillar: Pillar,
    goals: Sequence[Goal],
    asked: Asked,
    own: Ratings,
    last: Mapping[int, int],
    move: float | None,
) -> SharedPillar:
    agreed = {goal: rating.level for goal, rating in own.items() if rating.level is not None}
    figure = pillar_level(goals, agreed)
    return SharedPillar(
        number=place,
        code=pillar.code,
        name=pillar.name,
        description=pillar.description,
        colour=pillar.colour,
        figure=figure,
        figure_text=texts.figure_text(figure) if figure else "–",
        basis_text=basis_text(goals, agreed, asked.edition),
        change_text=texts.shared_change_text(move),
        previous=figure.value - move if figure and move is not None else None,
        goals=tuple(_goal(goal, asked, own.get(goal.pk), last.get(goal.pk)) for goal in goals),
    )


def _goal(goal: Goal, asked: Asked, rating: SharedRating | None, last: int | None) -> SharedGoal:
    level = rating.level if rating else None
    moved = level - last if level is not None and last is not None else None
    return SharedGoal(
        pk=goal.pk,
        number=asked.positions[goal.pk] + 1,
        text=asked.editions.text(goal),
        local=asked.local.get(goal.pk, ""),
        level=level,
        level_text=asked.edition.levels[level - 1] if level is not None else "",
        differs=rating.differs if rating else False,
        note=rating.note if rating else "",
        change_text=texts.steps_text(moved) if moved is not None else "",
        moved=moved or 0,
    )
