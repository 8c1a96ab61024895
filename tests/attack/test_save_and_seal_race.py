"""Saves and the seal at the same moment: an accepted save is counted, every other is told so."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from assessments.answers import Answer, Rating
from assessments.models import Participation, Round
from assessments.operations.answering import RatingInput, RoundIsClosed, save_ratings
from results.models import Publication
from results.seal import seal_due_rounds, seal_round
from tests.cast import make_cast
from tests.factories import EditionFactory
from tests.worlds import OpenRound, open_round_of

pytestmark = pytest.mark.django_db(transaction=True)

LEVELS = 5
PATIENCE = 20  # seconds


def in_threads(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own with its own connection, all let loose at once."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


def save_until_closed(world: OpenRound, participation: Participation, dice: random.Random):
    """Save again and again; the last accepted level of each goal, and whether one was refused."""

    def work() -> tuple[dict[int, int], bool]:
        accepted: dict[int, int] = {}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            # As people do: the next choice takes a moment, in which the seal may get in.
            time.sleep(dice.uniform(0, 0.06))
            chosen = {goal.pk: dice.randint(1, LEVELS) for goal in world.goals}
            ratings = [RatingInput(goal, level) for goal, level in chosen.items()]
            try:
                save_ratings(
                    participation=participation, ratings=ratings, now=world.round.closes_at
                )
            except RoundIsClosed:
                return accepted, True
            accepted |= chosen
        return accepted, False

    return work


def seal_after(world: OpenRound, pause: float):
    def work() -> bool:
        time.sleep(pause)
        now = world.round.closes_at + timedelta(minutes=6)
        return seal_round(round_=Round.objects.get(pk=world.round.pk), now=now)

    return work


def tally(levels: list[int]) -> list[int]:
    return [levels.count(level) for level in range(1, LEVELS + 1)]


def race(savers: int, seed: int) -> None:
    dice = random.Random(seed)
    cast = make_cast()
    edition = EditionFactory(framework__municipality=cast.municipality, goals_each=1)
    world = open_round_of(cast.forum, edition=edition)
    saving = [
        save_until_closed(world, participation, random.Random(dice.random()))
        for participation in world.participations[:savers]
    ]

    *saved, sealed = in_threads(*saving, seal_after(world, dice.uniform(0, 0.15)))

    assert sealed is True
    assert all(refused for _, refused in saved)
    world.round_forum.refresh_from_db()
    assert world.round_forum.answered == sum(bool(accepted) for accepted, _ in saved)
    if world.round_forum.answered >= 6:
        publication = Publication.objects.get(round=world.round)
        for goal, cell in zip(world.goals, publication.cells, strict=True):
            counts = tally([accepted[goal.pk] for accepted, _ in saved if accepted])
            near = sum(counts) - max(counts) <= 1
            assert isinstance(cell, str) if near else cell == [*counts, 0]
    assert not Answer.objects.exists()
    assert not Rating.objects.exists()


def test_every_accepted_save_is_counted_and_every_other_refused():
    race(savers=8, seed=1)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(20))
def test_every_accepted_save_is_counted_twenty_times(seed):
    race(savers=8, seed=seed)


def test_two_clocks_at_once_seal_once():
    world = open_round_of(make_cast().forum)
    world.answer([1, 2, 3, 4, 5, 3, 2])
    now = world.round.closes_at + timedelta(minutes=6)

    sealed = in_threads(*[lambda: seal_due_rounds(now=now)] * 3)

    assert sorted(sealed) == [0, 0, 1]
    assert [row.cells for row in Publication.objects.all()] == [[[1, 2, 2, 1, 1, 0]] * 4]
