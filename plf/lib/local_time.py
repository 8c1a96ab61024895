"""Wall-clock times in Copenhagen: what a person types, when a day and a night begin, and the two
hours a year that are special.

In March an hour does not exist; in October an hour comes twice. Neither is guessed at: the two
moments that can be meant are offered.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
WRITTEN = re.compile(r"(?:kl\.?\s*)?([0-9]{1,2})(?:\s*[.:]\s*([0-9]{2}))?", re.IGNORECASE)
SHOWN = "%H.%M"
# When few are here: what locks tables or deletes waits for it.
NIGHT = 3


class NotATime(ValueError):
    """It cannot be read as a time of the day."""


class TwoReadings(ValueError):
    """The time names no single moment; `readings` are the two that can be meant, earlier first."""

    def __init__(self, readings: tuple[datetime, datetime]) -> None:
        super().__init__(readings)
        self.readings = readings


class TimeDoesNotExist(TwoReadings):
    """The clocks are put forward over it."""


class TimeExistsTwice(TwoReadings):
    """The clocks are put back over it."""


def read_time(text: str) -> time:
    """23.59, 23:59, 9 or kl. 9.05. Refuses with NotATime."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise NotATime(text)
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError as error:
        raise NotATime(text) from error


def write_time(moment: datetime) -> str:
    """23.59, as it is typed."""
    return f"{timezone.localtime(moment, COPENHAGEN):{SHOWN}}"


def last_midnight(now: datetime) -> datetime:
    return timezone.localtime(now, COPENHAGEN).replace(hour=0, minute=0, second=0, microsecond=0)


def last_night(now: datetime) -> datetime:
    """When the night's work was last due: at three today, or before that at three yesterday."""
    night = last_midnight(now).replace(hour=NIGHT)
    return night if night <= now else night - timedelta(days=1)


def moment_of(day: date, at: time) -> datetime:
    """The moment that the clock in Copenhagen shows so.

    Refuses with TimeDoesNotExist or TimeExistsTwice.
    """
    first, last = (
        datetime.combine(day, at.replace(fold=fold), COPENHAGEN).astimezone(ZoneInfo("UTC"))
        for fold in (0, 1)
    )
    readings = tuple(sorted(moment.astimezone(COPENHAGEN) for moment in (first, last)))
    if first == last:
        return readings[0]
    refusal = TimeExistsTwice if first < last else TimeDoesNotExist
    raise refusal((readings[0], readings[1]))
