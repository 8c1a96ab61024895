"""Writes the databases of this release that the next one's upgrade is tested on: run at a release.

One for SQLite and one for PostgreSQL, in tests/operation/release: a small municipality with a
sealed round, a team's shared round, and an open one with answers.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import bootstrap, pgbox
from tools.bootstrap import PYTHON, ROOT

FOLDER = ROOT / "tests" / "operation" / "release"
FILL = """
import django
django.setup()
from django.core.management import call_command
from pathlib import Path
call_command("migrate", verbosity=0)
from plf.operation.copies import copy_to
from assessments.enums import RoundKind
from assessments.models import SharedRating
from tests.cast import make_cast
from tests.worlds import open_round_of
cast = make_cast()
sealed = open_round_of(cast.forum, days_ago=100)
sealed.answer([1, 2, 3, 4, 5, 3], reason="Fordi æ, ø og å")
sealed.seal()
team = open_round_of(cast.team, edition=sealed.round.edition, kind=RoundKind.SHARED)
SharedRating.objects.create(round_forum=team.round_forum, goal=team.goals[0], level=4, note="Ja")
opened = open_round_of(cast.forum, edition=sealed.round.edition)
opened.answer([5, 4, 3, 2, 1, 1])
call_command("clock")
copy_to(Path("{copy}"))
"""


def write(name: str, address: str, scratch: Path) -> None:
    copy = scratch / name
    subprocess.run(
        [str(PYTHON), "-c", FILL.format(copy=copy)],
        check=True,
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "plf.settings",
            "SECRET_KEY": "kun-til-test",
            "DATABASE_URL": address,
            "FILES_DIR": str(scratch / f"{name}-results"),
            "PG_BINDIR": str(pgbox.find()),
        },
    )
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.gz").write_bytes(gzip.compress(copy.read_bytes(), mtime=0))


def main() -> int:
    bootstrap.enter("tools.release_database", dev=True)
    with tempfile.TemporaryDirectory() as folder, pgbox.server() as address:
        scratch = Path(folder)
        write("sqlite", f"sqlite:///{scratch / 'x.sqlite3'}", scratch)
        write("postgresql", address, scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
