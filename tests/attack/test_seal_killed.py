"""The seal killed (-9) at any moment: the round is open or sealed, never between."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection

from assessments.answers import Answer, Rating
from forums.enums import Role
from results.models import Publication
from results.seal import seal_round
from tests.factories import EditionFactory, ForumFactory, MembershipFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db(transaction=True)


def world_of_36():
    forum = ForumFactory()
    MembershipFactory.create_batch(11, forum=forum)
    MembershipFactory.create_batch(25, forum=forum, role=Role.DEPARTMENT_HEAD)
    edition = EditionFactory(pillar_count=4, goals_each=6)
    world = open_round_of(forum, edition=edition)
    world.answer([1, 2, 3, 4, 5, 3] * 6, reason="Fordi")
    return world


def state_after_a_kill(world, delay: float) -> tuple[bool, int, int, int]:
    """Sealed or not, answers, ratings and publications, after a kill `delay` seconds in."""
    moment = (world.round.closes_at + timedelta(minutes=6)).isoformat()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.attack.seal_once", moment],
        env={**os.environ, "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    connection.close()
    world.round.refresh_from_db()
    return (
        world.round.sealed_at is not None,
        Answer.objects.count(),
        Rating.objects.count(),
        Publication.objects.count(),
    )


def kill_many(count: int) -> None:
    world = world_of_36()
    open_state, sealed_state = (False, 36, 36 * 24, 0), (True, 0, 0, 2)
    dice = random.Random(50)
    for _ in range(count):
        state = state_after_a_kill(world, dice.uniform(0, 0.08))
        assert state in (open_state, sealed_state)
        if state == sealed_state:
            # Fresh answers for the next kill: the database is emptied between tests only.
            Publication.objects.all().delete()
            type(world.round).objects.filter(pk=world.round.pk).update(sealed_at=None)
            world.round.refresh_from_db()
            world.answer([1, 2, 3, 4, 5, 3] * 6, reason="Fordi")
    seal_round(round_=world.round, now=world.round.closes_at + timedelta(minutes=7))
    assert Publication.objects.count() == 2


def test_seal_killed_five_times():
    kill_many(5)


@pytest.mark.prove
def test_seal_killed_fifty_times():
    kill_many(50)
