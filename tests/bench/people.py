"""Who signs in to the invented country, and what they look at."""

from collections.abc import Iterable

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Participation, Round, RoundForum
from forums.enums import Role
from forums.models import Forum
from tests.bench.journeys import Invited
from tests.bench.servers import PROXIED


def chief_of(forum: Forum) -> User:
    return User.objects.get(memberships__forum=forum, memberships__role=Role.CHIEF)


def newest_result(forum: Forum) -> str:
    """Of the sealed ones."""
    sealed = RoundForum.objects.filter(forum=forum, round__sealed_at__isnull=False)
    row = sealed.latest("round__closes_at")
    return reverse("dashboards:result", args=[row.round_id, forum.pk])


def signed_in(user: User) -> Client:
    client = Client(headers={name.lower(): text for name, text in PROXIED.items()})
    client.force_login(user)
    return client


def session_of(user: User) -> str:
    value: str = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    return value


def invited_to(rounds: Iterable[Round], count: int, *, with_session: bool = True) -> list[Invited]:
    """From all over the country."""
    asked = Participation.objects.filter(round_forum__round__in=rounds)
    step = max(1, asked.count() // count)
    rows = asked.select_related("round_forum", "user").order_by("pk")[::step][:count]
    return [
        Invited(
            row.pk,
            row.round_forum.round_id,
            row.round_forum.forum_id,
            row.user.email,
            session_of(row.user) if with_session else "",
        )
        for row in rows
    ]
