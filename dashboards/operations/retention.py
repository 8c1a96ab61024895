"""What has been kept long enough: found, shown, and deleted.

Each municipality says how long (`Municipality.days_…`); the clock looks through it once a night.
Sessions live for twelve hours at most whatever a municipality says (`accounts/sessions.py`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Mail, User
from assessments.models import Round
from audit.enums import Kind
from audit.models import Entry
from audit.operations import Deed, forget_before, log_all
from dashboards.operations.erasing import erase_person
from forums.belonging import people_of
from forums.models import LONGEST_KEPT, Administrator, Forum, Membership, Municipality
from plf.lib.collation import InDanish
from plf.lib.local_time import last_night
from results.models import Comment

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# For whoever belongs to no municipality, and for rows of the log that belong to none.
DAYS_OF_NOBODY = 365
PEOPLE, MAILS, LOG, COMMENTS, SESSIONS = "people", "mails", "log", "comments", "sessions"
NAMES = {
    PEOPLE: _("People who have left"),
    MAILS: _("Mails that were sent"),
    LOG: _("Rows of the log"),
    COMMENTS: _("Reasons after a round"),
    SESSIONS: _("Sessions that have expired"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """What would go, and since when it is past its time. `names` are told of people alone."""

    what: str
    before: datetime
    count: int
    names: tuple[str, ...] = ()

    @property
    def title(self) -> "_StrPromise":
        return NAMES[self.what]


def due(municipality: Municipality, now: datetime) -> tuple[Due, ...]:
    """The dry run: what `forget` would delete of one municipality."""
    people = list(_left(municipality, now))
    return (
        Due(
            PEOPLE,
            _ago(now, municipality.days_after_leaving),
            len(people),
            tuple(person.name for person in people),
        ),
        _counted(MAILS, _ago(now, municipality.days_of_mails), _mails(municipality, now)),
        _counted(LOG, _ago(now, municipality.days_of_log), _log(municipality, now)),
        _counted(COMMENTS, _ago(now, municipality.days_of_comments), _comments(municipality, now)),
    )


def due_of_nobody(now: datetime) -> tuple[Due, ...]:
    """As `due`, of what belongs to no municipality."""
    before, people = _ago(now, DAYS_OF_NOBODY), list(_never_seated(now))
    log = Entry.objects.filter(municipality=None, at__lt=before)
    return (
        Due(PEOPLE, before, len(people), tuple(person.name for person in people)),
        _counted(LOG, before, log),
        _counted(SESSIONS, now, Session.objects.filter(expire_date__lt=now)),
    )


def _counted(what: str, before: datetime, rows: QuerySet[Any]) -> Due:
    return Due(what, before, rows.count())


def _ago(now: datetime, days: int) -> datetime:
    """A municipality may have written "for ever" in days before there was a limit."""
    return now - timedelta(days=min(days, LONGEST_KEPT))


# --- which rows ---------------------------------------------------------------------------------


def _left(municipality: Municipality, now: datetime) -> QuerySet[User]:
    """Those whose last seat or post, in this municipality and others, ended long enough ago."""
    person = OuterRef("pk")
    seats, posts = Membership.objects.filter(user=person), Administrator.objects.filter(user=person)
    return User.objects.filter(
        Exists(seats.filter(forum__municipality=municipality))
        | Exists(posts.filter(municipality=municipality)),
        ~Exists(seats.filter(_still_kept("forum__municipality", now))),
        ~Exists(posts.filter(_still_kept("municipality", now))),
        ~Exists(Forum.objects.filter(chief=person, closed_at=None)),
        is_superuser=False,
    ).order_by(InDanish("name"), "pk")


def _still_kept(path: str, now: datetime) -> Q:
    """Not ended, or not so long ago as its own municipality says."""
    kept = Q(ends_at=None)
    for days in set(
        Municipality.objects.order_by("pk").values_list("days_after_leaving", flat=True)
    ):
        kept |= Q(**{f"{path}__days_after_leaving": days, "ends_at__gt": _ago(now, days)})
    return kept


def _never_seated(now: datetime) -> QuerySet[User]:
    person = OuterRef("pk")
    return User.objects.filter(
        ~Exists(Membership.objects.filter(user=person)),
        ~Exists(Administrator.objects.filter(user=person)),
        ~Exists(Forum.objects.filter(chief=person)),
        is_superuser=False,
        created_at__lt=_ago(now, DAYS_OF_NOBODY),
    ).order_by(InDanish("name"), "pk")


def _mails(municipality: Municipality, now: datetime) -> QuerySet[Mail]:
    """Not those of a round that is not counted: they are what keeps a mail from going out twice."""
    running = Round.objects.unsettled().order_by("pk").values_list("pk", flat=True)
    finished = ~Q(sent_at=None) | ~Q(given_up_at=None)
    return Mail.objects.filter(
        finished,
        to__in=people_of([municipality]),
        created_at__lt=_ago(now, municipality.days_of_mails),
    ).exclude(topic__in=[f"round-{pk}" for pk in running])


def _log(municipality: Municipality, now: datetime) -> QuerySet[Entry]:
    before = _ago(now, municipality.days_of_log)
    return Entry.objects.filter(municipality=municipality.pk, at__lt=before)


def _comments(municipality: Municipality, now: datetime) -> QuerySet[Comment]:
    before = _ago(now, municipality.days_of_comments)
    return Comment.objects.filter(municipality=municipality, round__sealed_at__lt=before)


# --- and away with them -------------------------------------------------------------------------


@transaction.atomic
def forget(*, municipality: Municipality, now: datetime) -> dict[str, int]:
    """Delete what `due` shows; returns how many of each."""
    people = list(_left(municipality, now))
    for person in people:
        erase_person(user=person, now=now)
    comments = _comments(municipality, now)
    rounds = set(comments.order_by("round").values_list("round", flat=True))
    gone = {
        PEOPLE: len(people),
        MAILS: _mails(municipality, now).delete()[0],
        COMMENTS: comments.delete()[0],
        LOG: forget_before(_ago(now, municipality.days_of_log), municipality_id=municipality.pk),
    }
    # The clock writes the files of these results anew, without the reasons.
    Round.objects.filter(pk__in=rounds).update(filed_at=None)
    log_all(
        [
            Deed(kind=Kind.FORGOTTEN, municipality_id=municipality.pk, name=str(count), detail=what)
            for what, count in gone.items()
            if count
        ],
        now=now,
    )
    return gone


@transaction.atomic
def forget_of_nobody(*, now: datetime) -> dict[str, int]:
    people = list(_never_seated(now))
    for person in people:
        erase_person(user=person, now=now)
    log_rows = forget_before(_ago(now, DAYS_OF_NOBODY), municipality_id=None)
    return {PEOPLE: len(people), LOG: log_rows}


def forget_if_due(*, now: datetime) -> int:
    """Look through every municipality once a night; returns how many were looked through."""
    waiting = Q(looked_through_at=None) | Q(looked_through_at__lt=last_night(now))
    municipalities = list(Municipality.objects.filter(waiting).order_by("pk"))
    for municipality in municipalities:
        forget(municipality=municipality, now=now)
        Municipality.objects.filter(pk=municipality.pk).update(looked_through_at=now)
    if municipalities:
        forget_of_nobody(now=now)
    return len(municipalities)
