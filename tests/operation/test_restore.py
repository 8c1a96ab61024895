"""Restored on an empty machine everything published is the same, byte for byte; and a round whose
closing has passed meanwhile is never counted a second time."""

import gzip
import json
import shutil
import tarfile
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from assessments.answers import Answer
from assessments.enums import RoundState
from assessments.models import Round
from plf.operation.backup import ABOUT, back_up
from plf.operation.copies import CopyFailed
from plf.operation.upgrading import PUBLISHED, fingerprint
from results.models import Publication
from tests.cast import make_cast
from tests.operation.conftest import empty_the_database
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db(transaction=True)


def published() -> dict[str, list[tuple]]:
    """Every byte of it, as the database holds it."""
    found = {}
    with connection.cursor() as cursor:
        for table in PUBLISHED:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 -- a constant
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def on_another_machine(settings, *, files: bool) -> None:
    """Everything is gone but the backups; `files`: and the folder of results beside them."""
    empty_the_database()
    (settings.FILES_DIR / "clock.json").unlink()
    if not files:
        shutil.rmtree(settings.FILES_DIR)


@pytest.fixture
def stage(torn, settings):
    """A sealed round and an open one with answers; the clock has run; then a backup."""
    cast = make_cast()
    sealed = open_round_of(cast.forum, days_ago=100)
    sealed.answer([1, 2, 3, 4, 5, 3], reason="Fordi æ, ø og å")
    sealed.seal()
    world = open_round_of(cast.forum, edition=sealed.round.edition)
    world.answer([1, 2, 3, 4, 5, 3])
    call_command("clock")
    world.backup = back_up(now=timezone.now(), keep=3)
    return world


def answer_seal_and_file(world) -> None:
    """What happens after the backup: more answers, the closing, the seal."""
    world.answer([5, 4, 3, 2, 1, 1, 2, 2], reason="Efter kopien")
    with time_machine.travel(world.round.closes_at + timedelta(minutes=6), tick=False):
        call_command("clock")


@pytest.mark.parametrize(
    "files",
    [True, pytest.param(False, marks=pytest.mark.prove)],
    ids=["with the folder", "without the folder"],
)
def test_publications_are_the_same_byte_for_byte(stage, settings, files):
    before, print_before = published(), fingerprint()
    assert before["results_publication"]
    assert before["results_comment"]
    on_another_machine(settings, files=files)

    call_command("restore", str(stage.backup))

    assert published() == before
    assert fingerprint() == print_before
    assert len(list(settings.FILES_DIR.glob("round-*.json"))) == 1
    assert stage.round.state(timezone.now()) == RoundState.OPEN
    assert Answer.objects.count() == 6


def test_round_sealed_since_takes_its_result_from_the_folder(stage, settings):
    answer_seal_and_file(stage)
    before = published()
    on_another_machine(settings, files=True)

    call_command("restore", str(stage.backup))
    assert Answer.objects.count() == 6
    with time_machine.travel(stage.round.closes_at + timedelta(days=1), tick=False):
        call_command("clock")

    assert published() == before
    assert not Answer.objects.exists()
    stage.round.refresh_from_db()
    assert stage.round.sealed_at == stage.round.closes_at + timedelta(minutes=6)


def test_round_sealed_since_is_lost_without_the_folder_and_never_counted(stage, settings):
    answer_seal_and_file(stage)
    on_another_machine(settings, files=False)

    call_command("restore", str(stage.backup))
    with time_machine.travel(stage.round.closes_at + timedelta(days=1), tick=False):
        call_command("clock")

    stage.round.refresh_from_db()
    assert stage.round.state(timezone.now()) == RoundState.LOST
    assert not Answer.objects.exists()
    assert not Publication.objects.filter(round=stage.round).exists()


def test_restore_that_fails_leaves_the_clock_to_go_on(stage, monkeypatch):
    """Else the clock would take the database for a restored one, and lose what has just closed."""

    def fails(_copy):
        raise CopyFailed("Disken er fuld")

    monkeypatch.setattr("plf.operation.restoring.bring_back", fails)
    with pytest.raises(CommandError, match="Intet er ændret"):
        call_command("restore", str(stage.backup), replace=True)

    with time_machine.travel(stage.round.closes_at + timedelta(minutes=6), tick=False):
        call_command("clock")

    stage.round.refresh_from_db()
    assert stage.round.state(timezone.now()) == RoundState.SEALED


def test_round_whose_closing_passed_while_nothing_ran_is_not_counted_either(stage, settings):
    """The clock's file would fit the backup: that it was restored is known all the same."""
    call_command("restore", str(stage.backup), replace=True)

    with time_machine.travel(stage.round.closes_at + timedelta(days=1), tick=False):
        call_command("clock")

    stage.round.refresh_from_db()
    assert stage.round.state(timezone.now()) == RoundState.LOST


@pytest.mark.prove
def test_newer_result_in_the_folder_stays(stage, settings):
    (result,) = settings.FILES_DIR.glob("round-*.json")
    result.write_text("nyere")

    call_command("restore", str(stage.backup), replace=True)

    assert result.read_text() == "nyere"


@pytest.mark.prove
def test_restored_database_can_be_backed_up_and_restored_again(stage, settings):
    before = published()
    on_another_machine(settings, files=True)
    call_command("restore", str(stage.backup))

    again = back_up(now=timezone.now() + timedelta(minutes=1), keep=3)
    call_command("restore", str(again), replace=True)

    assert published() == before


def test_only_what_belongs_there_is_taken_out_of_the_file(stage, settings, tmp_path):
    own = tmp_path / "egen.tar.gz"
    with tarfile.open(stage.backup) as archive, tarfile.open(own, "w:gz") as more:
        for member in archive:
            more.addfile(member, archive.extractfile(member))
        for name in ("../ude.json", "results/../../ude.json", "results/clock.json"):
            more.addfile(tarfile.TarInfo(name), BytesIO())

    call_command("restore", str(own), replace=True)

    names = {path.name for path in settings.FILES_DIR.iterdir()} - {"clock.lock"}
    assert [name[:6] for name in names] == ["round-"]
    assert not list(tmp_path.rglob("ude.json"))


def test_database_in_use_is_replaced_only_by_one_who_says_so(stage):
    Round.objects.filter(pk=stage.round.pk).update(name="Navnet efter")

    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(stage.backup))

    stage.round.refresh_from_db()
    assert stage.round.name == "Navnet efter"


def test_backup_of_another_kind_damaged_or_none_at_all_changes_nothing(
    stage, settings, tmp_path, monkeypatch
):
    cut = tmp_path / "afbrudt.tar.gz"
    cut.write_bytes(stage.backup.read_bytes()[:-300])
    text = tmp_path / "brev.txt"
    text.write_text("Kære alle")
    files_before = sorted(settings.FILES_DIR.iterdir())

    for path, said in (
        (cut, "ufuldstændig"),
        (text, "ufuldstændig"),
        (tmp_path / "findes-ikke", "ufuldstændig"),
    ):
        with pytest.raises(CommandError, match=f"{said}.*Intet er ændret"):
            call_command("restore", str(path), replace=True)
    for name, value, said in (
        ("FORMAT", 2, "nyere udgave"),
        ("checksum", lambda path: "andet", "beskadiget"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"plf.operation.restoring.{name}", value)
            with pytest.raises(CommandError, match=said):
                call_command("restore", str(stage.backup), replace=True)
    with monkeypatch.context() as patch:
        patch.setattr(connections["default"], "vendor", "oracle")
        with pytest.raises(CommandError, match="oracle"):
            call_command("restore", str(stage.backup), replace=True)

    assert sorted(settings.FILES_DIR.iterdir()) == files_before
    assert Answer.objects.count() == 6


def damaged_at(backup: Path, place: int, folder: Path) -> Path:
    """A copy of which one byte is another."""
    content = bytearray(backup.read_bytes())
    content[place] ^= 0xFF
    copy = folder / f"beskadiget-{place}.tar.gz"
    copy.write_bytes(content)
    return copy


def unpacked(copy: Path) -> bytes | None:
    """None where it cannot be. Of some bytes gzip does not read all bits: what it unpacks to is
    whole then."""
    try:
        return gzip.decompress(copy.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None


def test_backup_with_one_byte_damaged_is_refused_in_plain_words(stage, tmp_path):
    length = stage.backup.stat().st_size
    after_name = stage.backup.read_bytes().index(b"\0", 10) + 1  # of what was packed: no matter
    places = [*range(after_name, length, length // 12), length - 1]
    copies = [damaged_at(stage.backup, place, tmp_path) for place in places]
    damaged_ones = [copy for copy in copies if unpacked(copy) != unpacked(stage.backup)]
    assert len(damaged_ones) > 9

    for damaged in damaged_ones:
        with pytest.raises(CommandError, match=r"ufuldstændig|beskadiget"):
            call_command("restore", str(damaged), replace=True)

    assert Answer.objects.count() == 6


def with_about(backup: Path, about: object, folder: Path) -> Path:
    """A copy that says something else about itself."""
    words = json.dumps(about).encode()
    copy = folder / "andet.tar.gz"
    with tarfile.open(backup) as archive, tarfile.open(copy, "w:gz") as other:
        for member in archive:
            content = archive.extractfile(member)
            if member.name == ABOUT:
                member.size, content = len(words), BytesIO(words)
            other.addfile(member, content)
    return copy


def test_backup_that_does_not_say_what_it_is_changes_nothing(stage, settings, tmp_path):
    with tarfile.open(stage.backup) as archive:
        about = json.load(archive.extractfile(ABOUT))
    without = [{key: about[key] for key in about if key != missing} for missing in about]

    for told in (*without, about | {"made_at": "i går"}, [], "kopi"):
        copy = with_about(stage.backup, told, tmp_path)
        with pytest.raises(CommandError, match=r"ufuldstændig\. Intet er ændret"):
            call_command("restore", str(copy), replace=True)

    assert Answer.objects.count() == 6
    assert (settings.FILES_DIR / "clock.json").exists()
