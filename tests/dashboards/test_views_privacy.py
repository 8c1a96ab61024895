import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_privacy_is_open_and_takes_no_statement(client_of, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client_of(None).get("/privatliv/")

    assert response.status_code == 200
    assert response.templates[0].name == "dashboards/privacy.html"


@pytest.mark.parametrize("person", ["chief", "newcomer", "outsider"])
def test_privacy_is_the_same_for_everybody_signed_in(cast, client_of, person):
    assert client_of(cast.person(person)).get(reverse("dashboards:privacy")).status_code == 200


def test_privacy_tells_what_is_not_promised(client_of):
    assert 'id="lover-ikke"' in client_of(None).get("/privatliv/").content.decode()


def test_privacy_is_read_not_written(client_of):
    assert client_of(None).post("/privatliv/").status_code == 405
