"""Writing the log: one INSERT for a row, however many rows."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, transaction
from django.db.models import Case, Value, When
from django.db.models.expressions import Combinable

from audit.acting import Person, acting_address, acting_key
from audit.enums import Kind
from audit.models import LONGEST_NAME, Entry

BATCH = 500
logger = logging.getLogger(__name__)
# The columns that say who it was.
NAMING = ("actor", "subject", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done, to be logged; by whoever acts now unless `by` says another.

    `name` is that of a forum, a round or another thing, never a person's.
    """

    kind: Kind
    municipality_id: int | None
    by: Person | None = None
    subject: Person | None = None
    name: str = ""
    detail: str = ""
    forum_id: int | None = None
    round_id: int | None = None


def log(deed: Deed, *, now: datetime, unnamed_if: Combinable | None = None) -> None:
    """Write one row. Where `unnamed_if` holds, the row says neither who it was nor from where."""
    _row(deed, acting_key(), acting_address(), now, unnamed_if).save(force_insert=True)


def log_all(deeds: Iterable[Deed], *, now: datetime, unnamed_if: Combinable | None = None) -> None:
    actor, address = acting_key(), acting_address()
    Entry.objects.bulk_create(
        [_row(deed, actor, address, now, unnamed_if) for deed in deeds], batch_size=BATCH
    )


def _row(
    deed: Deed,
    actor: UUID | None,
    address: str | None,
    now: datetime,
    unnamed_if: Combinable | None,
) -> Entry:
    row = Entry(
        at=now,
        municipality=deed.municipality_id,
        kind=deed.kind,
        actor=deed.by.log_key if deed.by is not None else actor,
        subject=deed.subject.log_key if deed.subject is not None else None,
        name=deed.name[:LONGEST_NAME],
        detail=deed.detail,
        forum=deed.forum_id,
        round=deed.round_id,
        address=address,
    )
    if unnamed_if is not None:
        for name in NAMING:
            if getattr(row, name) is not None:
                setattr(row, name, _unless(unnamed_if, name, getattr(row, name)))
    return row


def _unless(condition: Combinable, name: str, value: object) -> Any:
    """Decided by the database, in the INSERT itself."""
    field: Any = Entry._meta.get_field(name)
    return Case(
        When(condition, then=Value(None, output_field=field)),
        default=Value(value, output_field=field),
        output_field=field,
    )


@contextmanager
def removal_allowed(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Within it, and within its transaction alone, young rows may be deleted: a municipality goes.

    The trigger looks for a row in a table of no model, which is empty but here. Nothing allows a
    row to be changed.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("INSERT INTO audit_leave_to_remove (id) VALUES (1)")
        yield
        cursor.execute("DELETE FROM audit_leave_to_remove")


def forget_before(moment: datetime, *, municipality_id: int | None) -> int:
    """Delete rows older than the moment; returns how many.

    The database refuses rows under six months by its own clock: where the server's runs ahead of
    it, nothing is deleted.
    """
    try:
        with transaction.atomic():
            rows = Entry.objects.filter(municipality=municipality_id, at__lt=moment)
            return int(rows.delete()[0])
    except IntegrityError:
        logger.warning("The log keeps its rows: the clocks of server and database disagree")
        return 0
