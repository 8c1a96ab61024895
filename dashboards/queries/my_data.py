"""All that is stored about one person, for that person: gathered over the apps.

Answers in a round that is open are not here: they are on the round's own page, where the person
may also take a copy or withdraw them. Nothing but that page and the seal reads them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils import timezone

from accounts.models import Mail
from accounts.sessions import sign_ins_of
from assessments.models import Edition, LocalWording, Participation, RoundForum
from audit.models import Entry
from dashboards.queries.log import Line, lines_of
from forums.models import Forum, Membership
from plf.lib.collation import InDanish

if TYPE_CHECKING:
    from accounts.models import User

LATEST = 1000


@dataclass(frozen=True, slots=True)
class Seat:
    forum: str
    municipality: str
    role: str
    is_lead: bool
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Post:
    """As an administrator."""

    municipality: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """Of a forum's results, as the chief above."""

    forum: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Invitation:
    round: str
    forum: str
    role: str
    opened_at: datetime | None
    where: tuple[int, int] | None
    """The round's own page, while the person may answer there."""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    written_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class MyData:
    seats: tuple[Seat, ...]
    posts: tuple[Post, ...]
    reads: tuple[Reading, ...]
    invitations: tuple[Invitation, ...]
    mails: tuple[Letter, ...]
    browsers: tuple[tuple[str, date], ...]
    second_factors: tuple[str, ...]
    did: tuple[str, ...]
    """What stands under their name: editions taken in use, results released, words published."""
    log: tuple[Line, ...]

    @property
    def open_rounds(self) -> tuple[Invitation, ...]:
        return tuple(row for row in self.invitations if row.where)


def my_data(user: "User", now: datetime) -> MyData:
    """In as many queries however much there is."""
    posts = user.administers.select_related("municipality").order_by("starts_at", "pk")
    return MyData(
        seats=tuple(_seat(row) for row in _seats(user)),
        posts=tuple(Post(row.municipality.name, row.starts_at, row.ends_at) for row in posts),
        reads=tuple(
            Reading(*names)
            for names in Forum.objects.filter(chief=user)
            .order_by(InDanish("name"), "pk")
            .values_list("name", "municipality__name")
        ),
        invitations=_invitations(user, now),
        mails=tuple(
            Letter(mail.subject, mail.created_at, mail.sent_at)
            for mail in Mail.objects.filter(to=user).order_by("-created_at", "-pk")[:LATEST]
        ),
        browsers=tuple(
            sign_ins_of(user, now).order_by("began_on", "pk").values_list("browser", "began_on")
        ),
        second_factors=tuple(
            str(Authenticator.Type(kind).label)
            for kind in Authenticator.objects.filter(user=user)
            .order_by("pk")
            .values_list("type", flat=True)
        ),
        did=_did(user),
        log=tuple(_own_lines(user)),
    )


def _seats(user: "User") -> Any:
    rows = Membership.objects.filter(user=user).select_related("forum__municipality")
    return rows.order_by("starts_at", "pk")


def _seat(row: Membership) -> Seat:
    municipality = row.forum.municipality
    return Seat(
        forum=row.forum.name,
        municipality=municipality.name,
        role=municipality.role_word(row.role),
        is_lead=row.is_lead,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def _invitations(user: "User", now: datetime) -> tuple[Invitation, ...]:
    rows = (
        Participation.objects.filter(user=user)
        .select_related("round_forum__round", "round_forum__forum__municipality")
        .order_by("-round_forum__round__opens_at", "-pk")
    )
    open_now = set(Participation.objects.open_for(user, now).order_by("pk").values_list("pk"))
    return tuple(
        Invitation(
            round=row.round_forum.round.name,
            forum=row.round_forum.forum.name,
            role=row.round_forum.forum.municipality.role_word(row.role),
            opened_at=row.round_forum.round.opened_at,
            where=(row.round_forum.round_id, row.round_forum.forum_id)
            if (row.pk,) in open_now
            else None,
        )
        for row in rows
    )


def _did(user: "User") -> tuple[str, ...]:
    editions = Edition.objects.filter(in_use_by=user).select_related("framework")
    released = RoundForum.objects.filter(released_by=user).select_related("round", "forum")
    words = LocalWording.objects.filter(published_by=user).select_related("forum")
    return (
        *(str(row) for row in editions.order_by("pk")),
        *(f"{row.forum.name} – {row.round.name}" for row in released.order_by("pk")),
        *(f"{row.forum.name}: {row.text}" for row in words.order_by("pk")),
    )


def _own_lines(user: "User") -> list[Line]:
    """What the log holds of the person; with the names of others as it tells them."""
    rows = Entry.objects.filter(Q(actor=user.log_key) | Q(subject=user.log_key))
    return lines_of(list(rows.order_by("-at", "-pk")[:LATEST]))


def as_document(user: "User", data: MyData) -> dict[str, Any]:
    """For the JSON file: the same, with English keys that stay."""
    return {
        "format": "plf-my-data",
        "version": 1,
        "person": {
            "name": user.name,
            "email": user.email,
            "language": user.language,
            "created": _told(user.created_at),
            "password": user.has_usable_password(),
            "second_factors": list(data.second_factors),
            "asked_to_be_erased": _told(user.erasure_asked_at),
        },
        "seats": [
            {
                "forum": row.forum,
                "municipality": row.municipality,
                "role": row.role,
                "lead": row.is_lead,
                "from": _told(row.starts_at),
                "until": _told(row.ends_at),
            }
            for row in data.seats
        ],
        "administers": [
            {
                "municipality": row.municipality,
                "from": _told(row.starts_at),
                "until": _told(row.ends_at),
            }
            for row in data.posts
        ],
        "reads_results_of": [
            {"forum": row.forum, "municipality": row.municipality} for row in data.reads
        ],
        "invitations": [
            {
                "round": row.round,
                "forum": row.forum,
                "role": row.role,
                "opened": _told(row.opened_at),
            }
            for row in data.invitations
        ],
        "mails": [
            {"subject": row.subject, "written": _told(row.written_at), "sent": _told(row.sent_at)}
            for row in data.mails
        ],
        "signed_in": [
            {"browser": browser, "since": day.isoformat()} for browser, day in data.browsers
        ],
        "under_your_name": list(data.did),
        "log": [
            {"at": _told(line.at), "what": line.sentence, "address": line.address or None}
            for line in data.log
        ],
    }


def _told(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
