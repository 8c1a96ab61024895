"""Fixtures for the whole suite."""

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.cast import Cast, make_cast


@pytest.fixture(autouse=True, scope="session")
def _nobody_holds_the_database(django_db_setup, django_db_blocker):
    """A server that a test killed may have left a session behind; the database is to be dropped."""
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock():
        connection.close()  # the last test may have cut it
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()


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
