"""The members as a file: who is in it, and that it was taken stands in the log."""

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from tests.factories import AdministratorFactory, MembershipFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.administrator)


def taken(client, cast):
    return client.get(reverse("dashboards:members_file", args=[cast.municipality.pk]))


def rows_of_the_log():
    columns = ("kind", "name", "detail", "municipality", "actor", "address")
    return list(Entry.objects.order_by("pk").values_list(*columns))


@pytest.mark.parametrize("name", ["−2+3", "＝1+1", "\t=1+1", " =1+1"])
def test_members_file_holds_no_formula(cast, client, name):
    MembershipFactory(forum=cast.team, user__name=name)

    file = taken(client, cast).content.decode()

    assert f"\n'{name};" in file


def test_members_of_closed_forums_and_other_municipalities_are_not_in_the_file(cast, client):
    MembershipFactory(
        forum__municipality=cast.municipality, forum__closed_at=timezone.now(), user__name="Lukket"
    )

    text = taken(client, cast).content.decode()

    assert "Aftaleholder 1" in text
    assert "Lukket" not in text
    assert "nabo" not in text


def test_taking_the_members_along_is_logged(cast, client):
    taken(client, cast)

    assert rows_of_the_log() == [
        (
            "exported",
            "medlemslisten",
            "csv",
            cast.municipality.pk,
            cast.administrator.log_key,
            "127.0.0.1",
        )
    ]


def test_who_takes_them_while_asked_is_not_named(cast, client_of):
    """With the number of each midnight, having been here would tell who answered that day."""
    AdministratorFactory(municipality=cast.municipality, user=cast.unit_head)
    open_round_of(cast.forum)
    before = len(rows_of_the_log())

    assert taken(client_of(cast.unit_head), cast).status_code == 200

    assert [row[4:] for row in rows_of_the_log()[before:]] == [(None, None)]


def test_file_that_is_refused_is_not_logged(cast, client_of):
    assert taken(client_of(cast.outsider), cast).status_code == 404

    assert rows_of_the_log() == []
