"""From one release to the next: back up, migrate, look, and go back by itself where it fails.

Called from the new release, while the web server and the clock stand still.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from plf.lib.static_files import StaticFiles
from plf.operation.backup import NothingToBackUp, back_up
from plf.operation.restoring import undo

# What has been published, in words that both databases know. Read without models: before the
# migrations the tables are still those of the release before.
PUBLISHED = {
    "results_publication": "round_id, forum_id, place, roles, invited, cells",
    "results_comment": "round_id, forum_id, goal_id, text",
    "assessments_sharedrating": "round_forum_id, goal_id, level, differs, note",
}


class UpgradeFailed(Exception):
    """The database is as it was before; `__cause__` says what failed."""


class NotPutBack(Exception):
    """The database is neither as it was nor of this release; `__cause__` says why."""

    def __init__(self, backup: Path) -> None:
        self.backup = backup


class PublicationsHaveChanged(Exception):
    """A migration has touched what was published."""


@contextmanager
def _style_sheets_stay_where_it_fails() -> Iterator[None]:
    """The release before goes on, and its pages fit its own style sheets and scripts alone."""
    manifest = Path(settings.STATIC_ROOT) / StaticFiles.manifest_name
    before = manifest.read_bytes() if manifest.exists() else None
    try:
        yield
    except Exception:
        if before is not None:
            manifest.write_bytes(before)
        raise


@_style_sheets_stay_where_it_fails()
def upgrade(*, now: datetime, keep: int) -> Path | None:
    """Bring the database to this release; returns its backup, or None where it was empty.

    Refuses with UpgradeFailed once all is as it was, and with NotPutBack where that failed too.
    What fails before anything is changed is raised as it is.
    """
    call_command("collectstatic", interactive=False, verbosity=0)
    try:
        backup = back_up(now=now, keep=keep)
    except NothingToBackUp:
        _migrate()
        return None
    before = fingerprint()
    try:
        _migrate()
        if fingerprint() != before:
            raise PublicationsHaveChanged
    except Exception as error:
        try:
            undo(path=backup)
        except Exception as again:
            # Whatever it is: the release before must not be started on a half-migrated database.
            raise NotPutBack(backup) from again
        raise UpgradeFailed from error
    return backup


def _migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("check", databases=["default"], stdout=StringIO())


def fingerprint() -> dict[str, int]:
    """Of every publication, comment and shared rating: the same before and after.

    A sum, so that no order is asked for: machines order texts differently.
    """
    there = set(connection.introspection.table_names())
    return {
        table: sum(_numbers(table, columns))
        for table, columns in PUBLISHED.items()
        if table in there
    }


def _numbers(table: str, columns: str) -> Iterator[int]:
    texts = ", ".join(f"CAST({name} AS text)" for name in columns.split(", "))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {texts} FROM {table}")  # noqa: S608 -- from the constants above
        for row in cursor:
            yield int.from_bytes(hashlib.sha256(repr(row).encode()).digest())
