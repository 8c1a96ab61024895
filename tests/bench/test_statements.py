"""Row 1 of the budgets: what each page asks of the database, the same in small and at scale.

In one table, for the pages of every day; the others stand in their own tests. One statement
of each save is a savepoint's, and one of each result is its line in the log.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Goal, Participation, Round, RoundForum
from forums.enums import Role
from forums.models import Forum, Membership
from tests.bench.history import build_municipality
from tests.factories import EditionFactory

pytestmark = pytest.mark.django_db

STATEMENTS = {
    "open the rating page": 7,
    "save one goal": 10,
    "save all goals": 8,
    "read through": 4,
    "say done": 7,
    "result": 7,
    "result on a wall": 7,
    "pillar": 7,
    "change over time": 8,
    "overview": 9,
    "front page": 7,
}
SMALL, LARGE = (24, 35, 4), (40, 300, 40)


@dataclass
class World:
    forum: Forum
    chief: Client
    member: Client
    goals: list[int]
    where: list[int]
    sealed: list[int]


def build(client_of, goals: int, leaders: int, rounds: int) -> World:
    edition = EditionFactory(pillar_count=4, goals_each=goals // 4)
    forum, *_rest = build_municipality(edition, rounds=rounds, forums=2, leaders=leaders)
    chief = User.objects.get(memberships__forum=forum, memberships__role=Role.CHIEF)
    Forum.objects.filter(municipality=forum.municipality).update(chief=chief)
    newest = RoundForum.objects.filter(forum=forum).latest("round__closes_at")
    member = open_round(forum, newest.round)
    return World(
        forum=forum,
        chief=client_of(chief),
        member=client_of(member.user),
        goals=list(Goal.objects.filter(pillar__edition=edition).values_list("pk", flat=True)),
        where=[member.round_forum.round_id, forum.pk],
        sealed=[newest.round_id, forum.pk],
    )


def open_round(forum: Forum, like: Round) -> Participation:
    """One that everybody in the forum is invited to; returns a unit head's invitation."""
    now = timezone.now()
    round_ = Round.objects.create(
        municipality=forum.municipality,
        edition=like.edition,
        name="Åben runde",
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=14),
        opened_at=now - timedelta(days=1),
    )
    row = RoundForum.objects.create(round=round_, forum=forum, municipality=forum.municipality)
    invited = Participation.objects.bulk_create(
        Participation(round_forum=row, user=member.user, role=member.role)
        for member in Membership.objects.filter(forum=forum).select_related("user").order_by("pk")
    )
    return next(one for one in invited if one.role == Role.UNIT_HEAD)


def count(ask) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert ask().status_code in (200, 302)
    return len(queries)


@pytest.mark.parametrize(("goals", "leaders", "rounds"), [SMALL, LARGE])
def test_pages_ask_as_much_in_small_as_at_scale(client_of, goals, leaders, rounds):
    world = build(client_of, goals, leaders, rounds)
    rate, save, done = (reverse(f"assessments:{name}", args=world.where) for name in NAMES)
    result = reverse("dashboards:result", args=world.sealed)
    whole = {f"goal-{goal}": "4" for goal in world.goals}
    code = Goal.objects.select_related("pillar").get(pk=world.goals[0]).pillar.code
    member, chief = world.member, world.chief
    for client in (member, chief):
        client.get(reverse("dashboards:privacy"))  # the session's first write

    found = {
        "open the rating page": count(lambda: member.get(rate)),
        "save one goal": count(lambda: member.post(save, {"goal": world.goals[0], "value": "4"})),
        "save all goals": count(lambda: member.post(rate, whole)),
        "read through": count(lambda: member.get(done)),
        "say done": count(lambda: member.post(done)),
        "result": count(lambda: chief.get(result)),
        "result on a wall": count(lambda: chief.get(result, {"visning": "stor"})),
        "pillar": count(
            lambda: chief.get(reverse("dashboards:pillar", args=[*world.sealed, code]))
        ),
        "change over time": count(
            lambda: chief.get(reverse("dashboards:trend", args=[world.forum.pk]))
        ),
        "overview": count(lambda: chief.get(reverse("dashboards:overview"))),
        "front page": count(lambda: chief.get(reverse("dashboards:home"))),
    }

    assert found == STATEMENTS


NAMES = ("rate", "save", "done")


@pytest.mark.parametrize("others", [0, 6])
def test_statements_do_not_grow_with_the_country(client_of, others):
    edition = EditionFactory()
    forum, *_rest = build_municipality(edition, rounds=2, forums=2)
    for number in range(others):
        build_municipality(edition, rounds=2, forums=2, number=number + 1)
    chief = client_of(User.objects.get(memberships__forum=forum, memberships__role=Role.CHIEF))
    newest = RoundForum.objects.filter(forum=forum).latest("round__closes_at")

    counts = [
        count(lambda url=url: chief.get(url))
        for url in (
            reverse("dashboards:result", args=[newest.round_id, forum.pk]),
            reverse("dashboards:trend", args=[forum.pk]),
            reverse("dashboards:home"),
        )
    ]

    assert counts == [7, 8, 7]
