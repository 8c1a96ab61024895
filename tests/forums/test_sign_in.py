"""Signing in through a municipality, up to a real OpenID Connect server in a process of its own."""

import json
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import User
from forums.admin_forms import MunicipalityForm
from forums.models import Administrator, Membership, Municipality
from forums.sign_in import SocialAccountAdapter, origin_of, person_of, secret_of, verified_address
from tests.factories import MembershipFactory, UserFactory
from tests.forums.provider import running_provider

pytestmark = pytest.mark.django_db
CLAIMS = {
    "known": {"email": "Aftaleholder1@test.example", "email_verified": True},
    "entra": {"email": "aftaleholder2@test.example", "xms_edov": True},
    "unverified": {"email": "aftaleholder1@test.example"},
    "administrator": {"email": "administrator@test.example", "email_verified": True},
    "stranger": {"email": "nogen@test.example", "email_verified": True},
    "neighbour": {"email": "chef@nabo.example", "email_verified": True},
}


@pytest.fixture(scope="module")
def provider():
    """The address of a provider that knows the people of CLAIMS."""
    with running_provider(CLAIMS) as address:
        yield address


@pytest.fixture
def municipality(cast, provider, monkeypatch):
    cast.municipality.sign_in_server = provider
    cast.municipality.sign_in_client = "plf"
    cast.municipality.save()
    monkeypatch.setenv("OIDC_SECRET_TESTKOMMUNE", "hemmeligt")
    return cast.municipality


def sign_in(client: Client, who: str) -> tuple[object, str]:
    """From our page to the provider, where `who` says yes, and back; our last answer, and where
    the provider was asked."""
    url = reverse("openid_connect_login", args=["testkommune"])
    asked = client.post(f"{url}?next=/konto/").headers["Location"]
    said = requests.post(asked, data={"sub": who}, allow_redirects=False, timeout=5)
    back = urlsplit(said.headers["Location"])
    return client.get(f"{back.path}?{back.query}"), asked


@pytest.mark.parametrize(("who", "number"), [("known", 1), ("entra", 2)])
def test_member_is_signed_in_by_the_municipality(municipality, who, number):
    client = Client()
    before = (User.objects.count(), Membership.objects.count(), Administrator.objects.count())

    response, _ = sign_in(client, who)

    assert (response.status_code, response.url) == (302, "/konto/")
    page = client.get("/konto/")
    assert page.context["user"].email == f"aftaleholder{number}@test.example"
    after = (User.objects.count(), Membership.objects.count(), Administrator.objects.count())
    assert after == before
    assert page.context["user"].has_usable_password()


def test_second_step_is_left_to_the_municipality_s_own_sign_in(municipality):
    municipality.second_factor_required = True
    municipality.save()
    client = Client()

    sign_in(client, "administrator")

    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("who", ["unverified", "stranger", "neighbour"])
def test_others_are_not_signed_in_and_nobody_is_created(municipality, who):
    client = Client()
    before = User.objects.count()

    response, _ = sign_in(client, who)

    assert (response.status_code, response.url) == (302, reverse("account_login"))
    assert len(list(get_messages(response.wsgi_request))) == 1
    assert client.get("/konto/").status_code == 302
    assert User.objects.count() == before


def test_one_who_belongs_to_two_municipalities_is_told_how_else_to_sign_in(municipality, cast):
    """Each municipality's server would else open the other's pages too."""
    MembershipFactory(user=cast.unit_head, forum__municipality=cast.other_municipality)
    client = Client()

    response, _ = sign_in(client, "known")

    page = client.get(response.url).content.decode()
    assert "Du hører til i mere end én kommune her" in page
    assert client.get("/konto/").status_code == 302


def test_question_carries_a_challenge_that_only_this_session_can_answer(municipality):
    client = Client()

    asked = client.post(reverse("openid_connect_login", args=["testkommune"])).url

    query = parse_qs(urlsplit(asked).query)
    kept = json.dumps(dict(client.session.items()))
    verifier = re.search(r'"pkce_code_verifier": "([^"]+)"', kept).group(1)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert query["code_challenge_method"] == ["S256"]
    assert query["code_challenge"] == [challenge]
    assert query["client_id"] == ["plf"]


def test_answer_that_nobody_asked_for_is_refused(municipality):
    url = reverse("openid_connect_callback", args=["testkommune"])

    response = Client().get(f"{url}?code=x&state=y")

    assert response.status_code == 401


def test_one_who_is_signed_in_as_another_is_so_no_longer(municipality, client_of, cast):
    client = client_of(cast.chief)

    sign_in(client, "known")

    assert client.get("/konto/").context["user"] == cast.unit_head


def test_forms_may_go_to_the_provider_from_its_page_alone(municipality, provider):
    def policy(url: str) -> str:
        return Client().get(url).headers["Content-Security-Policy"]

    own = reverse("openid_connect_login", args=["testkommune"])

    assert f"form-action 'self' {provider}" in policy(own)
    assert provider not in policy(reverse("account_login"))
    assert provider not in policy(reverse("municipalities"))


def test_sign_in_page_leads_to_municipalities_that_have_their_own(municipality, cast):
    way = f'href="{reverse("municipalities")}"'

    page = Client().get(reverse("municipalities"))

    assert list(page.context["municipalities"]) == [municipality]
    assert way in Client().get(reverse("account_login")).content.decode()
    municipality.sign_in_server = municipality.sign_in_client = ""
    municipality.save()
    assert way not in Client().get(reverse("account_login")).content.decode()


def test_secret_is_named_by_the_municipality(cast, monkeypatch):
    monkeypatch.setenv("OIDC_SECRET_TESTKOMMUNE", "hemmeligt")
    assert secret_of(cast.municipality) == "hemmeligt"
    assert secret_of(cast.other_municipality) == ""
    assert origin_of("https://login.example/abc/v2.0") == "https://login.example"


def test_each_municipality_is_an_app_of_its_own(municipality):
    adapter = SocialAccountAdapter()

    found = [
        [app.provider_id for app in adapter.list_apps(None, **how)]
        for how in (
            {},
            {"provider": "testkommune"},
            {"provider": "nabokommune"},
            {"provider": "openid_connect", "client_id": "plf"},
            {"client_id": "en anden"},
        )
    ]

    assert found == [["testkommune"], ["testkommune"], [], ["testkommune"], []]


@pytest.mark.parametrize(
    ("claims", "address"),
    [
        ({"email": "a@b.example", "email_verified": True}, "a@b.example"),
        ({"email": "a@b.example", "xms_edov": "1"}, "a@b.example"),
        ({"email": "a@b.example", "email_verified": "false"}, ""),
        ({"email": "a@b.example"}, ""),
        ({"email_verified": True}, ""),
    ],
)
def test_address_counts_only_where_the_server_vouches_for_it(claims, address):
    assert verified_address(claims) == address


def test_only_those_of_one_municipality_are_found(cast):
    MembershipFactory(user=cast.facilitator)  # serves another municipality too
    system = UserFactory(is_superuser=True)
    MembershipFactory(user=system, forum=cast.forum)

    found = [
        person_of("testkommune", address)
        for address in (
            cast.unit_head.email,
            cast.administrator.email,
            cast.facilitator.email,
            cast.outsider.email,
            cast.newcomer.email,
            system.email,
            "",
        )
    ]

    assert found == [cast.unit_head, cast.administrator, None, None, None, None, None]


@pytest.mark.parametrize(
    ("server", "client", "errors"),
    [
        ("https://login.example/v2.0", "plf", []),
        ("http://login.example", "plf", ["sign_in_server"]),
        ("https://login.example", "", ["__all__"]),
    ],
)
def test_address_of_the_server_is_https_and_comes_with_a_client(
    cast, settings, server, client, errors
):
    settings.ONLY_LOCAL = False
    data = {**MunicipalityForm(instance=Municipality()).initial, "name": "K", "slug": "k"}
    form = MunicipalityForm({**data, "sign_in_server": server, "sign_in_client": client})

    assert list(form.errors) == errors
