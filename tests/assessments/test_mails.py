"""The words of mails, and the file for the calendar."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from accounts.enums import Language
from assessments.enums import MailKind
from assessments.mails import (
    BUTTONS,
    DEFAULTS,
    WORDS,
    calendar_file,
    fill_in,
    long_time,
    unknown_words,
    words_of,
)
from assessments.models import MailText
from tests.factories import ForumFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(cast):
    return open_round_of(cast.forum, name="Forår, æøå; 2027").round_forum


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("kind", MailKind.values)
def test_every_kind_has_words_that_can_be_filled_in(row, kind, language):
    subject, body = words_of(kind, None, language)

    words = fill_in(subject, body, row, language)

    assert set(DEFAULTS) == set(BUTTONS) == set(MailKind.values)
    assert unknown_words(subject + body) == []
    assert "{" not in words.subject + words.body


def test_own_words_come_first(cast):
    own = MailText(municipality=cast.municipality, kind="results", subject="Emne", body="Tekst")

    assert words_of("results", own, "da") == ("Emne", "Tekst")


def test_a_name_with_braces_stays_a_name(row):
    row.forum.name = "Forum {runde}"

    words = fill_in("Til {forum}", "Linje\r\n\r\nLinje {ukendt}", row, "da")

    assert words.subject == "Til Forum {runde}"
    assert words.body == "Linje\n\nLinje {ukendt}"


def test_times_are_written_in_the_language_of_the_mail(row):
    danish, english = (fill_in("{dato}", "{lukker}", row, code) for code in ("da", "en"))

    month = timezone.localtime(row.round.closes_at).strftime("%B")  # the process speaks C
    assert month in english.subject
    assert month not in danish.subject
    assert english.body.split()[0].endswith("day")
    assert danish.body.split()[0].endswith("dag")


def test_unknown_words_are_named():
    known = "".join(f"{{{word}}}" for word in WORDS)

    assert unknown_words(f"{known} {{navn}} {{}}") == ["navn", ""]


def test_calendar_file_can_be_read_back(row):
    now = timezone.now()

    text = calendar_file(row.round, [row.forum], "http://localhost:8000/runder/1/2/", now)

    calendar = Calendar.from_ical(text)
    [event] = calendar.walk("VEVENT")
    assert abs(event.start - row.round.closes_at) < timedelta(seconds=1)
    assert event["SUMMARY"] == f"PLF: {row.forum.name} – runden »Forår, æøå; 2027« lukker"
    assert event["URL"] == "http://localhost:8000/runder/1/2/"
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_calendar_file_of_several_forums_names_the_round_alone(row):
    forums = [row.forum, ForumFactory(name="Et andet forum")]

    text = calendar_file(row.round, forums, "http://localhost:8000/runder/1/2/", timezone.now())

    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert event["SUMMARY"] == "PLF: runden »Forår, æøå; 2027« lukker"


def test_long_time_has_day_date_and_clock(row):
    assert f"{timezone.localtime(row.round.closes_at).day}" in long_time(row.round.closes_at)
