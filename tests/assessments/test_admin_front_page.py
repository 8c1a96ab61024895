from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.enums import EditionStatus
from assessments.models import RoundForum
from tests.factories import (
    EditionFactory,
    ForumFactory,
    MembershipFactory,
    RoundFactory,
    RoundForumFactory,
)
from tests.worlds import open_round_of


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.administrator)


def front_page(client):
    return client.get("/admin/").context["page"]


def test_front_page_of_a_quiet_municipality(cast, client):
    page = front_page(client)

    assert (page.rounds, page.drafts, page.without_forum) == ([], [], [])
    assert page.too_small == [cast.team]


def test_front_page_tells_what_is_under_way(cast, client):
    edition = EditionFactory(framework__municipality=cast.municipality)
    draft = EditionFactory(framework=edition.framework, number=2, status=EditionStatus.DRAFT)
    opened = open_round_of(cast.forum, edition=edition).round
    planned = RoundFactory(
        municipality=cast.municipality,
        edition=edition,
        opens_at=timezone.now() + timedelta(days=30),
        opened_at=None,
    )
    late = RoundFactory(
        municipality=cast.municipality,
        edition=edition,
        closes_at=timezone.now() + timedelta(days=1),
        opened_at=None,
    )

    RoundForumFactory(round=planned, forum=cast.team)

    page = front_page(client)

    assert [(line.round, line.is_late) for line in page.rounds] == [
        (late, True),
        (opened, False),
        (planned, False),
    ]
    assert len(page.rounds[1].standing) == 1
    assert page.rounds[2].standing == [cast.team.name]
    assert page.drafts == [draft]


@pytest.mark.parametrize(
    ("counted_at", "standing"), [(None, "Lederforum"), (timezone.now(), "Lederforum: 4 af 9")]
)
def test_front_page_tells_a_number_from_the_first_midnight_on(cast, client, counted_at, standing):
    RoundForum.objects.filter(pk=open_round_of(cast.forum).round_forum.pk).update(
        answered=4, counted_at=counted_at
    )

    [line] = front_page(client).rounds

    assert line.standing == [standing]


def test_front_page_leaves_out_what_is_sealed(cast, client):
    world = open_round_of(cast.forum, days_ago=30)
    world.seal()

    assert front_page(client).rounds == []


def test_front_page_names_members_whose_last_forum_they_left(cast, client):
    left = MembershipFactory(forum=cast.team, ends_at=timezone.now()).user
    closed = ForumFactory(municipality=cast.municipality, closed_at=timezone.now())
    behind = MembershipFactory(forum=closed).user
    MembershipFactory(forum=cast.team, user=MembershipFactory(forum=closed).user)
    MembershipFactory(forum=cast.team, user__is_active=False, ends_at=timezone.now())

    assert set(front_page(client).without_forum) == {left, behind}


def test_front_page_says_so_where_nothing_is_missing(client):
    page = client.get("/admin/").content.decode()

    assert page.count("<h2") == 4


@pytest.mark.parametrize("rows", [1, 3])
def test_front_page_asks_the_same_however_much_is_under_way(cast, client, rows):
    for _ in range(rows):
        forum = ForumFactory(municipality=cast.municipality)
        MembershipFactory(forum=forum)
        MembershipFactory(forum=forum, ends_at=timezone.now())
        row = RoundForumFactory(forum=forum)
        EditionFactory(
            framework__municipality=cast.municipality, status=EditionStatus.DRAFT, number=2
        )
        RoundForumFactory(forum=ForumFactory(municipality=cast.municipality), round=row.round)

    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/")

    assert len(queries) == 10
