from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.answers import Answer
from assessments.enums import RoundKind
from assessments.mails import dated_time
from assessments.models import Participation, Round, RoundForum
from forums.models import Membership
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


def written(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def in_days(days):
    return timezone.now().replace(second=0, microsecond=0) + timedelta(days=days)


@pytest.fixture
def plan(cast, edition, client):
    """Plan a round as the page does; returns the answer."""

    def planned(**changes):
        data = form_of(client, ADD, "round_form") | {
            "name": "Forår",
            "edition": edition.pk,
            "kind": RoundKind.CONFIDENTIAL,
            "chosen": [cast.forum.pk],
            "opens_at": written(in_days(1)),
            "closes_at": written(in_days(15)),
        }
        return client.post(ADD, data | changes)

    return planned


def page_of(round_):
    return reverse("admin:assessments_round_change", args=[round_.pk])


def large_forum(cast):
    forum = ForumFactory(municipality=cast.municipality)
    for _ in range(7):
        MembershipFactory(forum=forum)
    return forum


# --- planning -----------------------------------------------------------------------------------


def test_round_is_planned(cast, edition, plan):
    answer = plan(results_open_at=written(in_days(20)), release_delay_days="21")

    round_ = Round.objects.get()
    assert answer.status_code == 302
    assert (round_.municipality, round_.edition, round_.name) == (
        cast.municipality,
        edition,
        "Forår",
    )
    assert (round_.closes_at, round_.results_open_at) == (in_days(15), in_days(20))
    assert (round_.release_delay_days, round_.opened_at) == (21, None)
    assert list(round_.forums.all()) == [cast.forum]


def test_round_opens_at_once_where_its_time_has_come(cast, plan):
    plan(opens_at=written(in_days(0)))

    assert Round.objects.get().opened_at is not None
    assert Participation.objects.count() == 9


def test_round_is_planned_on_a_shared_framework(plan):
    plan(edition=EditionFactory(framework__municipality=None).pk)

    assert Round.objects.count() == 1


def test_page_offers_editions_in_use_and_says_which_forums_are_too_small(cast, edition, client):
    EditionFactory(framework__municipality=cast.municipality, status="draft")
    EditionFactory(framework__municipality=cast.other_municipality)

    form = client.get(ADD).context["adminform"].form

    assert list(form.fields["edition"].queryset) == [edition]
    choices = dict(form.fields["chosen"].choices)
    labels = {key.instance: str(label) for key, label in choices.items()}
    assert labels[cast.forum] == "Lederforum"
    assert labels[cast.team] not in ("", cast.team.name)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (lambda cast: {"chosen": []}, "chosen"),
        (lambda cast: {"chosen": [cast.team.pk]}, "chosen"),
        (lambda cast: {"chosen": [cast.forum.pk, 0]}, "chosen"),
        (lambda cast: {"edition": ""}, "edition"),
        (lambda cast: {"closes_at": written(in_days(-1))}, "closes_at"),
        (lambda cast: {"opens_at": written(in_days(16))}, "closes_at"),
        (lambda cast: {"results_open_at": written(in_days(2))}, "results_open_at"),
        (lambda cast: {"opens_at": "i morgen"}, "opens_at"),
    ],
    ids=["none", "small", "foreign", "edition", "past", "order", "results", "text"],
)
def test_refusal_stands_at_its_field_and_nothing_is_lost(cast, plan, changes, field):
    page = plan(**changes(cast))

    assert page.status_code == 200
    assert set(page.context["adminform"].form.errors) == {field}
    assert page.context["adminform"].form["name"].value() == "Forår"
    assert not Round.objects.exists()


def test_refusal_of_common_members_stands_at_the_forums(cast, plan):
    second = large_forum(cast)
    MembershipFactory(forum=second, user=cast.unit_head)

    page = plan(chosen=[cast.forum.pk, second.pk])

    assert set(page.context["adminform"].form.errors) == {"chosen"}


def test_refusal_of_sixty_days_stands_at_the_opening_and_names_round_and_date(cast, edition, plan):
    world = open_round_of(cast.forum, edition=edition, days_ago=40, name="Efterår")

    page = plan()

    errors = page.context["adminform"].form.errors
    first_possible = dated_time(world.round.closes_at + timedelta(days=60))
    assert set(errors) == {"opens_at"}
    assert "Efterår" in errors["opens_at"][0]
    assert first_possible in errors["opens_at"][0]


def test_who_administers_two_municipalities_chooses_which(cast, plan, client):
    cast.other_municipality.administrators.create(user=cast.administrator)

    page = plan(municipality=cast.other_municipality.pk)

    assert set(page.context["adminform"].form.errors) == {"edition"}
    assert plan(municipality=cast.municipality.pk).status_code == 302


# --- changing -----------------------------------------------------------------------------------


def test_planned_round_is_changed(cast, plan, client):
    plan()
    round_ = Round.objects.get()
    data = form_of(client, page_of(round_), "round_form")
    assert data["chosen"] == str(cast.forum.pk)
    second = large_forum(cast)

    client.post(page_of(round_), data | {"name": "Sommer", "chosen": [second.pk]})

    round_.refresh_from_db()
    assert round_.name == "Sommer"
    assert list(round_.forums.all()) == [second]


def test_planned_round_moved_to_now_opens(plan, client):
    plan()
    round_ = Round.objects.get()
    data = form_of(client, page_of(round_), "round_form")

    client.post(page_of(round_), data | {"opens_at": written(in_days(0))})

    round_.refresh_from_db()
    assert round_.opened_at is not None


def test_open_round_changes_its_name_and_nothing_else(cast, edition, client):
    round_ = open_round_of(cast.forum, edition=edition).round
    data = form_of(client, page_of(round_), "round_form")
    assert set(data) == {"name"}

    client.post(
        page_of(round_),
        {"name": "Nyt navn", "closes_at": written(in_days(90)), "release_delay_days": "90"},
    )

    kept = Round.objects.get(pk=round_.pk)
    assert kept.name == "Nyt navn"
    assert (kept.closes_at, kept.release_delay_days) == (round_.closes_at, 14)


def test_round_that_opened_while_it_was_changed_is_left_alone(cast, plan, client):
    plan()
    round_ = Round.objects.get()
    data = form_of(client, page_of(round_), "round_form")
    Round.objects.update(opened_at=timezone.now())

    client.post(page_of(round_), data | {"closes_at": written(in_days(90))})

    assert Round.objects.get().closes_at == in_days(15)


def test_planned_round_is_deleted_and_an_open_one_is_not(cast, edition, plan, client):
    plan()
    planned = Round.objects.get()
    url = "admin:assessments_round_delete"
    opened = open_round_of(large_forum(cast), edition=edition).round

    assert client.get(reverse(url, args=[planned.pk])).status_code == 200
    assert client.post(reverse(url, args=[planned.pk]), {"post": "yes"}).status_code == 302
    assert client.post(reverse(url, args=[opened.pk]), {"post": "yes"}).status_code == 403
    assert list(Round.objects.all()) == [opened]


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


@pytest.mark.parametrize("rows", [1, 3])
def test_planning_page_asks_the_same_for_one_forum_and_three(cast, edition, client, rows):
    for _ in range(rows):
        large_forum(cast)

    with CaptureQueriesContext(connection) as queries:
        client.get(ADD)

    assert len(queries) == 7


def test_membership_does_not_change_what_an_open_round_says(cast, edition, client):
    world = open_round_of(cast.forum, edition=edition)
    before = client.get(page_of(world.round)).content

    Membership.objects.filter(forum=cast.forum, user=cast.unit_head).update(ends_at=timezone.now())

    after = client.get(page_of(world.round)).content
    assert len(after) == len(before)
