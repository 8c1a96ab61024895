"""Attacks that scanners do not know, tried by hand on every address: forged senders, planted
sessions, ways to other sites, and what a browser or a proxy would keep."""

import gzip
import re
from collections.abc import Iterator

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.invitations import token_for
from accounts.models import Mail
from tests.factories import UserFactory
from tests.structure.test_access import TABLE, Places, make_places, session_of, writes

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PASSWORD = {"password": "plf-demo"}
KEY = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]{64})"')
ELSEWHERE = ("https://ond.example/", "//ond.example", "/\\ond.example", "javascript:alert(1)")
FORGERIES: tuple[dict[str, str], ...] = (
    {"Origin": "https://ond.example"},
    {"Origin": "null"},
    {"Referer": "https://ond.example/side"},
    {},
)

# Told so; to the sign-in page; no such passkey or code here; the address takes no form.
REFUSED = {(403, ""), (302, "/log-ind/"), (404, ""), (405, "")}


@pytest.fixture(scope="module")
def places(module_db) -> Places:
    return make_places()


def addresses(places: Places, method: str) -> Iterator[tuple[str, str]]:
    for name, place, asked in TABLE:
        if asked == method:
            yield name, reverse(name, args=places.arguments[place])


def code_in(mail: Mail) -> str:
    return mail.subject.rpartition(" ")[2]


# --- another site's forms -----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["unit_head", "administrator", "anonymous"])
@pytest.mark.parametrize("headers", FORGERIES, ids=["origin", "null", "referer", "none"])
def test_another_site_s_form_changes_nothing_anywhere(places, who, headers):
    """Signing in, signing out and the language too: nothing but the page that says so, or the way
    to the sign-in page."""
    answers = {}
    with CaptureQueriesContext(connection) as asked:
        for name, url in addresses(places, "post"):
            client = places.client(who)
            client.handler.enforce_csrf_checks = True
            client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
            answer = client.post(url, {"csrfmiddlewaretoken": "b" * 32}, headers=headers)
            answers[name] = (answer.status_code, answer.headers.get("Location", "")[:9])

    assert len(answers) > 50
    assert {name: got for name, got in answers.items() if got not in REFUSED} == {}
    assert [query["sql"] for query in asked if writes(query["sql"])] == []


# --- where one is sent on -----------------------------------------------------------------------


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("name", ["set_language", "account_logout", "account_reauthenticate"])
def test_nobody_is_sent_on_to_another_site(client_of, target, name):
    person = UserFactory()
    client = client_of(person)
    sent = {"next": target, "language": "en", **PASSWORD}

    response = client.post(f"{reverse(name)}?next={target}", sent)

    assert response.status_code == 302
    assert re.fullmatch(r"/|/[a-z][a-z/-]*/", response.url)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_code_by_mail_sends_nobody_on_to_another_site(target):
    person, client = UserFactory(), Client()
    asked = client.post(
        f"{reverse('account_request_login_code')}?next={target}",
        {"email": person.email, "next": target},
    )

    done = client.post(asked.url, {"code": code_in(Mail.objects.get()), "next": target})

    assert (asked.status_code, done.status_code) == (302, 302)
    assert asked.url.startswith(reverse("account_confirm_login_code"))
    assert done.url == "/"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_administration_sends_nobody_on_to_another_site_after_signing_in(target):
    person, client = UserFactory(), Client()

    page = client.get(f"/admin/login/?next={target}")
    done = client.post(page.url, {"login": person.email, **PASSWORD})

    assert done.url == "/"


# --- links in mails -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "ond.example"},
        {"X-Host": "ond.example", "Forwarded": "host=ond.example"},
        {"X-Forwarded-Server": "ond.example", "X-Original-URL": "https://ond.example/"},
    ],
)
def test_link_in_a_mail_begins_with_the_product_s_own_address(headers):
    person = UserFactory()

    Client().post(reverse("account_reset_password"), {"email": person.email}, headers=headers)

    mail = Mail.objects.get()
    assert mail.url.startswith(f"{settings.SITE_URL}/adgangskode/ny/")
    assert "ond.example" not in mail.body + mail.subject


def test_mail_is_not_written_for_a_foreign_host():
    person = UserFactory()

    response = Client().post(
        reverse("account_reset_password"), {"email": person.email}, headers={"Host": "ond.example"}
    )

    assert response.status_code == 400
    assert not Mail.objects.exists()


# --- sessions -----------------------------------------------------------------------------------


def test_session_planted_before_signing_in_is_worth_nothing_after():
    person, victim, thief = UserFactory(), Client(), Client()
    for client in (victim, thief):
        client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32

    victim.post(reverse("account_login"), {"login": person.email, **PASSWORD})

    assert victim.get("/konto/").status_code == 200
    assert thief.get("/konto/").status_code == 302


def test_session_in_which_somebody_else_asked_for_the_code_is_worth_nothing_after():
    """The thief asks for a code to the victim's address, and plants the session where the victim
    writes it."""
    person, victim, thief = UserFactory(), Client(), Client()
    asked = thief.post(reverse("account_request_login_code"), {"email": person.email})
    victim.cookies[settings.SESSION_COOKIE_NAME] = thief.cookies[settings.SESSION_COOKIE_NAME].value

    victim.post(asked.url, {"code": code_in(Mail.objects.get())})

    assert victim.get("/konto/").status_code == 200
    assert thief.get("/konto/").status_code == 302


def test_session_is_worth_nothing_after_signing_out():
    person, thief = UserFactory(), Client()
    stolen = session_of(person)
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert thief.get("/konto/").status_code == 200

    thief.post(reverse("account_logout"))

    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert thief.get("/konto/").status_code == 302


def test_form_s_key_is_another_after_signing_in():
    person, client = UserFactory(), Client()
    client.get(reverse("account_login"))
    before = client.cookies[settings.CSRF_COOKIE_NAME].value

    client.post(reverse("account_login"), {"login": person.email, **PASSWORD})

    assert client.cookies[settings.CSRF_COOKIE_NAME].value != before


@pytest.mark.parametrize(("proxies", "caller"), [(0, "127.0.0.1"), (1, "10.0.0.7")])
def test_nobody_chooses_the_address_they_are_throttled_by(rf, settings, proxies, caller):
    """What a caller writes stands before what the proxy adds, and is not looked at."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": "6.6.6.6, 10.0.0.7", "X-Real-IP": "6.6.6.6"}

    request = rf.post("/log-ind/", headers=headers, REMOTE_ADDR="127.0.0.1")

    assert get_adapter().get_client_ip(request) == caller


# --- what is kept, framed or told on the way ----------------------------------------------------


def test_nothing_of_a_signed_in_person_is_kept_framed_or_told(places):
    """Pages, files, refusals and what is not found."""
    answers = {
        (name, who): places.client(who).get(url).headers
        for name, url in [*addresses(places, "get"), ("nowhere", "/findes/ikke/")]
        for who in ("unit_head", "administrator", "outsider")
    }

    assert len(answers) > 150
    kept = {row for row, got in answers.items() if got["Cache-Control"] != "no-store, private"}
    assert kept == set()
    # In a frame of the administration, and nowhere else.
    assert {row for row, got in answers.items() if not is_guarded(got)} == {
        ("assessments:as_member", "administrator")
    }


def test_pages_behind_a_key_are_kept_nowhere_and_tell_it_to_no_other_site():
    """The links in mails, the page where the code is written, and what they lead to."""
    person, new, client = UserFactory(), UserFactory(password=None), Client()
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = Mail.objects.get().url.removeprefix(settings.SITE_URL)
    asked = client.post(reverse("account_request_login_code"), {"email": person.email})

    answers = [
        client.get(link),
        client.get(client.get(link).url),
        client.get(asked.url),
        client.get(reverse("accounts:invitation", args=[token_for(new)])),
        Client().get(reverse("account_login")),
    ]

    assert [answer.status_code for answer in answers] == [302, 200, 200, 200, 200]
    kept = [answer.headers.get("Cache-Control", "") for answer in answers]
    assert ["no-store" in said for said in kept] == [True] * 5
    assert [is_guarded(answer.headers) for answer in answers] == [True] * 5


def is_guarded(headers) -> bool:
    """In no frame, of no other type than said, and its address is told to no other site."""
    policy = headers["Content-Security-Policy"]
    return (
        headers["X-Frame-Options"] == "DENY"
        and "frame-ancestors 'none'" in policy
        and "base-uri 'none'" in policy
        and headers["X-Content-Type-Options"] == "nosniff"
        and headers["Referrer-Policy"] == "same-origin"
        and headers["Cross-Origin-Resource-Policy"] == "same-origin"
    )


def test_length_of_a_packed_page_tells_no_key(client_of):
    """BREACH: the key of the forms is masked anew in each answer, and each packet has a name of
    random length."""
    client = client_of(UserFactory())
    packed = [client.get("/konto/", headers={"Accept-Encoding": "gzip"}) for _ in range(12)]

    assert {page.headers["Content-Encoding"] for page in packed} == {"gzip"}
    keys = {KEY.findall(gzip.decompress(page.content))[0] for page in packed}
    names = {page.content[10:].partition(b"\0")[0] for page in packed}
    assert len(keys) == 12
    assert len({len(name) for name in names}) > 1
