"""What a leader's whole journey costs the server: open, 24 saves, done; against the floor.

To see the figures: `make prove ARGS="-k journey -s"`.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.answers import Answer
from tests.cast import make_cast
from tests.factories import EditionFactory
from tests.worlds import OpenRound, open_round_of

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

ROUNDS = 15
MOST = 2  # times the floor
Steps = dict[str, float]


def timed(steps: Steps, name: str, ask: Callable[[], Any]) -> Any:
    start = time.process_time()
    answer = ask()
    steps[name] = steps.get(name, 0) + time.process_time() - start
    return answer


def ours(client: Client, world: OpenRound) -> Steps:
    steps: Steps = {}
    where = [world.round.pk, world.round_forum.forum_id]
    rate, save, done = (reverse(f"assessments:{name}", args=where) for name in NAMES)
    page = timed(steps, "open", lambda: client.get(rate))
    seen = page.context["seen"] if page.context else ""
    for goal in world.goals:
        fields = {"goal": goal.pk, "value": 4, "reason": "Fordi", "seen": seen}
        answer = timed(steps, "24 saves", partial(client.post, save, fields))
        seen = answer.json()["seen"]
    timed(steps, "done", lambda: client.post(done))
    timed(steps, "done", lambda: client.get(done))
    return steps


NAMES = ("rate", "save", "done")


def floor(client: Client, world: OpenRound, participation: int) -> Steps:
    steps: Steps = {}
    urlconf = "tests.bench.floor"
    rate, save, done = (reverse(name, urlconf, args=[participation]) for name in NAMES)
    timed(steps, "open", lambda: client.get(rate))
    for goal in world.goals:
        fields = {"goal": goal.pk, "value": 4, "reason": "Fordi"}
        timed(steps, "24 saves", partial(client.post, save, fields))
    timed(steps, "done", lambda: client.post(done))
    timed(steps, "done", lambda: client.get(rate))
    return steps


def middle(journeys: list[Steps]) -> Steps:
    return {
        name: 1000 * statistics.median(journey[name] for journey in journeys)
        for name in journeys[0]
    }


def test_journey_costs_at_most_twice_the_floor(settings, client_of):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "zeal" not in name]
    cast = make_cast()
    world = open_round_of(cast.forum, edition=EditionFactory(pillar_count=4, goals_each=6))
    mine = world.participation_of(cast.unit_head)
    client = client_of(cast.unit_head)
    measured: dict[str, list[Steps]] = {"ours": [], "floor": []}
    for _ in range(ROUNDS):  # by turns, so that a busy machine is busy for both
        measured["ours"].append(ours(client, world))
        Answer.objects.all().delete()
        settings.ROOT_URLCONF = "tests.bench.floor"
        measured["floor"].append(floor(client, world, mine.pk))
        settings.ROOT_URLCONF = "plf.urls"
        Answer.objects.all().delete()

    mean, least = middle(measured["ours"]), middle(measured["floor"])

    for name in mean:
        print(  # noqa: T201 -- the figures are what this test is run for
            f"\n{name:>9}: {mean[name]:6.1f} ms CPU, floor {least[name]:6.1f} ms, "
            f"{mean[name] / least[name]:.1f} times",
            end="",
        )
    total, bottom = sum(mean.values()), sum(least.values())
    print(f"\n  journey: {total:.1f} ms CPU, floor {bottom:.1f} ms, {total / bottom:.1f} times")  # noqa: T201
    assert total <= MOST * bottom
