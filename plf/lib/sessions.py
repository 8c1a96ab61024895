"""Django's sessions in the database, read by a query that is put together once."""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from plf.lib.prepared import Prepared, moment, text

HELD = Prepared(
    lambda: Session.objects.filter(session_key=text("key"), expire_date__gt=moment("now")),
    is_of_one=True,
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        session = HELD.first(key=self.session_key, now=timezone.now())
        if session is None:
            self._session_key = None
        return session

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """There is one way to know a person: a session from before an upgrade may name another."""
        held: dict[str, Any] = super().decode(session_data)
        if BACKEND_SESSION_KEY in held:
            (held[BACKEND_SESSION_KEY],) = settings.AUTHENTICATION_BACKENDS
        return held
