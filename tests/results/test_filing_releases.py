"""What was released after the backup stays released: the chief above has seen it. And nobody is
told twice of a result."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mail
from assessments.models import Round, RoundForum
from assessments.operations.inviting import RESULTS, tell_results
from results.filing import file_results, settle_if_restored
from results.models import Beat, Comment, Publication
from results.operations import release_result
from tests.factories import ForumFactory, RoundForumFactory, UserFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def files(settings):
    return settings.FILES_DIR


@pytest.fixture
def chief(cast):
    """Reads the forum's results, and is no member."""
    person = UserFactory()
    cast.forum.chief = person
    cast.forum.save()
    return person


@pytest.fixture
def world(cast, chief):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3, 2, 4])
    world.sealed_at = world.seal()
    settle_if_restored(now=world.sealed_at)
    file_results(now=world.sealed_at)
    return world


def release(world, *, filed: bool = True) -> None:
    at = world.sealed_at + HOUR
    world.round_forum.forum.refresh_from_db()
    assert release_result(round_forum=world.round_forum, by=UserFactory(), now=at)
    settle_if_restored(now=at)
    if filed:
        file_results(now=at)


def restore_copy_from_before_the_release(world) -> None:
    RoundForum.objects.update(released_at=None, released_by=None)
    Round.objects.update(filed_at=world.sealed_at)
    Beat.objects.update(at=world.sealed_at)


def restore_copy_from_before_the_seal(world) -> None:
    restore_copy_from_before_the_release(world)
    Publication.objects.all().delete()
    Comment.objects.all().delete()
    Round.objects.update(sealed_at=None, filed_at=None)


def reads(chief, at) -> bool:
    return RoundForum.objects.result_open_to(chief, at).exists()


@pytest.mark.parametrize(
    "restore", [restore_copy_from_before_the_release, restore_copy_from_before_the_seal]
)
def test_result_released_after_the_backup_stays_released(world, chief, restore):
    release(world)
    restore(world)
    later = world.sealed_at + DAY
    assert not reads(chief, later)

    settle_if_restored(now=later)

    row = RoundForum.objects.get()
    assert (row.released_at, row.released_by) == (world.sealed_at + HOUR, None)
    assert reads(chief, later)


def test_file_says_when_and_not_who(world, files):
    release(world)

    (path,) = files.glob("round-*.json")
    (forum,) = json.loads(path.read_text("utf-8"))["forums"]
    assert forum["released_at"] == (world.sealed_at + HOUR).isoformat()
    assert "released_by" not in forum


def test_result_of_another_forum_is_not_released_with_it(cast, world):
    other = RoundForumFactory(
        round=world.round, forum=ForumFactory(municipality=cast.municipality, chief=UserFactory())
    )
    release(world)
    restore_copy_from_before_the_release(world)

    settle_if_restored(now=world.sealed_at + DAY)

    other.refresh_from_db()
    assert other.released_at is None


def test_release_that_the_backup_knows_stays_as_it_is(world):
    release(world)
    by = RoundForum.objects.get().released_by
    Beat.objects.update(at=world.sealed_at)

    settle_if_restored(now=world.sealed_at + DAY)

    row = RoundForum.objects.get()
    assert (row.released_at, row.released_by) == (world.sealed_at + HOUR, by)


@pytest.mark.parametrize("contents", ["", "[]", '{"forums": [{}]}', '{"forums": [{"forum": 1}]}'])
def test_sealed_round_whose_file_says_nothing_of_releases_stays_as_it_is(world, files, contents):
    """An older file, or one that is damaged: the result itself is in the database."""
    release(world)
    restore_copy_from_before_the_release(world)
    (path,) = files.glob("round-*.json")
    path.write_text(contents)

    assert settle_if_restored(now=world.sealed_at + DAY) is True

    assert RoundForum.objects.get().released_at is None
    assert Round.objects.get().sealed_at == world.sealed_at


def test_release_reaches_the_file_at_the_next_beat(world, files):
    (path,) = files.glob("round-*.json")
    release(world, filed=False)
    assert json.loads(path.read_text("utf-8"))["forums"][0]["released_at"] is None

    assert file_results(now=timezone.now()) == 1

    assert json.loads(path.read_text("utf-8"))["forums"][0]["released_at"] is not None


@pytest.mark.parametrize(
    "restore", [restore_copy_from_before_the_release, restore_copy_from_before_the_seal]
)
def test_nobody_is_told_twice_of_a_result(world, restore):
    told_at = world.sealed_at + HOUR
    assert tell_results(now=told_at) == 1
    settle_if_restored(now=told_at)
    assert file_results(now=told_at) == 1
    Mail.objects.all().delete()
    restore(world)
    Round.objects.update(results_told_at=None)

    settle_if_restored(now=world.sealed_at + DAY)

    assert Round.objects.get().results_told_at == told_at
    assert tell_results(now=world.sealed_at + DAY) == 0
    assert not Mail.objects.filter(occasion=RESULTS).exists()
