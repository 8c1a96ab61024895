"""A restored database takes its results from their files, or loses them; it never counts again."""

import json
import shutil
from datetime import timedelta

import pytest
from django.core import serializers
from django.utils import timezone

from assessments.answers import Answer
from assessments.enums import RoundState
from assessments.models import Round
from results.filing import file_results, settle_if_restored
from results.models import Beat, Comment, Publication
from results.seal import seal_due_rounds
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(settings):
    return settings.FILES_DIR


def stored() -> str:
    return serializers.serialize("json", [*Publication.objects.all(), *Comment.objects.all()])


def restore_copy_taken_while_open(world) -> None:
    """What a backup from before the closing looks like: answers there, no result."""
    Publication.objects.all().delete()
    Comment.objects.all().delete()
    Round.objects.filter(pk=world.round.pk).update(sealed_at=None, filed_at=None)
    Beat.objects.update(at=world.round.opens_at)
    world.round.refresh_from_db()
    world.answer([5, 5, 1, 1, 1, 1, 1, 1], reason="Kun i sikkerhedskopien")


def test_each_sealed_round_is_filed_once(cast, files):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3], reason="Fordi")
    now = world.seal()

    assert [file_results(now=now), file_results(now=now)] == [1, 0]

    (path,) = files.glob("round-*.json")
    contents = json.loads(path.read_text("utf-8"))
    assert [row["model"] for row in contents["rows"]] == [
        "results.publication",
        *["results.comment"] * 24,
    ]


def test_restored_round_gets_the_very_same_result_from_its_file(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3], reason="Fordi")
    now = world.seal()
    settle_if_restored(now=now)
    file_results(now=now)
    before = stored()
    restore_copy_taken_while_open(world)

    assert settle_if_restored(now=now + timedelta(days=2)) is True

    assert stored() == before
    world.round.refresh_from_db()
    world.round_forum.refresh_from_db()
    assert world.round.sealed_at == now
    assert world.round_forum.answered == 6
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "known",
    [{"opened_at": None}, {"closes_at": timezone.now() + timedelta(days=60)}],
    ids=["as planned", "as open for longer"],
)
def test_restored_round_that_was_sealed_gets_its_result_however_the_backup_knew_it(cast, known):
    """A round that was closed early, or opened since, is not opened and counted once more."""
    world = open_round_of(cast.forum, smallest_group=6)
    world.answer([1, 2, 3, 4, 5, 3, 2, 4])
    now = world.seal()
    settle_if_restored(now=now)
    file_results(now=now)
    before, closed = stored(), world.round.closes_at
    restore_copy_taken_while_open(world)
    Round.objects.filter(pk=world.round.pk).update(smallest_group=5, **known)

    settle_if_restored(now=now + timedelta(hours=1))

    assert stored() == before
    world.round.refresh_from_db()
    assert (world.round.closes_at, world.round.sealed_at) == (closed, now)
    assert (world.round.opened_at, world.round.smallest_group) == (world.round.opens_at, 6)
    assert not Answer.objects.exists()


def test_restored_round_without_a_file_is_lost_and_never_sealed(cast):
    world = open_round_of(cast.forum)
    now = world.round.closes_at + timedelta(hours=1)
    settle_if_restored(now=now)
    restore_copy_taken_while_open(world)

    assert settle_if_restored(now=now + timedelta(days=2)) is True
    assert seal_due_rounds(now=now + timedelta(days=3)) == 0

    world.round.refresh_from_db()
    assert world.round.state(now) == RoundState.LOST
    assert not world.round.accepts_answers(world.round.opens_at)
    assert not Answer.objects.exists()
    assert not Publication.objects.exists()


def test_restored_round_that_is_still_open_goes_on(cast):
    world = open_round_of(cast.forum)
    now = world.round.opens_at + timedelta(days=2)
    settle_if_restored(now=now)
    restore_copy_taken_while_open(world)

    settle_if_restored(now=now + timedelta(days=1))

    world.round.refresh_from_db()
    assert world.round.state(now) == RoundState.OPEN
    assert Answer.objects.count() == 8


def test_clock_that_is_late_is_no_restore(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])

    restored = [
        settle_if_restored(now=world.round.opens_at),
        settle_if_restored(now=world.round.closes_at + timedelta(days=30)),
    ]

    assert restored == [False, False]
    assert seal_due_rounds(now=world.round.closes_at + timedelta(days=30)) == 1


def test_database_without_a_beat_beside_a_file_was_restored(cast):
    world = open_round_of(cast.forum)
    settle_if_restored(now=world.round.opens_at)
    Beat.objects.all().delete()

    assert settle_if_restored(now=world.round.opens_at + timedelta(days=1)) is True


def test_database_without_its_folder_was_restored_and_is_never_sealed_again(cast, files):
    world = open_round_of(cast.forum)
    now = world.round.closes_at + timedelta(hours=1)
    settle_if_restored(now=world.round.opens_at)
    world.answer([1, 2, 3, 4, 5, 3])
    shutil.rmtree(files)

    assert settle_if_restored(now=now) is True
    assert seal_due_rounds(now=now) == 0

    world.round.refresh_from_db()
    assert world.round.state(now) == RoundState.LOST
    assert not Answer.objects.exists()
