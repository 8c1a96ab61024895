"""A municipality's first day."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Mail, User
from forums import arrivals
from forums.models import Administrator, Municipality
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
GIVEN = ("Østkommunen", "oestkommunen", "Leder@kommune.dk", "Administrator 1")


def test_first_administrator_signs_in_by_the_link(capsys):
    call_command("create_municipality", *GIVEN)

    link = capsys.readouterr().out.splitlines()[-1]
    path = link.removeprefix("http://localhost:8000")
    client = Client()
    assert client.get(path).status_code == 200
    chosen = {"password1": "fire-tilfaeldige-ord", "password2": "fire-tilfaeldige-ord"}
    client.post(path, chosen)
    assert client.get("/admin/").status_code == 200
    user = User.objects.get(email="leder@kommune.dk")
    assert (user.name, user.is_superuser) == ("Administrator 1", False)
    assert {mail.to for mail in Mail.objects.all()} == {user}


def test_person_who_signs_in_already_administers_one_more_and_is_told(capsys):
    known = UserFactory(email="leder@kommune.dk", name="Navn fra før")

    call_command("create_municipality", *GIVEN)

    assert Administrator.objects.get().user == known
    assert "kan logge ind nu" in capsys.readouterr().out
    assert [(mail.to, mail.kind) for mail in Mail.objects.all()] == [(known, arrivals.KIND)]


@pytest.mark.parametrize(
    "given",
    [
        ("Østkommunen", "med mellemrum", *GIVEN[2:]),
        (*GIVEN[:2], "ingen-adresse", "Administrator 1"),
        (*GIVEN[:3], ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(given):
    with pytest.raises(CommandError):
        call_command("create_municipality", *given)

    assert not Municipality.objects.exists()
    assert not User.objects.exists()


def test_municipality_that_is_there_is_left_alone():
    call_command("create_municipality", *GIVEN)

    with pytest.raises(CommandError, match="eksisterer"):
        call_command("create_municipality", *GIVEN)

    assert Municipality.objects.count() == 1
