"""Help, and the accessibility statement with what each municipality adds to it."""

from datetime import date

import pytest

from forums.models import Municipality
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db
OWN = {
    "accessibility_contact": "web@egen.example",
    "accessibility_checked_on": date(2026, 3, 12),
    "was_address": "https://was.egen.example/1",
}


def test_pages_stand_at_the_foot_of_every_page(client_of):
    foot = client_of(None).get("/log-ind/").content.decode().split("site-foot")[1]

    for url in ("/hjaelp/", "/privatliv/", "/tilgaengelighed/"):
        assert f'href="{url}"' in foot


def test_only_municipality_of_the_installation_is_the_one(client_of):
    MunicipalityFactory(name="Egen Kommune", **OWN)

    page = client_of(None).get("/tilgaengelighed/").content.decode()
    was = client_of(None).get("/was")

    assert "web@egen.example" in page
    assert "12. marts 2026" in page
    assert (was.status_code, was["Location"]) == (302, OWN["was_address"])


def test_each_is_sent_to_their_own_municipality_s_statement(cast, client_of):
    Municipality.objects.filter(pk=cast.municipality.pk).update(**OWN)

    def sent_to(person, query=""):
        return client_of(person).get(f"/was{query}")["Location"]

    assert sent_to(cast.unit_head) == OWN["was_address"]
    assert sent_to(cast.outsider) == "/tilgaengelighed/"
    assert sent_to(cast.newcomer) == "/tilgaengelighed/"
    assert sent_to(None) == "/tilgaengelighed/"
    assert sent_to(None, "?kommune=testkommune") == OWN["was_address"]
    assert sent_to(None, "?kommune=ukendt") == "/tilgaengelighed/"


def test_statement_names_whom_to_write_to_in_one_s_own_municipality(cast, client_of):
    Municipality.objects.filter(pk=cast.municipality.pk).update(**OWN)

    assert "web@egen.example" in client_of(cast.chief).get("/tilgaengelighed/").content.decode()
    assert "web@egen" not in client_of(cast.outsider).get("/tilgaengelighed/").content.decode()
    assert client_of(None).get("/tilgaengelighed/?kommune=ukendt").status_code == 200


@pytest.mark.parametrize("size", [1, 3])
def test_statement_takes_one_statement(client_of, django_assert_num_queries, size):
    MunicipalityFactory.create_batch(size)

    with django_assert_num_queries(1):
        client_of(None).get("/tilgaengelighed/")


def test_help_takes_none(client_of, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client_of(None).get("/hjaelp/")

    assert response.templates[0].name == "dashboards/help.html"
