"""Who signed in, who could not, and what people changed of their own sign-in, in the log.

It stands here, above the rounds, since nobody's sign-in is logged while they are asked in a
confidential round: one signs in to answer, so a list of who was here is nearly a list of who
answered. What they change then is as much a trace, and is told to themselves alone. Of what failed
at such a person's address, the row keeps that it failed, and no more.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import transaction
from django.db.models import Exists
from django.http import HttpRequest
from django.utils import timezone

from accounts import adapters
from accounts.models import User
from assessments.models import Participation
from audit.enums import Kind
from audit.operations import Deed, log_all
from forums.belonging import municipalities_of

NOBODY = 0  # no person has this key


def listen() -> None:
    """Called when the product starts."""
    user_logged_in.connect(_signed_in, dispatch_uid="assessments.sign_in_log")
    user_login_failed.connect(_failed, dispatch_uid="assessments.sign_in_log")


class AccountAdapter(adapters.AccountAdapter):
    """Tells the person of a change of their sign-in, and the log."""

    @transaction.atomic
    def note_change(self, *, user: User, kind: Kind, now: datetime) -> None:
        super().note_change(user=user, kind=kind, now=now)
        _log_own(user, kind, now)


def _signed_in(user: User, **_rest: Any) -> None:
    _log_own(user, Kind.SIGNED_IN, timezone.now())


def _log_own(user: User, kind: Kind, now: datetime) -> None:
    if Participation.objects.being_asked(user.pk).exists():
        return
    log_all(
        [
            Deed(kind=kind, municipality_id=municipality_id, by=user)
            for municipality_id in _municipalities_of(user.pk)
        ],
        now=now,
    )


def _failed(
    credentials: Mapping[str, Any], request: HttpRequest | None = None, **_rest: Any
) -> None:
    """The same statements whether or not anybody has the address: the time tells nothing."""
    address = str(credentials.get("email") or credentials.get("username") or "")
    user = User.objects.filter(email__iexact=address).first()
    key = NOBODY if user is None else user.pk
    log_all(
        [
            Deed(
                kind=Kind.SIGN_IN_FAILED,
                municipality_id=municipality_id,
                subject=user,
            )
            for municipality_id in _municipalities_of(key)
        ],
        now=timezone.now(),
        unnamed_if=Exists(Participation.objects.being_asked(key)),
    )


def _municipalities_of(key: int) -> list[int | None]:
    """One row for each, since each sees its own rows alone; one of nobody's where there is none."""
    own = municipalities_of(key, now=timezone.now())
    return list(own.values_list("pk", flat=True)) or [None]
