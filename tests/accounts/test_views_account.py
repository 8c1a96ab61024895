import pytest
from django.urls import reverse

from accounts.views import Place

pytestmark = pytest.mark.django_db
URL = "/konto/"


def test_account_is_for_those_who_are_signed_in(client_of):
    assert client_of(None).get(URL).status_code == 302


def test_account_tells_who_i_am_and_where(cast, client_of):
    response = client_of(cast.unit_head).get(URL)

    assert cast.unit_head.email in response.content.decode()
    assert response.context["places"] == [
        Place("Ledelsesteam, Børneby Nord", "Testkommune", "aftaleholder", True),
        Place("Lederforum", "Testkommune", "aftaleholder", True),
    ]


def test_account_of_somebody_without_a_forum(cast, client_of):
    assert client_of(cast.newcomer).get(URL).context["places"] == []


def test_account_offers_the_languages(cast, client_of):
    page = client_of(cast.newcomer).get(URL).content.decode()

    assert f'action="{reverse("set_language")}"' in page


# session · person · memberships · menu
@pytest.mark.parametrize("person", ["unit_head", "department_head"])
def test_account_takes_four_statements(cast, client_of, django_assert_num_queries, person):
    client = client_of(cast.person(person))

    with django_assert_num_queries(4):
        client.get(URL)
