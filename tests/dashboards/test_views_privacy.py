import pytest
from django.urls import reverse

from forums.enums import Role
from tests.cast import make_cast
from tests.factories import MembershipFactory

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
    page = client_of(None).get("/privatliv/").content.decode()

    assert 'id="lover-ikke"' in page
    assert "kan vise, at alle i en gruppe har svaret" in page


@pytest.mark.parametrize(
    "told",
    [
        "De, der driver databasen, kan teknisk set læse den, indtil runden lukker.",
        "De gemmes højst 35 dage",
        "Beder nogen om aktindsigt, kan resultatet af en lukket runde blive udleveret.",
        "Der findes ingen tal om den enkelte leder.",
    ],
)
def test_privacy_is_honest_about_its_limits(client_of, told):
    assert told in client_of(None).get("/privatliv/").content.decode()


def test_privacy_is_read_not_written(client_of):
    assert client_of(None).post("/privatliv/").status_code == 405


def test_privacy_shows_the_rules_in_the_numbers_of_ones_own_forums(client_of):
    cast = make_cast(unit_heads=10)

    response = client_of(cast.unit_head).get("/privatliv/")

    large, small = sorted(response.context["examples"], key=lambda row: -row.invited)
    assert (large.forum, large.invited, large.groups) == (cast.forum, 11, ())
    assert (large.confidential, large.smallest, large.apart) == (True, 5, 2)
    assert (small.forum, small.invited, small.confidential) == (cast.team, 2, False)
    assert 'id="eksempel"' in response.content.decode()


def test_privacy_example_names_the_groups_of_a_large_forum(client_of):
    cast = make_cast(unit_heads=10)
    MembershipFactory.create_batch(25, forum=cast.forum, role=Role.DEPARTMENT_HEAD)

    (example,) = client_of(cast.chief).get("/privatliv/").context["examples"]

    assert example.groups == (("Aftaleholdere og chef", 11), ("Afdelingsledere", 25))


def test_privacy_names_ones_forums_in_danish_order(cast, client_of):
    for name in ("Århus", "Ærø", "Østerbro", "ebeltoft"):
        MembershipFactory(
            user=cast.newcomer, forum__name=name, forum__municipality=cast.municipality
        )

    examples = client_of(cast.newcomer).get("/privatliv/").context["examples"]

    assert [row.forum.name for row in examples] == ["ebeltoft", "Ærø", "Østerbro", "Århus"]


@pytest.mark.parametrize("person", ["facilitator", "newcomer", "anonymous"])
def test_privacy_has_no_example_for_who_is_not_asked(cast, client_of, person):
    response = client_of(cast.person(person)).get("/privatliv/")

    assert response.context["examples"] == ()
    assert 'id="eksempel"' not in response.content.decode()


# session · person · forums · members · menu
@pytest.mark.parametrize("heads", [8, 300])
def test_privacy_takes_three_statements_for_the_example_and_the_menu(
    client_of, django_assert_num_queries, heads
):
    cast = make_cast(unit_heads=heads)
    client = client_of(cast.unit_head)

    with django_assert_num_queries(5):
        client.get("/privatliv/")
