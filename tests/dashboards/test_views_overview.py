"""The chief's overview: who sees it, what stands in it, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.dashboards.sealed import HIGH, SPLIT, UPPER, WITHHELD, goals_of, one_group, sealed
from tests.factories import EditionFactory, ForumFactory, SharedRatingFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/overblik/"
DAY = timedelta(days=1)


def test_overview_has_its_address():
    assert reverse("dashboards:overview") == URL


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("chief", 200),
        ("outsider", 200),
        ("unit_head", 403),
        ("facilitator", 403),
        ("administrator", 403),
        ("newcomer", 403),
        ("anonymous", 302),
    ],
)
def test_overview_is_for_those_who_read_forums(cast, client_of, person, status):
    assert client_of(cast.person(person)).get(URL).status_code == status


def test_overview_of_another_municipality_shows_none_of_ours(cast, client_of):
    page = client_of(cast.outsider).get(URL).content.decode()

    assert cast.forum.name not in page
    assert cast.team.name not in page


def fill(chief, edition, forums: int, rounds: int) -> None:
    """Half of the forums answer in confidence, half together."""
    now = timezone.now()
    for number in range(forums):
        forum = ForumFactory(chief=chief, name=f"Forum {number:02}")
        for back in range(rounds):
            closed = now - (20 + 70 * back) * DAY
            if number % 2:
                row = sealed(forum, edition, {}, closed=closed, kind="shared")
                for goal in goals_of(edition):
                    SharedRatingFactory(round_forum=row, goal=goal)
            else:
                cells = one_group(SPLIT if back else UPPER, UPPER, HIGH, WITHHELD)
                sealed(forum, edition, cells, closed=closed)


def test_overview_links_to_each_result_and_marks_shared_ratings(client_of):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=3, rounds=2)

    response = client_of(chief).get(URL)

    page = response.content.decode()
    assert len(re.findall(r'href="/resultater/\d+/\d+/"', page)) == 3
    assert [len(table.rows) for table in response.context["overview"].confidential] == [2]
    assert [len(table.rows) for table in response.context["overview"].shared] == [1]
    assert page.count('scope="col"') == 4 + 3
    assert page.count('scope="row"') == 3
    assert page.count("<caption>") == 2


def test_overview_is_ordered_by_name_and_never_by_figure(client_of):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=5, rounds=1)

    response = client_of(chief).get(URL)

    names = [row.forum.name for row in response.context["overview"].confidential[0].rows]
    assert names == ["Forum 00", "Forum 02", "Forum 04"]


# session · person · forums · results · coming · goals · publications · ratings · menu
@pytest.mark.parametrize(("forums", "rounds"), [(3, 2), (40, 4)])
def test_overview_takes_the_same_statements_for_three_forums_and_forty(
    client_of, django_assert_num_queries, forums, rounds
):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=forums, rounds=rounds)
    client = client_of(chief)

    with django_assert_num_queries(9):
        response = client.get(URL)

    assert response.context["overview"].count == forums
