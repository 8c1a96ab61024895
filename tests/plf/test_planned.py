"""PostgreSQL plans a prepared query once for each connection, and is asked by name."""

import pytest
from django.db import OperationalError, connection
from django.db.models import Q

from accounts.models import User
from plf.lib import planned
from plf.lib.prepared import Prepared, text

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite plans in no time"),
]

NAMED = Prepared(
    lambda: User.objects.filter(email=text("email")).order_by("pk").values_list("pk", "name")
)


def sent(asked):
    """What the database was sent, and what came back."""
    statements = []

    def look(execute, sql, *rest):
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        rows = list(asked)
    return statements, rows


def test_postgresql_plans_it_once_and_is_asked_by_name(cast):
    prepared = Prepared(
        lambda: User.objects.filter(Q(email=text("email")) | Q(name__contains="%")).order_by("pk")
    )
    for person in (cast.chief, cast.unit_head):
        statements, rows = sent(prepared.rows(email=person.email))
        assert rows == [person]
        ((name, values),) = (one.removeprefix("EXECUTE ").split(" ", 1) for one in statements)
        assert values == "(%s)"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = %s", [name])
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_new_connection_plans_it_anew(cast):
    for _connection in "12":
        assert NAMED.first(email=cast.chief.email) == (cast.chief.pk, cast.chief.name)
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_connection_that_broke_between_two_requests_is_not_asked_by_name(cast):
    assert NAMED.exists(email=cast.chief.email)
    with connection.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.errors_occurred = False  # as if nobody had noticed
    connection.health_check_enabled, connection.health_check_done = True, False

    assert NAMED.exists(email=cast.chief.email)


def test_behind_a_pooler_it_is_sent_in_full(cast, monkeypatch):
    """The next transaction may be another connection's; tried with pgbouncer in test_scale_out."""
    monkeypatch.setattr(planned, "_names", {})
    monkeypatch.setattr(planned, "_speaks_to_the_server_itself", lambda connection: False)

    statements, rows = sent(NAMED.rows(email=cast.chief.email))

    assert rows == [(cast.chief.pk, cast.chief.name)]
    assert statements[0].startswith("SELECT")
