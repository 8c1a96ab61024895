"""A person's language, and the outbox: post a mail in the transaction that causes it; the clock
sends it.

Mails are written in their receiver's language, by whoever posts them.
"""

import logging
import smtplib
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from enum import Enum, auto

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac

from accounts.enums import Language
from accounts.mail_look import LOOK
from accounts.models import Mail, User

# A claimed mail is nobody else's for this long; a clock that dies while sending loses its claim.
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(hours=24)
# A mail server that does not answer is left alone after so many seconds, and until the next beat
# after so many mails in a row: the clock has rounds to close.
PATIENCE = 15
STRIKES = 3
# One beat sends for so many seconds at most.
BUDGET = timedelta(seconds=45)
LONGEST_SUBJECT = 200
SALT = "accounts.operations.message_of"
log = logging.getLogger(__name__)

# By kind: whether the mail is still to be sent, asked at the moment of sending.
Checks = Mapping[str, Callable[[Mail, datetime], bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to be posted, in the language of the one it goes to.

    `url` and `button` go together; `calendar` becomes an attached file; `address` is where it goes
    when that is not the person's own.
    """

    to: User
    kind: str
    occasion: str
    subject: str
    body: str
    address: str = ""
    topic: str = ""
    url: str = ""
    button: str = ""
    calendar: str = ""


def choose_language(*, user: User, language: str) -> None:
    """From now on the person's pages and mails are in this language."""
    user.language = Language(language)
    user.save(update_fields=["language"])


class _Outcome(Enum):
    SENT = auto()
    REFUSED = auto()
    NO_ANSWER = auto()
    NOT_WANTED = auto()


def post_mails(*, letters: Iterable[Letter], now: datetime) -> None:
    """Write mails to the outbox, once for each person, kind and occasion."""
    Mail.objects.bulk_create(
        [
            Mail(
                to=letter.to,
                address=letter.address,
                kind=letter.kind,
                occasion=letter.occasion,
                topic=letter.topic,
                language=letter.to.language,
                subject=_one_line(letter.subject),
                body=letter.body,
                url=letter.url,
                button=letter.button,
                calendar=letter.calendar,
                created_at=now,
                next_try_at=now,
            )
            for letter in letters
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def _one_line(text: str) -> str:
    """A name from before names were refused a line break would keep its mail from leaving."""
    return " ".join(text.split())[:LONGEST_SUBJECT]


def post_mail(
    *, to: User, kind: str, occasion: str, subject: str, body: str, now: datetime
) -> None:
    """As `post_mails`, for one plain mail."""
    letter = Letter(to=to, kind=kind, occasion=occasion, subject=subject, body=body)
    post_mails(letters=[letter], now=now)


def send_due_mails(
    *, now: datetime, checks: Checks | None = None, only: Collection[str] = ()
) -> int:
    """Send what is due, each mail by one clock only; returns how many left. `only`: these kinds.

    Mails are claimed one at a time, so that a claim outlives the sending however slow the server
    is. One that is refused waits twice as long each time and is given up after 24 hours; one that
    its check no longer wants is deleted.
    """
    sent = strikes = 0
    started = time.monotonic()
    passed = timedelta()
    while strikes < STRIKES and passed < BUDGET:
        mail = _claim(now, passed, only)
        if mail is None:
            break
        outcome = _send(mail, now, (checks or {}).get(mail.kind))
        sent += outcome is _Outcome.SENT
        strikes = strikes + 1 if outcome is _Outcome.NO_ANSWER else 0
        passed = timedelta(seconds=time.monotonic() - started)
    return sent


@transaction.atomic
def _claim(now: datetime, passed: timedelta, only: Collection[str]) -> Mail | None:
    due = Mail.objects.due(now)
    mail = (
        (due.filter(kind__in=only) if only else due)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("to")
        .order_by("next_try_at", "pk")
        .first()
    )
    if mail is None:
        return None
    if mail.claimed_at is not None:
        log.warning("mail %s of kind %s may leave twice: a clock died with it", mail.pk, mail.kind)
    mail.tries += 1
    mail.claimed_at = now
    mail.next_try_at = now + passed + LEASE
    mail.save(update_fields=["tries", "claimed_at", "next_try_at"])
    return mail


def _send(mail: Mail, now: datetime, check: Callable[[Mail, datetime], bool] | None) -> _Outcome:
    """Outside any transaction: a slow mail server must not hold a lock."""
    if check is not None and not check(mail, now):
        mail.delete()
        return _Outcome.NOT_WANTED
    try:
        message_of(mail).send()
    except (OSError, ValueError, smtplib.SMTPException) as error:
        log.warning("a mail of kind %s was not accepted: %s", mail.kind, type(error).__name__)
        _put_back(mail, now)
        return _outcome_of(error)
    Mail.objects.filter(pk=mail.pk).update(sent_at=now, claimed_at=None)
    return _Outcome.SENT


def _put_back(mail: Mail, now: datetime) -> None:
    given_up = now - mail.created_at >= GIVE_UP_AFTER
    pause = FIRST_PAUSE * 2 ** min(mail.tries - 1, 10)
    last_try = max(mail.created_at + GIVE_UP_AFTER, now + FIRST_PAUSE)
    Mail.objects.filter(pk=mail.pk).update(
        next_try_at=min(now + pause, last_try),
        claimed_at=None,
        given_up_at=now if given_up else None,
    )


def _outcome_of(error: Exception) -> _Outcome:
    """Whether this mail cannot be sent, or the server is away."""
    about_the_mail = (
        ValueError,  # an address or a subject that no mail can carry
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPSenderRefused,
        smtplib.SMTPDataError,
        smtplib.SMTPNotSupportedError,
    )
    return _Outcome.REFUSED if isinstance(error, about_the_mail) else _Outcome.NO_ANSWER


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it leaves: the text, the same as a page, and the calendar file.

    Its Message-ID stays the same, so that a mail system can tell a second copy; and is no number,
    which would tell how many mails came before it: how many others were reminded.
    """
    host = settings.SITE_URL.split("//")[-1].split(":")[0]
    key = salted_hmac(SALT, str(mail.pk), algorithm="sha256").hexdigest()
    message = EmailMultiAlternatives(
        mail.subject,
        text_of(mail),
        to=[mail.address or mail.to.email],
        headers={"Message-ID": f"<{key}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=get_connection(timeout=PATIENCE),
    )
    message.attach_alternative(page_of(mail), "text/html")
    if mail.calendar:
        part = MIMEText(mail.calendar, "calendar", "utf-8")
        part.add_header("Content-Disposition", "attachment", filename="frist.ics")
        message.attach(part)
    return message


def text_of(mail: Mail) -> str:
    return f"{mail.body}\n\n{mail.button}:\n{mail.url}\n" if mail.url else mail.body


def page_of(mail: Mail) -> str:
    with translation.override(mail.language):
        paragraphs = mail.body.split("\n\n")
        return render_to_string(
            "mail/letter.html", {"mail": mail, "paragraphs": paragraphs, "look": LOOK}
        )
