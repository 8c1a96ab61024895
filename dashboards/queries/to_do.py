"""An open round that asks a person: how far they are, and where they go on."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.urls import reverse

from assessments.models import Participation, RoundForum
from assessments.operations.answering import with_goals_left

if TYPE_CHECKING:
    from accounts.models import User

SECONDS_A_GOAL = 15


@dataclass(frozen=True, slots=True)
class ToDo:
    """Of a person's answer only their own two marks are read, and which goals they have left.

    In a shared round it is the team that has `answered` some of the `goals`. `minutes_left` is 0
    where nothing is, and where a team answers. `url` is where they left off.
    """

    round_forum: RoundForum
    started: bool
    done: bool
    answered: int
    goals: int
    goal_words: str
    minutes_left: int
    url: str


def asked(user: "User", now: datetime) -> QuerySet[Participation]:
    """The person's invitations to what is open, the first to close first."""
    return (
        with_goals_left(Participation.objects.open_for(user, now))
        .annotate(goal_words=F("round_forum__round__edition__goal_words"))
        .select_related("round_forum__round", "round_forum__forum")
        .order_by("round_forum__round__closes_at", "pk")
    )


def to_do(row: Any) -> ToDo:
    """Of one of those invitations."""
    round_forum: RoundForum = row.round_forum
    is_shared = round_forum.round.is_shared
    finished = round_forum.finished_at is not None
    answered = row.goals - row.goals_left
    started = finished or (answered > 0 if is_shared else row.answered_at is not None)
    done = finished or row.done_at is not None
    return ToDo(
        round_forum,
        started=started,
        done=done,
        answered=answered,
        goals=row.goals,
        goal_words=row.goal_words,
        minutes_left=0 if is_shared else math.ceil(row.goals_left * SECONDS_A_GOAL / 60),
        url=_where(round_forum, row.next_goal, started=started, done=done),
    )


def _where(round_forum: RoundForum, next_goal: int | None, *, started: bool, done: bool) -> str:
    """At the first goal that is left; where none is, at the end. One who is done reads through."""
    is_shared = round_forum.round.is_shared
    where = (round_forum.round_id, round_forum.forum_id)
    page = reverse("assessments:team" if is_shared else "assessments:rate", args=where)
    if not done and next_goal is not None:
        return f"{page}#goal-{next_goal}" if started else page
    if not is_shared:
        return reverse("assessments:done", args=where)
    return page if done else f"{page}#end"
