"""A person who wants to be forgotten: the wish, and what is done about it.

What is stored of a person goes with them: name, address, password, seats, invitations, answers in
rounds that are open, mails, sessions, passkeys, and the key under which the log knows them. Results
hold nothing of one person; they stay as they are. What others have written about a person in a
reason is not found by any machine.
"""

import re
from datetime import datetime

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Mail, SignIn, User
from accounts.operations import Letter, post_mails
from assessments.models import Participation
from audit.enums import Kind
from audit.operations import Deed, log_all
from forums.belonging import municipalities_ever
from forums.models import Administrator, Municipality
from forums.naming import GONE, rename_in_histories


class CannotBeErased(Exception):
    """The person is the only administrator of a municipality, or runs the installation."""


@transaction.atomic
def ask_for_erasure(*, user: User, now: datetime) -> bool:
    """Tell the municipality's administrators, by mail and on their front page; once.

    The log does not name who is asked in a confidential round just then: it would tell when they
    were here.
    """
    if not User.objects.filter(pk=user.pk, erasure_asked_at=None).update(erasure_asked_at=now):
        return False
    own = list(municipalities_ever(user))
    log_all(
        [Deed(kind=Kind.ERASURE_ASKED, municipality_id=row.pk, by=user) for row in own],
        now=now,
        unnamed_if=Exists(Participation.objects.being_asked(user.pk)),
    )
    receivers = User.objects.filter(
        pk__in=Administrator.objects.current(now).filter(municipality__in=own).values("user")
    )
    post_mails(letters=[_letter(to, user, now) for to in receivers.order_by("pk")], now=now)
    return True


def take_back_wish(*, user: User) -> None:
    User.objects.filter(pk=user.pk).update(erasure_asked_at=None)


@transaction.atomic
def correct_name(*, user: User, name: str) -> None:
    """As the person wants to be called from now on."""
    old, user.name = str(user), name
    user.save(update_fields=["name"])
    rename_in_histories(renamed=[(user, old)])


def _letter(to: User, user: User, now: datetime) -> Letter:
    """Without the person's name: the mail is kept by whoever gets it."""
    with translation.override(to.language):
        return Letter(
            to=to,
            kind="erasure_asked",
            occasion=f"user-{user.pk} {now:%Y-%m-%d %H:%M}",
            subject=_("Somebody asks to be erased from PLF"),
            body=_(
                "A person in your municipality asks that what is stored about them be erased. "
                "They are entitled to an answer within a month.\n\n"
                "The page shows who it is and what would be erased."
            ),
            url=settings.SITE_URL + reverse("dashboards:erase_person", args=[user.pk]),
            button=_("See what would be erased"),
        )


def can_be_erased(user: User, now: datetime) -> bool:
    """False for whoever is needed: the one who runs it, a municipality's only administrator."""
    posts = Administrator.objects.current(now)
    own = posts.filter(user=user).values("municipality")
    alone = Municipality.objects.filter(pk__in=own).exclude(
        pk__in=posts.exclude(user=user).values("municipality")
    )
    return not (user.is_superuser or alone.exists())


@transaction.atomic
def erase_person(*, user: User, now: datetime) -> None:
    """Delete the person and all that names them. Refuses with CannotBeErased."""
    if not can_be_erased(user, now):
        raise CannotBeErased
    deeds = [Deed(kind=Kind.ERASED, municipality_id=row.pk) for row in municipalities_ever(user)]
    log_all(deeds or [Deed(kind=Kind.ERASED, municipality_id=None)], now=now)
    forget_person(user)


def forget_person(user: User) -> None:
    """The deletion itself, which refuses nobody. For use inside a transaction."""
    _forget_history(user)
    _forget_mails(user)
    Session.objects.filter(pk__in=SignIn.objects.filter(user=user).values("session")).delete()
    user.delete()


def _named(user: User) -> re.Pattern[str]:
    """The person's name and address as whole words, however they are spelled; a name of one word
    only as it is: “Ny” may be the name, and “ny” is not."""
    written = [f"(?i:{re.escape(user.email)})"]
    if user.name:
        name = re.escape(user.name)
        written.append(f"(?i:{name})" if " " in user.name else name)
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)")


def _forget_history(user: User) -> None:
    """The administration's history: what is about the person goes, what names them is blotted."""
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=people, object_id=str(user.pk)).delete()
    pattern = _named(user)
    rows = LogEntry.objects.filter(_holds("change_message", user) | _holds("object_repr", user))
    for row in rows.order_by("pk"):
        row.change_message = pattern.sub(GONE, row.change_message)
        row.object_repr = pattern.sub(GONE, row.object_repr)
        row.save(update_fields=["change_message", "object_repr"])


def _forget_mails(user: User) -> None:
    """Mails to the person go with them; those to others keep their text without the name."""
    pattern = _named(user)
    rows = Mail.objects.filter(_holds("body", user) | _holds("subject", user)).exclude(to=user)
    for mail in rows.order_by("pk"):
        mail.subject, mail.body = pattern.sub(GONE, mail.subject), pattern.sub(GONE, mail.body)
        mail.save(update_fields=["subject", "body"])


def _holds(column: str, user: User) -> Q:
    found = Q(**{f"{column}__icontains": user.email})
    return found | Q(**{f"{column}__icontains": user.name}) if user.name else found
