"""A PostgreSQL of which nothing is heard, while the server holds open connections to it: whoever
asks has a 503 within three seconds, and it goes on by itself when the database speaks again."""

import time

import psycopg2
import pytest
from django.db import connection
from django.urls import reverse
from psycopg2 import extensions

from assessments.operations.answering import ratings_of
from plf.lib import silence
from tests.attack.real_server import headers_of, running_server
from tests.attack.wire import wire_to
from tests.cast import make_cast
from tests.worlds import open_round_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is no server"),
]


def fall_silent(times: int) -> None:
    cast = make_cast()
    world = open_round_of(cast.forum)
    where = [world.round.pk, cast.forum.pk]
    page, save = reverse("assessments:rate", args=where), reverse("assessments:save", args=where)
    script = headers_of(cast.unit_head)
    reader = {**script, "Accept": "text/html"}
    goal = world.goals[0].pk
    there = connection.settings_dict
    with wire_to(there["HOST"], int(there["PORT"])) as wire:
        url = (
            f"postgres://{there['USER']}:{there['PASSWORD']}@127.0.0.1:{wire.port}/{there['NAME']}"
        )
        with running_server(DATABASE_URL=url, TEST_CONN_MAX_AGE="600") as server:
            for value in range(1, times + 1):
                field = {"goal": str(goal), "value": str(value)}
                assert server.get(page, **reader).status == 200

                wire.speaks.clear()
                for ask in (
                    lambda: server.get(page, **reader),
                    lambda field=field: server.post(save, field, **script),
                    lambda: server.post(page, {"reason-1": "fra formularen"}, **reader),
                ):
                    asked_at = time.monotonic()
                    answer = ask()
                    assert time.monotonic() - asked_at < 3
                    assert answer.status == 503
                    assert answer.headers is not None
                    assert int(answer.headers["Retry-After"]) > 0
                assert 'name="reason-1" value="fra formularen"' in answer.text
                wire.speaks.set()

                time.sleep(silence.MEMORY)  # less than Retry-After says
                assert server.post(save, field, **script).status == 200
                kept = ratings_of(world.participation_of(cast.unit_head))
                assert kept[goal].value == value


def test_silent_database_is_told_within_three_seconds_and_comes_back():
    fall_silent(1)


@pytest.mark.prove
def test_database_that_falls_silent_five_times_comes_back_each_time():
    fall_silent(5)


def test_slow_statement_is_waited_for(monkeypatch):
    monkeypatch.setattr(silence, "MOMENT", 0.1)
    parameters = connection.get_connection_params()
    silence.watch(parameters)
    try:
        own = psycopg2.connect(**parameters)
        with own, own.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.4), 'svar'")
            assert cursor.fetchone()[1] == "svar"
        own.close()
    finally:
        extensions.set_wait_callback(None)
