"""Days on which nobody is reminded."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plf.lib.working_days import is_working_day, working_day_at_or_before

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 12), True),  # a Thursday
        (date(2026, 3, 14), False),  # Saturday
        (date(2026, 3, 15), False),  # Sunday
        (date(2026, 4, 2), False),  # Maundy Thursday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 5, 1), True),  # Great Prayer Day was abolished in 2024
        (date(2026, 5, 14), False),  # Ascension Day
        (date(2026, 6, 5), False),  # Constitution Day
        (date(2026, 12, 24), False),  # Christmas Eve
        (date(2026, 2, 11), False),  # winter holiday, week 7
        (date(2026, 7, 15), False),  # summer holiday, week 29
        (date(2026, 8, 3), True),  # the Monday after week 31
        (date(2026, 10, 14), False),  # autumn holiday, week 42
    ],
)
def test_is_working_day(day, works):
    assert is_working_day(day) is works


def test_working_day_before_easter_and_before_the_summer_holiday():
    assert working_day_at_or_before(date(2026, 4, 6)) == date(2026, 4, 1)
    assert working_day_at_or_before(date(2026, 8, 1)) == date(2026, 7, 10)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_working_day_at_or_before_is_the_nearest(day):
    found = working_day_at_or_before(day)

    skipped = [found + timedelta(days=n) for n in range(1, (day - found).days + 1)]
    assert is_working_day(found)
    assert not any(is_working_day(one) for one in skipped)
