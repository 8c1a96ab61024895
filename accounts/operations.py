"""The outbox: post a mail in the transaction that causes it; the clock sends it."""

import logging
import smtplib
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import Mail, User

# A claimed mail is nobody else's for this long; a clock that dies while sending loses its claim.
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(hours=24)
BATCH = 100
log = logging.getLogger(__name__)


def post_mail(
    *, to: User, kind: str, occasion: str, subject: str, body: str, now: datetime
) -> None:
    """Write a mail to the outbox, once for each person, kind and occasion."""
    Mail.objects.bulk_create(
        [
            Mail(
                to=to,
                kind=kind,
                occasion=occasion,
                subject=subject,
                body=body,
                created_at=now,
                next_try_at=now,
            )
        ],
        ignore_conflicts=True,
    )


def send_due_mails(*, now: datetime) -> int:
    """Send what is due, each mail by one clock only; returns how many left.

    A mail that the server refuses waits twice as long each time, and is given up after 24 hours.
    """
    return sum(_send(mail, now) for mail in _claim(now))


@transaction.atomic
def _claim(now: datetime) -> list[Mail]:
    mails = list(
        Mail.objects.due(now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("to")
        .order_by("next_try_at", "pk")[:BATCH]
    )
    for mail in mails:
        mail.tries += 1
        mail.next_try_at = now + LEASE
    Mail.objects.bulk_update(mails, ["tries", "next_try_at"])
    return mails


def _send(mail: Mail, now: datetime) -> bool:
    """Outside any transaction: a slow mail server must not hold a lock."""
    try:
        EmailMessage(mail.subject, mail.body, to=[mail.to.email]).send()
    except (OSError, smtplib.SMTPException) as error:
        given_up = now - mail.created_at >= GIVE_UP_AFTER
        log.warning("a mail of kind %s was not accepted: %s", mail.kind, type(error).__name__)
        Mail.objects.filter(pk=mail.pk).update(
            next_try_at=now + FIRST_PAUSE * 2 ** (mail.tries - 1),
            given_up_at=now if given_up else None,
        )
        return False
    Mail.objects.filter(pk=mail.pk).update(sent_at=now)
    return True
