"""A team answers together: one rating for each goal, and "Vi er færdige"."""

from datetime import datetime

from django.db import transaction

from assessments.models import Goal, RoundForum, SharedRating
from assessments.operations.answering import (
    NotOnTheScale,
    UnknownGoal,
    lock_for_saving,
    require_accepting,
)


@transaction.atomic
def save_shared_rating(
    *,
    round_forum: RoundForum,
    goal_id: int,
    level: int | None,
    differs: bool,
    note: str,
    now: datetime,
) -> None:
    """Keep what the team agreed on for one goal; nothing of who wrote it is kept.

    Refuses with RoundIsNotOpen, RoundIsClosed, UnknownGoal or NotOnTheScale.
    """
    require_accepting(lock_for_saving(round_forum.round_id), now)
    edition = round_forum.round.edition
    if not Goal.objects.filter(pillar__edition=edition, pk=goal_id).exists():
        raise UnknownGoal
    if level is not None and (differs or not 1 <= level <= len(edition.levels)):
        raise NotOnTheScale
    SharedRating.objects.bulk_create(
        [
            SharedRating(
                round_forum=round_forum, goal_id=goal_id, level=level, differs=differs, note=note
            )
        ],
        update_conflicts=True,
        unique_fields=["round_forum", "goal"],
        update_fields=["level", "differs", "note"],
    )


@transaction.atomic
def finish_shared(*, round_forum: RoundForum, now: datetime) -> None:
    """The team is done; everything can still be changed until the round closes."""
    require_accepting(lock_for_saving(round_forum.round_id), now)
    RoundForum.objects.filter(pk=round_forum.pk, finished_at=None).update(finished_at=now)
