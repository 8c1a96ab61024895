"""The app with codes, the recovery codes, and what is kept of them."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def person():
    """Somebody with an app and recovery codes."""
    user = UserFactory()
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def after_password(person) -> Client:
    client = Client()
    fields = {"login": person.email, "password": "plf-demo"}
    response = client.post(reverse("account_login"), fields)
    assert response.headers["Location"] == reverse("mfa_authenticate")
    return client


def test_code_from_the_app_signs_in(person):
    client = after_password(person)

    refused = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    response = client.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})

    assert (refused.status_code, response.status_code, response.url) == (422, 302, "/")


def test_recovery_code_signs_in_once(person):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]

    first = after_password(person).post(reverse("mfa_authenticate"), {"code": code})
    second = after_password(person).post(reverse("mfa_authenticate"), {"code": code})

    assert (first.status_code, second.status_code) == (302, 422)


def test_password_alone_opens_nothing(person):
    assert after_password(person).get("/konto/").status_code == 302


def test_secrets_are_not_in_the_clear_and_use_leaves_no_time(person):
    after_password(person).post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})

    stored = Authenticator.objects.order_by("pk")

    assert SECRET not in str([row.data for row in stored])
    assert [row.last_used_at for row in stored] == [None, None]


def test_a_sign_in_with_a_code_writes_nothing_about_the_second_step(person):
    """A row that is written anew tells by its place, and on PostgreSQL by its transaction's
    number, who signed in while a round was open, and in which order."""
    client = after_password(person)

    with CaptureQueriesContext(connection) as asked:
        client.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})

    assert any("mfa_authenticator" in query["sql"] for query in asked)
    assert not [
        query["sql"] for query in asked if query["sql"].startswith('UPDATE "mfa_authenticator"')
    ]


def test_app_is_set_up_and_removed(cast, client_of):
    client = client_of(cast.newcomer)
    url = reverse("mfa_activate_totp")
    asked = client.get(url)
    client.post(asked.url, {"password": "plf-demo"})
    page = client.get(url)
    svg = re.search(r"<svg.*?</svg>", page.content.decode(), re.DOTALL).group()

    refused = client.post(url, {"code": "1"})
    response = client.post(url, {"code": code_of(page.context["form"].secret)})
    codes = client.get(response.url)
    file = client.get(reverse("mfa_download_recovery_codes")).content.decode()
    removed = client.post(reverse("mfa_deactivate_totp"))

    assert "style" not in svg
    assert refused.status_code == 422
    assert response.url == reverse("mfa_view_recovery_codes")
    assert file.split()[-10:] == codes.context["unused_codes"]
    assert removed.status_code == 302
    assert not Authenticator.objects.exists()


def test_new_recovery_codes_take_the_place_of_the_old(person):
    client = after_password(person)
    client.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})
    asked = client.get(reverse("mfa_generate_recovery_codes"))
    client.post(asked.url, {"password": "plf-demo"})
    before = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    page = client.get(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_generate_recovery_codes"))

    after = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert page.status_code == 200
    assert not set(before) & set(after)


def test_code_confirms_who_one_is_and_the_way_to_a_passkey_opens(person):
    client = after_password(person)
    client.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    url = reverse("mfa_add_webauthn")

    page = client.get(f"{reverse('mfa_reauthenticate')}?next={url}")
    confirmed = client.post(f"{reverse('mfa_reauthenticate')}?next={url}", {"code": recovery[0]})
    add = client.get(confirmed.url)

    assert page.status_code == 200
    assert (confirmed.url, add.status_code) == (url, 200)
    assert add.context["form"]["name"].value()
