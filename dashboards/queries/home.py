"""What waits for a person, in the order they would do it.

Five queries, and two more for those who plan rounds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from assessments.models import Round, RoundForum
from assessments.models.rounds import chief_as_member
from assessments.operations.local_wordings import wordable_forums
from dashboards.queries.to_do import ToDo, asked, to_do
from dashboards.queries.waiting import Why, participation_text, why_not_shown
from forums.models import Forum, Membership
from forums.permissions import plannable
from plf.lib.collation import InDanish

if TYPE_CHECKING:
    from accounts.models import User

LATEST = 6
SOON = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Following:
    """A round that the person follows without being asked in it, or whose result is to come."""

    round_forum: RoundForum
    why: Why
    at: datetime | None
    participation_text: str


@dataclass(frozen=True, slots=True)
class Latest:
    """`hidden_until`: when a chief above, who does not see it yet, will; None where none waits."""

    round_forum: RoundForum
    hidden_until: datetime | None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A round that is planned or open, and those of its forums in which the person may plan."""

    round: Round
    forums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Home:
    to_do: tuple[ToDo, ...]
    following: tuple[Following, ...]
    latest: tuple[Latest, ...]
    has_forum: bool
    may_plan: bool
    rounds: tuple[UnderWay, ...]
    more_rounds: tuple[UnderWay, ...]
    wordable: tuple[Forum, ...]
    """Forums whose goals the person may put in the forum's own words."""

    @property
    def something_waits(self) -> bool:
        return any(not row.done for row in self.to_do)


def home_of(user: "User", now: datetime) -> Home:
    waiting = tuple(to_do(row) for row in asked(user, now))
    latest = tuple(Latest(row, hidden_until=_hidden_until(row, now)) for row in _newest(user, now))
    following = _following(user, now, {row.round_forum.pk for row in waiting})
    has_forum = bool(waiting or latest or following) or (
        Membership.objects.current(now).filter(user=user).exists()
    )
    may_plan = plannable(user, now).exists()
    rounds = _rounds(user, now) if may_plan else ()
    return Home(
        may_plan=may_plan,
        rounds=rounds[:LATEST],
        more_rounds=rounds[LATEST:],
        wordable=tuple(wordable_forums(user, now)) if may_plan else (),
        to_do=tuple(sorted(waiting, key=lambda row: row.done)),
        following=following,
        latest=latest,
        has_forum=has_forum,
    )


def _newest(user: "User", now: datetime) -> QuerySet[RoundForum]:
    """Each forum's newest result, those of the person's own forums first."""
    place = Window(
        RowNumber(),
        partition_by=F("forum"),
        order_by=[F("round__closes_at").desc(), F("pk").desc()],
    )
    own = Membership.objects.current(now).filter(user=user, forum=OuterRef("forum"))
    return (
        RoundForum.objects.result_open_to(user, now)
        .select_related("round", "forum")
        .annotate(place=place, own=Exists(own), chief_is_member=Exists(chief_as_member(now)))
        .filter(place=1)
        .order_by("-own", "-round__closes_at", "-pk")[:LATEST]
    )


def _rounds(user: "User", now: datetime) -> tuple[UnderWay, ...]:
    """What the person has planned and what is open, the next to close first."""
    rows = (
        RoundForum.objects.filter(
            forum__in=plannable(user, now).order_by(), round__in=Round.objects.unsettled()
        )
        .select_related("round", "forum")
        .order_by("round__closes_at", "round", InDanish("forum__name"), "pk")
    )
    return tuple(
        UnderWay(round_, tuple(row.forum.name for row in in_it))
        for round_, in_it in groupby(rows, key=lambda row: row.round)
    )


def _hidden_until(row: Any, now: datetime) -> datetime | None:
    if row.forum.chief_id is None or row.chief_is_member or row.released_at is not None:
        return None
    at: datetime | None = row.releases_itself_at
    return at if at is not None and at > now else None


def _following(user: "User", now: datetime, asked: set[int]) -> tuple[Following, ...]:
    rows = (
        RoundForum.objects.visible_to(user, now)
        .filter(round__closes_at__gt=now - SOON)
        .exclude(pk__in=RoundForum.objects.result_open_to(user, now).values("pk"))
        .select_related("round", "forum")
        .order_by("round__closes_at", InDanish("forum__name"), "pk")
    )
    return tuple(_follow(row, now) for row in rows if row.pk not in asked)


def _follow(row: RoundForum, now: datetime) -> Following:
    why, at = why_not_shown(row, now)
    return Following(row, why, at, participation_text(row, why))
