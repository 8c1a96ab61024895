"""A result as a file: who gets it when, under which name, and with how many statements."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.exports.taken import Taken
from forums.models import Forum
from tests.cast import make_cast
from tests.dashboards.exported import FILES, fetch
from tests.dashboards.sealed import MIDDLE, SPLIT, goals_of, one_group, sealed
from tests.factories import (
    CommentFactory,
    EditionFactory,
    RoundFactory,
    RoundForumFactory,
    SharedRatingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@pytest.fixture
def row(cast, edition):
    cells = one_group(MIDDLE, SPLIT, MIDDLE, SPLIT)
    return sealed(cast.forum, edition, cells, closed=timezone.now() - 20 * DAY, name="Maj 2026")


@pytest.mark.parametrize("ending", FILES)
def test_a_file_says_what_it_is_and_stays_in_no_cache(cast, client_of, row, ending):
    response = fetch(client_of(cast.chief), row, ending)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == TYPES[ending]
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == (
        f"attachment; filename*=utf-8''Lederforum%20%E2%80%93%20Maj%202026.{ending}"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j"),
        ("to\r\nlinjer\u202e\u0000", "to linjer"),
        ("..", "PLF"),
        ("Æ" * 200, "Æ" * 80),
    ],
)
def test_a_file_name_is_one_that_every_system_takes(row, name, expected):
    row.forum.name = name

    assert Taken(row, None).file_name("pdf") == f"{expected} – Maj 2026.pdf"


@pytest.mark.parametrize("ending", FILES)
def test_before_the_result_is_open_the_address_leads_to_the_page(
    cast, client_of, edition, ending, django_assert_num_queries
):
    now = timezone.now()
    cells = one_group(MIDDLE, SPLIT, MIDDLE, SPLIT)
    fields = {"results_open_at": now + DAY}
    later = sealed(cast.forum, edition, cells, closed=now - DAY, **fields)
    opened = RoundFactory(municipality=cast.municipality, edition=edition)
    waiting = RoundForumFactory(round=opened, forum=cast.forum, invited=9, answered=7)
    lost = sealed(cast.forum, edition, {}, closed=now - 20 * DAY)
    client = client_of(cast.chief)

    responses = [fetch(client, row, ending) for row in (later, waiting, lost)]

    assert [(response.status_code, response.content) for response in responses] == [(302, b"")] * 3
    assert responses[0].headers["Location"] == (f"/resultater/{later.round_id}/{later.forum_id}/")
    # session · person · round and forum: nothing published is even read
    with django_assert_num_queries(3):
        fetch(client, later, ending)


@pytest.mark.parametrize("ending", FILES)
def test_a_chief_above_gets_no_file_before_release(cast, client_of, edition, ending):
    outside = UserFactory()
    Forum.objects.filter(pk=cast.forum.pk).update(chief=outside)
    cells = one_group(MIDDLE, SPLIT, MIDDLE, SPLIT)
    closed = timezone.now() - DAY
    row = sealed(cast.forum, edition, cells, closed=closed, released=False)

    assert fetch(client_of(outside), row, ending).status_code == 302
    assert fetch(client_of(cast.unit_head), row, ending).status_code == 200
    assert fetch(client_of(cast.administrator), row, ending).status_code == 404


def test_the_page_links_to_every_file(cast, client_of, row):
    page = client_of(cast.chief).get(f"/resultater/{row.round_id}/{row.forum_id}/")

    for ending in FILES:
        link = f'href="/resultater/{row.round_id}/{row.forum_id}/{ending}/"'
        assert link in page.content.decode()


# session · person · round and forum · publications · goals · comments
STATEMENTS = 7


@pytest.mark.parametrize("ending", FILES)
@pytest.mark.parametrize(
    ("heads", "pillars", "goals_each", "history"), [(8, 2, 2, 2), (20, 5, 8, 5)]
)
def test_a_file_takes_the_same_statements_whatever_the_size(
    client_of, django_assert_num_queries, heads, pillars, goals_each, history, ending
):
    cast = make_cast(unit_heads=heads)
    edition = EditionFactory(pillar_count=pillars, goals_each=goals_each)
    goals = goals_of(edition)
    cells = {1: (["chief"], [MIDDLE] * len(goals)), 2: (["unit_head"], [SPLIT] * len(goals))}
    now = timezone.now()
    rows = [
        sealed(cast.forum, edition, cells, closed=now - (20 + 70 * number) * DAY, invited=42)
        for number in range(history)
    ]
    for goal in goals:
        CommentFactory(round=rows[0].round, forum=cast.forum, goal=goal)
    client = client_of(cast.chief)

    with django_assert_num_queries(STATEMENTS):
        response = fetch(client, rows[0], ending)

    assert response.status_code == 200


# session · person · round and forum · ratings · goals
@pytest.mark.parametrize("goals_each", [2, 8])
def test_a_shared_file_takes_six_statements(cast, client_of, django_assert_num_queries, goals_each):
    edition = EditionFactory(goals_each=goals_each)
    row = sealed(cast.team, edition, {}, closed=timezone.now() - 20 * DAY, kind="shared")
    for goal in goals_of(edition):
        SharedRatingFactory(round_forum=row, goal=goal)
    client = client_of(cast.department_head)

    with django_assert_num_queries(6):
        fetch(client, row, "json")
