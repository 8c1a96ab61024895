"""A backup is one file: the database and the folder of filed results, taken while in use.

Copies from an open round hold people's answers. So the file can be read by its owner alone, and
none is kept longer than 35 days, as the privacy page promises.
"""

import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from plf.operation.copies import copy_to, is_empty

LONGEST_KEPT = timedelta(days=35)
LONGEST_DRAFT = timedelta(days=1)
FORMAT = 1
STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"plf-(\d{8}T\d{6}Z)\.tar\.gz")
ABOUT, DATABASE, RESULTS = "about.json", "database", "results"


class NothingToBackUp(Exception):
    """The database is empty."""


def back_up(*, now: datetime, keep: int) -> Path:
    """Write a new backup, and remove all but the `keep` newest, and those that are too old.

    Refuses with NothingToBackUp and CopyFailed. What is too old goes even where no new one could
    be made.
    """
    folder = settings.BACKUPS_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_old(now=now, keep=None)
    if is_empty():
        raise NothingToBackUp
    target = Path(folder / f"plf-{now.astimezone(UTC):{STAMP}}.tar.gz")
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=folder) as drafts:
        draft = Path(drafts) / "backup"
        _write(draft, Path(drafts) / DATABASE, now)
        draft.replace(target)
    remove_old(now=now, keep=keep)
    return target


def _write(draft: Path, copy: Path, now: datetime) -> None:
    """The results after the database: then no result is missing that the database calls filed."""
    copy_to(copy)
    about = Path(copy.parent / ABOUT)
    about.write_text(json.dumps(_about(copy, now)), "utf-8")
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
            archive.add(about, ABOUT)
            archive.add(copy, DATABASE)
            for result in filed_results():
                archive.add(result, f"{RESULTS}/{result.name}")
        file.flush()
        os.fsync(file.fileno())


def filed_results() -> list[Path]:
    return sorted(Path(settings.FILES_DIR).glob("round-*.json"))


def _about(copy: Path, now: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "vendor": connection.vendor,
        "sha256": checksum(copy),
    }


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def backups() -> Iterator[tuple[datetime, Path]]:
    """Newest first; when each was made is told by its name, which a copy keeps."""
    for path in sorted(Path(settings.BACKUPS_DIR).glob("plf-*.tar.gz"), reverse=True):
        if found := NAME.fullmatch(path.name):
            yield datetime.strptime(found[1], STAMP).replace(tzinfo=UTC), path


def remove_old(*, now: datetime, keep: int | None) -> None:
    for place, (made_at, path) in enumerate(list(backups())):
        if now - made_at > LONGEST_KEPT or (keep is not None and place >= keep):
            path.unlink()
    # One that was killed halfway holds answers too.
    for draft in settings.BACKUPS_DIR.glob(".draft-*"):
        if now.timestamp() - draft.stat().st_mtime > LONGEST_DRAFT.total_seconds():
            shutil.rmtree(draft)
