"""When the database is made to forget: at each beat of the clock, or at night."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import connection, connections

from accounts.operations import choose_language
from results import cleaning
from results.cleaning import clean_up_deleted_rows, clean_up_if_due
from results.models import Beat
from tests.factories import BeatFactory, UserFactory
from tests.fixtures import OTHER_TESTS_END

pytestmark = pytest.mark.django_db(transaction=True)
ON_SQLITE = connection.vendor == "sqlite"
MORNING = datetime(2026, 3, 12, 9, tzinfo=ZoneInfo("Europe/Copenhagen"))


@pytest.fixture(autouse=True)
def _others_are_waited_for(monkeypatch):
    monkeypatch.setattr(cleaning, "PATIENCE", OTHER_TESTS_END)


@pytest.mark.skipif(not ON_SQLITE, reason="SQLite cleans up at each beat")
def test_clean_up_is_done_at_each_beat_on_sqlite():
    BeatFactory(at=MORNING, cleaned_at=MORNING - timedelta(minutes=1))

    assert clean_up_if_due(now=MORNING) is True
    assert Beat.objects.get().cleaned_at == MORNING


@pytest.mark.skipif(ON_SQLITE, reason="PostgreSQL cleans up at night")
def test_clean_up_waits_for_the_night_on_postgresql():
    BeatFactory(at=MORNING, cleaned_at=MORNING - timedelta(hours=5))

    done = [
        clean_up_if_due(now=MORNING + timedelta(hours=hours)) for hours in (0, 12, 17, 18, 19, 42)
    ]

    assert done == [False, False, False, True, False, True]
    assert Beat.objects.get().cleaned_at == MORNING + timedelta(hours=42)


def test_clean_up_is_done_where_it_never_was(monkeypatch):
    monkeypatch.setattr(cleaning, "PATIENCE", OTHER_TESTS_END)
    BeatFactory(at=MORNING)

    assert clean_up_if_due(now=MORNING) is True


@pytest.mark.skipif(ON_SQLITE, reason="SQLite numbers no transactions")
def test_clean_up_leaves_no_order_among_second_factors():
    """A recovery code that was used is kept as used: its row was written later than the others."""
    people = UserFactory.create_batch(3)
    for person in people:
        RecoveryCodes.activate(person)
    used = Authenticator.objects.get(user=people[0]).wrap()
    assert used.validate_code(used.get_unused_codes()[0])

    clean_up_deleted_rows(patience=OTHER_TESTS_END)

    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, xmin::text FROM mfa_authenticator ORDER BY ctid")
        rows = cursor.fetchall()
    assert [user for user, _ in rows] == [person.pk for person in people]
    assert len({transaction for _, transaction in rows}) == 1


@pytest.mark.skipif(ON_SQLITE, reason="SQLite numbers no transactions")
def test_clean_up_leaves_no_order_among_people():
    """Whoever chose a language or a password was here: their row was written later than others'."""
    people = UserFactory.create_batch(3)
    choose_language(user=people[0], language="en")

    clean_up_deleted_rows(patience=OTHER_TESTS_END)

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text FROM accounts_user ORDER BY ctid")
        rows = cursor.fetchall()
    assert [user for user, _ in rows] == [person.pk for person in people]
    assert len({transaction for _, transaction in rows}) == 1
    people[0].refresh_from_db()
    assert people[0].language == "en"


@pytest.mark.skipif(ON_SQLITE, reason="SQLite overwrites what it deletes")
@pytest.mark.parametrize(
    "looks_back", ["SELECT pg_current_xact_id()", "SELECT 1 FROM results_beat"]
)
def test_clean_up_waits_for_whoever_may_still_see_the_answers(looks_back):
    """Deleted rows stay as long as a transaction may see them; then the next beat tries again."""
    BeatFactory(at=MORNING)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(autocommit=False)
        with other.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute(looks_back)

        assert clean_up_deleted_rows(patience=0) is False
        other.rollback()
        assert clean_up_if_due(now=MORNING) is True
    finally:
        other.close()
