"""Mails that a person waits for: a code to sign in with, a link to a new password.

They go through the outbox like all others, but leave at once, and are deleted when they have left:
they hold a secret, and tell at what time somebody signed in.
"""

import logging
from datetime import datetime
from threading import Thread

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Mail, User
from accounts.operations import send_due_mails

CODE, NEW_PASSWORD = "login_code", "new_password"
AT_ONCE = frozenset({CODE, NEW_PASSWORD})
NOBODY = 0  # no person has this key
log = logging.getLogger(__name__)


@transaction.atomic
def post_at_once(
    *, to: User | None, kind: str, subject: str, body: str, now: datetime, url: str, button: str
) -> None:
    """Write the mail, let a newer one replace an older, and send it without waiting for the clock.

    For somebody unknown the same statements are run, and nothing stays: neither the answer nor its
    time tells who has an account here.
    """
    person = NOBODY if to is None else to.pk
    mail = Mail(
        to_id=person,
        kind=kind,
        occasion=now.isoformat(),
        subject=subject,
        body=body,
        url=url,
        button=button,
        created_at=now,
        next_try_at=now,
    )
    mail.save(force_insert=True)
    kept = NOBODY if to is None else mail.pk
    Mail.objects.filter(to=person, kind=kind).exclude(pk=kept).delete()
    transaction.on_commit(_start_sending)


def _start_sending() -> None:
    """Beside the request, whose answer does not wait for a mail server."""
    Thread(target=_send, name="sign-in-mails", daemon=True).start()


def _send() -> None:
    try:
        send_due_mails(now=timezone.now(), only=AT_ONCE)
        Mail.objects.filter(kind__in=AT_ONCE).exclude(sent_at=None).delete()
    except Exception:
        log.exception("A mail that somebody waits for was not sent; the clock tries again")
    finally:
        connection.close()
