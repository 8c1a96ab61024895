"""A backup is whole though the product is in use, is read by its owner alone, and grows not old."""

import json
import os
import sqlite3
import stat
import tarfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections
from django.utils import timezone

from plf.operation import backup as backing_up
from plf.operation import copies
from plf.operation.backup import back_up, backups
from plf.operation.copies import CopyFailed, copy_to
from tests.factories import UserFactory
from tests.operation.conftest import empty_the_database

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def quick(monkeypatch):
    """The database's own copy is left out: what is done with it is what is asked here."""
    monkeypatch.setattr(backing_up, "copy_to", lambda path: path.write_text("kopi"))
    monkeypatch.setattr(backing_up, "is_empty", lambda: False)


@pytest.mark.django_db(transaction=True)
def test_backup_taken_while_somebody_writes_is_whole(tmp_path, settings):
    UserFactory(email="gemt@kommune.dk")
    writer = connections["default"].copy()

    with writer.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE accounts_user SET name = 'Halvt'")
        path = back_up(now=NOON, keep=3)
        cursor.execute("ROLLBACK")
    writer.close()

    with tarfile.open(path) as archive:
        assert archive.getnames() == ["about.json", "database"]
        about = json.load(archive.extractfile("about.json"))
        archive.extract("database", tmp_path, filter="data")
    assert about["vendor"] == connection.vendor
    if connection.vendor == "sqlite":
        copy = sqlite3.connect(tmp_path / "database")
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("SELECT email, name = 'Halvt' FROM accounts_user").fetchall() == [
            ("gemt@kommune.dk", 0)
        ]
        copy.close()


def test_backup_is_its_owner_s_alone_and_leaves_nothing_else(quick, settings):
    settings.FILES_DIR.mkdir()
    (settings.FILES_DIR / "round-1-x.json").write_text("{}")
    (settings.FILES_DIR / "clock.json").write_text("{}")

    path = back_up(now=NOON, keep=3)

    assert path.name == "plf-20260301T120000Z.tar.gz"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    with tarfile.open(path) as archive:
        assert archive.getnames() == ["about.json", "database", "results/round-1-x.json"]


def test_newest_are_kept_and_none_beyond_thirty_five_days(quick):
    for days in (40, 36, 35, 3, 2, 1):
        back_up(now=NOON - timedelta(days=days), keep=9)

    back_up(now=NOON, keep=9)
    after_age = [made_at for made_at, _ in backups()]
    back_up(now=NOON + timedelta(hours=1), keep=2)

    assert after_age == [NOON - timedelta(days=days) for days in (0, 1, 2, 3, 35)]
    assert [made_at for made_at, _ in backups()] == [NOON + timedelta(hours=1), NOON]


def test_file_of_another_name_is_left_alone(quick, settings):
    settings.BACKUPS_DIR.mkdir()
    other = settings.BACKUPS_DIR / "plf-min-egen.tar.gz"
    other.touch()

    back_up(now=NOON, keep=1)

    assert other.exists()


def test_old_backups_go_even_where_no_new_one_can_be_made(quick, monkeypatch, settings):
    def full(path):
        path.touch()
        raise CopyFailed("database or disk is full")

    old = back_up(now=timezone.now() - timedelta(days=36), keep=9)
    monkeypatch.setattr(backing_up, "copy_to", full)

    with pytest.raises(CommandError, match="disk is full"):
        call_command("backup")

    assert not old.exists()
    assert list(settings.BACKUPS_DIR.iterdir()) == []


def test_draft_of_a_backup_that_was_killed_goes_and_that_of_one_at_work_stays(quick, settings):
    drafts = [settings.BACKUPS_DIR / f".draft-{hours}" for hours in (1, 25)]
    for hours, draft in zip((1, 25), drafts, strict=True):
        draft.mkdir(parents=True)
        (draft / "database").write_text("svar")
        made_at = (NOON - timedelta(hours=hours)).timestamp()
        os.utime(draft, (made_at, made_at))

    back_up(now=NOON, keep=3)

    assert [draft.exists() for draft in drafts] == [True, False]


def test_database_that_is_away_is_told_in_a_sentence(quick, monkeypatch):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(backing_up, "is_empty", away)

    with pytest.raises(CommandError, match="Der blev ikke lavet en sikkerhedskopi: connection"):
        call_command("backup")


def test_command_says_where_it_lies(quick, capsys, settings):
    call_command("backup")

    ((_, path),) = backups()
    assert capsys.readouterr().out == f"{path}\n"
    with pytest.raises(CommandError, match="mindst én"):
        call_command("backup", keep=0)


def test_empty_database_is_no_backup(torn):
    empty_the_database()

    with pytest.raises(CommandError, match="tom"):
        call_command("backup")


@pytest.mark.once
@pytest.mark.parametrize(
    ("ending", "said"), [("echo row 1 >&2; echo row 2 >&2; exit 1", "row 1"), ("exit 7", "7")]
)
def test_program_that_fails_is_told_and_sees_the_password_alone(
    tmp_path, settings, monkeypatch, ending, said
):
    """What stands in a command's words can be read by everyone on the machine."""
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@ $PGPASSWORD $PGHOST" >{tmp_path}/given\n{ending}\n')
    program.chmod(0o755)
    settings.PG_BINDIR = str(tmp_path)
    there = {"NAME": "plf", "HOST": "", "USER": "plf", "PASSWORD": "hemmeligt", "OPTIONS": {}}
    monkeypatch.setattr(connections["default"], "settings_dict", there)

    with pytest.raises(CopyFailed, match=f"pg_dump: {said}"):
        copies._run("pg_dump", "--format=custom")

    assert (tmp_path / "given").read_text() == "--format=custom hemmeligt \n"


@pytest.mark.once
def test_programs_connect_as_securely_as_the_product_itself(monkeypatch):
    options = {
        "sslmode": "verify-full",
        "sslrootcert": "/etc/plf/ca.pem",
        "sslcert": "/etc/plf/plf.pem",
        "sslkey": "/etc/plf/plf.key",
        "connect_timeout": 2,
    }
    there = connections["default"].settings_dict | {"OPTIONS": options, "NAME": "plf"}
    monkeypatch.setattr(connections["default"], "settings_dict", there)

    where = copies._where()

    assert where["PGDATABASE"] == "plf"
    assert {name: told for name, told in where.items() if name.startswith("PGSSL")} == {
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/etc/plf/ca.pem",
        "PGSSLCERT": "/etc/plf/plf.pem",
        "PGSSLKEY": "/etc/plf/plf.key",
    }


@pytest.mark.django_db(transaction=True)
def test_copy_that_cannot_be_written_says_why(tmp_path, settings, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "findes" / "ikke"))

    with pytest.raises(CopyFailed):
        copy_to(tmp_path / "kopi")
