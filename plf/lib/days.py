"""Days as people and files give them: which years can be meant.

Python's first and last day cannot be taken to another time zone, nor counted on from. So no day
from outside comes in before its year has been looked at.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1900, 2100


def can_be_meant(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def require_day_that_can_be_meant(day: date) -> None:
    """For form fields of days and of times alike."""
    if not can_be_meant(day):
        raise ValidationError(
            _("Choose a year from %(first)s to %(last)s.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR},
            code="year",
        )
