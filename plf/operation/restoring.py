"""Bringing a backup back: on an empty machine, or in the place of what is there.

What a restored database may not do, it does not do by itself: the clock finds that it was restored,
and never counts a round whose closing has passed (`results/filing.py`). So that the clock does find
it, its own file is taken away here.
"""

import gzip
import json
import re
import tarfile
import tempfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from plf.operation.backup import ABOUT, DATABASE, FORMAT, RESULTS, checksum
from plf.operation.copies import bring_back, is_empty
from results.filing import BEAT_FILE

RESULT = re.compile(rf"{RESULTS}/(round-[0-9A-Za-z-]+\.json)")
PART = 1 << 20
# What a file that is cut off, damaged or something else makes those who read it say.
DAMAGED = (OSError, EOFError, zlib.error, tarfile.TarError, ValueError, KeyError, TypeError)


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
        made_at = _unpack(path, folder)
        files_dir.mkdir(parents=True, exist_ok=True)
        bring_back(folder / DATABASE)
        (files_dir / BEAT_FILE).unlink(missing_ok=True)
        for result in (folder / RESULTS).iterdir():
            if not (files_dir / result.name).exists():
                (files_dir / result.name).write_bytes(result.read_bytes())
    return made_at


def undo(*, path: Path) -> None:
    """Put the database back as it was in the backup, and leave the clock's file, which fits it.

    Only for use while nobody has used the product since.
    """
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=settings.BACKUPS_DIR) as drafts:
        _unpack(path, Path(drafts))
        bring_back(Path(drafts) / DATABASE)


def _unpack(path: Path, folder: Path) -> datetime:
    """Only what belongs there, and under names of our own; returns when the backup was made."""
    (folder / RESULTS).mkdir()
    try:
        with gzip.open(path) as whole, tarfile.open(fileobj=whole, mode="r:") as archive:
            for member in archive:
                if member.isfile() and (name := _name_of(member.name)):
                    _take(archive, member, folder / name)
            # Its own checksum stands at the very end, beyond what a tar file is read to.
            while whole.read(PART):
                pass
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text("utf-8"))
        _require_usable(about, folder / DATABASE)
        return datetime.fromisoformat(about["made_at"])
    except DAMAGED as error:
        raise BackupIsUnusable("Filen er ikke en sikkerhedskopi, eller den er ufuldstændig") from (
            error
        )


def _name_of(name: str) -> str:
    return name if name in (ABOUT, DATABASE) or RESULT.fullmatch(name) else ""


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    content = archive.extractfile(member)
    target.touch(mode=0o600)
    with target.open("wb") as file:
        while content and (part := content.read(PART)):
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
