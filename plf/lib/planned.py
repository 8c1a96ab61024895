"""Statements that PostgreSQL has planned before, and is asked by name.

Planning a page's lookup takes PostgreSQL longer than fetching its rows. So a statement gets a name
when a connection first asks it, and keeps it as long as the connection lasts: docs/adr/0008.

Behind a pooler that lends a connection for one transaction (pgbouncer), the next transaction might
not know the name. There nothing gets one. A pooler is known by the number of the server's process:
it tells its clients one of its own.
"""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper

# By psycopg2's connection: each statement's name, or None where nothing gets one.
_names: WeakKeyDictionary[Any, dict[object, str] | None] = WeakKeyDictionary()


def name_of(
    statement: object, connection: BaseDatabaseWrapper, write: Callable[[Any], str]
) -> str | None:
    """The name of a statement in this connection; None where it has to be sent in full.

    `write` says the statement, as it follows the name in PREPARE, by the cursor that it is given.
    """
    # As before any other statement: else the name might be that of a connection that is gone.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    if raw not in _names:
        _names[raw] = {} if _speaks_to_the_server_itself(connection) else None
    names = _names[raw]
    if names is None:
        return None
    if statement in names:
        return names[statement]
    name = f"plf_{len(names)}"
    with connection.wrap_database_errors, raw.cursor() as cursor:
        cursor.execute(f"PREPARE {name}{write(cursor)}")
    names[statement] = name
    return name


def _speaks_to_the_server_itself(connection: BaseDatabaseWrapper) -> bool:
    raw = connection.connection
    with connection.wrap_database_errors, raw.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((number,),) = cursor.fetchall()
    return bool(number == raw.info.backend_pid)
