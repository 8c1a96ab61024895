"""The web server killed (-9) at any moment of a save: each rating is either the old or the new."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from assessments.answers import Answer
from assessments.models import Participation
from assessments.operations.answering import ratings_of
from tests.attack.real_server import headers_of, running_server
from tests.cast import make_cast
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db(transaction=True)


def kill_many(count: int) -> None:
    cast = make_cast()
    world = open_round_of(cast.forum)
    mine = world.participation_of(cast.unit_head)
    path = reverse("assessments:save", args=[world.round.pk, cast.forum.pk])
    headers = headers_of(cast.unit_head)
    goal = world.goals[0].pk
    dice = random.Random(count)
    before: tuple[int | None, str] | None = None
    outcomes = set()
    with running_server() as server, ThreadPoolExecutor(1) as pool:
        server.post(path, {"goal": str(world.goals[1].pk), "value": "3"}, **headers)  # warm
        for number in range(count):
            after = (number % 5 + 1, f"begrundelse {number}")
            fields = {"goal": str(goal), "value": str(after[0]), "reason": after[1]}
            save = pool.submit(server.post, path, fields, **headers)
            time.sleep(dice.uniform(0, 0.03))
            all_of_it = number % 5 == 4
            server.kill() if all_of_it else server.kill_worker()
            answer = save.result()
            connection.close()

            row = ratings_of(mine).get(goal)
            found = (row.value, row.reason) if row else None
            assert found in (before, after)
            if answer.status == 200:
                assert found == after  # what was said to be saved is saved
            outcomes.add(found == after)
            assert Answer.objects.count() == 1
            assert Participation.objects.get(pk=mine.pk).answered_at is not None
            if all_of_it:
                server.start()
            # The page retries by itself: the same once more.
            assert server.post(path, fields, **headers).status == 200
            row = ratings_of(mine)[goal]
            before = (row.value, row.reason)
            assert before == after
    if count >= 50:
        assert outcomes == {True, False}  # some kills came before the save, some after it


def test_server_killed_during_a_save_five_times():
    kill_many(5)


@pytest.mark.prove
def test_server_killed_during_a_save_fifty_times():
    kill_many(50)
