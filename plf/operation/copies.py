"""A whole copy of the database in one file, and back; consistent while the product is in use.

SQLite: its online backup, page by page. PostgreSQL: `pg_dump` and `psql`, which must be of the
server's release or newer; PG_BINDIR says where they lie when they are not on PATH.
"""

import os
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

PATIENCE = 20  # seconds that another writer may hold SQLite
# What PostgreSQL's programs read, and where Django's settings have it.
ENVIRONMENT = {
    "PGDATABASE": "NAME",
    "PGHOST": "HOST",
    "PGPORT": "PORT",
    "PGUSER": "USER",
    "PGPASSWORD": "PASSWORD",
    "PGSSLMODE": "sslmode",
    "PGSSLROOTCERT": "sslrootcert",
    "PGSSLCERT": "sslcert",
    "PGSSLKEY": "sslkey",
}


class CopyFailed(Exception):
    """The database could not be copied or brought back; the message says why."""


def is_empty() -> bool:
    return not connection.introspection.table_names()


def copy_to(path: Path) -> None:
    """Refuses with CopyFailed. The file is readable by its owner alone."""
    path.touch(mode=0o600)
    if connection.vendor == "postgresql":
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    else:
        _pour(_live_file(), path)


def bring_back(path: Path) -> None:
    """All or nothing: put the copy in the place of everything that is in the database now.

    Refuses with CopyFailed.
    """
    connection.close()
    if connection.vendor == "postgresql":
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            script = Path(folder) / "script.sql"
            # First as a whole into a file: a script that broke off would be carried out.
            _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(path))
            _run(
                *("psql", "--no-psqlrc", "--quiet", "--single-transaction"),
                *("--set=ON_ERROR_STOP=1", "--output=/dev/null"),
                *("--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public"),
                f"--file={script}",
            )
    else:
        _pour(path, _live_file())
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _live_file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _pour(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(source, timeout=PATIENCE)) as there,
            closing(sqlite3.connect(target, timeout=PATIENCE)) as here,
        ):
            there.backup(here)
    except sqlite3.Error as error:
        raise CopyFailed(str(error)) from error


def _run(program: str, *arguments: str) -> None:
    """The password goes by the environment: what stands in a command can be seen by all."""
    done = subprocess.run(  # noqa: S603 -- PostgreSQL's own programs, and nobody else's words
        [str(Path(settings.PG_BINDIR, program)), *arguments],
        check=False,
        env={**os.environ, **_where()},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise CopyFailed(f"{program}: {lines[0] if lines else done.returncode}")


def _where() -> dict[str, str]:
    """The same server as the product's own, reached as securely."""
    there = connection.settings_dict
    told = {**there, **there["OPTIONS"]}
    return {name: str(told[key]) for name, key in ENVIRONMENT.items() if told.get(key)}
