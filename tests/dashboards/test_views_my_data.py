"""My data: each sees their own and nobody else's."""

import json
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import SignIn, User
from audit.models import Entry
from dashboards.operations.erasing import ask_for_erasure
from forums.models import Forum
from tests.factories import (
    AdministratorFactory,
    EditionFactory,
    ForumFactory,
    LocalWordingFactory,
    MailFactory,
    MembershipFactory,
    UserFactory,
)
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
URL = "/konto/mine-data/"


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.unit_head)


def test_page_and_files_hold_what_is_stored(cast, client):
    user = cast.unit_head
    world = open_round_of(cast.forum)
    world.answer([1] * 9, reason="En begrundelse fra en runde")
    MailFactory(to=user, subject="Om runden")
    Authenticator.objects.create(user=user, type="totp", data={})
    Forum.objects.filter(pk=cast.team.pk).update(chief=user)
    EditionFactory(in_use_by=user, framework__name="Mit grundlag")
    LocalWordingFactory(forum=cast.forum, published_by=user, text="Vores egne ord")
    world.round_forum.released_by = user
    world.round_forum.save()

    page = client.get(URL).content.decode()
    html = client.get(f"{URL}mine-data.html").content.decode()
    document = json.loads(client.get(f"{URL}mine-data.json").content)

    for text in (page, html, json.dumps(document, ensure_ascii=False)):
        for word in (
            *(user.name, user.email, "Om runden", world.round.name, cast.forum.name),
            *(cast.team.name, "Mit grundlag", "Vores egne ord"),
        ):
            assert word in text
        assert "En begrundelse fra en runde" not in text
    assert f"/runder/{world.round.pk}/{cast.forum.pk}/faerdig/" in page
    assert document["person"]["second_factors"]
    assert [row["lead"] for row in document["seats"]] == [True, True]


def test_forum_whose_results_one_reads_is_named_with_its_municipality(cast, client):
    forum = ForumFactory(
        municipality=cast.other_municipality, name="Lederforum Nord", chief=cast.unit_head
    )

    page = client.get(URL).content.decode()
    document = json.loads(client.get(f"{URL}mine-data.json").content)

    row = page[page.index(forum.name) :]
    assert "Nabokommune" in row[: row.index("</li>")]
    assert document["reads_results_of"] == [
        {"forum": "Lederforum Nord", "municipality": "Nabokommune"}
    ]


def test_day_of_a_sign_in_is_for_people_on_the_page_and_for_machines_in_the_file(cast, signed_in):
    client = signed_in(cast.unit_head)
    SignIn.objects.update(began_on=date(2027, 3, 1), browser="Firefox · Windows")

    page = client.get(URL).content.decode()
    document = json.loads(client.get(f"{URL}mine-data.json").content)

    assert 'Firefox · Windows<span class="second">1. marts 2027</span>' in page
    assert document["signed_in"] == [{"browser": "Firefox · Windows", "since": "2027-03-01"}]


def test_nothing_of_others_is_there(cast, client):
    MailFactory(to=cast.chief, subject="Til chefen")
    MembershipFactory(
        user=cast.chief, forum=ForumFactory(municipality=cast.municipality, name="Et andet forum")
    )

    for url in (URL, f"{URL}mine-data.html", f"{URL}mine-data.json"):
        text = client.get(url).content.decode()
        assert "Til chefen" not in text
        assert "Et andet forum" not in text
        assert cast.chief.email not in text


def test_files_are_taken_along(client):
    for name in ("mine-data.html", "mine-data.json"):
        response = client.get(f"{URL}{name}")
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("size", [1, 3])
def test_page_takes_the_same_statements_however_much_there_is(
    cast, client_of, django_assert_num_queries, size
):
    user = UserFactory()
    AdministratorFactory.create_batch(size, user=user)
    for number in range(size):
        MembershipFactory(user=user, forum__municipality=cast.municipality)
        MailFactory(to=user)
        world = open_round_of(ForumFactory(municipality=cast.municipality), name=f"R {number}")
        world.round_forum.participations.create(user=user, role="unit_head")
        LocalWordingFactory(published_by=user, forum__municipality=cast.municipality)
        EditionFactory(in_use_by=user)
    client = client_of(user)
    client.get(URL)

    with django_assert_num_queries(17):
        assert client.get(URL).status_code == 200


def test_name_is_corrected_and_the_log_says_so_without_it(cast, client):
    response = client.post(URL, {"name": "Et Andet Navn"})

    assert response.status_code == 302
    assert User.objects.get(pk=cast.unit_head.pk).name == "Et Andet Navn"
    row = Entry.objects.get(kind="name_corrected")
    assert (row.actor, row.municipality) == (cast.unit_head.log_key, cast.municipality.pk)
    assert "Andet" not in repr(Entry.objects.values())


@pytest.mark.parametrize("name", ["", "Anne 010190-1234", "Anne\tBo", "x" * 121])
def test_name_that_cannot_be_is_refused_and_kept_on_the_page(cast, client, name):
    old = cast.unit_head.name

    response = client.post(URL, {"name": name})

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"name"}
    assert name in response.content.decode()
    assert User.objects.get(pk=cast.unit_head.pk).name == old


# --- being erased -------------------------------------------------------------------------------


def test_wish_is_written_on_the_page_and_taken_back(cast, client):
    client.post(f"{URL}slet/")

    asked = User.objects.get(pk=cast.unit_head.pk).erasure_asked_at
    assert asked is not None
    assert 'name="take_back"' in client.get(URL).content.decode()

    client.post(f"{URL}slet/", {"take_back": "1"})

    assert User.objects.get(pk=cast.unit_head.pk).erasure_asked_at is None


@pytest.mark.parametrize("is_asked", [False, True])
def test_wish_is_not_in_the_log_by_name_while_the_person_is_asked(cast, client, is_asked):
    if is_asked:
        open_round_of(cast.forum)

    client.post(f"{URL}slet/")

    row = Entry.objects.get(kind="erasure_asked")
    assert row.municipality == cast.municipality.pk
    told = (None, None) if is_asked else (cast.unit_head.log_key, "127.0.0.1")
    assert (row.actor, row.address) == told


def test_administrator_sees_who_asks_and_erases_them(cast, client_of):
    ask_for_erasure(user=cast.unit_head, now=timezone.now())
    administrator = client_of(cast.administrator)
    where = f"/medlemmer/{cast.unit_head.pk}/slet/"

    assert where in administrator.get("/admin/").content.decode()
    assert cast.unit_head.email in administrator.get(where).content.decode()
    assert administrator.post(where).status_code == 302

    assert not User.objects.filter(pk=cast.unit_head.pk).exists()
    assert where not in administrator.get("/admin/").content.decode()


def test_other_municipality_does_not_see_who_asks(cast, client_of):
    ask_for_erasure(user=cast.unit_head, now=timezone.now())

    page = client_of(cast.outsider).get("/admin/").content.decode()

    assert cast.unit_head.name not in page


def test_nobody_erases_themselves_or_somebody_who_is_in_another_municipality(cast, client_of):
    MembershipFactory(user=cast.unit_head, forum=ForumFactory(municipality=cast.other_municipality))
    administrator = client_of(cast.administrator)

    for user in (cast.unit_head, cast.administrator):
        where = f"/medlemmer/{user.pk}/slet/"
        assert administrator.get(where).status_code == 200
        assert administrator.post(where).status_code == 403
        assert User.objects.filter(pk=user.pk).exists()
    assert client_of(cast.outsider).get("/medlemmer/999999/slet/").status_code == 404


def test_system_administrator_erases_somebody_who_is_in_two(cast, client_of):
    MembershipFactory(user=cast.unit_head, forum=ForumFactory(municipality=cast.other_municipality))
    system = UserFactory(is_staff=True, is_superuser=True)

    assert client_of(system).post(f"/medlemmer/{cast.unit_head.pk}/slet/").status_code == 302

    assert not User.objects.filter(pk=cast.unit_head.pk).exists()
