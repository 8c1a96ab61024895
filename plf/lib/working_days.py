"""Days on which a leader of schools or daycare is at work: on others nobody is reminded."""

from datetime import date, timedelta
from functools import cache

import holidays

# Winter holiday, summer holiday, autumn holiday.
SCHOOL_HOLIDAYS = frozenset({7, 29, 30, 31, 42})
# No public holidays, but days off in every Danish municipality: (month, day).
DAYS_OFF = frozenset({(6, 5), (12, 24), (12, 31)})
SATURDAY = 5


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


def is_working_day(day: date) -> bool:
    return (
        day.weekday() < SATURDAY
        and day.isocalendar().week not in SCHOOL_HOLIDAYS
        and (day.month, day.day) not in DAYS_OFF
        and day not in _public_holidays(day.year)
    )


def working_day_at_or_before(day: date) -> date:
    """The day itself, or the nearest earlier one on which people are at work."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
