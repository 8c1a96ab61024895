"""Those who are members now, as rows of a file: importing it again changes nothing."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q

from forums.bulk.files import EMAIL, ENDS, FORUM, LEAD, NAME, ROLE, STARTS, UNIT, WRITTEN
from forums.bulk.plan import first_day, last_day
from forums.models import Membership, Municipality
from plf.lib.collation import InDanish

COLUMNS = (NAME, EMAIL, FORUM, UNIT, ROLE, LEAD, STARTS, ENDS)


def member_rows(municipality: Municipality, now: datetime) -> Iterator[tuple[str, ...]]:
    """The headings and the members of the open forums, in one query."""
    yield tuple(WRITTEN[column] for column in COLUMNS)
    seats = (
        Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .filter(forum__municipality=municipality, forum__closed_at=None)
        .select_related("user", "forum__unit")
        .order_by(InDanish("forum__name"), InDanish("user__name"), "pk")
    )
    for seat in seats:
        forum = seat.forum
        yield (
            seat.user.name,
            seat.user.email,
            forum.name,
            forum.unit.name if forum.unit else "",
            municipality.role_word(seat.role),
            "ja" if seat.is_lead else "",
            _written(first_day(seat.starts_at)),
            _written(last_day(seat.ends_at)),
        )


def _written(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""
