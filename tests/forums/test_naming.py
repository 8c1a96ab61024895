"""Histories call people what they are called now; an earlier name is not left behind in them."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from dashboards.operations.erasing import correct_name, erase_person
from forums.admin_history import changed
from forums.models import Forum
from forums.naming import added, of_person, rename_in_histories
from tests.factories import MembershipFactory, UserFactory
from tests.forums.member_files import confirm, csv_bytes, send
from tests.pages import form_of

OLD, NEW = "Aftaleholder 1", "Aftaleholder 1 Ny"


def written(about, *lines):
    """A row in the history of something."""
    return LogEntry.objects.create(
        user=UserFactory(),
        content_type=ContentType.objects.get_for_model(about),
        object_id=str(about.pk),
        object_repr=str(about),
        action_flag=CHANGE,
        change_message="\n".join(lines),
    )


def lines_of(row):
    row.refresh_from_db()
    return row.change_message.split("\n")


def told(name):
    """All the ways in which a history names somebody."""
    return [
        added(name),
        of_person(name, changed("Rolle", "aftaleholder", "chef")),
        changed("Chef, der ser resultaterne", "Chef", name),
        changed("Chef, der ser resultaterne", name, ""),
    ]


def by_the_person(person, client):
    own = Client()
    own.force_login(person)
    own.post(reverse("dashboards:my_data"), {"name": NEW})


def by_an_administrator(person, client):
    url = reverse("admin:accounts_user_change", args=[person.pk])
    client.post(url, {"name": NEW, "email": person.email})


def by_a_table_of_members(person, client):
    confirm(client, send(client, csv_bytes((NEW, person.email, "Lederforum", "aftaleholder"))))


@pytest.mark.parametrize("door", [by_the_person, by_an_administrator, by_a_table_of_members])
def test_history_has_the_new_name_and_loses_it_with_the_person(cast, client, door):
    person = cast.unit_head
    with translation.override("da"):
        row, new, gone = written(cast.forum, *told(OLD)), told(NEW), told("…")

    door(person, client)

    assert lines_of(row) == new
    person.refresh_from_db()
    erase_person(user=person, now=timezone.now())
    assert lines_of(row) == gone


def test_history_is_renamed_in_the_language_it_was_written_in(cast):
    with translation.override("en"):
        row = written(cast.forum, added(OLD), changed("Chief who reads the results", "", OLD))

    with translation.override("da"):
        correct_name(user=cast.unit_head, name=NEW)

    assert lines_of(row) == [f"Added: {NEW}", f"Chief who reads the results written: “{NEW}”"]


def test_new_name_is_not_told_where_the_person_has_no_place(cast):
    row = written(Forum.objects.get(name="Naboens forum"), added(OLD))

    correct_name(user=cast.unit_head, name=NEW)

    assert lines_of(row) == [added("…")]


def test_post_is_renamed_in_the_history_of_the_municipality(cast):
    row = written(cast.municipality, added("Administrator"))

    correct_name(user=cast.administrator, name=NEW)

    assert lines_of(row) == [added(NEW)]


def test_name_that_another_has_too_stays_until_the_last_of_them_gives_it_up(cast):
    namesake = UserFactory(name=OLD)
    row = written(cast.forum, added(OLD))

    correct_name(user=cast.unit_head, name=NEW)
    assert lines_of(row) == [added(OLD)]

    correct_name(user=namesake, name="Aftaleholder 2 Ny")
    assert lines_of(row) == [added("…")]


@pytest.mark.parametrize("name", ["aftaleholder", "Lederforum", "Rolle", "Import", "2"])
def test_no_name_rewrites_the_rest_of_a_history(cast, name):
    lines = [
        *told("Aftaleholder 22"),
        changed("Navn", "Lederforum", "2"),
        "Import: 2 nye, 1 ændret, 0 forlod",
    ]
    row = written(cast.forum, *lines)
    correct_name(user=cast.unit_head, name=name)

    correct_name(user=cast.unit_head, name="Noget andet")

    assert lines_of(row) == lines


def test_one_without_a_name_is_told_by_the_address_and_renamed_with_it(cast, client):
    person = cast.unit_head
    person.name = ""
    person.save()
    row = written(cast.forum, added(person.email))
    old, person.email = person.email, "ny.adresse@test.example"
    person.save()

    rename_in_histories(renamed=[(person, old)])

    assert lines_of(row) == [added("ny.adresse@test.example")]


def test_two_who_give_up_one_name_are_told_apart_by_their_places(cast):
    namesake = MembershipFactory(forum=cast.team, user__name=OLD).user
    cast.unit_head.memberships.filter(forum=cast.team).delete()
    rows = [written(forum, added(OLD)) for forum in (cast.forum, cast.team)]
    for person, name in ((cast.unit_head, NEW), (namesake, "Aftaleholder 2 Ny")):
        person.name = name
        person.save()

    rename_in_histories(renamed=[(cast.unit_head, OLD), (namesake, OLD)])

    assert [lines_of(row) for row in rows] == [[added(NEW)], [added("Aftaleholder 2 Ny")]]


def test_saving_a_person_as_they_are_changes_no_history(cast, client):
    row = written(cast.forum, added(OLD))
    url = reverse("admin:accounts_user_change", args=[cast.unit_head.pk])

    client.post(url, form_of(client, url, "user_form") | {"email": "ny.adresse@test.example"})

    assert lines_of(row) == [added(OLD)]
