"""Who reads results in a municipality as a chief belongs to it, whatever else they are."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail, User
from audit.models import Entry
from dashboards.operations.erasing import ask_for_erasure, erase_person
from forums.belonging import (
    municipalities_ever,
    municipalities_of,
    people_alone_in,
    people_elsewhere,
    people_of,
)
from forums.models import Administrator, Forum, Membership
from forums.sign_in import person_of
from tests.factories import AdministratorFactory, ForumFactory, UserFactory
from tests.forums.member_files import csv_bytes, send
from tests.pages import form_of

DAY = timedelta(days=1)


@pytest.fixture
def reader(cast):
    """Has a seat in Testkommune, and reads the results of a forum in Nabokommune."""
    ForumFactory(municipality=cast.other_municipality, chief=cast.unit_head)
    return cast.unit_head


def page_of(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def as_stored(person):
    return User.objects.values_list("name", "email").get(pk=person.pk)


# --- what is asked ------------------------------------------------------------------------------


def test_chief_belongs_where_they_read(cast, reader):
    own, other = [cast.municipality], [cast.other_municipality]

    assert reader in people_of(own)
    assert reader in people_of(other)
    assert reader in people_elsewhere(own)
    assert reader in people_elsewhere(own, now=timezone.now())
    assert reader not in people_alone_in(own)
    assert list(municipalities_ever(reader)) == [*own, *other]


def test_people_of_one_municipality_are_alone_there(cast):
    ForumFactory(municipality=cast.other_municipality, chief=None)
    here = {cast.chief, cast.facilitator, cast.administrator, cast.department_head, *cast.members}

    assert set(people_alone_in([cast.municipality])) == here
    assert set(people_alone_in([cast.other_municipality])) == {cast.outsider}
    assert set(people_alone_in([cast.municipality, cast.other_municipality])) == {
        *here,
        cast.outsider,
    }


def test_today_s_places_are_told_from_those_that_have_ended(cast):
    now = timezone.now()
    Membership.objects.filter(user=cast.outsider).update(ends_at=now)
    Administrator.objects.filter(user=cast.outsider).update(ends_at=now)
    own = [cast.municipality]

    assert cast.outsider in people_elsewhere(own, now=now), "still the chief of Naboens forum"
    Forum.objects.filter(chief=cast.outsider).update(chief=None)
    assert cast.outsider not in people_elsewhere(own, now=now)
    assert cast.outsider in people_elsewhere(own)


# --- the doors ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seat_has_ended", [False, True])
def test_other_municipality_s_chief_keeps_name_and_address(cast, reader, client, seat_has_ended):
    if seat_has_ended:
        reader.memberships.update(ends_at=timezone.now())
    before = as_stored(reader)

    page = client.get(page_of(reader))
    answer = client.post(page_of(reader), {"name": "Ny", "email": "ny.adresse@test.example"})

    assert "hører også til et andet sted" in page.content.decode()
    assert answer.status_code == 403
    assert as_stored(reader) == before


@pytest.mark.parametrize("what", ["invite", "second_factor"])
def test_other_municipality_s_chief_keeps_how_they_sign_in(cast, reader, client, what):
    answer = client.post(reverse(f"admin:user_{what}", args=[reader.pk]))

    assert answer.status_code == 403


def test_who_administers_both_still_changes_their_chief(cast, reader, client):
    AdministratorFactory(municipality=cast.other_municipality, user=cast.administrator)

    client.post(page_of(reader), {"name": "Ny", "email": "ny.adresse@test.example"})

    assert as_stored(reader) == ("Ny", "ny.adresse@test.example")


def test_own_municipality_s_chief_is_still_changed(cast, client):
    assert cast.chief.reads.exists()

    client.post(page_of(cast.chief), {"name": "Ny", "email": "ny.adresse@test.example"})

    assert as_stored(cast.chief) == ("Ny", "ny.adresse@test.example")


def test_municipality_does_not_vouch_for_another_s_chief(cast, reader):
    assert person_of("testkommune", cast.department_head.email) == cast.department_head
    assert person_of("testkommune", cast.chief.email) == cast.chief
    assert person_of("testkommune", reader.email) is None
    assert person_of("nabokommune", reader.email) is None


def test_table_of_members_does_not_rename_another_s_chief(cast, reader, client):
    row = ("Et andet navn", reader.email, "Lederforum", "aftaleholder")

    page = send(client, csv_bytes(row))

    assert page.context["plan"].is_empty


def test_municipality_does_not_erase_another_s_chief(cast, reader, client):
    url = reverse("dashboards:erase_person", args=[reader.pk])

    page = client.get(url)

    assert (page.context["elsewhere"], page.context["possible"]) == (True, False)
    assert client.post(url).status_code == 403
    assert User.objects.filter(pk=reader.pk).exists()


# --- a chief without a seat ---------------------------------------------------------------------


@pytest.fixture
def seatless(cast):
    person = UserFactory(name="Direktør 1")
    ForumFactory(municipality=cast.municipality, chief=person)
    return person


def test_wish_to_be_erased_reaches_those_whose_results_one_reads(cast, seatless, client):
    ask_for_erasure(user=seatless, now=timezone.now())

    mail = Mail.objects.get(kind="erasure_asked")
    assert mail.to == cast.administrator
    assert "Direktør 1" in client.get("/admin/").content.decode()
    page = client.get(mail.url.removeprefix("http://localhost:8000"))
    assert page.context["possible"]


def test_seatless_chief_sees_whom_to_write_to(cast, seatless, client_of):
    page = client_of(seatless).get(reverse("dashboards:my_data"))

    assert list(page.context["municipalities"]) == [cast.municipality]
    assert page.context["helpers"] == [cast.administrator]


def test_erased_chief_is_told_in_the_municipality_s_log(cast, seatless):
    erase_person(user=seatless, now=timezone.now())

    assert Entry.objects.get(kind="erased").municipality == cast.municipality.pk


def test_seatless_chief_is_among_the_municipality_s_people(cast, seatless, client, client_of):
    def found(client):
        page = client.get(reverse("admin:accounts_user_changelist"), {"q": "Direktør 1"})
        return list(page.context["cl"].result_list)

    answer = client.post(page_of(seatless), {"name": "Ny", "email": seatless.email})

    assert answer.status_code == 302
    User.objects.filter(pk=seatless.pk).update(name="Direktør 1")
    assert found(client) == [seatless]
    assert found(client_of(cast.outsider)) == []
    assert client_of(cast.outsider).get(page_of(seatless)).status_code == 404


def test_forum_that_a_seatless_chief_reads_can_be_saved(seatless, client):
    forum = seatless.reads.get()
    url = reverse("admin:forums_forum_change", args=[forum.pk])
    data = form_of(client, url, "forum_form")

    answer = client.post(url, data | {"name": "Nyt navn"})

    assert answer.status_code == 302
    assert list(seatless.reads.values_list("name", flat=True)) == ["Nyt navn"]


def test_sign_in_and_new_address_of_a_seatless_chief_are_in_the_municipality_s_log(
    cast, seatless, client
):
    Client().post("/log-ind/", {"login": seatless.email, "password": "plf-demo"})
    client.post(page_of(seatless), {"name": seatless.name, "email": "ny.adresse@test.example"})

    kinds = ("signed_in", "address_changed")
    rows = Entry.objects.filter(kind__in=kinds).order_by("pk").values_list("kind", "municipality")
    assert list(rows) == [(kind, cast.municipality.pk) for kind in kinds]


def test_places_of_today_are_told_from_those_that_have_ended_or_not_begun(cast, seatless):
    now = timezone.now()
    own = [cast.municipality]

    assert list(municipalities_of(seatless.pk, now=now)) == own
    assert list(municipalities_of(cast.department_head.pk, now=now)) == own
    assert list(municipalities_of(cast.administrator.pk, now=now)) == own
    Membership.objects.filter(user=cast.department_head).update(ends_at=now)
    Administrator.objects.filter(user=cast.administrator).update(starts_at=now + DAY)
    assert not municipalities_of(cast.department_head.pk, now=now)
    assert not municipalities_of(cast.administrator.pk, now=now)
