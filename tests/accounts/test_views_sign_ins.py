"""Where one is signed in: little is kept, and no longer than the session."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail, SignIn
from accounts.sessions import browser_of, forget_expired
from tests.factories import MailFactory, SessionFactory, SignInFactory

pytestmark = pytest.mark.django_db
URL = "/konto/logget-ind/"
AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0": "Edge · Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.1 Mobile/15E148 Safari/604.1": "Safari · iPhone",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0": "Firefox · Linux",
    "<script>alert(1)</script>": "",
}


@pytest.mark.parametrize(("agent", "said"), AGENTS.items(), ids=lambda value: value[-20:])
def test_browser_is_named_without_versions(agent, said):
    assert browser_of(agent) == said


def test_page_lists_my_browsers_and_no_others(cast, client_of):
    SignInFactory(user=cast.unit_head)
    SignInFactory(user=cast.unit_head, session__expire_date=timezone.now() - timedelta(minutes=1))
    SignInFactory(user=cast.chief)

    response = client_of(cast.unit_head).get(URL)

    assert sorted(is_here for _, is_here in response.context["sign_ins"]) == [False, True]


@pytest.mark.parametrize("others", [0, 2])
def test_page_takes_four_statements(cast, client_of, django_assert_num_queries, others):
    SignInFactory.create_batch(others, user=cast.unit_head)
    client = client_of(cast.unit_head)

    # session · person · sign-ins · menu
    with django_assert_num_queries(4):
        client.get(URL)


@pytest.mark.parametrize("others", [0, 1, 2])
def test_signing_out_elsewhere_ends_all_sessions_but_this_one(cast, client_of, others):
    here, foreign = client_of(cast.unit_head), client_of(cast.chief)
    elsewhere = [client_of(cast.unit_head) for _ in range(others)]

    response = here.post(URL)

    assert response.status_code == 302
    assert here.get(URL).status_code == foreign.get(URL).status_code == 200
    assert [client.get(URL).status_code for client in elsewhere] == [302] * others


def test_what_is_kept_of_a_sign_in_is_the_day_and_the_kind_of_browser(cast, client_of):
    client_of(cast.unit_head)

    fields = {field.name for field in SignIn._meta.get_fields()}

    assert fields == {"session", "user", "began_on", "browser"}
    assert SignIn.objects.get().began_on == timezone.localdate()


def test_signing_in_as_another_in_the_same_browser_ends_the_first(cast, client_of):
    client = client_of(cast.unit_head)

    client.force_login(cast.chief)

    assert [row.user for row in SignIn.objects.all()] == [cast.chief]


def test_new_password_keeps_this_browser_in_the_list(cast, client_of):
    client = client_of(cast.unit_head)
    fields = {
        "oldpassword": "plf-demo",
        "password1": "fire gode lange ord",
        "password2": "fire gode lange ord",
    }

    client.post(reverse("account_change_password"), fields)

    assert [is_here for _, is_here in client.get(URL).context["sign_ins"]] == [True]


def test_nothing_of_a_sign_in_outlives_the_session(cast, client_of):
    Client().post("/log-ind/", {"login": cast.chief.email, "password": "plf-demo"})
    client_of(cast.unit_head)
    MailFactory(kind="login_code", sent_at=timezone.now())
    MailFactory(kind="new_password", created_at=timezone.now() - timedelta(hours=2))
    waiting = MailFactory(kind="login_code")
    cache.set("just-now", 1, 60)

    forget_expired(now=timezone.now() + timedelta(minutes=61))
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM plf_cache")
        counted = cursor.fetchone()[0]

    assert (Session.objects.count(), SignIn.objects.count(), counted) == (0, 0, 0)
    assert not Mail.objects.exclude(pk=waiting.pk).exists()


def test_what_has_not_expired_stays(cast, client_of):
    client_of(cast.unit_head)
    SessionFactory()
    cache.set("just-now", 1, 60)

    forget_expired(now=timezone.now())

    assert (Session.objects.count(), SignIn.objects.count(), cache.get("just-now")) == (2, 1, 1)


def test_session_tells_how_long_it_lasts_and_posting_renews_it(cast, client_of):
    client = client_of(cast.unit_head)
    url, script = reverse("accounts:session"), {"accept": "application/json"}

    with time_machine.travel(timezone.now() + timedelta(minutes=58), tick=False):
        asked = client.get(url, headers=script).json()
        posted = client.post(url, headers=script).json()

    assert asked["left"] == pytest.approx(120, abs=3)
    assert (posted["left"], posted["can_renew"], posted["person"]) == (
        3600,
        True,
        cast.unit_head.pk,
    )
