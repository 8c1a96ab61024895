"""What the product refuses to start with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError

from plf import checks
from tests.factories import MunicipalityFactory, UserFactory

ROOT = Path(__file__).resolve().parents[2]
GOOD_SECRET = "".join(chr(65 + place * 7 % 58) for place in range(64))
PUBLIC = {
    "ONLY_LOCAL": False,
    "DEBUG": False,
    "DEMO": False,
    "HTTPS": True,
    "SECRET_KEY": GOOD_SECRET,
    "ALLOWED_HOSTS": ["plf.kommune.dk"],
    "SITE_URL": "https://plf.kommune.dk",
}


@pytest.fixture
def public(settings):
    """Settings of a public installation that may start."""
    for name, value in PUBLIC.items():
        setattr(settings, name, value)
    return settings


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("ONLY_LOCAL", False, []),
        ("DEBUG", True, ["plf.E001"]),
        ("SECRET_KEY", "kort", ["plf.E002"]),
        ("SECRET_KEY", "a" * 64, ["plf.E002"]),
        ("SECRET_KEY", f"django-insecure-{GOOD_SECRET}", ["plf.E002"]),
        ("ALLOWED_HOSTS", ["*"], ["plf.E003"]),
        ("HTTPS", False, ["plf.E004"]),
        ("SITE_URL", "http://plf.kommune.dk", ["plf.E005"]),
    ],
)
def test_unsafe_settings_are_named(public, name, value, fault):
    setattr(public, name, value)

    assert [found.id for found in checks.refuse_unsafe_settings()] == fault


@pytest.mark.once
def test_own_machine_may_be_as_it_likes(settings):
    settings.SECRET_KEY, settings.DEBUG = "x", True

    assert checks.refuse_unsafe_settings() == []


def beside(databases=("default",)) -> list[str | None]:
    return [found.id for found in checks.refuse_demo_beside_real_data(databases=databases)]


@pytest.mark.django_db
def test_demo_mode_beside_a_real_municipality(public):
    public.DEMO = True
    MunicipalityFactory(slug="norddjurs")
    UserFactory(email="nysgerrig@kommune.dk")
    assert beside() == []

    MunicipalityFactory(slug="en-rigtig-kommune")

    assert beside() == ["plf.E006"]
    assert beside(databases=None) == []


@pytest.mark.django_db
def test_invented_municipality_of_a_test_is_not_real(public):
    public.DEMO = True
    MunicipalityFactory(slug="testkommune")
    UserFactory(email="leder@test.example")

    assert beside() == []


@pytest.mark.django_db
def test_people_of_the_demo_in_a_public_installation(public):
    UserFactory(email="leder@kommune.dk")
    UserFactory(email="leder@kommune.example")  # invented, but not with the demo's password
    assert beside() == []

    UserFactory(email="system@norddjurs.example")

    assert beside() == ["plf.E007"]


@pytest.mark.django_db
def test_database_that_is_still_empty_is_no_fault(public, monkeypatch):
    monkeypatch.setattr(checks.connection.introspection, "table_names", list)

    assert beside() == []


@pytest.mark.once
def test_database_that_is_away_is_waited_for(public, monkeypatch):
    def away(**databases):
        raise OperationalError("no connection")

    monkeypatch.setattr(checks, "refuse_demo_beside_real_data", away)
    monkeypatch.setattr(checks.connections, "close_all", lambda: None)

    checks.refuse_unsafe_start()

    public.HTTPS = False
    with pytest.raises(SystemCheckError, match=r"plf\.E004"):
        checks.refuse_unsafe_start()


@pytest.mark.once
def test_unsafe_settings_are_among_django_s_own_checks(public):
    """That a public installation does start, test_headers shows."""
    call_command("check")

    public.SECRET_KEY = "kort"
    with pytest.raises(SystemCheckError, match=r"plf\.E002"):
        call_command("check")


@pytest.mark.once
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"DEBUG": "1"}, "DEBUG may only be on"),
    ],
)
def test_settings_refuse_to_start_in_words(tmp_path, given, said):
    environment = {
        "PATH": os.environ["PATH"],
        "ALLOWED_HOSTS": "plf.kommune.dk",
        "SECRET_KEY": GOOD_SECRET,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}",
        **given,
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert said in done.stdout + done.stderr


@pytest.mark.once
@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ({}, "http://localhost:8000"),
        ({"PORT": "8921"}, "http://localhost:8921"),
        ({"PORT": "8921", "SITE_URL": "https://plf.kommune.dk/"}, "https://plf.kommune.dk"),
    ],
)
def test_links_in_mails_lead_to_where_the_server_answers(given, begins):
    shown = subprocess.run(
        [sys.executable, "-c", "from plf.settings import SITE_URL; print(SITE_URL)"],
        check=True,
        cwd=ROOT,
        env={"SECRET_KEY": "x", "DEMO": "1", **given},
        capture_output=True,
        text=True,
    )

    assert shown.stdout.strip() == begins
