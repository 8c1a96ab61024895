"""What every answer carries, and the grade that Mozilla's Observatory gives for it."""

import json
import os
import subprocess
import sys
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.plf import observatory
from tests.worlds import open_round_of

ROOT = Path(__file__).resolve().parents[2]
# Run with the settings of a public installation, which the suite's own are not.
PUBLIC = """
import django, json, sys
django.setup()
from django.core.management import call_command
from django.conf import settings
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
from django.apps import apps
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
call_command("createcachetable")
from django.test import Client
from accounts.models import User
User.objects.create_user("leder@kommune.dk", "fire gode lange ord", name="Leder")
client = Client(headers={"host": "plf.kommune.dk", "x-forwarded-proto": "https"})
plain = Client(headers={"host": "plf.kommune.dk"}).get("/log-ind/")
page = client.get("/log-ind/")
said = client.post("/log-ind/", {"login": "leder@kommune.dk", "password": "fire gode lange ord"})
inside = client.get("/konto/")
def told(response):
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "cookies": [morsel.OutputString() for morsel in response.cookies.values()],
        "page": response.content.decode(),
    }
answers = {"plain": plain, "page": page, "said": said, "inside": inside}
print(json.dumps({name: told(answer) for name, answer in answers.items()}))
"""


@pytest.fixture(scope="module")
def public(tmp_path_factory) -> dict:
    """Answers of a public installation: without TLS, to a stranger, when signing in, and after."""
    database = tmp_path_factory.mktemp("public") / "x.sqlite3"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "DJANGO_SETTINGS_MODULE": "plf.settings",
        "ALLOWED_HOSTS": "plf.kommune.dk",
        "SECRET_KEY": "".join(chr(65 + place * 7 % 58) for place in range(64)),
        "DATABASE_URL": f"sqlite:///{database}",
    }
    done = subprocess.run(
        [sys.executable, "-c", PUBLIC],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def morsels(*answers: dict) -> list:
    jar = SimpleCookie()
    for answer in answers:
        for cookie in answer["cookies"]:
            jar.load(cookie)
    return list(jar.values())


@pytest.mark.once
@pytest.mark.parametrize("name", ["page", "inside"])
def test_grade_is_a_plus(public, name):
    answer = public[name]

    found = observatory.outcomes(
        answer["headers"],
        morsels(public["page"], public["said"]),
        answer["page"],
        public["plain"]["headers"]["Location"],
    )

    assert answer["status"] == 200
    assert [outcome for outcome in found if observatory.POINTS[outcome] < 0] == []
    assert (observatory.score(found), observatory.grade(observatory.score(found))) == (135, "A+")


@pytest.mark.once
def test_observatory_sees_what_is_missing():
    found = observatory.outcomes({}, [], '<script src="https://cdn.example/x.js">', "")

    assert observatory.grade(observatory.score(found)) == "C or less"


@pytest.mark.once
def test_cookies_of_a_public_installation_are_bound_to_its_host(public):
    names = {cookie.key for cookie in morsels(public["page"], public["said"])}

    assert names == {"__Host-session", "__Host-csrf", "__Host-known"}


@pytest.mark.once
def test_pages_of_a_signed_in_person_are_kept_nowhere(public):
    assert public["inside"]["headers"]["Cache-Control"] == "no-store, private"
    assert public["page"]["headers"]["Strict-Transport-Security"].startswith("max-age=31536000")
    assert public["plain"]["status"] == 301


@pytest.mark.django_db
def test_doors_of_the_device_stay_shut():
    headers = Client().get(reverse("account_login")).headers

    policy = dict(part.split("=") for part in headers["Permissions-Policy"].split(", "))
    assert (policy["camera"], policy["publickey-credentials-get"]) == ("()", "(self)")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.fixture
def strict_client(cast) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.unit_head)
    return client


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"Origin": "http://testserver"}, True),
        ({"Referer": "http://testserver/runder/"}, True),
        ({"Origin": "https://ond.example"}, False),
        ({}, False),
    ],
)
def test_form_without_its_key_is_kept_if_it_was_ours(strict_client, headers, kept):
    fields = {"reason": "<b>En lang begrundelse", "csrfmiddlewaretoken": "gammel"}

    response = strict_client.post("/konto/logget-ind/", fields, headers=headers)

    page = response.content.decode()
    assert response.status_code == 403
    assert ('name="reason" value="&lt;b&gt;En lang begrundelse"' in page) is kept
    assert "gammel" not in page
    assert ("<form" in page) is kept


def test_password_is_never_kept(strict_client):
    fields = {"password1": "fire gode lange ord"}

    response = strict_client.post(
        "/konto/adgangskode/", fields, headers={"Origin": "http://testserver"}
    )

    assert "fire gode" not in response.content.decode()


def test_leaving_a_forum_ends_access_at_once(cast, client_of):
    world = open_round_of(cast.forum)
    client = client_of(cast.unit_head)
    url = reverse("assessments:rate", args=[world.round.pk, cast.forum.pk])
    before = client.get(url).status_code

    cast.unit_head.memberships.filter(forum=cast.forum).update(ends_at=timezone.now())

    assert (before, client.get(url).status_code) == (200, 404)
