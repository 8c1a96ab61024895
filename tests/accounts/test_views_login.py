"""Signing in by password and by code: who is known is told to nobody, and nobody is locked out."""

import re
from functools import partial
from unittest.mock import ANY

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail
from accounts.operations import send_due_mails
from accounts.sessions import forget_expired
from accounts.sign_in_mails import AT_ONCE
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "leder@kendt.example", "nogen@fremmed.example"


@pytest.fixture
def person():
    return UserFactory(email=KNOWN)


def try_password(client: Client, email: str, password: str = "forkert"):  # noqa: S107
    return client.post(reverse("account_login"), {"login": email, "password": password})


def page_of(response, email: str) -> str:
    """The page but for what is random in it, and the address that was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return page.replace(email, "…")


def statements(request) -> tuple[object, list[str]]:
    """The answer, and what was asked of the database: the kind of statement and its table."""
    with CaptureQueriesContext(connection) as queries:
        response = request()
    found = [
        re.search(r'^(SELECT|INSERT|UPDATE|DELETE).*?"(\w+)"', query["sql"], re.DOTALL)
        for query in queries
    ]
    return response, [match.group(1) for match in found if match and "plf_cache" not in match[0]]


def test_password_signs_in_and_is_remembered_by_the_browser(person):
    client = Client()

    response = try_password(client, KNOWN.upper(), "plf-demo")

    assert (response.status_code, response.url) == (302, "/")
    assert client.cookies["known"]["httponly"]


def test_wrong_password_is_told_in_plain_words_with_what_to_do(person):
    response = try_password(Client(), KNOWN)

    [error] = response.context["form"].non_field_errors()
    assert error == (
        "E-mailen eller adgangskoden passer ikke. Prøv igen, eller få en kode på mail i stedet."
    )
    assert error in response.content.decode()


@pytest.mark.parametrize("password", ["plf-demo", None], ids=["password", "no password yet"])
def test_wrong_password_and_unknown_address_look_and_cost_the_same(monkeypatch, password):
    UserFactory(email=KNOWN, password=password)
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args)
    )

    pages, costs = [], []
    for email in (KNOWN, UNKNOWN):
        before = len(hashed)
        response = try_password(Client(), email)
        pages.append((response.status_code, page_of(response, email)))
        costs.append(len(hashed) - before)

    assert pages[0] == pages[1]
    assert costs == [1, 1]


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_asking_for_a_code_or_a_link_looks_and_costs_the_same_for_the_unknown(person, name):
    answers = []
    for email in (KNOWN, UNKNOWN):
        client = Client()
        response, asked = statements(partial(client.post, reverse(name), {"email": email}))
        page = client.get(response.url)
        answers.append((response.status_code, response.url, page_of(page, email), asked))

    assert answers[0] == answers[1]
    assert list(Mail.objects.values_list("to__email", flat=True)) == [KNOWN]


def test_code_signs_in_once_and_leaves_nothing_behind(person):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": KNOWN})
    send_due_mails(now=timezone.now(), only=AT_ONCE)
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mail.outbox[0].body).group()

    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    again = Client().post(reverse("account_confirm_login_code"), {"code": code})
    forget_expired(now=timezone.now())

    assert (response.status_code, response.url) == (302, "/")
    assert again.url == reverse("account_request_login_code")
    assert not Mail.objects.exists()


def test_wrong_code_is_refused_and_three_end_it(person):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": KNOWN})
    url = reverse("account_confirm_login_code")

    statuses = [client.post(url, {"code": "FORKERT"}).status_code for _ in range(3)]

    assert statuses == [422, 422, 302]
    assert client.get(url).status_code == 302


def test_newer_code_takes_the_place_of_an_older_one(person):
    for _ in range(2):
        Client().post(reverse("account_request_login_code"), {"email": KNOWN})

    assert Mail.objects.count() == 1


def test_attempts_from_elsewhere_lock_nobody_out_of_their_own_browser(person):
    own = Client()
    try_password(own, KNOWN, "plf-demo")
    own.post(reverse("account_logout"))
    for _ in range(6):
        refused = try_password(Client(), KNOWN)

    stranger = try_password(Client(), KNOWN, "plf-demo")
    returning = try_password(own, KNOWN, "plf-demo")

    assert refused.context["form"].errors["__all__"] == ANY
    assert stranger.status_code == 422
    assert returning.status_code == 302


def test_codes_asked_for_by_others_do_not_use_up_those_of_a_known_browser(person):
    own = Client()
    try_password(own, KNOWN, "plf-demo")
    own.post(reverse("account_logout"))
    url = reverse("account_request_login_code")

    strangers = [Client().post(url, {"email": KNOWN}).status_code for _ in range(4)]
    returning = [own.post(url, {"email": KNOWN}).status_code]

    assert strangers == [302, 302, 302, 422]
    assert returning[0] == 302


def test_known_browser_gets_only_so_many_codes_a_minute(person):
    own = Client()
    try_password(own, KNOWN, "plf-demo")
    own.post(reverse("account_logout"))

    asked = []
    for _ in range(4):
        asked.append(own.post(reverse("account_request_login_code"), {"email": KNOWN}))
        own.post(reverse("account_logout"))

    assert [response.status_code for response in asked] == [302, 302, 302, 422]
    assert list(asked[-1].context["form"].errors) == ["email"]


def test_nobody_signs_up():
    response = Client().post(reverse("account_signup"), {"email": UNKNOWN})

    assert response.status_code == 200
    assert "form" not in (response.context or {})


def test_new_password_by_link_works_once(person):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": KNOWN}, headers={"Host": "localhost"})
    link = Mail.objects.get().url
    path = link.removeprefix("http://localhost:8000")
    form = client.get(path).url
    fields = {"password1": "fire gode lange ord", "password2": "fire gode lange ord"}

    done = client.post(form, fields)
    again = Client().get(path)

    person.refresh_from_db()
    assert link.startswith("http://localhost:8000/adgangskode/ny/")
    assert done.url == reverse("account_reset_password_from_key_done")
    assert person.check_password("fire gode lange ord")
    assert again.context["token_fail"] is True


@pytest.mark.parametrize(
    "target", ["https://ond.example/", "//ond.example", "/\\ond.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_on_to_another_site(person, target):
    fields = {"login": KNOWN, "password": "plf-demo", "next": target}

    response = Client().post(f"{reverse('account_login')}?next={target}", fields)

    assert (response.status_code, response.url) == (302, "/")


def test_foreign_host_is_refused(person):
    assert (
        Client().get(reverse("account_login"), headers={"host": "ond.example"}).status_code == 400
    )


def test_closed_access_ends_at_once(cast, client_of):
    client = client_of(cast.unit_head)
    assert client.get("/konto/").status_code == 200

    cast.unit_head.is_active = False
    cast.unit_head.save()

    assert client.get("/konto/").status_code == 302
    assert try_password(Client(), cast.unit_head.email, "plf-demo").url == reverse(
        "account_inactive"
    )
