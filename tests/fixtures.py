"""Fixtures for the whole suite."""

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Each test has an empty folder for filed results, as it has an empty database."""
    settings.FILES_DIR = tmp_path / "results"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def client_of():
    """A client signed in as the person; anonymous for None."""

    def signed_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
