"""Fixtures for the whole suite."""

import itertools
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import caches
from django.db import transaction
from django.http import HttpRequest
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import User
from assessments.operations import asked
from plf.lib.middleware import start_clock
from plf.lib.sessions import SessionStore
from results import cleaning
from tests.cast import Cast, make_cast

# Seconds. Another test's transaction on the same server may last as long as its module.
OTHER_TESTS_END = 300.0


@pytest.fixture(scope="session")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New names of folders; who files something makes the folder."""
    return map(tmp_path_factory.mktemp("results").joinpath, map(str, itertools.count()))


@pytest.fixture(autouse=True)
def _own_files(settings, _folders):
    """Each test has an empty folder for filed results, as it has an empty database, and nothing
    that an earlier one has drawn or read of the same key."""
    settings.FILES_DIR = next(_folders)
    caches["template_fragments"].clear()
    asked.forget()


@pytest.fixture(autouse=True, scope="session")
def _nobody_is_waited_for():
    """The clock's clean-up else waits for all other tests: only its own tests let it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cleaning, "PATIENCE", 0)
        yield


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a module builds once for its tests. Each test's own changes are undone as ever."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True, scope="module")
def _cast_of_module(request: pytest.FixtureRequest) -> Cast | None:
    """The cast, in the database for the whole module where all its tests want it and undo what they
    do; before the first of them, since a test's own changes are undone down to here."""
    tests = [
        item for item in request.session.items if item.getparent(pytest.Module) is request.node
    ]
    if not all("cast" in getattr(item, "fixturenames", ()) and undoes(item) for item in tests):
        return None
    request.getfixturevalue("module_db")
    return make_cast()


def undoes(item: pytest.Item) -> bool:
    """Whether a test runs in a transaction that is rolled back."""
    marker = item.get_closest_marker("django_db")
    return not (marker and marker.kwargs.get("transaction")) and not {
        "transactional_db",
        "live_server",
    } & set(getattr(item, "fixturenames", ()))


@pytest.fixture
def cast(_cast_of_module: Cast | None, db: None) -> Cast:
    """Each test has objects of its own, to change as it likes."""
    return deepcopy(_cast_of_module) or make_cast()


@pytest.fixture
def client_of():
    """A client with a session of the person's; anonymous for None.

    What signing in does besides is left out, which else were ten statements for each of thousands
    of clients; `signed_in` does it all.
    """

    def with_session(user: User | None) -> Client:
        client = Client()
        if user is not None:
            request = HttpRequest()
            request.session = SessionStore()
            request.session[SESSION_KEY] = str(user.pk)
            (request.session[BACKEND_SESSION_KEY],) = settings.AUTHENTICATION_BACKENDS
            request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            start_clock(request)
            request.session.create()
            client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
        return client

    return with_session


@pytest.fixture
def signed_in():
    """A client that has been through a sign-in, and all that listens to one."""

    def through(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return through
