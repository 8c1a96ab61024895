"""All results that a person may see, forum by forum."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from forums.models import Forum
from tests.dashboards.sealed import MIDDLE, one_group, sealed
from tests.factories import (
    EditionFactory,
    ForumFactory,
    MembershipFactory,
    RoundForumFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/resultater/"
FOLD = '<details class="fold">'
DAY = timedelta(days=1)


def closed_round(forum, days: int, **fields):
    cells = one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE)
    return sealed(forum, EditionFactory(), cells, closed=timezone.now() - days * DAY, **fields)


def shown_to(client):
    response = client.get(URL)
    assert response.status_code == 200
    return response


def test_results_are_for_those_who_are_signed_in(client_of):
    assert client_of(None).get(URL)["Location"].startswith("/log-ind/")


def test_results_stand_forum_by_forum_the_person_s_own_first(client_of):
    person = UserFactory()
    read, own = ForumFactory(chief=person, name="Alfa"), ForumFactory(name="Beta")
    MembershipFactory(forum=own, user=person)
    old, new = closed_round(own, 400), closed_round(own, 30)
    above = closed_round(read, 9)

    response = shown_to(client_of(person))

    assert [
        (row.forum, [each.round_id for each in row.results]) for row in response.context["forums"]
    ] == [(own, [new.round_id, old.round_id]), (read, [above.round_id])]
    page = response.content.decode()
    assert re.findall(r'href="(/resultater/\d+/\d+/)"', page) == [
        f"/resultater/{row.round_id}/{row.forum_id}/" for row in (new, old, above)
    ]
    assert [page.count(f'id="forum-{forum.pk}"') for forum in (own, read)] == [1, 1]


def test_results_show_only_what_is_open_to_the_person(client_of):
    chief = UserFactory()
    forum = ForumFactory(chief=chief, name="Hemmelig for alle andre")
    seen = closed_round(forum, 100)
    closed_round(forum, 2, released=False)
    RoundForumFactory(forum=forum)

    (row,) = shown_to(client_of(chief)).context["forums"]
    others = shown_to(client_of(UserFactory())).content.decode()

    assert [each.round_id for each in row.results] == [seen.round_id]
    assert forum.name not in others
    assert others.count("empty-state") == 1


def test_results_of_a_forum_without_one_say_so(client_of):
    person = UserFactory()
    forum = ForumFactory()
    MembershipFactory(forum=forum, user=person)

    page = shown_to(client_of(person)).content.decode()

    assert f'id="forum-{forum.pk}"' in page
    assert "Intet resultat endnu" in page


def test_results_of_a_closed_forum_stay_and_say_so(client_of):
    chief = UserFactory()
    forum = ForumFactory(chief=chief)
    row = closed_round(forum, 30)
    Forum.objects.filter(pk=forum.pk).update(closed_at=timezone.now())

    page = shown_to(client_of(chief)).content.decode()

    assert f"/resultater/{row.round_id}/{forum.pk}/" in page
    assert "resultaterne bliver stående" in page


@pytest.mark.parametrize(("rounds", "folded"), [(3, 0), (5, 2)])
def test_results_before_the_three_newest_are_folded(client_of, rounds, folded):
    chief = UserFactory()
    forum = ForumFactory(chief=chief)
    for number in range(rounds):
        closed_round(forum, 30 + 90 * number)

    page = shown_to(client_of(chief)).content.decode()

    assert f'href="/udvikling/{forum.pk}/"' in page
    fold = page.partition(FOLD)[2].partition("</details>")[0] if folded else ""
    assert page.count(FOLD) == bool(folded)
    assert len(re.findall(r'href="/resultater/\d+/\d+/"', fold)) == folded


# session · person · forums · results · menu
@pytest.mark.parametrize(("forums", "rounds"), [(1, 1), (12, 4)])
def test_results_take_the_same_statements_for_one_forum_and_twelve(
    client_of, django_assert_num_queries, forums, rounds
):
    chief = UserFactory()
    for _number in range(forums):
        forum = ForumFactory(chief=chief)
        for back in range(rounds):
            closed_round(forum, 30 + 90 * back)
    client = client_of(chief)

    with django_assert_num_queries(5):
        response = client.get(URL)

    assert len(response.context["forums"]) == forums
