"""Where a person is signed in: kept with the session, and no longer than it.

Nothing here may tell who was signed in while a round was open or counted: no address, no hour, and
nothing that outlives the session.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed, password_set
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Mail, SignIn, User
from accounts.sign_in_mails import AT_ONCE, SECRET
from audit.enums import Kind
from plf.lib.middleware import start_clock

# The first that is found in what the browser says of itself; most browsers name others as well.
BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(Firefox|FxiOS)/"),
    ("Chrome", r"(Chrome|CriOS)/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Mac OS X"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


def listen() -> None:
    """Called when the product starts."""
    user_logged_in.connect(_begin, dispatch_uid="accounts.sessions")
    password_changed.connect(_note_sign_in, dispatch_uid="accounts.sessions")
    password_set.connect(_note_sign_in, dispatch_uid="accounts.sessions")
    Authenticator.record_usage = _keep_no_use  # allauth has no setting for it


def _begin(request: HttpRequest, user: User, **_rest: Any) -> None:
    start_clock(request)
    _note_sign_in(request, user)


def _note_sign_in(request: HttpRequest, user: User, **_rest: Any) -> None:
    """A new password gives the session a new key, and the row goes with the old one."""
    session = request.session
    if not session.exists(session.session_key or ""):
        session.create()
    SignIn.objects.get_or_create(
        session_id=session.session_key,
        defaults={
            "user": user,
            "began_on": timezone.localdate(),
            "browser": browser_of(request.headers.get("User-Agent", "")),
        },
    )


def _keep_no_use(_used: Authenticator) -> None:
    """When a second factor was last used is when somebody signed in. Not even an empty time is
    written: the row's place, and its transaction on PostgreSQL, would tell the order."""


def browser_of(agent: str) -> str:
    """The browser and the kind of machine, as “Firefox · Windows”; no versions."""
    found = [
        next((name for name, mark in known if re.search(mark, agent)), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in found if name)


def sign_ins_of(user: User, now: datetime) -> QuerySet[SignIn]:
    """Where the person is signed in now."""
    return SignIn.objects.filter(user=user, session__expire_date__gt=now)


@transaction.atomic
def sign_out_elsewhere(*, user: User, session_key: str, now: datetime) -> int:
    """End all of the person's sessions but this one; returns how many."""
    others = sign_ins_of(user, now).exclude(pk=session_key)
    keys = list(others.order_by("pk").values_list("pk", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    if keys:
        get_adapter().note_change(user=user, kind=Kind.SIGNED_OUT_ELSEWHERE, now=now)
    return len(keys)


def forget_expired(*, now: datetime) -> None:
    """Delete what would go on telling who signed in: sessions, mails about it, counted attempts."""
    Session.objects.filter(expire_date__lt=now).delete()
    is_done = ~Q(sent_at=None) | ~Q(given_up_at=None)
    is_of_no_use = Q(kind__in=SECRET, created_at__lt=now - timedelta(hours=1))
    Mail.objects.filter(is_done | is_of_no_use, kind__in=AT_ONCE).delete()
    table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]
    expired = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [expired])  # noqa: S608
