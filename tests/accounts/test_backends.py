"""Who is behind a session."""

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from accounts.backends import Backend
from plf.lib.sessions import SessionStore

pytestmark = pytest.mark.django_db


def test_person_is_known_by_their_key_in_one_statement(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert Backend().get_user(cast.chief.pk) == cast.chief
    assert Backend().get_user(0) is None


def test_whoever_may_not_sign_in_any_more_is_nobody_at_once(cast, client_of):
    client = client_of(cast.unit_head)
    assert client.get("/konto/").status_code == 200

    cast.unit_head.is_active = False
    cast.unit_head.save()

    assert Backend().get_user(cast.unit_head.pk) is None
    assert client.get("/konto/").status_code == 302


def test_nobody_is_signed_out_by_an_upgrade(cast, client_of):
    """A session from before names the way that people were known then."""
    client = client_of(cast.unit_head)
    row = Session.objects.get()
    held = SessionStore().decode(row.session_data)
    before = "allauth.account.auth_backends.AuthenticationBackend"
    held[BACKEND_SESSION_KEY] = before
    row.session_data = db.SessionStore().encode(held)
    row.save()
    assert db.SessionStore().decode(row.session_data)[BACKEND_SESSION_KEY] == before

    assert client.get("/konto/").status_code == 200
