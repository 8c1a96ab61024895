"""A team answers together: one rating for each goal, and "Vi er færdige"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from assessments.models import Goal, RoundForum, SharedRating
from assessments.operations.answering import (
    NotOnTheScale,
    UnknownGoal,
    lock_for_saving,
    require_accepting,
)


@dataclass(frozen=True, slots=True)
class SharedInput:
    """What a team changes at one goal.

    `keeps_level` leaves the level (or that they differ) as it is stored, and note None the note.
    """

    goal_id: int
    level: int | None = None
    differs: bool = False
    note: str | None = ""
    keeps_level: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns it changes."""
        level = () if self.keeps_level else ("level", "differs")
        note = () if self.note is None else ("note",)
        return level + note


@transaction.atomic
def save_shared_ratings(
    *, round_forum: RoundForum, ratings: Sequence[SharedInput], now: datetime
) -> None:
    """Keep what the team agreed on for the given goals; nothing of who wrote it is kept.

    Refuses with RoundIsNotOpen, RoundIsClosed, NotInvited, UnknownGoal or NotOnTheScale, and then
    keeps nothing. `round_forum` comes with its round and edition.
    """
    require_accepting(lock_for_saving(round_forum.round_id), now)
    # In the goals' order, so that two who save at once wait for each other and never in a ring.
    ratings = sorted((row for row in ratings if row.fields), key=lambda row: row.goal_id)
    if not ratings:
        return
    goal_ids = _require_valid(round_forum, ratings)
    for fields, group in groupby(ratings, key=lambda rating: rating.fields):
        SharedRating.objects.bulk_create(
            [
                SharedRating(
                    round_forum=round_forum,
                    goal_id=rating.goal_id,
                    level=rating.level,
                    differs=rating.differs,
                    note=rating.note or "",
                )
                for rating in group
            ],
            update_conflicts=True,
            unique_fields=["round_forum", "goal"],
            update_fields=fields,
        )
    if any(rating.level is None and not rating.differs and not rating.note for rating in ratings):
        SharedRating.objects.filter(
            round_forum=round_forum, goal__in=goal_ids, level=None, differs=False, note=""
        ).delete()


def _require_valid(round_forum: RoundForum, ratings: Sequence[SharedInput]) -> set[int]:
    edition = round_forum.round.edition
    goal_ids = {rating.goal_id for rating in ratings}
    if Goal.objects.filter(pillar__edition=edition, pk__in=goal_ids).count() != len(goal_ids):
        raise UnknownGoal
    for rating in ratings:
        level = rating.level
        if level is not None and (rating.differs or not 1 <= level <= len(edition.levels)):
            raise NotOnTheScale
    return goal_ids


@transaction.atomic
def finish_shared(*, round_forum: RoundForum, now: datetime) -> None:
    """The team is done; everything can still be changed until the round closes."""
    require_accepting(lock_for_saving(round_forum.round_id), now)
    RoundForum.objects.filter(pk=round_forum.pk, finished_at=None).update(finished_at=now)
