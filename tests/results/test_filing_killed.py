"""A clock that is killed while it settles a restored database, and the next one that goes on."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Mail
from assessments.answers import Answer
from assessments.enums import RoundState
from results.filing import settle_if_restored
from results.models import Beat
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


class Killed(BaseException):
    """Nothing in the product catches it."""


@contextmanager
def killed_before_the_beat_is_kept(files):
    def kill(run, sql, params, many, context):
        if '"results_beat"' in sql and not sql.startswith("SELECT"):
            raise Killed
        return run(sql, params, many, context)

    with pytest.raises(Killed), connection.execute_wrapper(kill):
        yield


@contextmanager
def killed_before_the_file_is_written(files):
    """All is in the database then; a folder in the place of the draft is as good as a kill."""
    draft = files / "clock.draft"

    def hinder(run, sql, params, many, context):
        if '"results_beat"' in sql and not sql.startswith("SELECT"):
            draft.mkdir(exist_ok=True)
        return run(sql, params, many, context)

    with pytest.raises(IsADirectoryError), connection.execute_wrapper(hinder):
        yield
    draft.rmdir()


KILLS = [killed_before_the_beat_is_kept, killed_before_the_file_is_written]


@pytest.fixture
def files(settings):
    return settings.FILES_DIR


def restored_yesterday_s(files, *, with_file: bool) -> None:
    """By `plf restore` the clock's file goes; a copy brought back by other means leaves it."""
    now = timezone.now()
    settle_if_restored(now=now)
    Beat.objects.update(at=now - DAY)
    if not with_file:
        (files / "clock.json").unlink()


@pytest.mark.parametrize("kill", KILLS)
@pytest.mark.parametrize("with_file", [True, False])
def test_restored_round_s_invited_are_told_once_though_the_clock_is_killed(
    cast, files, kill, with_file
):
    open_round_of(cast.forum, days_ago=2)
    restored_yesterday_s(files, with_file=with_file)
    now = timezone.now()

    with kill(files):
        settle_if_restored(now=now + MINUTE)
    settle_if_restored(now=now + 2 * MINUTE)

    mails = Mail.objects.filter(kind="restored")
    assert sorted(mail.to_id for mail in mails) == sorted(user.pk for user in cast.members)
    assert settle_if_restored(now=now + 3 * MINUTE) is False


@pytest.mark.parametrize("kill", KILLS)
@pytest.mark.parametrize("ahead", [SECOND, 30 * SECOND, DAY])
def test_clock_killed_while_settling_never_leaves_a_round_to_be_counted_again(
    cast, files, kill, ahead
):
    """Not even where the copy was made on a machine whose time was ahead of this one's."""
    world = open_round_of(cast.forum, days_ago=20)
    world.answer([1, 2, 3, 4, 5, 3])
    now = timezone.now()
    restored_yesterday_s(files, with_file=False)
    Beat.objects.update(at=now + ahead)

    with kill(files):
        settle_if_restored(now=now)
    settle_if_restored(now=now + SECOND)

    world.round.refresh_from_db()
    assert world.round.state(now) == RoundState.LOST
    assert not Answer.objects.exists()


@pytest.mark.parametrize("kill", KILLS)
def test_clock_killed_at_an_ordinary_beat_takes_the_database_for_no_restored_one(cast, files, kill):
    world = open_round_of(cast.forum)
    now = timezone.now()
    settle_if_restored(now=now)

    with kill(files):
        settle_if_restored(now=now + MINUTE)

    assert settle_if_restored(now=now + 2 * MINUTE) is False
    assert world.round.state(now) == RoundState.OPEN
