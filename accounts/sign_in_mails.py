"""Mails about signing in: a code that a person waits for, a link to a new password, and that
something was changed.

They go through the outbox like all others, but leave at once, and are deleted when they have left:
some hold a secret, and all tell at what time somebody was here.
"""

import logging
from datetime import datetime
from threading import Thread

from django.db import connection, transaction
from django.utils import timezone

from accounts.enums import Language
from accounts.models import Mail, User
from accounts.operations import send_due_mails

CODE, NEW_PASSWORD, CHANGED = "login_code", "new_password", "sign_in_changed"
SECRET = frozenset({CODE, NEW_PASSWORD})
AT_ONCE = SECRET | {CHANGED}
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
        language=Language.DANISH if to is None else to.language,
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
    send_soon()


def send_soon() -> None:
    """Send in the background once the transaction has committed."""
    transaction.on_commit(_start_sending)


def _start_sending() -> None:
    """Beside the request, whose answer does not wait for a mail server."""
    Thread(target=_send, name="sign-in-mails", daemon=True).start()


def _send() -> None:
    try:
        send_due_mails(now=timezone.now(), only=AT_ONCE)
        Mail.objects.filter(kind__in=AT_ONCE).exclude(sent_at=None).delete()
    except Exception:
        log.exception("A mail about signing in was not sent; the clock tries again")
    finally:
        connection.close()
