"""A restored database takes its results from their files, or loses them; it never counts again."""

import json
import shutil
from datetime import timedelta

import pytest
from django.core import serializers
from django.utils import timezone

from accounts.models import Mail
from assessments.answers import Answer
from assessments.enums import RoundKind, RoundState
from assessments.models import Round, RoundForum, SharedRating
from assessments.operations.sharing import SharedInput, finish_shared, save_shared_ratings
from results.filing import file_results, settle_if_restored, settle_restored
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


def agree(world, goal, *, now, **fields) -> None:
    ratings = [SharedInput(goal.pk, **fields)]
    save_shared_ratings(round_forum=world.round_forum, ratings=ratings, now=now)


def shared(world) -> list[tuple]:
    rows = world.round_forum.shared_ratings.order_by("goal")
    return list(rows.values_list("goal", "level", "differs", "note"))


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
    [
        {"opened_at": None},
        {"opened_at": None, "opens_at": timezone.now() + timedelta(days=3)},
        {"closes_at": timezone.now() + timedelta(days=60)},
    ],
    ids=["as planned", "as planned for another day", "as open for longer"],
)
def test_restored_round_that_was_sealed_gets_its_result_however_the_backup_knew_it(cast, known):
    """A round that was closed early, or opened since, is not opened and counted once more."""
    world = open_round_of(cast.forum, smallest_group=6)
    world.answer([1, 2, 3, 4, 5, 3, 2, 4])
    now = world.seal()
    settle_if_restored(now=now)
    file_results(now=now)
    before, opened, closed = stored(), world.round.opened_at, world.round.closes_at
    restore_copy_taken_while_open(world)
    Round.objects.filter(pk=world.round.pk).update(smallest_group=5, **known)

    settle_if_restored(now=now + timedelta(hours=1))

    assert stored() == before
    world.round.refresh_from_db()
    assert (world.round.closes_at, world.round.sealed_at) == (closed, now)
    assert (world.round.opened_at, world.round.smallest_group) == (opened, 6)
    assert not Answer.objects.exists()


def test_round_planned_after_the_restore_does_not_take_the_file_of_one_that_is_gone(cast):
    """A restored database gives the same numbers once more."""
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])
    file_results(now=world.seal())
    Publication.objects.all().delete()
    Comment.objects.all().delete()
    Round.objects.all().delete()
    new = open_round_of(cast.forum, edition=world.round.edition, pk=world.round.pk, opened_at=None)

    settle_restored(now=timezone.now(), as_of=None)

    new.round.refresh_from_db()
    assert new.round.state(timezone.now()) == RoundState.PLANNED
    assert not Publication.objects.exists()


def test_round_from_before_rounds_had_keys_takes_its_file_by_its_opening(cast, files):
    world = open_round_of(cast.forum)
    Round.objects.update(key=None)
    world.answer([1, 2, 3, 4, 5, 3])
    world.round.refresh_from_db()
    file_results(now=world.seal())
    before = stored()
    restore_copy_taken_while_open(world)

    settle_restored(now=timezone.now(), as_of=None)

    (path,) = files.glob("round-*.json")
    assert path.name == f"round-{world.round.pk}-{world.round.opens_at:%Y%m%dT%H%M%SZ}.json"
    assert stored() == before


def test_restored_shared_round_gets_what_the_team_agreed_on_in_the_end(cast):
    world = open_round_of(cast.forum, kind=RoundKind.SHARED)
    first, second, third, fourth = world.goals
    now = world.round.opens_at + timedelta(hours=1)
    agree(world, first, level=1, now=now)
    agree(world, second, level=2, now=now)
    agree(world, third, level=3, now=now)
    as_backed_up = shared(world)
    agree(world, first, level=5, note="Aftalt til sidst", now=now)
    agree(world, second, now=now)
    agree(world, fourth, differs=True, now=now)
    finish_shared(round_forum=world.round_forum, now=now)
    file_results(now=world.seal())
    agreed = shared(world)
    SharedRating.objects.all().delete()
    SharedRating.objects.bulk_create(
        SharedRating(round_forum=world.round_forum, goal_id=goal, level=level)
        for goal, level, _differs, _note in as_backed_up
    )
    RoundForum.objects.update(finished_at=None)
    Round.objects.update(sealed_at=None, filed_at=None)

    settle_restored(now=timezone.now(), as_of=None)

    assert shared(world) == agreed
    world.round_forum.refresh_from_db()
    assert world.round_forum.finished_at == now


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


def test_all_invited_are_told_in_the_same_words_that_a_restored_round_goes_on(cast):
    """Whoever withdrew their answers after the copy has them again, and must hear of it."""
    world = open_round_of(cast.forum)
    now = world.round.opens_at + timedelta(days=2)
    settle_if_restored(now=now)
    restore_copy_taken_while_open(world)

    settle_if_restored(now=now + timedelta(hours=1))
    settle_if_restored(now=now + timedelta(hours=2))

    mails = Mail.objects.filter(kind="restored")
    assert sorted(mail.to_id for mail in mails) == sorted(user.pk for user in cast.members)
    assert len({(mail.subject, mail.body) for mail in mails}) == 1
    assert "trukket" in mails[0].body
    assert mails[0].url.endswith(f"/runder/{world.round.pk}/{cast.forum.pk}/")


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
