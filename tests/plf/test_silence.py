"""Waiting for a database: how long, and when somebody asks whether anybody is there."""

import socket
import time

import psycopg2
import pytest
from psycopg2 import extensions

from plf.lib import silence
from plf.lib.silence import DatabaseIsSilent, Watch

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(silence, "MOMENT", 0.02)
    monkeypatch.setattr(silence, "PATIENCE", 0.05)


class FakeConnection:
    """What psycopg2 hands over: it is polled, and its file is waited for in between."""

    def __init__(self, status, *, silent=0):
        self.status = status
        self.silent = silent
        self.ours, self.theirs = socket.socketpair()

    def fileno(self):
        return self.ours.fileno()

    def poll(self):
        """Silent for so many polls, then there is something to write, to read, and all of it."""
        self.silent -= 1
        if self.silent == -1:
            self.theirs.send(b"x")
            return extensions.POLL_WRITE
        if self.silent < -1:
            return extensions.POLL_OK if self.silent < -2 else extensions.POLL_READ
        return extensions.POLL_READ


@pytest.fixture
def fake():
    made = []

    def make(status, **more):
        made.append(FakeConnection(status, **more))
        return made[-1]

    yield make
    for connection in made:
        connection.ours.close()
        connection.theirs.close()


NOBODY = {"host": "127.0.0.1", "port": 1, "dbname": "x"}


@pytest.fixture
def silent_server():
    """It accepts, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        watch = Watch({"host": "127.0.0.1", "port": listener.getsockname()[1], "user": "x"})
        extensions.set_wait_callback(watch)
        yield watch
        extensions.set_wait_callback(None)


@pytest.mark.parametrize("status", [extensions.STATUS_SETUP, extensions.STATUS_READY])
def test_an_answer_in_time_is_an_answer(fake, status):
    connection = fake(status)

    Watch({})(connection)

    assert connection.silent == -3


def test_a_slow_statement_goes_on_while_somebody_is_there(fake):
    """A refused connection is an answer: the machine is there."""
    connection = fake(extensions.STATUS_READY, silent=3)

    Watch(NOBODY)(connection)

    assert connection.silent == -3


def test_a_statement_ends_when_nobody_is_there(fake, silent_server):
    connection = fake(extensions.STATUS_READY, silent=1000)

    with pytest.raises(DatabaseIsSilent):
        silent_server(connection)


def test_a_connection_is_waited_for_only_so_long(silent_server):
    started = time.monotonic()

    with pytest.raises(DatabaseIsSilent):
        psycopg2.connect(**silent_server.parameters)

    assert 0.05 <= time.monotonic() - started < 1


def test_once_found_silent_nobody_asks_again_for_a_while(fake, silent_server, monkeypatch):
    with pytest.raises(DatabaseIsSilent):
        silent_server(fake(extensions.STATUS_READY, silent=1000))
    monkeypatch.setattr(silence, "PATIENCE", 60)

    with pytest.raises(DatabaseIsSilent):
        psycopg2.connect(**silent_server.parameters)


def test_watch_is_for_all_connections_of_the_process_and_each_server_by_itself(silent_server):
    """Two ports of one machine: one is silent, the other refuses."""
    silence.watch(NOBODY, silent_server.parameters)

    with pytest.raises(DatabaseIsSilent):
        psycopg2.connect(**silent_server.parameters)
    with pytest.raises(psycopg2.OperationalError) as refused:
        psycopg2.connect(**NOBODY)
    assert not isinstance(refused.value, DatabaseIsSilent)


def test_a_server_that_nobody_named_is_watched_as_the_primary(silent_server):
    silence.watch(NOBODY)

    with pytest.raises(DatabaseIsSilent):
        psycopg2.connect(**silent_server.parameters)
