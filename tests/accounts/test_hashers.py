"""A password that was hashed by an earlier release: signing in with it leaves no mark."""

from collections import Counter

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client

from accounts.models import User
from plf import settings as product
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
WORDS = "fire gode lange ord"


@pytest.fixture(autouse=True)
def _hashed_before_the_upgrade(settings, monkeypatch):
    """As in production, with ten rounds, and twenty since the upgrade."""
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 10)
    UserFactory(email="leder@kendt.example", password=WORDS)
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 20)


def sign_in(password: str, email: str = "leder@kendt.example") -> int:
    form = {"login": email, "password": password}
    return Client().post("/log-ind/", form).status_code


def test_signing_in_after_an_upgrade_leaves_the_password_as_it_was():
    """Hashed anew, it would tell for years who has signed in since: nearly who has answered."""
    before = User.objects.values().get()

    assert sign_in(WORDS) == 302

    assert User.objects.values().get() == before


@pytest.mark.parametrize("password", [WORDS, "forkert"])
def test_every_try_costs_the_rounds_of_today(monkeypatch, password):
    """Whether the password is right, was hashed with fewer rounds, or nobody has the address."""
    rounds = Counter()
    encode = PBKDF2PasswordHasher.encode

    def counted(self, text, salt, iterations=None):
        rounds[email] += iterations or self.iterations
        return encode(self, text, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    for email in ("leder@kendt.example", "nogen@fremmed.example"):
        sign_in(password, email)

    assert set(rounds.values()) == {20}


def test_new_password_is_hashed_with_the_rounds_of_today():
    user = User.objects.get()

    user.set_password("andre gode lange ord")

    assert user.password.startswith("pbkdf2_sha256$20$")
