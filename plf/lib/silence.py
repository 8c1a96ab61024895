"""A PostgreSQL that has fallen silent is given up within three seconds, by the web server alone.

A refused connection fails at once. But behind a network that swallows everything, or on a machine
that hangs, nothing fails: a statement would wait for minutes. So whoever waits for an answer longer
than a moment asks by a new connection whether anybody is there. A slow statement, or one that waits
for a lock, goes on; a silent database is an error, and the page says so.

The clock and the commands are not watched: nobody sits in front of them.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from select import select
from typing import Any

import psycopg2
from psycopg2 import extensions

MOMENT = 1.0  # seconds without an answer before somebody asks
PATIENCE = 1.5  # seconds that a new connection may take
MEMORY = 1.0  # seconds in which nobody asks again

Connect = Callable[[], Any]


class DatabaseIsSilent(psycopg2.OperationalError):
    """Nothing is heard from the database."""


class Watch:
    """Waits for each answer of the database, in the stead of psycopg2."""

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self.parameters = parameters
        self.silent_until = 0.0

    def __call__(self, connection: Any) -> None:
        if connection.status == extensions.STATUS_SETUP:
            self._wait_for_connection(connection)
        else:
            self._wait_for_answer(connection)

    def _wait_for_connection(self, connection: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        if time.monotonic() < self.silent_until:
            raise DatabaseIsSilent
        while (state := connection.poll()) != extensions.POLL_OK:
            if not _ready(connection, state, deadline - time.monotonic()):
                raise DatabaseIsSilent

    def _wait_for_answer(self, connection: Any) -> None:
        while (state := connection.poll()) != extensions.POLL_OK:
            if not _ready(connection, state, MOMENT):
                self._require_somebody()

    def _require_somebody(self) -> None:
        """A refusal is an answer too."""
        try:
            psycopg2.connect(**self.parameters).close()
        except DatabaseIsSilent:
            self.silent_until = time.monotonic() + MEMORY
            raise
        except psycopg2.OperationalError:
            return


def _ready(connection: Any, state: int, seconds: float) -> bool:
    """Whether the connection can go on within so many seconds."""
    fd = [connection.fileno()]
    readers, writers = (fd, []) if state == extensions.POLL_READ else ([], fd)
    return any(select(readers, writers, [], max(0.0, seconds)))


class Watches:
    """Each server by itself: a replica that has fallen silent is not the primary."""

    def __init__(self, servers: Sequence[Mapping[str, Any]]) -> None:
        watches = [Watch(parameters) for parameters in servers]
        self.first = watches[0]
        self.of = {(one.parameters.get("host"), one.parameters.get("port")): one for one in watches}

    def __call__(self, connection: Any) -> None:
        place = (connection.info.host, connection.info.port)
        self.of.get(place, self.first)(connection)


def watch(*servers: Mapping[str, Any]) -> None:
    """From now on, for every connection of this process; the primary is named first."""
    extensions.set_wait_callback(Watches(servers))
