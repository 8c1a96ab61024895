"""Fields that no page offers, and keys of another municipality's rows, sent by hand with a form."""

import pytest
from django.urls import reverse

from accounts.models import User
from assessments.models import Participation, Round
from forums.models import Membership
from tests.pages import form_of
from tests.worlds import open_round_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
RAISED = {
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "",
    "password": "x",
    "log_key": "1",
    "email": "ond@ond.example",
    "municipality": "1",
    "user": "1",
    "pk": "1",
    "id": "1",
}


def facts(user: User) -> tuple[object, ...]:
    user.refresh_from_db()
    return user.is_superuser, user.is_staff, user.is_active, user.password, user.email, user.log_key


def test_own_name_takes_nothing_else_along(cast, client_of):
    before = facts(cast.newcomer)

    client_of(cast.newcomer).post(reverse("dashboards:my_data"), {**RAISED, "name": "Nyt navn"})

    assert (facts(cast.newcomer), cast.newcomer.name) == (before, "Nyt navn")


def test_administrator_makes_nobody_more_than_they_are(cast, client_of):
    client = client_of(cast.administrator)
    url = f"/admin/accounts/user/{cast.department_head.pk}/change/"
    shown = form_of(client, url, "user_form")
    before = facts(cast.department_head)
    hidden = {name: value for name, value in RAISED.items() if name not in shown}

    response = client.post(url, shown | hidden | {"name": "Nyt navn"})

    assert response.status_code == 302
    assert (facts(cast.department_head), cast.department_head.name) == (before, "Nyt navn")


def test_new_person_is_no_more_than_a_member(cast, client_of):
    client = client_of(cast.administrator)
    url = "/admin/accounts/user/add/"
    shown = form_of(client, url, "user_form")
    new = {"name": "Bo", "email": "bo@test.example", "forum": cast.forum.pk, "role": "unit_head"}

    client.post(url, RAISED | shown | new)

    bo = User.objects.get(email="bo@test.example")
    assert (bo.is_superuser, bo.is_staff, bo.is_active) == (False, False, True)
    assert not bo.has_usable_password()


def test_form_s_member_of_another_forum_is_not_moved(cast, client_of):
    client = client_of(cast.administrator)
    url = f"/admin/forums/forum/{cast.team.pk}/change/"
    shown = form_of(client, url, "forum_form")
    theirs = Membership.objects.get(forum__municipality=cast.other_municipality)

    response = client.post(
        url, shown | {"memberships-0-id": str(theirs.pk), "memberships-0-ends_at_0": "2020-01-01"}
    )

    assert response.status_code == 200
    theirs.refresh_from_db()
    assert (theirs.forum.name, theirs.ends_at) == ("Naboens forum", None)


# --- keys of another municipality ---------------------------------------------------------------


@pytest.fixture
def neighbours(cast):
    """What the other municipality has: a forum with members, questions, a round."""
    forum = cast.outsider.memberships.get().forum
    return open_round_of(forum)


@pytest.mark.parametrize("what", ["edition", "forums"])
def test_round_is_not_planned_with_what_another_municipality_has(cast, client_of, neighbours, what):
    client = client_of(cast.administrator)
    own = open_round_of(cast.team)
    shown = form_of(client, reverse("assessments:plan"), "plan")
    keys = {"edition": own.round.edition_id, "forums": [cast.forum.pk]}
    theirs = {
        "edition": neighbours.round.edition_id,
        "forums": [cast.forum.pk, neighbours.round_forum.forum_id],
    }
    before = Round.objects.count()

    response = client.post(
        reverse("assessments:plan"),
        {**shown, "name": "Forår", **keys, what: theirs[what], "municipality": "1"},
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {what}
    assert Round.objects.count() == before


def test_nobody_of_another_municipality_is_invited_as_forgotten(cast, client_of):
    world = open_round_of(cast.forum)
    before = Participation.objects.count()
    theirs = Membership.objects.get(forum__municipality=cast.other_municipality)

    response = client_of(cast.administrator).post(
        reverse("assessments:forgotten", args=[world.round.pk]), {"member": str(theirs.pk)}
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"member"}
    assert Participation.objects.count() == before


def test_answers_are_not_given_for_somebody_else(cast, client_of):
    """The key in the form only tells who was signed in when the page was opened, and the answer is
    theirs who are signed in now."""
    world = open_round_of(cast.forum)
    url = reverse("assessments:save", args=[world.round.pk, cast.forum.pk])
    theirs = world.participation_of(cast.chief)
    sent = {"goal": world.goals[0].pk, "value": "3", "as": theirs.pk, "user": cast.chief.pk}

    client = client_of(cast.unit_head)
    answers = [client.post(url, sent), client.post(url, sent | {"as": ""})]

    assert [answer.status_code for answer in answers] == [401, 200]
    theirs.refresh_from_db()
    own = world.participation_of(cast.unit_head)
    own.refresh_from_db()
    assert (theirs.answered_at, own.answered_at is None) == (None, False)
