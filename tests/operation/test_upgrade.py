"""An upgrade that fails leaves the database as it was, by itself; one that goes well leaves what
was published untouched."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from plf.lib.static_files import StaticFiles
from plf.operation.backup import NothingToBackUp, back_up, backups
from plf.operation.copies import CopyFailed
from plf.operation.health import health
from plf.operation.upgrading import fingerprint
from tests.cast import make_cast
from tests.operation.conftest import empty_the_database
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(torn):
    """A sealed round, and the clock's beat."""
    world = open_round_of(make_cast().forum, days_ago=100)
    world.answer([1, 2, 3, 4, 5, 3], reason="Fordi")
    world.seal()
    call_command("clock")
    return world


def schema() -> list[str]:
    return sorted(connection.introspection.table_names())


def release_with(settings, migrations: str) -> None:
    settings.MIGRATION_MODULES = {"results": f"tests.operation.{migrations}"}


def test_upgrade_backs_up_first_and_changes_nothing_published(world, settings, capsys):
    before = fingerprint()
    old_page_s_file = settings.STATIC_ROOT / "plf.0123456789ab.css"
    settings.STATIC_ROOT.mkdir()
    old_page_s_file.write_text("body {}")

    call_command("upgrade")

    ((_, backup),) = backups()
    assert str(backup) in capsys.readouterr().out
    assert fingerprint() == before
    assert health(now=timezone.now())["migrations"] == "ok"
    assert old_page_s_file.exists()


def test_failing_migration_is_taken_back_with_all_before_it(world, settings):
    before, tables, names = fingerprint(), schema(), set(User.objects.values_list("name"))
    release_with(settings, "broken")

    with pytest.raises(CommandError, match=r"mislykkedes .*som den var før"):
        call_command("upgrade")

    assert fingerprint() == before
    assert schema() == tables
    assert set(User.objects.values_list("name")) == names
    # The clock's file fits: what was stopped and goes on is no restored backup.
    call_command("clock")
    world.round.refresh_from_db()
    assert world.round.lost_at is None


def test_release_that_goes_on_has_its_own_style_sheets(world, settings, tmp_path):
    """Not those of the one that failed, whose pages are others."""
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "plf.lib.static_files.StaticFiles"},
    }
    style = tmp_path / "source" / "plf.css"
    style.parent.mkdir()
    style.write_text("body {}")
    call_command("upgrade", verbosity=0)
    before = StaticFiles().url("plf.css")
    style.write_text("body { color: red }")
    release_with(settings, "broken")

    with pytest.raises(CommandError, match="mislykkedes"):
        call_command("upgrade")

    assert StaticFiles().url("plf.css") == before


def test_migration_that_touches_what_was_published_is_taken_back(world, settings):
    before = fingerprint()
    release_with(settings, "tampering")

    with pytest.raises(CommandError, match="PublicationsHaveChanged"):
        call_command("upgrade")

    assert fingerprint() == before


def test_without_a_backup_nothing_is_begun(world, settings, monkeypatch):
    def full(**how):
        raise CopyFailed("database or disk is full")

    tables = schema()
    release_with(settings, "broken")
    monkeypatch.setattr("plf.operation.upgrading.back_up", full)

    with pytest.raises(CommandError, match="Intet er ændret: database or disk is full"):
        call_command("upgrade")

    assert schema() == tables


@pytest.mark.parametrize(
    "failure",
    [CopyFailed("database or disk is full"), RuntimeError("noget helt andet")],
    ids=["no room", "anything"],
)
def test_database_that_cannot_be_put_back_keeps_the_pages_closed(
    world, settings, monkeypatch, failure
):
    """The scripts know it by its number, and start nothing."""

    def fail(**how):
        raise failure

    release_with(settings, "tampering")
    monkeypatch.setattr("plf.operation.upgrading.undo", fail)

    told = rf"ikke sættes tilbage.*{failure}.*plf-.*tar\.gz"
    with pytest.raises(CommandError, match=told) as refused:
        call_command("upgrade")

    assert refused.value.returncode == 3


def test_machine_with_nothing_to_back_up_is_no_failure(world, monkeypatch, capsys):
    def nothing(**how):
        raise NothingToBackUp

    monkeypatch.setattr("plf.operation.upgrading.back_up", nothing)

    call_command("upgrade")

    assert "var tom" in capsys.readouterr().out


@pytest.mark.prove
def test_empty_database_is_made_whole(torn, capsys):
    """As when it is installed for the first time."""
    empty_the_database()

    call_command("upgrade")

    assert "var tom" in capsys.readouterr().out
    assert health(now=timezone.now()) == {
        "ok": False,
        "database": "ok",
        "migrations": "ok",
        "clock": "never",
        "mail": "ok",
    }
    back_up(now=timezone.now(), keep=1)
