"""A member answers alone: save, say done, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from assessments.answers import Answer, Rating
from assessments.models import Goal, Participation, Round


class RoundIsClosed(Exception):
    """The round no longer takes answers; what was saved before counts."""


class RoundIsNotOpen(Exception):
    """The round has not opened yet."""


class NotOnTheScale(Exception):
    """The value is none of the edition's levels, or the edition offers no "ved ikke"."""


class UnknownGoal(Exception):
    """The goal is not in the round's edition."""


@dataclass(frozen=True, slots=True)
class RatingInput:
    """One goal as the form has it. Value None without `no_answer` means: not rated (any more)."""

    goal_id: int
    value: int | None = None
    no_answer: bool = False
    reason: str = ""

    @property
    def is_rated(self) -> bool:
        return self.value is not None or self.no_answer

    @property
    def is_empty(self) -> bool:
        return not self.is_rated and not self.reason


def lock_for_saving(round_id: int) -> Round:
    """The round under a share lock, so that the seal waits until this transaction has ended.

    SQLite's writers take the whole database in turn; there a plain read is enough.
    """
    if connection.vendor == "postgresql":
        return Round.objects.raw(
            "SELECT * FROM assessments_round WHERE id = %s FOR SHARE", [round_id]
        )[0]
    return Round.objects.get(pk=round_id)


def require_accepting(round_: Round, now: datetime) -> None:
    """Refuse with RoundIsNotOpen or RoundIsClosed where the round takes no answers."""
    if round_.opened_at is None:
        raise RoundIsNotOpen
    if not round_.accepts_answers(now):
        raise RoundIsClosed


@transaction.atomic
def save_ratings(
    *, participation: Participation, ratings: Sequence[RatingInput], now: datetime
) -> None:
    """Keep the given goals' ratings; goals that are not given stay as they are.

    Refuses with RoundIsNotOpen, RoundIsClosed, UnknownGoal or NotOnTheScale, and keeps nothing then.
    `participation` comes with its round and edition.
    """
    round_forum = participation.round_forum
    require_accepting(lock_for_saving(round_forum.round_id), now)
    _validate(round_forum.round, ratings)
    answer = Answer.objects.filter(participation=participation).first()
    if answer is None:
        answer = Answer.objects.create(participation=participation)
    kept = [rating for rating in ratings if not rating.is_empty]
    emptied = [rating.goal_id for rating in ratings if rating.is_empty]
    if kept:
        Rating.objects.bulk_create(
            [
                Rating(
                    answer=answer,
                    goal_id=rating.goal_id,
                    value=rating.value,
                    no_answer=rating.no_answer,
                    reason=rating.reason,
                    saved_at=now,
                )
                for rating in kept
            ],
            update_conflicts=True,
            unique_fields=["answer", "goal"],
            update_fields=["value", "no_answer", "reason", "saved_at"],
        )
    if emptied:
        Rating.objects.filter(answer=answer, goal__in=emptied).delete()
    if participation.answered_at is None and any(rating.is_rated for rating in kept):
        participation.answered_at = now
        participation.save(update_fields=["answered_at"])


def _validate(round_: Round, ratings: Sequence[RatingInput]) -> None:
    edition = round_.edition
    goals = {rating.goal_id for rating in ratings}
    known = Goal.objects.filter(pillar__edition=edition, pk__in=goals).count()
    if known != len(goals):
        raise UnknownGoal
    for rating in ratings:
        if rating.value is not None and not 1 <= rating.value <= len(edition.levels):
            raise NotOnTheScale
        if rating.no_answer and (not edition.no_answer or rating.value is not None):
            raise NotOnTheScale


def ratings_of(participation: Participation) -> dict[int, RatingInput]:
    """The person's own ratings by goal, for their own page and their own copy only."""
    rows = Rating.objects.filter(answer__participation=participation).order_by("pk")
    return {
        row.goal_id: RatingInput(row.goal_id, row.value, row.no_answer, row.reason) for row in rows
    }


@transaction.atomic
def say_done(*, participation: Participation, now: datetime) -> None:
    """Stop reminders. Everything can still be changed until the round closes."""
    require_accepting(lock_for_saving(participation.round_forum.round_id), now)
    Participation.objects.filter(pk=participation.pk, done_at=None).update(done_at=now)


@transaction.atomic
def withdraw(*, participation: Participation, now: datetime) -> None:
    """Delete everything the person answered in the round, at once."""
    require_accepting(lock_for_saving(participation.round_forum.round_id), now)
    Answer.objects.filter(participation=participation).delete()
    Participation.objects.filter(pk=participation.pk).update(answered_at=None, done_at=None)
