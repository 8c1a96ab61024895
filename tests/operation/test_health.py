"""What a monitor is told: enough to know whether anything is wrong, and nothing about people."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from plf.operation import health as looking
from tests.factories import BeatFactory, MailFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db
PARTS = ("database", "migrations", "clock", "night", "mail")
WELL = {"ok": True, **dict.fromkeys(PARTS, "ok")}


def asked() -> tuple[int, dict]:
    response = Client().get(reverse("healthz"))
    found = response.json()
    found.pop("clock_seconds", None)
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    return response.status_code, found


@pytest.fixture
def beat():
    return BeatFactory()


def test_all_is_well(beat):
    MailFactory(created_at=timezone.now() - timedelta(minutes=50))

    assert asked() == (200, WELL)


def test_clock_s_last_beat_is_told(beat):
    found = looking.health(now=beat.at + timedelta(seconds=90))

    assert found["clock_seconds"] == 90


@pytest.mark.parametrize("mails", [0, 3])
def test_it_costs_three_statements(beat, mails):
    MailFactory.create_batch(mails)
    asked()

    with CaptureQueriesContext(connection) as queries:
        asked()

    assert len(queries) == 3


def test_clock_that_was_never_started():
    assert asked() == (503, {**WELL, "ok": False, "clock": "never"})


@pytest.mark.parametrize("minutes", [-6, 6], ids=["ahead", "dead"])
def test_clock_that_is_dead_or_whose_machine_has_the_wrong_time(minutes):
    BeatFactory(at=timezone.now() - timedelta(minutes=minutes))

    assert asked() == (503, {**WELL, "ok": False, "clock": "late"})


@pytest.mark.parametrize("days", [1, 3])
def test_clock_that_beats_but_misses_its_nightly_work(days):
    """It fails each time before it has overwritten deleted answers, or forgotten what it must."""
    before = timezone.now() - timedelta(days=days)
    state = {1: (200, WELL), 3: (503, {**WELL, "ok": False, "night": "late"})}[days]

    row = BeatFactory(cleaned_at=before)
    assert asked() == state

    row.cleaned_at = timezone.now()
    row.save()
    MunicipalityFactory(looked_through_at=timezone.now())
    assert asked() == (200, WELL)
    MunicipalityFactory(looked_through_at=before)
    assert asked() == state


def test_migration_that_waits(beat):
    MigrationRecorder.Migration.objects.filter(app="results").order_by("-name")[0].delete()

    assert asked() == (503, {"ok": False, "database": "ok", "migrations": "pending"})


def test_mails_that_do_not_leave(beat):
    written_at = timezone.now() - timedelta(minutes=125)
    MailFactory(created_at=written_at)
    MailFactory(created_at=written_at - timedelta(days=2), given_up_at=timezone.now())
    MailFactory(created_at=written_at, sent_at=written_at - timedelta(minutes=1))

    assert asked() == (503, {**WELL, "ok": False, "mail": "stuck", "mail_minutes": 125})


def test_one_wrong_address_wakes_nobody(beat):
    written_at = timezone.now() - timedelta(minutes=125)
    MailFactory(created_at=written_at)
    MailFactory(created_at=written_at, sent_at=written_at + timedelta(minutes=5))

    assert asked() == (200, WELL)


def test_database_that_is_away(monkeypatch):
    def away():
        raise DatabaseError("no connection to 10.0.0.1 as plf")

    monkeypatch.setattr(looking, "_migrations_wait", away)

    assert asked() == (503, {"ok": False, "database": "away"})
