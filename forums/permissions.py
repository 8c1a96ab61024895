"""Who may do what: one table, one function. No role is compared anywhere else in a view."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from forums.enums import Role
from forums.models import Administrator, Forum, Membership
from plf.lib.collation import InDanish

if TYPE_CHECKING:
    from accounts.models import User


class Standing(StrEnum):
    """What a person is to one forum; a person can be several things at once."""

    MEMBER = "member"
    LEAD = "lead"
    FACILITATOR = "facilitator"
    CHIEF_ABOVE = "chief_above"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    RATE = "rate"
    SEE_RESULT = "see_result"
    SEE_RELEASED_RESULT = "see_released_result"
    RELEASE_RESULT = "release_result"
    PLAN_ROUND = "plan_round"
    FINISH_SHARED = "finish_shared"
    WORD_GOALS = "word_goals"


TABLE: dict[Standing, frozenset[Permission]] = {
    Standing.MEMBER: frozenset({Permission.RATE, Permission.SEE_RESULT}),
    Standing.LEAD: frozenset(
        {
            Permission.RELEASE_RESULT,
            Permission.PLAN_ROUND,
            Permission.FINISH_SHARED,
            Permission.WORD_GOALS,
        }
    ),
    Standing.FACILITATOR: frozenset(
        {Permission.SEE_RESULT, Permission.RELEASE_RESULT, Permission.PLAN_ROUND}
    ),
    Standing.CHIEF_ABOVE: frozenset({Permission.SEE_RELEASED_RESULT}),
    Standing.ADMINISTRATOR: frozenset({Permission.PLAN_ROUND}),
}


def standings_of(user: "User", forum: Forum) -> frozenset[Standing]:
    """What the person is to the forum right now; empty for an outsider."""
    now = timezone.now()
    standings = set()
    for role, is_lead in (
        Membership.objects.current(now)
        .filter(user=user, forum=forum)
        .order_by("pk")
        .values_list("role", "is_lead")
    ):
        standings.add(Standing.FACILITATOR if role == Role.FACILITATOR else Standing.MEMBER)
        if is_lead:
            standings.add(Standing.LEAD)
    if forum.chief_id == user.pk:
        standings.add(Standing.CHIEF_ABOVE)
    if user.is_staff and (
        Administrator.objects.current(now)
        .filter(user=user, municipality=forum.municipality_id)
        .exists()
    ):
        standings.add(Standing.ADMINISTRATOR)
    return frozenset(standings)


def permissions_in(user: "User", forum: Forum) -> frozenset[Permission]:
    """Everything the person may do in the forum."""
    return frozenset().union(*(TABLE[standing] for standing in standings_of(user, forum)))


def plannable(user: "User", now: datetime) -> QuerySet[Forum]:
    """The open forums in which the person may plan rounds."""
    return open_to(user, Permission.PLAN_ROUND, now)


def open_to(user: "User", permission: Permission, now: datetime) -> QuerySet[Forum]:
    """The open forums in which the permission table lets the person do this, in one query."""
    own = Membership.objects.current(now).filter(user=user)
    administered = Administrator.objects.current(now).filter(user=user, user__is_staff=True)
    forums_of = {
        Standing.MEMBER: Q(pk__in=own.exclude(role=Role.FACILITATOR).values("forum")),
        Standing.LEAD: Q(pk__in=own.filter(is_lead=True).values("forum")),
        Standing.FACILITATOR: Q(pk__in=own.filter(role=Role.FACILITATOR).values("forum")),
        Standing.CHIEF_ABOVE: Q(chief=user),
        Standing.ADMINISTRATOR: Q(municipality__in=administered.values("municipality")),
    }
    may = Q(pk__in=[])
    for standing, permissions in TABLE.items():
        if permission in permissions:
            may |= forums_of[standing]
    return Forum.objects.filter(may, closed_at=None).order_by(InDanish("name"), "pk")
