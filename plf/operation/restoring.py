"""Bringing a backup back: on an empty machine, or in the place of what is there.

What a restored database may not do, it does not do by itself: the clock finds that it was restored,
and never counts a round whose closing has passed (`results/filing.py`). So that the clock does find
it, its own file is taken away here.
"""

import json
import re
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from plf.operation.backup import ABOUT, DATABASE, FORMAT, RESULTS, checksum
from plf.operation.copies import bring_back, is_empty
from results.filing import BEAT_FILE

RESULT = re.compile(rf"{RESULTS}/(round-[0-9A-Za-z-]+\.json)")


class BackupIsUnusable(Exception):
    """The file is no backup, is damaged, or is of another kind of database."""


class DatabaseIsInUse(Exception):
    """There is something in the database: it is replaced only by those who say so."""


def restore(*, path: Path, replace: bool) -> datetime:
    """Bring everything in the backup back; returns when it was made.

    A filed result that is here already stays: it is newer, or the same. Refuses with
    BackupIsUnusable, DatabaseIsInUse and CopyFailed, and then nothing is changed.
    """
    if not replace and not is_empty():
        raise DatabaseIsInUse
    files_dir = Path(settings.FILES_DIR)
    settings.BACKUPS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=settings.BACKUPS_DIR) as drafts:
        folder = Path(drafts)
        about = _unpack(path, folder)
        files_dir.mkdir(parents=True, exist_ok=True)
        bring_back(folder / DATABASE)
        (files_dir / BEAT_FILE).unlink(missing_ok=True)
        for result in (folder / RESULTS).iterdir():
            if not (files_dir / result.name).exists():
                (files_dir / result.name).write_bytes(result.read_bytes())
    return datetime.fromisoformat(about["made_at"])


def undo(*, path: Path) -> None:
    """Take back what happened since the backup, which nobody has used the product after: the
    database is what it was, and the clock's file fits it."""
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=settings.BACKUPS_DIR) as drafts:
        _unpack(path, Path(drafts))
        bring_back(Path(drafts) / DATABASE)


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Only what belongs there, and under names of our own."""
    (folder / RESULTS).mkdir()
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and (name := _name_of(member.name)):
                    _take(archive, member, folder / name)
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text("utf-8"))
    except (OSError, EOFError, tarfile.TarError, ValueError) as error:
        raise BackupIsUnusable("Filen er ikke en sikkerhedskopi, eller den er ufuldstændig") from (
            error
        )
    _require_usable(about, folder / DATABASE)
    return about


def _name_of(name: str) -> str:
    return name if name in (ABOUT, DATABASE) or RESULT.fullmatch(name) else ""


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    content = archive.extractfile(member)
    target.touch(mode=0o600)
    with target.open("wb") as file:
        while content and (part := content.read(1 << 20)):
            file.write(part)


def _require_usable(about: dict[str, Any], copy: Path) -> None:
    if about["format"] != FORMAT:
        raise BackupIsUnusable("Sikkerhedskopien er lavet af en nyere udgave af PLF")
    if about["vendor"] != connection.vendor:
        raise BackupIsUnusable(
            f"Sikkerhedskopien er fra {about['vendor']}, og databasen her er {connection.vendor}"
        )
    if not copy.exists() or checksum(copy) != about["sha256"]:
        raise BackupIsUnusable("Sikkerhedskopien er beskadiget")
