"""The log of the municipalities that a person administers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from assessments.models import RoundForum
from audit.enums import AREAS, SEEN, Area
from audit.models import Entry
from dashboards.log_words import Names, sentence_of, spoken, who_did
from plf.lib.collation import Spelled, spelled
from plf.lib.local_time import COPENHAGEN

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    who: str
    sentence: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which rows; all of them where nothing is said."""

    area: str = ""
    person: str = ""
    first: date | None = None
    last: date | None = None


def rows_of(own: Iterable[int], *, is_system: bool, wish: Wish) -> QuerySet[Entry]:
    """The newest first. Rows of no municipality are the system administrator's alone."""
    whose = Q(municipality__in=own)
    if is_system:
        whose |= Q(municipality=None)
    rows = Entry.objects.filter(whose)
    if wish.area:
        rows = rows.filter(kind__in=AREAS[Area(wish.area)])
    if wish.person:
        keys = _people_called(wish.person).values("log_key")
        rows = rows.filter(Q(actor__in=keys) | Q(subject__in=keys))
    if wish.first:
        rows = rows.filter(at__gte=_midnight(wish.first))
    if wish.last:
        rows = rows.filter(at__lt=_midnight(wish.last + timedelta(days=1)))
    return rows.order_by("-at", "-pk")


def seen_rows(what: str, number: int, first: datetime, last: datetime) -> QuerySet[Entry]:
    """Who looked at the results of a forum or a round, from the first time until the last.

    A forum's development shows all its rounds, so it counts for each of them.
    """
    shown = Q(forum=number) if what == "forum" else Q(round=number)
    if what == "round":
        forums = RoundForum.objects.filter(round=number).values("forum")
        shown |= Q(forum__in=forums, round=None)
    rows = Entry.objects.filter(shown, kind__in=SEEN, at__gte=first, at__lt=last)
    return rows.order_by("at", "pk")


def _people_called(text: str) -> QuerySet[User]:
    people = User.objects.alias(spelling=Spelled("name"))
    for word in text.split():
        people = people.filter(Q(spelling__contains=spelled(word)) | Q(email__icontains=word))
    return people


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, COPENHAGEN)


def lines_of(rows: Sequence[Entry]) -> list[Line]:
    """Two queries, however many rows: theirs, and the people's names."""
    names = names_of(rows)
    return [
        Line(row.at, who_did(row, names), spoken(sentence_of(row, names)), row.address or "")
        for row in rows
    ]


def all_lines(rows: QuerySet[Entry], *, before: datetime) -> Iterator[Line]:
    """However many: a batch at a time, each from where the last one ended."""
    rest = Q(at__lt=before)
    while batch := list(rows.filter(rest)[:BATCH]):
        yield from lines_of(batch)
        last = batch[-1]
        rest = Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)


def names_of(rows: Sequence[Entry]) -> Names:
    keys: set[UUID | None] = {key for row in rows for key in (row.actor, row.subject)}
    people = User.objects.filter(log_key__in=keys - {None}).order_by("pk")
    return {
        key: name or email for key, name, email in people.values_list("log_key", "name", "email")
    }
