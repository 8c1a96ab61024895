"""Whoever must have a second factor is led to it, and opens nothing else before."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse
from django.utils import timezone

from forums.models import Administrator
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SET_UP = "/konto/to-trin/"


@pytest.fixture
def strict(cast):
    cast.municipality.second_factor_required = True
    cast.municipality.save()
    return cast


@pytest.mark.parametrize(
    ("who", "url"),
    [
        ("administrator", SET_UP),
        ("facilitator", SET_UP),
        ("chief", None),
        ("department_head", None),
        ("outsider", None),
    ],
)
def test_administrators_and_facilitators_of_a_strict_municipality(strict, signed_in, who, url):
    response = signed_in(strict.person(who)).get("/")

    assert (response.status_code, response.headers.get("Location")) == (302 if url else 200, url)


def test_system_administrator_is_asked_where_any_municipality_is_strict(strict, signed_in):
    system = UserFactory(is_superuser=True, is_staff=True)

    assert signed_in(system).get("/admin/").url == SET_UP


def test_nobody_is_asked_where_no_municipality_is_strict(cast, signed_in):
    assert signed_in(cast.administrator).get("/admin/").status_code == 200


def test_pages_for_setting_it_up_and_for_leaving_stay_open(strict, signed_in):
    client = signed_in(strict.administrator)

    statuses = [
        client.get(reverse(name)).status_code
        for name in ("mfa_index", "accounts:account", "dashboards:privacy", "account_logout")
    ]

    assert statuses == [200, 200, 200, 200]
    assert client.post("/admin/").url == SET_UP


def test_one_who_has_set_it_up_carries_on_at_once(strict, signed_in):
    client = signed_in(strict.administrator)
    assert client.get("/admin/").status_code == 302

    TOTP.activate(strict.administrator, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")

    assert client.get("/admin/").status_code == 200


def test_choice_of_the_municipality_and_a_new_post_hold_within_a_minute(cast, signed_in):
    client = signed_in(cast.newcomer)
    Administrator.objects.create(municipality=cast.municipality, user=cast.newcomer)
    cast.municipality.second_factor_required = True
    cast.municipality.save()

    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1)):
        assert client.get("/").url == SET_UP
