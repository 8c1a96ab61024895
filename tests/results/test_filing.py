"""A restored database takes its results from their files, or loses them; it never counts again."""

import fcntl
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from django.core import serializers
from django.db import connection
from django.utils import timezone

from accounts.models import Mail
from assessments.answers import Answer
from assessments.enums import EditionStatus, RoundKind, RoundState
from assessments.models import Round, RoundForum, SharedRating
from assessments.operations.rounds import open_due_rounds
from assessments.operations.sharing import SharedInput, finish_shared, save_shared_ratings
from results.filing import (
    LOCK_FILE,
    file_results,
    remove_files,
    settle_if_restored,
    settle_restored,
)
from results.models import Beat, Comment, Publication
from results.seal import seal_due_rounds
from tests.factories import EditionFactory, ForumFactory, RoundForumFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


AN_HOUR_AGO = timezone.now() - timedelta(hours=1)
IN_A_MONTH = timezone.now() + timedelta(days=30)


@pytest.fixture
def files(settings):
    return settings.FILES_DIR


def stored() -> list[dict]:
    """All that was published, without the keys that the database gives."""
    rows = [*Publication.objects.order_by("round", "forum", "place"), *Comment.objects.all()]
    fields = (row["fields"] for row in serializers.serialize("python", rows))
    return list(fields)


def restore_copy_taken_while_open(world) -> None:
    """What a backup from before the closing looks like: answers there, no result."""
    Publication.objects.all().delete()
    Comment.objects.all().delete()
    Round.objects.filter(pk=world.round.pk).update(sealed_at=None, filed_at=None)
    Beat.objects.update(at=world.round.opens_at)
    world.round.refresh_from_db()
    world.answer([5, 5, 1, 1, 1, 1, 1, 1], reason="Kun i sikkerhedskopien")


def sealed_and_filed(cast, **fields):
    """A round with its result in a file, beside the clock's own; and when it was sealed."""
    world = open_round_of(cast.forum, **fields)
    world.answer([1, 2, 3, 4, 5, 3, 2, 4], reason="Fordi")
    now = world.seal()
    settle_if_restored(now=now)
    file_results(now=now)
    return world, now


def change_file(files, world, change) -> None:
    (path,) = files.glob(f"round-{world.round.pk}-*.json")
    contents = json.loads(path.read_text("utf-8"))
    change(contents)
    path.write_text(json.dumps(contents), "utf-8")


def state_of(world, now) -> RoundState:
    world.round.refresh_from_db()
    return world.round.state(now)


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
        {"results_open_at": timezone.now() + timedelta(days=13), "closes_at": AN_HOUR_AGO},
        {"opens_at": timezone.now() + timedelta(days=16), "closes_at": IN_A_MONTH},
    ],
    ids=[
        "as planned",
        "as planned for another day",
        "as open for longer",
        "with results before it was closed",
        "as planned for after it was closed",
    ],
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


def test_restored_round_has_the_plan_that_it_was_sealed_by(cast):
    """Else a result would be shown before its time, or read against another edition's goals."""
    meeting = timezone.now() + timedelta(days=40)
    world, now = sealed_and_filed(cast, results_open_at=meeting, release_delay_days=30)
    plan = {
        name: getattr(world.round, name)
        for name in ("opens_at", "closes_at", "results_open_at", "release_delay_days")
    }
    edition = world.round.edition
    restore_copy_taken_while_open(world)
    Round.objects.update(
        edition=EditionFactory(),
        kind=RoundKind.SHARED,
        opens_at=plan["opens_at"] - timedelta(days=1),
        results_open_at=None,
        release_delay_days=14,
    )

    settle_if_restored(now=now + timedelta(days=1))

    world.round.refresh_from_db()
    assert {name: getattr(world.round, name) for name in plan} == plan
    assert world.round.edition == edition
    assert world.round.kind == RoundKind.CONFIDENTIAL


def test_restored_round_is_called_what_it_was_and_says_what_its_members_were_told(cast):
    told = {"name": "Forår", "information": "Spørg kommunens rådgiver."}
    world, now = sealed_and_filed(cast, **told)
    restore_copy_taken_while_open(world)
    Round.objects.update(name="Forår (udkast)", information="")

    settle_if_restored(now=now + timedelta(days=1))

    assert Round.objects.values("name", "information").get() == told


@pytest.mark.parametrize(
    "known",
    [
        {"results_open_at": timezone.now() + timedelta(days=13), "closes_at": AN_HOUR_AGO},
        {"opens_at": timezone.now() + timedelta(days=16), "closes_at": IN_A_MONTH},
    ],
    ids=["closing postponed since", "moved earlier since"],
)
def test_file_from_before_it_held_the_plan_is_still_taken(cast, files, known):
    world, now = sealed_and_filed(cast)
    before, closed = stored(), world.round.closes_at
    restore_copy_taken_while_open(world)
    Round.objects.update(**known)

    def as_before(contents):
        for name in ("edition_id", "kind", "opens_at", "results_open_at", "release_delay_days"):
            del contents[name]
        del contents["name"], contents["information"]
        del contents["forums"][0]["agreed"], contents["forums"][0]["released_at"]

    change_file(files, world, as_before)

    settle_if_restored(now=now + timedelta(hours=1))

    assert state_of(world, now) == RoundState.SEALED
    assert stored() == before
    assert world.round.closes_at == closed


def test_restored_round_has_the_forums_that_it_was_sealed_with(cast):
    """One came into the plan after the backup, and another left it."""
    world, now = sealed_and_filed(cast)
    before = stored()
    restore_copy_taken_while_open(world)
    RoundForum.objects.all().delete()
    RoundForumFactory(round=world.round, forum__municipality=cast.municipality)

    settle_if_restored(now=now + timedelta(hours=1))

    assert state_of(world, now) == RoundState.SEALED
    assert stored() == before
    (row,) = world.round.round_forums.all()
    assert (row.forum, row.municipality, row.answered) == (cast.forum, cast.municipality, 8)


def no_json(contents):
    contents.clear()


def unknown_forum(contents):
    contents["forums"][0]["forum"] = 987654


def another_municipality(contents):
    contents["forums"].append({**contents["forums"][0], "forum": ForumFactory().pk})


def unknown_goal(contents):
    contents["rows"][-1]["fields"]["goal"] = 987654


def unknown_edition(contents):
    contents["edition_id"] = 987654


def edition_that_is_a_draft_again(contents):
    contents["edition_id"] = EditionFactory(status=EditionStatus.DRAFT).pk


@pytest.mark.parametrize(
    "change",
    [
        no_json,
        unknown_forum,
        another_municipality,
        unknown_goal,
        unknown_edition,
        edition_that_is_a_draft_again,
    ],
)
@pytest.mark.django_db(transaction=True)
def test_round_whose_file_cannot_be_taken_is_lost_and_holds_up_no_other(cast, files, change):
    """What came into the database after the backup is not there for the file to speak of."""
    world, now = sealed_and_filed(cast)
    change_file(files, world, change)
    other, _now = sealed_and_filed(cast, edition=world.round.edition)
    Publication.objects.filter(round=other.round).delete()
    Comment.objects.filter(round=other.round).delete()
    Round.objects.filter(pk=other.round.pk).update(sealed_at=None, filed_at=None)
    restore_copy_taken_while_open(world)

    assert settle_if_restored(now=now + timedelta(hours=1)) is True
    assert settle_if_restored(now=now + timedelta(hours=2)) is False

    assert state_of(world, now) == RoundState.LOST
    assert state_of(other, now) == RoundState.SEALED
    assert set(Publication.objects.values_list("round", flat=True)) == {other.round.pk}
    assert not Answer.objects.exists()


def test_file_that_cannot_be_read_just_now_is_waited_for(cast, files):
    world, now = sealed_and_filed(cast)
    restore_copy_taken_while_open(world)
    (path,) = files.glob("round-*.json")
    away = path.rename(files / "away")
    path.mkdir()  # not even root can read it now

    with pytest.raises(IsADirectoryError):
        settle_if_restored(now=now + timedelta(hours=1))
    path.rmdir()
    away.rename(path)
    settle_if_restored(now=now + timedelta(hours=2))

    assert state_of(world, now) == RoundState.SEALED


def test_lost_round_that_the_backup_knew_as_planned_does_not_open(cast, files):
    world, now = sealed_and_filed(cast)
    change_file(files, world, no_json)
    restore_copy_taken_while_open(world)
    Round.objects.update(opened_at=None, opens_at=now, closes_at=now + timedelta(days=14))

    settle_if_restored(now=now + timedelta(hours=1))

    assert open_due_rounds(now=now + timedelta(hours=1)) == 0
    assert state_of(world, now) == RoundState.LOST


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite numbers on by itself")
def test_next_round_is_sealed_after_results_were_taken_from_their_files(cast):
    """The database's own numbers go on from those of the backup."""
    world, now = sealed_and_filed(cast)
    number = Publication.objects.get().pk
    restore_copy_taken_while_open(world)
    with connection.cursor() as cursor:
        sequence = "pg_get_serial_sequence('results_publication', 'id')"
        cursor.execute(f"SELECT setval({sequence}, %s, false)", [number])
    settle_if_restored(now=now + timedelta(hours=1))

    following = open_round_of(cast.forum, edition=world.round.edition)
    following.answer([1, 2, 3, 4, 5, 3])
    following.seal()

    assert Publication.objects.count() == 2


def test_two_files_whose_rows_once_had_the_same_number_are_both_taken(cast, files):
    """Sealed after one restore and before another, a number is given twice."""
    first, now = sealed_and_filed(cast)
    other, _now = sealed_and_filed(cast, edition=first.round.edition)
    before = stored()
    for world in (first, other):
        change_file(files, world, lambda contents: contents["rows"][0].update(pk=1))
        restore_copy_taken_while_open(world)

    settle_if_restored(now=now + timedelta(hours=1))

    assert stored() == before


def in_two_clocks(work) -> list:
    """Each with its own connection, let loose at once, as two clocks wake at the same moment."""
    gate = threading.Barrier(2)

    def run(_number):
        try:
            gate.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


@pytest.mark.django_db(transaction=True)
def test_two_clocks_never_take_the_database_for_a_restored_one(cast, files):
    world = open_round_of(cast.forum)

    def beats() -> list[bool]:
        return [settle_if_restored(now=timezone.now()) for _ in range(30)]

    assert in_two_clocks(beats) == [[False] * 30] * 2

    assert not Mail.objects.filter(kind="restored").exists()
    assert state_of(world, timezone.now()) == RoundState.OPEN


@pytest.mark.django_db(transaction=True)
def test_two_clocks_settle_a_restored_database_once(cast):
    world = open_round_of(cast.forum)
    settle_if_restored(now=timezone.now())
    Beat.objects.update(at=world.round.opens_at)

    settled = in_two_clocks(lambda: settle_if_restored(now=timezone.now()))

    assert sorted(settled) == [False, True]
    assert Mail.objects.filter(kind="restored").count() == len(cast.members)


@pytest.mark.django_db(transaction=True)
def test_two_clocks_file_each_result_once_and_whole(cast, files):
    edition = EditionFactory(framework__municipality=cast.municipality)
    for _number in range(8):
        world = open_round_of(cast.forum, edition=edition)
        world.answer([1, 2, 3, 4, 5, 3], reason="Fordi")
        now = world.seal()

    assert sum(in_two_clocks(lambda: file_results(now=now))) == 8

    paths = sorted(files.glob("round-*"))
    assert [path.suffix for path in paths] == [".json"] * 8
    assert all(json.loads(path.read_text("utf-8"))["rows"] for path in paths)


def test_clock_that_has_waited_for_another_does_not_beat_before_it(cast, files):
    """Killed before its file was written it would leave a database older than the file."""
    later = timezone.now()
    settle_if_restored(now=later)

    assert settle_if_restored(now=later - timedelta(seconds=1)) is False

    assert Beat.objects.get().at == later
    assert json.loads((files / "clock.json").read_text("utf-8"))["at"] == later.isoformat()


def test_clock_whose_machine_was_ahead_goes_on_from_the_right_time(cast):
    now = timezone.now()
    settle_if_restored(now=now + timedelta(days=1))

    assert settle_if_restored(now=now) is False

    assert Beat.objects.get().at == now


def test_files_of_a_municipality_that_leaves_go_after_a_clock_has_written_them(cast, files):
    """It has read the result before that was deleted, and would leave it lying for ever."""
    world, _now = sealed_and_filed(cast)
    (file,) = files.glob("round-*.json")
    contents = file.read_text("utf-8")

    with ThreadPoolExecutor(1) as pool, (files / LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        removal = pool.submit(remove_files, [world.round])
        wait([removal], timeout=0.3)
        file.write_text(contents, "utf-8")

    removal.result()
    assert not file.exists()
