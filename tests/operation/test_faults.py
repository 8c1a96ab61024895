"""Faults of the machine: nothing is lost, the message is clear, and it goes on without a hand."""

import time
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments.answers import Rating
from assessments.operations.answering import ratings_of
from results.models import Publication
from tests.cast import make_cast
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return open_round_of(make_cast().forum)


@pytest.fixture
def full_disk():
    """SQLite may not grow beyond what it is now; called with False, there is room again."""
    before = pragma("max_page_count")
    with connection.cursor() as cursor:
        # Pages that earlier tests left empty would be room of their own.
        cursor.execute("VACUUM")

    def fill(is_full: bool) -> None:
        pragma(f"max_page_count = {pragma('page_count') if is_full else before}")

    yield fill
    fill(False)


def pragma(words: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        return cursor.fetchone()[0]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a server's disk cannot be filled here")
def test_disk_that_is_full_is_told_and_what_was_saved_stays(world, full_disk, client_of):
    cast_member = world.participations[1]
    client = client_of(cast_member.user)
    save = reverse("assessments:save", args=[world.round.pk, world.round_forum.forum_id])
    page = reverse("assessments:rate", args=[world.round.pk, world.round_forum.forum_id])
    first, *others = world.goals
    assert client.post(save, {"goal": first.pk, "value": 4}).status_code == 200

    full_disk(True)
    long = "Fordi " * 300
    form = {f"goal-{goal.pk}": "3" for goal in others} | {
        f"reason-{goal.pk}": f"{goal.pk} {long}" for goal in others
    }
    refused = client.post(page, form, headers={"Accept": "text/html"})
    kept = {goal: rating.value for goal, rating in ratings_of(cast_member).items()}
    full_disk(False)
    accepted = client.post(page, form)

    assert refused.status_code == 503
    assert long.strip() in refused.content.decode()
    assert kept == {first.pk: 4}
    assert accepted.status_code == 302
    assert Rating.objects.count() == len(world.goals)


def test_folder_of_results_that_cannot_be_written_holds_the_clock_back(world, settings):
    """Nothing is sealed that could not be filed; the first beat that can write does it all."""
    world.answer([1, 2, 3, 4, 5, 3])
    call_command("clock")
    in_the_way = settings.FILES_DIR / "clock.draft"
    in_the_way.mkdir()  # not even root can write there now

    with time_machine.travel(world.round.closes_at + timedelta(minutes=6), tick=False):
        with pytest.raises(OSError, match="draft"):
            call_command("clock")
        assert not Publication.objects.exists()
        in_the_way.rmdir()
        call_command("clock")

    world.round.refresh_from_db()
    assert world.round.lost_at is None
    assert Publication.objects.count() == 1
    assert len(list(settings.FILES_DIR.glob("round-*.json"))) == 1


@pytest.fixture
def zone_of_the_machine(monkeypatch):
    def set_zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


def test_clock_whose_machine_has_another_time_zone_says_the_same(world, zone_of_the_machine):
    """Times are UTC inside and Copenhagen outside, whatever the machine calls its own."""
    zone_of_the_machine("America/Los_Angeles")
    world.answer([1, 2, 3, 4, 5, 3])

    with time_machine.travel(world.round.closes_at + timedelta(minutes=4), tick=False):
        call_command("clock")
        assert not Publication.objects.exists()
    with time_machine.travel(world.round.closes_at + timedelta(minutes=6), tick=False):
        call_command("clock")

    world.round.refresh_from_db()
    assert world.round.sealed_at == world.round.closes_at + timedelta(minutes=6)
    summer_night = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert date_format(timezone.localtime(summer_night), "j. F H.i") == "2. juli 00.30"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own kinds of error")
def test_full_disk_of_postgresql_is_an_error_that_the_pages_know():
    """503 with what was typed kept, as for a database that is away."""
    disk_full = import_module("psycopg2.errors").lookup("53100")

    assert issubclass(disk_full, connection.Database.OperationalError)
