import pytest
from django.urls import reverse

from accounts.operations import choose_language
from accounts.views import Place

pytestmark = pytest.mark.django_db
URL = "/konto/"


def test_account_is_for_those_who_are_signed_in(client_of):
    assert client_of(None).get(URL).status_code == 302


def test_account_tells_who_i_am_and_where(cast, client_of):
    response = client_of(cast.unit_head).get(URL)

    assert cast.unit_head.email in response.content.decode()
    assert response.context["places"] == [
        Place(cast.team.pk, "Ledelsesteam, Børneby Nord", "Testkommune", "aftaleholder", True),
        Place(cast.forum.pk, "Lederforum", "Testkommune", "aftaleholder", True),
    ]


def test_account_leads_from_each_forum_to_its_results(cast, client_of):
    page = client_of(cast.unit_head).get(URL).content.decode()

    for forum in (cast.team, cast.forum):
        assert (
            f'<a href="{reverse("dashboards:results")}#forum-{forum.pk}">{forum.name}</a>' in page
        )


def test_account_of_somebody_without_a_forum(cast, client_of):
    assert client_of(cast.newcomer).get(URL).context["places"] == []


def test_account_offers_the_languages(cast, client_of):
    page = client_of(cast.newcomer).get(URL).content.decode()

    assert f'action="{reverse("set_language")}"' in page


@pytest.mark.parametrize("language", ["en", "da"])
def test_chosen_language_is_the_browser_s_and_the_person_s(cast, client_of, language):
    client = client_of(cast.newcomer)

    response = client.post(reverse("set_language"), {"language": language, "next": URL})

    cast.newcomer.refresh_from_db()
    assert cast.newcomer.language == language
    assert response.url == URL
    assert client.cookies["django_language"].value == language


def test_language_that_is_not_offered_changes_nothing(cast, client_of):
    client_of(cast.newcomer).post(reverse("set_language"), {"language": "sv", "next": URL})

    cast.newcomer.refresh_from_db()
    assert cast.newcomer.language == "da"


def test_language_of_somebody_not_signed_in_is_the_browser_s_only(client_of):
    client = client_of(None)

    client.post(reverse("set_language"), {"language": "en", "next": "/"})

    assert client.cookies["django_language"].value == "en"


def sign_in(client, person):
    person.set_password("en lang adgangskode")
    person.save()
    words = {"login": person.email, "password": "en lang adgangskode"}
    assert client.post(reverse("account_login"), words).status_code == 302


def test_new_browser_reads_in_the_person_s_language(cast, client_of):
    choose_language(user=cast.newcomer, language="en")
    client = client_of(None)

    sign_in(client, cast.newcomer)

    assert client.get(URL).headers["Content-Language"] == "en"


def test_browser_that_has_chosen_keeps_its_language(cast, client_of):
    choose_language(user=cast.newcomer, language="en")
    client = client_of(None)
    client.post(reverse("set_language"), {"language": "da", "next": "/"})

    sign_in(client, cast.newcomer)

    page = client.get(URL)
    assert page.headers["Content-Language"] == "da"
    assert page.context["user"].language == "en"


# session · person · memberships · menu
@pytest.mark.parametrize("person", ["unit_head", "department_head"])
def test_account_takes_four_statements(cast, client_of, django_assert_num_queries, person):
    client = client_of(cast.person(person))

    with django_assert_num_queries(4):
        client.get(URL)
