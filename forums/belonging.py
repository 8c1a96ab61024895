"""Who belongs where: by a seat, by a post, or as the chief who reads a forum's results.

Asked wherever a municipality does something to a person: who belongs to another too is not its own.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from forums.models import Administrator, Forum, Membership, Municipality

# Municipalities, or their keys.
Some = QuerySet[Municipality] | Collection[Municipality] | Collection[int]


def people_of(own: Some) -> QuerySet[User]:
    """All who have or had a seat or a post in these, or read results there."""
    return User.objects.filter(
        _any_of(
            Membership.objects.filter(forum__municipality__in=own),
            Administrator.objects.filter(municipality__in=own),
            Forum.objects.filter(municipality__in=own),
        )
    )


def people_elsewhere(own: Some, *, now: datetime | None = None) -> QuerySet[User]:
    """All who have or had a place in others than these; `now`: only those who have one then."""
    seats, posts = Membership.objects.all(), Administrator.objects.all()
    if now is not None:
        seats, posts = seats.current(now), posts.current(now)
    return User.objects.filter(
        _any_of(
            seats.exclude(forum__municipality__in=own),
            posts.exclude(municipality__in=own),
            Forum.objects.exclude(municipality__in=own),
        )
    )


def people_alone_in(own: Some) -> QuerySet[User]:
    """Those of `people_of` who neither are nor were elsewhere; whoever runs it all is not one."""
    return (
        people_of(own).exclude(pk__in=people_elsewhere(own).values("pk")).filter(is_superuser=False)
    )


def municipalities_ever(user: User) -> QuerySet[Municipality]:
    """Those that the person has or had a seat or a post in, or reads results of."""
    return _places(user.memberships.all(), user.administers.all(), user.reads.all())


def municipalities_of(user_id: int, *, now: datetime) -> QuerySet[Municipality]:
    """Those that the person has a seat or a post in now, or reads results of."""
    return _places(
        Membership.objects.current(now).filter(user=user_id),
        Administrator.objects.current(now).filter(user=user_id),
        Forum.objects.filter(chief=user_id),
    )


def _places(seats: QuerySet[Any], posts: QuerySet[Any], forums: QuerySet[Any]) -> QuerySet[Any]:
    return Municipality.objects.filter(
        Q(pk__in=seats.values("forum__municipality"))
        | Q(pk__in=posts.values("municipality"))
        | Q(pk__in=forums.values("municipality"))
    ).order_by("pk")


def _any_of(seats: QuerySet[Any], posts: QuerySet[Any], forums: QuerySet[Any]) -> Q:
    held = Q(pk__in=seats.values("user")) | Q(pk__in=posts.values("user"))
    return held | Q(pk__in=forums.exclude(chief=None).values("chief"))
