"""Two truths, one result: where the rules say that nobody can tell them apart, nothing does.

In the second truth other people answered, near-unanimity lies on another level, the withheld goal
was rated by nobody, and everybody's ratings have changed places. Every page, byte for byte, and
every row of the database must be the same: no coordinate, order, mail or mark may tell which truth
it was. This needs no understanding of the pages, so it finds what a reader overlooks.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
import time_machine
from django.apps import apps
from django.core import mail, serializers
from django.db import transaction

from tests.attack.solver import NO_ANSWER, Choice
from tests.attack.spider import Seen, crawl_all, different, fetch
from tests.attack.stage import Stage, add_bystanders, client_of, goal_names, set_stage

pytestmark = pytest.mark.django_db

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
FORUM = "Ledergruppen"
FULL, HIGH, LOW, FEW, BACK, CAMPS = GOALS = goal_names(6)
HEADS = [f"Aftaleholder {name}" for name in "ABCDEFGHI"]
OTHERS = [f"Afdelingsleder {name}" for name in "ABCDEFGHIJ"]
ROLES = {
    "Chefen": "chief",
    **dict.fromkeys(HEADS, "unit_head"),
    **dict.fromkeys(OTHERS, "department_head"),
}
Truth = Mapping[str, Mapping[str, Choice]]


def first_truth() -> Truth:
    """The chief and the last of each role stay away."""
    heads, others = HEADS[:8], OTHERS[:9]
    truth: dict[str, dict[str, Choice]] = {}
    opinions: tuple[Choice, ...] = (5, 5, 1, NO_ANSWER)
    for group, back in ((heads, 8), (others, 4)):
        for place, name in enumerate(group):
            truth[name] = {
                FULL: place % 4 + 1,
                HIGH: 2 if place == 0 else 4,
                LOW: 1,
                CAMPS: (1, 5)[place % 2],
            }
            if place < back:
                truth[name][BACK] = place % 3 + 2
    for name, choice in zip(heads, opinions, strict=False):
        truth[name][FEW] = choice
    return truth


def second_truth() -> Truth:
    """The same counts where they are shown; all that is not shown is another."""
    heads, others = ["Chefen", *HEADS[2:]], OTHERS[:0:-1]
    truth: dict[str, dict[str, Choice]] = {}
    for group, camps in ((heads, (5, 1)), (others, (1, 5))):
        for place, name in enumerate(group):
            truth[name] = {
                FULL: (len(group) - 1 - place) % 4 + 1,
                HIGH: 5,
                LOW: 3 if place else NO_ANSWER,
                CAMPS: camps[place % 2],
            }
            if not place:
                # One more rating takes the place of the "ved ikke" in the class's n.
                truth[name][LOW] = 2
    backs = [place % 3 + 2 for place in range(8)] + [place % 3 + 2 for place in range(4)]
    for name, choice in zip([*heads[1:], *others[:2]][-9:], backs, strict=False):
        truth[name][BACK] = choice
    for name, choice in zip([*heads[:1], *others[5:7]], backs[9:], strict=True):
        truth[name][BACK] = choice
    return truth


class Undone(Exception):
    """Leaves the transaction so that the second truth begins where the first did."""


# Comments have random keys; sequences go on where a transaction is undone.
NUMBERED_ANEW = ("results.comment", "results.publication", "accounts.mail")
Looked = TypeVar("Looked")


def sealed_with(stage: Stage, truth: Truth, clock, look: Callable[[], Looked]) -> Looked:
    """What is seen a month after this truth was answered and sealed; then it never happened."""
    mail.outbox = []
    try:
        with transaction.atomic():
            (round_,) = stage.rounds
            stage.answer(round_, truth, reasons={FULL: "Samme ord", FEW: f"{len(truth)} ord"})
            stage.tick(OPENS + timedelta(days=3))
            now = stage.seal(round_)
            clock.move_to(now + timedelta(days=30))
            looked = look()
            raise Undone
    except Undone:
        round_.refresh_from_db()
        clock.move_to(OPENS)
    return looked


def dump() -> list[object]:
    """Every row of every table in every order that matters, but for what is random by design."""
    rows = []
    for model in apps.get_models():
        for row in json.loads(serializers.serialize("json", model._base_manager.order_by("pk"))):
            if row["model"] in NUMBERED_ANEW:
                row["pk"] = None
            rows.append(json.dumps(row, sort_keys=True))
    return [*sorted(rows), *(f"{message.subject} {message.body}" for message in mail.outbox)]


@pytest.fixture
def stage(caplog):
    caplog.set_level("CRITICAL", "django")
    with time_machine.travel(OPENS, tick=False) as clock:
        stage = set_stage({FORUM: ROLES}, GOALS)
        stage.people.update(add_bystanders(stage, FORUM))
        stage.plan([FORUM], opens_at=OPENS)
        stage.tick(OPENS)
        yield stage, clock


def other_truth() -> Truth:
    """The first with one rating changed, in a goal that is shown."""
    other = {name: dict(choices) for name, choices in first_truth().items()}
    other[HEADS[1]][FULL] = 5
    return other


def test_two_truths_with_one_result_leave_the_same_rows(stage):
    stage, clock = stage

    first, second, other = (
        sealed_with(stage, truth, clock, dump)
        for truth in (first_truth(), second_truth(), other_truth())
    )

    assert first == second
    assert first != other


@pytest.mark.once
@pytest.mark.parametrize(
    "readers",
    [
        pytest.param(["Chefen"], id="chief"),
        pytest.param(
            [OTHERS[1], "facilitator", "administrator"], marks=pytest.mark.prove, id="all"
        ),
    ],
)
def test_two_truths_with_one_result_cannot_be_told_apart(stage, readers):
    stage, clock = stage

    def pages() -> Seen:
        return crawl_all({name: client_of(stage.people[name]) for name in readers})

    def result() -> Seen:
        client = client_of(stage.people["Chefen"])
        address = f"/resultater/{stage.where(stage.rounds[0], FORUM)}"
        return {"Chefen": {address: fetch(client, address)}}

    first, second = (
        sealed_with(stage, truth, clock, pages) for truth in (first_truth(), second_truth())
    )
    other = sealed_with(stage, other_truth(), clock, result)

    assert different(first, second) == set()
    assert different(first, other)
