from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.answers import Answer
from assessments.enums import RoundKind
from assessments.models import Round, RoundForum
from forums.models import Forum, Membership
from tests.factories import EditionFactory, ForumFactory, MembershipFactory, RoundForumFactory
from tests.pages import form_of
from tests.worlds import open_round_of

ADD = "/admin/assessments/round/add/"
LIST = "/admin/assessments/round/"


@pytest.fixture
def edition(cast):
    return EditionFactory(framework__municipality=cast.municipality)


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def planned(cast, edition):
    """The team's shared round, which opens tomorrow."""
    opens_at = timezone.now() + timedelta(days=1)
    return RoundForumFactory(
        forum=cast.team,
        round__edition=edition,
        round__kind=RoundKind.SHARED,
        round__opens_at=opens_at,
        round__opened_at=None,
    ).round


def page_of(round_):
    return reverse("admin:assessments_round_change", args=[round_.pk])


def own_page_of(round_):
    return reverse("assessments:round", args=[round_.pk])


def large_forum(cast):
    forum = ForumFactory(municipality=cast.municipality)
    for _ in range(7):
        MembershipFactory(forum=forum)
    return forum


# --- the one place where rounds are planned and changed -----------------------------------------


def test_adding_a_round_leads_to_the_page_where_rounds_are_planned(client):
    assert client.get(ADD)["Location"] == reverse("assessments:plan")
    assert client.post(ADD, {"name": "Forår"})["Location"] == reverse("assessments:plan")
    assert not Round.objects.exists()


def test_round_leads_to_its_own_page(cast, edition, planned, client):
    opened = open_round_of(cast.forum, edition=edition).round

    for round_ in (planned, opened):
        assert f'href="{own_page_of(round_)}"' in client.get(page_of(round_)).content.decode()
        assert f'href="{own_page_of(round_)}"' in client.get("/admin/").content.decode()


def test_round_whose_forums_are_all_closed_is_reached_and_deleted_here(cast, planned, client):
    url = reverse("admin:assessments_round_delete", args=[planned.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    Forum.objects.filter(pk=cast.team.pk).update(closed_at=timezone.now())
    assert client.get(own_page_of(planned)).status_code == 404

    assert f'href="{own_page_of(planned)}"' not in client.get(page_of(planned)).content.decode()
    assert f'href="{page_of(planned)}"' in client.get("/admin/").content.decode()
    assert client.post(url, {"post": "yes"}).status_code == 302
    assert not Round.objects.exists()


def test_planned_round_is_shown_and_not_changed_here(planned, client):
    response = client.post(page_of(planned), {"name": "Nyt navn"})

    assert client.get(page_of(planned)).status_code == 200
    assert response.status_code == 403
    assert Round.objects.get().name == planned.name


def test_open_round_changes_its_name_and_nothing_else(cast, edition, client):
    round_ = open_round_of(cast.forum, edition=edition).round
    data = form_of(client, page_of(round_), "round_form")
    assert set(data) == {"name"}

    client.post(
        page_of(round_),
        {"name": "Nyt navn", "closes_at": "2099-01-01T12:00", "release_delay_days": "90"},
    )

    kept = Round.objects.get(pk=round_.pk)
    assert kept.name == "Nyt navn"
    assert (kept.closes_at, kept.release_delay_days) == (round_.closes_at, 14)


def test_open_round_s_name_of_two_lines_is_refused(cast, edition, client):
    page = page_of(open_round_of(cast.forum, edition=edition).round)

    answer = client.post(page, {"name": "Forår\n2027"})

    assert list(answer.context["adminform"].form.errors) == ["name"]


def test_open_round_is_not_deleted(cast, edition, client):
    opened = open_round_of(cast.forum, edition=edition).round
    Forum.objects.filter(pk=cast.forum.pk).update(closed_at=timezone.now())

    url = reverse("admin:assessments_round_delete", args=[opened.pk])

    assert client.post(url, {"post": "yes"}).status_code == 403


# --- where it stands ----------------------------------------------------------------------------


def test_list_tells_how_many_as_of_midnight_and_never_who(cast, edition, client):
    world = open_round_of(cast.forum, edition=edition)
    world.answer([3, 4, 5])
    RoundForum.objects.update(answered=2, counted_at=timezone.now())

    pages = client.get(LIST).content.decode() + client.get(page_of(world.round)).content.decode()

    assert Answer.objects.count() == 3
    assert [word in pages for word in ("2 af 9", "2 of 9")].count(True) == 1
    for person in cast.members:
        assert f">{person.name}<" not in pages
        assert person.email not in pages


def test_list_tells_of_a_shared_round_which_teams_are_done(cast, edition, client):
    world = open_round_of(cast.team, edition=edition, kind=RoundKind.SHARED)
    before = client.get(LIST).content

    RoundForum.objects.filter(pk=world.round_forum.pk).update(finished_at=timezone.now())

    assert client.get(LIST).content != before


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_for_one_round_and_three(cast, edition, client, rows):
    for _ in range(rows):
        row = RoundForumFactory(forum=large_forum(cast), round__edition=edition)
        RoundForumFactory(forum=large_forum(cast), round=row.round)

    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)

    assert len(queries) == 8


def test_membership_does_not_change_what_an_open_round_says(cast, edition, client):
    world = open_round_of(cast.forum, edition=edition)
    before = client.get(page_of(world.round)).content

    Membership.objects.filter(forum=cast.forum, user=cast.unit_head).update(ends_at=timezone.now())

    after = client.get(page_of(world.round)).content
    assert len(after) == len(before)
