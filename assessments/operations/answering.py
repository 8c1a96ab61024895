"""A member answers alone: save, say done, withdraw."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from assessments.answers import Answer, Rating
from assessments.models import Edition, Goal, Participation, Round, SharedRating
from assessments.operations.asked import goal_keys
from plf.lib.prepared import Prepared, number

# The round of an invitation that is still there, with what tells whether answers are taken. Both by
# their keys: the way from one to the other would take the database as long as all else of it.
OWN_ROUND = """
SELECT r.id, r.opened_at, r.closes_at, r.sealed_at, r.lost_at
FROM assessments_round r, assessments_participation p
WHERE r.id = %s AND p.id = %s
"""
LOCKED = OWN_ROUND + "FOR SHARE OF r FOR NO KEY UPDATE OF p"


class RoundTakesNoAnswers(Exception):
    """It has not opened, or it has closed."""


class RoundIsClosed(RoundTakesNoAnswers):
    """The round no longer takes answers; what was saved before counts."""


class RoundIsNotOpen(RoundTakesNoAnswers):
    """The round has not opened yet."""


class NotInvited(Exception):
    """The invitation is gone: since the page was fetched, the person has left the forum, or the
    round has been cancelled."""


class WithdrawnSince(Exception):
    """The person has withdrawn everything since the change was made: it waited on a device, or was
    under way."""


class NotOnTheScale(Exception):
    """The value is none of the edition's levels, or the edition offers no "ved ikke"."""


class UnknownGoal(Exception):
    """The goal is not in the round's edition."""


@dataclass(frozen=True, slots=True)
class RatingInput:
    """What a person changes at one goal.

    Value None without `no_answer` means: not rated (any more). `keeps_value` leaves the value as
    it is stored, and reason None the reason.
    """

    goal_id: int
    value: int | None = None
    no_answer: bool = False
    reason: str | None = ""
    keeps_value: bool = False

    @property
    def is_rated(self) -> bool:
        return not self.keeps_value and (self.value is not None or self.no_answer)

    @property
    def takes_away(self) -> bool:
        """True where the goal may be left unrated, or with nothing."""
        return not self.is_rated and not (self.keeps_value and self.reason)

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns it changes."""
        value = () if self.keeps_value else ("value", "no_answer")
        reason = () if self.reason is None else ("reason",)
        return value + reason


@dataclass(frozen=True, slots=True)
class KeptRating:
    """One goal as it is stored."""

    value: int | None
    no_answer: bool
    reason: str
    saved_at: datetime

    @property
    def is_rated(self) -> bool:
        return self.value is not None or self.no_answer


def lock_for_saving(round_id: int) -> Round:
    """The round under a share lock, so that the seal waits until this transaction has ended.

    SQLite's writers take the whole database in turn; there a plain read is enough. Refuses with
    NotInvited where the round has been cancelled meanwhile.
    """
    statement = "SELECT * FROM assessments_round WHERE id = %s"
    if connection.vendor == "postgresql":
        statement += " FOR SHARE"
    rounds = list(Round.objects.raw(statement, [round_id]))
    if not rounds:
        raise NotInvited
    return rounds[0]


def _lock_own(participation: Participation) -> Round:
    """As `lock_for_saving`; and one person's changes come one after the other."""
    statement = LOCKED if connection.vendor == "postgresql" else OWN_ROUND
    keys = [participation.round_forum.round_id, participation.pk]
    rounds = list(Round.objects.raw(statement, keys))
    if not rounds:
        raise NotInvited
    return rounds[0]


def require_accepting(round_: Round, now: datetime) -> None:
    """Refuse with RoundIsNotOpen or RoundIsClosed where the round takes no answers."""
    if round_.opened_at is None:
        raise RoundIsNotOpen
    if not round_.accepts_answers(now):
        raise RoundIsClosed


@transaction.atomic
def save_ratings(
    *,
    participation: Participation,
    ratings: Sequence[RatingInput],
    now: datetime,
    made: str = "",
) -> None:
    """Keep the given goals' ratings; goals that are not given stay as they are.

    `made` is the invitation's key when the change was made, where the page told it.
    Refuses with RoundIsNotOpen, RoundIsClosed, NotInvited, UnknownGoal, NotOnTheScale or
    WithdrawnSince, and keeps nothing then. `participation` comes with its round and edition.
    """
    require_accepting(_lock_own(participation), now)
    ratings = [rating for rating in ratings if rating.fields]
    if not ratings:
        return
    edition = participation.round_forum.round.edition
    goal_ids = {rating.goal_id for rating in ratings}
    if not goal_ids <= goal_keys(edition):
        raise UnknownGoal
    require_on_the_scale(edition, ratings)
    key, answered_at, valid = _stored_state(participation)
    if made and made != str(valid):
        raise WithdrawnSince
    answer = Answer(key=key) if key else Answer.objects.create(participation=participation)
    _store(answer, ratings, now, is_first=key is None)
    if answered_at is None and any(rating.is_rated for rating in ratings):
        Participation.objects.filter(pk=participation.pk).update(answered_at=now)
    if any(rating.takes_away for rating in ratings):
        _tidy(participation, answer, goal_ids)


def _stored_state(
    participation: Participation,
) -> tuple[uuid.UUID | None, datetime | None, uuid.UUID | None]:
    """The answer's key, when first answered, and the invitation's key: asked once the invitation is
    locked, since another save may have been waited for."""
    ((key, answered_at, valid),) = STORED_STATE.rows(participation=participation.pk)
    return key, answered_at, valid


STORED_STATE = Prepared(
    lambda: (
        Participation.objects.filter(pk=number("participation"))
        .order_by()
        .values_list(
            Subquery(Answer.objects.filter(participation=OuterRef("pk")).values("key")),
            "answered_at",
            "key",
        )
    ),
    is_of_one=True,
)


def require_on_the_scale(edition: Edition, ratings: Sequence[RatingInput]) -> None:
    """Refuse with NotOnTheScale what the edition does not offer."""
    for rating in ratings:
        if rating.value is not None and not 1 <= rating.value <= len(edition.levels):
            raise NotOnTheScale
        if rating.no_answer and (not edition.no_answer or rating.value is not None):
            raise NotOnTheScale


def _store(
    answer: Answer, ratings: Sequence[RatingInput], now: datetime, *, is_first: bool
) -> None:
    """Insert, or change those columns only that the person changed. Before the first save there is
    nothing to change, and all go in one statement."""

    def changed(rating: RatingInput) -> tuple[str, ...]:
        return ("value", "no_answer", "reason") if is_first else rating.fields

    for fields, group in groupby(sorted(ratings, key=changed), key=changed):
        Rating.objects.bulk_create(
            [
                Rating(
                    answer=answer,
                    goal_id=rating.goal_id,
                    value=rating.value,
                    no_answer=rating.no_answer,
                    reason=rating.reason or "",
                    saved_at=now,
                )
                for rating in group
            ],
            update_conflicts=True,
            unique_fields=["answer", "goal"],
            update_fields=[*fields, "saved_at"],
        )


def _tidy(participation: Participation, answer: Answer, goal_ids: set[int]) -> None:
    """Delete what has become empty. One who rates nothing any more has not answered."""
    nothing = {"value": None, "no_answer": False}
    Rating.objects.filter(answer=answer, goal__in=goal_ids, reason="", **nothing).delete()
    if not Rating.objects.filter(answer=answer).exclude(**nothing).exists():
        Participation.objects.filter(pk=participation.pk).update(answered_at=None)


def ratings_of(participation: Participation) -> dict[int, KeptRating]:
    """The person's own ratings by goal, for their own page and their own copy only."""
    rows = KEPT.rows(participation=participation.pk)
    return {
        goal_id: KeptRating(value, no_answer, reason, saved_at)
        for goal_id, value, no_answer, reason, saved_at in rows
    }


KEPT = Prepared(
    lambda: (
        Rating.objects.filter(answer__participation=number("participation"))
        .order_by("pk")
        .values_list("goal", "value", "no_answer", "reason", "saved_at")
    )
)


def with_goals_left(asked: QuerySet[Participation]) -> QuerySet[Participation]:
    """Each with `goals`, how many the round has; `goals_left`, how many of them are not rated yet,
    by the person alone or by their team; and `next_goal`, the first of those."""
    goals = Goal.objects.filter(pillar__edition=OuterRef("round_forum__round__edition"))
    rated = Rating.objects.filter(answer__participation=OuterRef(OuterRef("pk")))
    agreed = SharedRating.objects.filter(round_forum=OuterRef(OuterRef("round_forum")))
    left = goals.exclude(pk__in=rated.exclude(value=None, no_answer=False).values("goal")).exclude(
        pk__in=agreed.exclude(level=None, differs=False).values("goal")
    )
    in_order = left.order_by("pillar__position", "pillar", "position", "pk").values("pk")
    return asked.annotate(
        goals=_count(goals), goals_left=_count(left), next_goal=Subquery(in_order[:1])
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many there are, as a part of another query."""
    number = rows.order_by().values(one=Value(1)).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), Value(0))


@transaction.atomic
def say_done(*, participation: Participation, now: datetime) -> None:
    """Stop reminders. Everything can still be changed until the round closes.

    Refuses with RoundIsNotOpen, RoundIsClosed or NotInvited.
    """
    require_accepting(_lock_own(participation), now)
    Participation.objects.filter(pk=participation.pk, done_at=None).update(done_at=now)


@transaction.atomic
def withdraw(*, participation: Participation, now: datetime) -> None:
    """Delete everything the person answered in the round, at once.

    Refuses with RoundIsNotOpen, RoundIsClosed or NotInvited.
    """
    require_accepting(_lock_own(participation), now)
    Answer.objects.filter(participation=participation).delete()
    key = participation.key and uuid.uuid4()
    Participation.objects.filter(pk=participation.pk).update(
        answered_at=None, done_at=None, key=key
    )
