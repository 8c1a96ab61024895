"""A form of signing in that is refused answers 422, as all forms of the product; what throttles
answers as it did."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from accounts.models import Mail, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TWO = {"password1": "fire gode lange ord", "password2": "fire andre lange ord"}


def nobody(person: User) -> Client:
    return Client()


def asked_for_a_code(person: User) -> Client:
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    return client


def with_password(person: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": "plf-demo"})
    return client


def confirmed(person: User) -> Client:
    client = with_password(person)
    client.post(reverse("account_reauthenticate"), {"password": "plf-demo"})
    return client


def without_password(person: User) -> Client:
    person.set_unusable_password()
    person.save()
    client = Client()
    client.force_login(person)
    return client


def with_app(person: User) -> Client:
    """The password is given, and the code is asked for."""
    TOTP.activate(person, SECRET)
    return with_password(person)


def signed_in_with_app(person: User) -> Client:
    client = confirmed(person)
    TOTP.activate(person, SECRET)
    return client


def with_codes(person: User) -> Client:
    client = signed_in_with_app(person)
    RecoveryCodes.activate(person)
    return client


def with_passkey(person: User) -> Client:
    client = confirmed(person)
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "Telefon"})
    return client


FORMS: tuple[tuple[str, Callable[[User], Client], dict[str, str]], ...] = (
    ("account_login", nobody, {"login": "leder@kendt.example", "password": "forkert"}),
    ("account_login", nobody, {"login": "ingen adresse", "password": ""}),
    ("account_request_login_code", nobody, {"email": "ingen adresse"}),
    ("account_confirm_login_code", asked_for_a_code, {"code": "FORKERT"}),
    ("account_reset_password", nobody, {"email": "ingen adresse"}),
    ("account_change_password", with_password, {"oldpassword": "forkert", **TWO}),
    ("account_set_password", without_password, TWO),
    ("account_reauthenticate", with_password, {"password": "forkert"}),
    ("mfa_authenticate", with_app, {"code": "000000"}),
    ("mfa_reauthenticate", signed_in_with_app, {"code": "000000"}),
    ("mfa_activate_totp", confirmed, {"code": "000000"}),
    ("mfa_add_webauthn", confirmed, {"name": "", "credential": ""}),
    ("mfa_edit_webauthn", with_passkey, {"name": ""}),
)


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "as_who", "fields"),
    FORMS,
    ids=[f"{name}-{next(iter(said))}" for name, _, said in FORMS],
)
def test_refused_form_comes_again_with_422(name, as_who, fields):
    person = UserFactory(email="leder@kendt.example")
    client = as_who(person)
    keys = [key.pk for key in Authenticator.objects.filter(type="webauthn").order_by("pk")]
    url = reverse(name, args=keys if name == "mfa_edit_webauthn" else [])

    response = client.post(url, fields)

    assert response.status_code == 422
    page = response.content.decode()
    assert "invalid-feedback" in page or "notice-error" in page


@pytest.mark.once
def test_passkey_that_is_none_is_refused_as_second_step():
    response = with_app(UserFactory()).post(reverse("mfa_authenticate"), {"credential": "x"})

    assert response.status_code == 422
    assert list(response.context["webauthn_form"].errors) == ["credential"]


@pytest.mark.once
def test_passkey_that_is_none_leads_away_from_where_it_confirms():
    """allauth answers this one with a redirect and a message."""
    client = with_passkey(UserFactory())

    response = client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": "x"})

    assert (response.status_code, response.url) == (302, reverse("account_login"))


def test_new_password_by_link_that_is_refused():
    person, client = UserFactory(), Client()
    client.post(reverse("account_reset_password"), {"email": person.email})
    path = "/" + Mail.objects.get().url.split("/", 3)[3]

    response = client.post(client.get(path).url, TWO)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["password2"]


@pytest.mark.once
@pytest.mark.parametrize("name", ["mfa_deactivate_totp", "mfa_generate_recovery_codes"])
def test_page_that_is_fetched_is_no_refusal(name):
    assert with_codes(UserFactory()).get(reverse(name)).status_code in (200, 302)


def test_throttled_sign_in_is_429(settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1/m/ip"}
    client, fields = Client(), {"login": "leder@kendt.example", "password": "forkert"}

    statuses = [client.post(reverse("account_login"), fields).status_code for _ in range(2)]

    assert statuses == [422, 429]


FORGED = (
    "[]",
    "{}",
    '{"id": "AA", "response": null}',
    '{"id": 1, "rawId": 2, "response": 3}',
    '{"id": "AAAA", "rawId": "AAAA", "response": {"clientDataJSON": "e30"}}',
    '{"id": "\u00e6", "rawId": "\u00e6", "response": {"clientDataJSON": "\u00e6"}}',
    '{"id": "AAAA", "rawId": "AAAA", "response": {"clientDataJSON": "W10", '
    '"attestationObject": "n5-f", "authenticatorData": "n5-f", "signature": "AAAA"}}',
    "[" * 3000,
    "9" * 5000,
)
PLACES: tuple[tuple[str, Callable[[User], Client], int], ...] = (
    ("mfa_add_webauthn", confirmed, 422),
    ("mfa_authenticate", with_app, 422),
    ("mfa_reauthenticate_webauthn", with_passkey, 302),
)


@pytest.mark.parametrize(("name", "as_who", "status"), PLACES, ids=[name for name, *_ in PLACES])
def test_forged_passkey_is_refused_and_is_no_error(name, as_who, status):
    client = as_who(UserFactory())
    client.raise_request_exception = False

    statuses = [
        client.post(reverse(name), {"name": "Telefon", "credential": forged}).status_code
        for forged in FORGED
    ]

    assert statuses == [status] * len(FORGED)
