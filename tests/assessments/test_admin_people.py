import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Mail, User
from forums.models import Membership
from results.models import Publication
from tests.factories import MembershipFactory, UserFactory
from tests.pages import form_of
from tests.worlds import open_round_of

ADD = "/admin/accounts/user/add/"
LIST = "/admin/accounts/user/"
# A spreadsheet would run it, and it is a valid address.
FORMULA = "=cmd|'/c+calc'!a1@test.example"


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.administrator)


def page_of(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def test_new_person_gets_a_seat_and_no_password(cast, client):
    data = form_of(client, f"{ADD}?forum={cast.team.pk}", "user_form")
    assert data["forum"] == str(cast.team.pk)

    answer = client.post(ADD, data | {"name": "Bo", "email": "Bo@Test.Example", "role": "staff"})

    bo = User.objects.get(email="bo@test.example")
    assert answer.status_code == 302
    assert not bo.has_usable_password()
    assert not bo.is_staff
    assert Membership.objects.get(user=bo).forum == cast.team


def test_known_person_gets_the_seat_and_keeps_their_name(cast, client):
    client.post(
        ADD,
        {
            "name": "Et andet navn",
            "email": "CHEF@nabo.example",
            "forum": cast.team.pk,
            "role": "facilitator",
        },
    )

    cast.outsider.refresh_from_db()
    assert cast.outsider.name == "Chef i nabokommunen"
    assert cast.outsider.has_usable_password()
    assert Membership.objects.filter(user=cast.outsider, forum=cast.team).exists()


def test_who_adds_a_person_is_told_of_the_mail_that_leaves_at_once(cast, client):
    data = {"forum": cast.team.pk, "role": "staff"}
    before = client.get(ADD).content.decode()

    new = client.post(ADD, data | {"name": "Bo", "email": "bo@test.example"}, follow=True)
    known = client.post(ADD, data | {"name": "Chef", "email": "chef@nabo.example"}, follow=True)

    assert "får en mail om at logge ind, så snart du gemmer" in before
    told = "Bo får nu en mail om at logge ind."
    assert told in [str(message) for message in new.context["messages"]]
    assert "en mail" not in " ".join(str(message) for message in known.context["messages"])
    invited = Mail.objects.filter(kind="sign_in_invitation")
    assert [mail.to.email for mail in invited] == ["bo@test.example"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "aftaleholder1@test.example"}, "forum"),
        ({"email": "ikke en adresse"}, "email"),
        ({"email": FORMULA}, "email"),
        ({"email": "-bo@test.example"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "Bo\nBo"}, "name"),
        ({"forum": ""}, "forum"),
        ({"forum": "0"}, "forum"),
        ({"role": "chef"}, "role"),
    ],
)
def test_new_person_is_refused_at_the_field(cast, client, changes, field):
    data = {"name": "Bo", "email": "bo@test.example", "forum": cast.forum.pk, "role": "staff"}

    page = client.post(ADD, data | changes)

    assert set(page.context["adminform"].form.errors) == {field}
    assert not User.objects.filter(name__startswith="Bo").exists()


def test_name_and_address_are_changed(cast, client):
    data = form_of(client, page_of(cast.unit_head), "user_form")
    assert set(data) == {"name", "email"}

    client.post(
        page_of(cast.unit_head),
        {"name": "Anna", "email": "Anna@test.example", "is_superuser": "on", "is_staff": "on"},
    )

    cast.unit_head.refresh_from_db()
    assert (cast.unit_head.name, cast.unit_head.email) == ("Anna", "anna@test.example")
    assert (cast.unit_head.is_superuser, cast.unit_head.is_staff) == (False, False)


def test_change_is_refused_at_the_field(cast, client):
    page = client.post(page_of(cast.unit_head), {"name": "Anna\tBo", "email": FORMULA})

    assert set(page.context["adminform"].form.errors) == {"name", "email"}


def test_address_is_locked_while_its_owner_is_asked(cast, client):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5])

    assert set(form_of(client, page_of(cast.unit_head), "user_form")) == {"name"}
    client.post(page_of(cast.unit_head), {"name": "Anna", "email": "min@egen.example"})

    cast.unit_head.refresh_from_db()
    assert (cast.unit_head.name, cast.unit_head.email) == ("Anna", "aftaleholder1@test.example")

    world.seal()
    assert Publication.objects.exists()
    assert set(form_of(client, page_of(cast.unit_head), "user_form")) == {"name", "email"}


def test_person_known_elsewhere_is_seen_and_not_changed(cast, client, client_of):
    MembershipFactory(forum=cast.team, user=cast.outsider)

    assert client.get(page_of(cast.outsider)).status_code == 200
    assert client.post(page_of(cast.outsider), {"name": "x"}).status_code == 403
    assert "Naboens forum" not in client.get(page_of(cast.outsider)).content.decode()


def test_system_administrator_s_address_is_not_changed_by_a_municipality(cast, client):
    system = UserFactory(is_superuser=True, is_staff=True)
    MembershipFactory(forum=cast.team, user=system)

    assert client.post(page_of(system), {"name": "x", "email": "x@x.example"}).status_code == 403


def test_system_administrator_says_who_may_what(cast, client_of):
    client = client_of(UserFactory(is_superuser=True, is_staff=True))
    data = form_of(client, page_of(cast.newcomer), "user_form")

    client.post(page_of(cast.newcomer), data | {"is_staff": "on"})

    cast.newcomer.refresh_from_db()
    assert cast.newcomer.is_staff


def test_people_are_not_deleted(cast, client):
    url = reverse("admin:accounts_user_delete", args=[cast.unit_head.pk])

    assert client.post(url, {"post": "yes"}).status_code == 403


def test_pages_do_not_tell_who_answered(cast, client):
    world = open_round_of(cast.forum)

    def pages() -> list[str]:
        texts = [client.get(page_of(person)).content.decode() for person in cast.members]
        return [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text) for text in texts]

    before = pages()

    world.answer([1, 2, 3])

    assert pages() == before


def test_search_finds_whatever_the_capitals(cast, client):
    MembershipFactory(forum=cast.team, user__name="Åse ØSTERGAARD", user__email="ao@test.example")

    found = client.get(LIST, {"q": "østerg åse"}).context["cl"].result_list

    assert [person.email for person in found] == ["ao@test.example"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_for_one_person_and_three(cast, client, rows):
    for _ in range(rows):
        person = UserFactory()
        MembershipFactory(forum=cast.forum, user=person)
        MembershipFactory(forum=cast.team, user=person)

    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)

    assert len(queries) == 7
