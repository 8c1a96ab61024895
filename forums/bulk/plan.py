"""What a table of members would change: compared with who sits where now.

Five queries, whatever the size of the file. A person who is known in another municipality looks
here as somebody new does: the plan tells neither their name nor that they are known.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import User
from forums.belonging import people_alone_in
from forums.bulk.files import NAME, Table
from forums.bulk.rows import RowRefused, Wanted, Words, holds_cpr, understand, words_of
from forums.models import Forum, Membership, Municipality
from plf.lib.collation import danish_key
from plf.lib.local_time import COPENHAGEN


@dataclass(slots=True)
class Target:
    """A person's place in a forum as it is (`seat`) and as it shall be. `number` is the row's."""

    forum: Forum
    user: User | None
    name: str
    email: str
    role: str
    is_lead: bool
    starts_at: datetime
    ends_at: datetime | None
    seat: Membership | None = None
    number: int | None = None
    leaves: bool = False
    new_name: str = ""
    details: list[str] = field(default_factory=list)

    @property
    def role_word(self) -> str:
        return self.forum.municipality.role_word(self.role)

    @property
    def changes_seat(self) -> bool:
        seat = self.seat
        return seat is not None and (
            (seat.role, seat.is_lead, seat.starts_at, seat.ends_at)
            != (self.role, self.is_lead, self.starts_at, self.ends_at)
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    number: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """In the order of a Danish list: by forum, then by name. Refusals in the file's order."""

    new: tuple[Target, ...]
    changed: tuple[Target, ...]
    leaving: tuple[Target, ...]
    unchanged: int
    refused: tuple[Refusal, ...]
    mark: str
    """Another one, as soon as anything else would be done."""

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.leaving)


def plan_import(*, table: Table, municipality: Municipality, complete: bool, now: datetime) -> Plan:
    """`complete`: the file names all members of the forums it names; the others leave them."""
    words = words_of(municipality)
    wanted, refused = _understood(table, words)
    people = _people({row.email for row in wanted}, municipality)
    board = _Board(
        municipality=municipality,
        people=people,
        targets=_as_it_is({row.forum.pk: row.forum for row in wanted}, now, complete=complete),
        now=now,
    )
    for row in wanted:
        try:
            board.place(row)
        except RowRefused as refusal:
            refused.append(Refusal(row.number, row.name, str(refusal)))
    board.pass_on_leads()
    return _plan(board, refused)


def _understood(table: Table, words: Words) -> tuple[list[Wanted], list[Refusal]]:
    wanted, refused = [], []
    for row in table.rows:
        try:
            wanted.append(understand(row, words))
        except RowRefused as refusal:
            name = "" if holds_cpr(row) else row.cells[NAME]
            refused.append(Refusal(row.number, name, str(refusal)))
    return wanted, refused


def _people(emails: Iterable[str], municipality: Municipality) -> dict[str, Any]:
    """Those known by address; `is_ours`: known here and nowhere else, and ours to rename."""
    ours = people_alone_in([municipality]).values("pk")
    known = User.objects.annotate(key=Lower("email"), is_ours=Q(pk__in=ours))
    return {person.key: person for person in known.filter(key__in=sorted(emails)).order_by("pk")}


Targets = dict[tuple[int, str], list[Target]]


def _as_it_is(forums: Mapping[int, Forum], now: datetime, *, complete: bool) -> Targets:
    """The places in these forums that have not ended, by forum and address."""
    seats = (
        Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .filter(forum__in=forums)
        .select_related("user")
        .order_by("starts_at", "pk")
    )
    found: Targets = {}
    for seat in seats:
        target = Target(
            forum=forums[seat.forum_id],
            user=seat.user,
            name=seat.user.name,
            email=seat.user.email,
            role=seat.role,
            is_lead=seat.is_lead,
            starts_at=seat.starts_at,
            ends_at=seat.ends_at,
            seat=seat,
            leaves=complete,
        )
        found.setdefault((seat.forum_id, seat.user.email.lower()), []).append(target)
    return found


@dataclass(slots=True)
class _Board:
    """Who sits where, with the file's rows placed one by one."""

    municipality: Municipality
    people: Mapping[str, Any]
    targets: Targets
    now: datetime
    rows: dict[tuple[int, str], int] = field(default_factory=dict)
    names: dict[str, tuple[str, int]] = field(default_factory=dict)
    leads: dict[int, int] = field(default_factory=dict)
    """By forum: the row that names its lead."""
    gone: int = 0

    def place(self, row: Wanted) -> None:
        """Refuses with RowRefused what does not go together with other rows or with what is."""
        key = (row.forum.pk, row.email)
        self._require_once(row, key)
        seats = self.targets.get(key, [])
        if len(seats) > 1:
            raise RowRefused(
                _("This person already has two places in the forum. Change them on its own page.")
            )
        if row.ends_on is not None and row.ends_on < timezone.localdate(self.now):
            self._has_left(seats)
            return
        self._require_one_lead(row)
        target = seats[0] if seats else self._new(row)
        self.targets[key] = [target]
        target.number, target.leaves = row.number, False
        self._seat(target, row)
        self._rename(target, row)

    def _require_once(self, row: Wanted, key: tuple[int, str]) -> None:
        other = self.rows.setdefault(key, row.number)
        if other != row.number:
            raise RowRefused(_("The same person stands in row %(row)s too.") % {"row": other})
        name, first = self.names.setdefault(row.email, (row.name, row.number))
        if name != row.name:
            raise RowRefused(
                _("The same address stands with another name in row %(row)s.") % {"row": first}
            )

    def _require_one_lead(self, row: Wanted) -> None:
        if row.is_lead:
            other = self.leads.setdefault(row.forum.pk, row.number)
            if other != row.number:
                raise RowRefused(_("Row %(row)s names the forum's lead.") % {"row": other})

    def _has_left(self, seats: list[Target]) -> None:
        """The file tells of somebody whose time is over: who is still there leaves now."""
        for target in seats:
            target.leaves = True
        self.gone += not seats

    def _new(self, row: Wanted) -> Target:
        return Target(
            forum=row.forum,
            user=self.people.get(row.email),
            name=row.name,
            email=row.email,
            role=row.role,
            is_lead=False,
            starts_at=_first_moment(row.starts_on) if row.starts_on else self.now,
            ends_at=None,
        )

    def _seat(self, target: Target, row: Wanted) -> None:
        starts_at, ends_at = self._times(target, row)
        last = last_day(ends_at)
        if ends_at and last and ends_at <= starts_at:
            raise RowRefused(
                _("The place would begin on %(first)s and end on %(last)s. Correct “Fra” or “Til”.")
                % {
                    "first": _day_text(first_day(starts_at)),
                    "last": _day_text(last),
                }
            )
        target.role, target.starts_at, target.ends_at = row.role, starts_at, ends_at
        if row.is_lead is not None:
            target.is_lead = row.is_lead

    def _times(self, target: Target, row: Wanted) -> tuple[datetime, datetime | None]:
        """What the file leaves out stays as it is: each may be right, and both not fit together."""
        seat, starts_at, ends_at = target.seat, target.starts_at, target.ends_at
        if row.sets_end and (seat is None or last_day(seat.ends_at) != row.ends_on):
            ends_at = _first_moment(row.ends_on + timedelta(days=1)) if row.ends_on else None
        if seat is None or row.starts_on is None or first_day(seat.starts_at) == row.starts_on:
            return starts_at, ends_at
        if seat.starts_at > self.now:
            starts_at = _first_moment(row.starts_on)
        elif row.starts_on > timezone.localdate(self.now):
            raise RowRefused(
                _("This person is in the forum already. Leave “Fra” empty, or correct the date.")
            )
        return starts_at, ends_at

    def _rename(self, target: Target, row: Wanted) -> None:
        """Once for each person, and only where they are this municipality's alone."""
        person = self.people.get(row.email)
        if person is None or not person.is_ours or person.name == row.name:
            return
        if self.names[row.email][1] == row.number:
            target.new_name = row.name

    def pass_on_leads(self) -> None:
        """Who led a forum before no longer does, where the file names another."""
        for target in self.all():
            first = self.leads.get(target.forum.pk)
            if first is not None and target.number != first:
                target.is_lead = False

    def all(self) -> Iterator[Target]:
        return (target for targets in self.targets.values() for target in targets)


def _plan(board: _Board, refused: list[Refusal]) -> Plan:
    new, changed, leaving, unchanged = [], [], [], board.gone
    for target in sorted(board.all(), key=_in_danish):
        if target.leaves:
            leaving.append(target)
        elif target.seat is None:
            target.details = list(_details(target, board.now))
            new.append(target)
        elif target.changes_seat or target.new_name:
            target.details = list(_details(target, board.now))
            changed.append(target)
        else:
            unchanged += target.number is not None
    return Plan(
        new=tuple(new),
        changed=tuple(changed),
        leaving=tuple(leaving),
        unchanged=unchanged,
        refused=tuple(sorted(refused, key=lambda row: row.number)),
        mark=_mark([new, changed, leaving], board.now),
    )


def _mark(kinds: list[list[Target]], now: datetime) -> str:
    """Of all that would be done; what happens "now" does so whenever that is."""
    done = [
        (
            *(row.forum.pk, row.email, row.name, row.new_name, row.role, row.is_lead, row.ends_at),
            *(row.starts_at if row.starts_at != now else None, row.seat.pk if row.seat else None),
        )
        for kind in kinds
        for row in kind
    ]
    return sha256(repr([done, *map(len, kinds)]).encode()).hexdigest()[:32]


def _in_danish(target: Target) -> tuple[str, str, str]:
    return danish_key(target.forum.name), danish_key(target.name), target.email


def _details(target: Target, now: datetime) -> Iterator[str]:
    """What becomes otherwise, in words."""
    seat = target.seat
    if target.new_name:
        yield _("Name: %(old)s → %(new)s") % {"old": target.user, "new": target.new_name}
    if seat is not None and seat.role != target.role:
        old = target.forum.municipality.role_word(seat.role)
        yield _("Role: %(old)s → %(new)s") % {"old": old, "new": target.role_word}
    if target.is_lead != (seat is not None and seat.is_lead):
        yield _("Becomes lead") if target.is_lead else _("Is no longer lead")
    if _starts_otherwise(target, now):
        yield _("From %(day)s") % {"day": _day_text(first_day(target.starts_at))}
    if target.ends_at != (seat.ends_at if seat else None):
        last = last_day(target.ends_at)
        yield _("Until %(day)s") % {"day": _day_text(last)} if last else _("Has no end any more")


def _starts_otherwise(target: Target, now: datetime) -> bool:
    if target.seat is None:
        return target.starts_at > now
    return target.starts_at != target.seat.starts_at


def _day_text(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def _first_moment(day: date) -> datetime:
    return datetime.combine(day, time(), COPENHAGEN)


def first_day(moment: datetime) -> date:
    return timezone.localdate(moment, COPENHAGEN)


def last_day(ends_at: datetime | None) -> date | None:
    """The last day on which somebody is there: at midnight it is the day before."""
    return None if ends_at is None else first_day(ends_at - timedelta(microseconds=1))
