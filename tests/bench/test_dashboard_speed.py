"""That dashboards stay as quick with history and in a whole country's database.

Rows 5 to 7 of the budgets. To see the figures: `make prove ARGS="-k dashboards_stay -s"`.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Goal, RoundForum
from forums.enums import Role
from forums.models import Forum
from tests.bench.history import LEADERS, build_municipality, invite_all
from tests.factories import EditionFactory

pytestmark = pytest.mark.django_db
TIMES = 15
RAW_COUNT = """
SELECT round, role, goal, value, count(*) FROM bench_raw WHERE forum = %s GROUP BY 1, 2, 3, 4
"""


def chief_of(forum: Forum) -> User:
    return User.objects.get(memberships__forum=forum, memberships__role=Role.CHIEF)


def newest_result(forum: Forum) -> str:
    row = RoundForum.objects.filter(forum=forum).latest("round__closes_at")
    return reverse("dashboards:result", args=[row.round_id, forum.pk])


def milliseconds(ask: Callable[[], Any]) -> float:
    start = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - start)


def middle(*asks: Callable[[], Any]) -> list[float]:
    """The median of each, asked by turns, so that a busy machine is busy for all."""
    taken: list[list[float]] = [[] for _ask in asks]
    for _time in range(TIMES):
        for place, ask in enumerate(asks):
            taken[place].append(milliseconds(ask))
    return [statistics.median(one) for one in taken]


def statements(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries]


def run_again(sql: list[str]) -> None:
    """The same statements to the last row: what the database takes of a page."""
    with connection.cursor() as cursor:
        for statement in sql:
            cursor.execute(statement)
            cursor.fetchall()


def raw_answers(forums: list[Forum]) -> None:
    """What one would keep without a seal: every rating of one municipality's rounds, indexed."""
    dice = Random(1)
    goals = list(Goal.objects.order_by("pk").values_list("pk", flat=True)[:24])
    rounds = RoundForum.objects.filter(forum=forums[0]).values_list("round", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_raw (forum integer, round integer, role integer, goal integer, "
            "value integer)"
        )
        for round_ in rounds:
            cursor.executemany(
                "INSERT INTO bench_raw VALUES (%s, %s, %s, %s, %s)",
                [
                    (forum.pk, round_, leader > 10, goal, dice.randint(1, 5))
                    for forum in forums
                    for leader in range(LEADERS)
                    for goal in goals
                ],
            )
        cursor.execute("CREATE INDEX bench_raw_forum ON bench_raw (forum, round)")
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE bench_raw")


@pytest.mark.parametrize("others", [0, 6])
def test_statements_do_not_grow_with_the_country(client_of, others):
    edition = EditionFactory()
    forum, *_rest = build_municipality(edition, rounds=2, forums=2)
    for number in range(others):
        build_municipality(edition, rounds=2, forums=2, number=number + 1)
    client = client_of(chief_of(forum))

    counts = [
        len(statements(client, url))
        for url in (
            newest_result(forum),
            reverse("dashboards:trend", args=[forum.pk]),
            reverse("dashboards:home"),
        )
    ]

    assert counts == [6, 6, 7]


@pytest.mark.prove
def test_dashboards_stay_as_quick_with_history_and_in_the_country(settings, client_of):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "zeal" not in name]
    edition = EditionFactory(pillar_count=4, goals_each=6)
    young, *_rest = build_municipality(edition, rounds=8, number=-1)
    old, *neighbours = build_municipality(edition, rounds=40)
    invite = (client_of(chief_of(forum)) for forum in (young, old))
    of_young, of_old = (
        partial(client.get, newest_result(forum))
        for client, forum in zip(invite, (young, old), strict=True)
    )
    few, many = middle(of_young, of_old)
    for number in range(1, 98):
        build_municipality(edition, rounds=40, number=number)
    invite_all()
    (in_country,) = middle(of_old)
    raw_answers([old, *neighbours])
    trend = statements(client_of(chief_of(old)), reverse("dashboards:trend", args=[old.pk]))
    with connection.cursor() as cursor:
        ours, raw = middle(
            partial(run_again, trend),
            lambda: cursor.execute(RAW_COUNT, [old.pk]) and cursor.fetchall(),
        )

    print(  # noqa: T201 -- the figures are what this test is run for
        f"\n{RoundForum.objects.count()} results on {connection.vendor}"
        f"\n  one result, 40 rounds of history against 8: {many:.1f} ms, {few:.1f} ms, "
        f"{many / few:.2f} times"
        f"\n  in the country against one municipality: {in_country:.1f} ms, {many:.1f} ms, "
        f"{in_country / many:.2f} times"
        f"\n  change over 40 rounds, the database alone: {ours:.1f} ms, "
        f"from raw answers {raw:.1f} ms, {raw / ours:.0f} times"
    )
    assert many <= 1.25 * few
    assert in_country <= 1.5 * many
    assert raw >= 10 * ours
