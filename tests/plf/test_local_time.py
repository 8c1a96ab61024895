"""Times as they are typed, and the two hours a year that name no single moment."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plf.lib.local_time import (
    COPENHAGEN,
    NotATime,
    TimeDoesNotExist,
    TimeExistsTwice,
    last_midnight,
    last_night,
    moment_of,
    read_time,
    write_time,
)

pytestmark = pytest.mark.once

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23.59", time(23, 59)),
        ("23:59", time(23, 59)),
        (" kl. 9.05 ", time(9, 5)),
        ("kl 9", time(9)),
        ("0.00", time(0)),
    ],
)
def test_read_time_takes_what_people_write(text, expected):
    assert read_time(text) == expected


@pytest.mark.parametrize("text", ["", "24.00", "9.60", "9.5", "noon", "12.00.00", "-1", "1200"])
def test_read_time_refuses_what_is_no_time(text):
    with pytest.raises(NotATime):
        read_time(text)


@given(at=MINUTES, mark=st.sampled_from(".:"))
def test_read_time_keeps_every_minute(at, mark):
    assert read_time(f"{at:%H}{mark}{at:%M}") == at


def meant_by(day, at):
    """The moments that can be meant, and whether they are two that are written alike."""
    try:
        return [moment_of(day, at)], True
    except (TimeDoesNotExist, TimeExistsTwice) as refusal:
        return list(refusal.readings), isinstance(refusal, TimeExistsTwice)


@given(day=DAYS, at=MINUTES)
def test_moment_of_is_shown_as_it_was_typed_or_refused(day, at):
    moments, as_typed = meant_by(day, at)

    assert all((write_time(moment) == f"{at:%H.%M}") is as_typed for moment in moments)
    assert {moment.date() for moment in moments} == {day}
    assert all(moment.tzinfo is COPENHAGEN for moment in moments)
    hours = [(moment.astimezone(UTC) - moments[0].astimezone(UTC)) for moment in moments]
    assert hours == [timedelta(hours=number) for number in range(len(moments))]


@given(minute=st.integers(0, 20 * 366 * 24 * 60))
def test_every_moment_can_be_typed_or_is_one_of_two_readings(minute):
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    shown = moment.astimezone(COPENHAGEN)

    possible, _ = meant_by(shown.date(), read_time(write_time(moment)))

    assert moment in [reading.astimezone(UTC) for reading in possible]


def test_moment_of_refuses_the_hour_that_is_left_out():
    with pytest.raises(TimeDoesNotExist) as refusal:
        moment_of(date(2026, 3, 29), time(2, 30))

    assert [write_time(reading) for reading in refusal.value.readings] == ["01.30", "03.30"]


def test_moment_of_refuses_the_hour_that_comes_twice():
    with pytest.raises(TimeExistsTwice) as refusal:
        moment_of(date(2026, 10, 25), time(2, 30))

    assert [f"{reading:%H.%M %Z}" for reading in refusal.value.readings] == [
        "02.30 CEST",
        "02.30 CET",
    ]


@pytest.mark.parametrize(
    ("now", "midnight", "night"),
    [
        # Half past midnight in Copenhagen is the evening before in UTC.
        ("2026-03-01T23:30", "2026-03-02T00:00+01:00", "2026-03-01T03:00+01:00"),
        ("2026-03-02T01:59", "2026-03-02T00:00+01:00", "2026-03-01T03:00+01:00"),
        ("2026-03-02T02:00", "2026-03-02T00:00+01:00", "2026-03-02T03:00+01:00"),
        # The nights on which the clocks are put forward, and back.
        ("2026-03-29T01:00", "2026-03-29T00:00+01:00", "2026-03-29T03:00+02:00"),
        ("2026-10-25T01:30", "2026-10-25T00:00+02:00", "2026-10-24T03:00+02:00"),
        ("2026-10-25T02:00", "2026-10-25T00:00+02:00", "2026-10-25T03:00+01:00"),
    ],
)
def test_last_midnight_and_last_night_are_those_of_the_clock_on_the_wall(now, midnight, night):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    found = [at.isoformat("T", "minutes") for at in (last_midnight(moment), last_night(moment))]

    assert found == [midnight, night]
