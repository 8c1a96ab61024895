"""A database made by the release before comes to this one, and what it published is the same."""

import gzip
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations import AlterField
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.enums import RoundState
from assessments.models import Round
from plf.operation.copies import bring_back
from plf.operation.health import health
from plf.operation.upgrading import fingerprint
from results.models import Publication

RELEASE = Path(__file__).parent / "release"
OURS = ("accounts", "audit", "forums", "assessments", "results")
# By app and name: why it cannot be taken back.
ONE_WAY: dict[tuple[str, str], str] = {}
# By name: why the texts that a publication was written with are the same afterwards.
SAME_TEXTS = {
    "results.0004_cells_as_text": "PostgreSQL's jsonb becomes the text that it was read as"
}

WRITTEN_BEFORE = """
INSERT INTO results_publication (place, cells, round_id, forum_id, municipality_id, roles, invited)
SELECT place + 1, %s, round_id, forum_id, municipality_id, roles, invited FROM results_publication
"""


@pytest.fixture
def before(torn, tmp_path):
    """The database of the release before, on this machine; its publications' fingerprint."""
    copy = tmp_path / "release"
    copy.write_bytes(gzip.decompress((RELEASE / f"{connection.vendor}.gz").read_bytes()))
    bring_back(copy)
    return fingerprint()


def test_database_of_the_release_before_is_brought_to_this_one(before, client_of):
    assert health(now=timezone.now())["migrations"] == "pending"
    assert all(before.values())

    call_command("upgrade")

    assert fingerprint() == before
    assert health(now=timezone.now())["migrations"] == "ok"
    chief = User.objects.get(email="chef@test.example")
    (row,) = Publication.objects.all()
    result = client_of(chief).get(reverse("dashboards:result", args=[row.round_id, row.forum_id]))
    assert result.status_code == 200
    assert {round_.state(timezone.now()) for round_ in Round.objects.all()} >= {RoundState.SEALED}


def columns():
    """By table and column: whether a row may be written that does not name it."""
    inspect = connection.introspection
    with connection.cursor() as cursor:
        return {
            (table, column.name): column.null_ok or column.default is not None
            for table in inspect.table_names(cursor)
            if table.startswith(OURS)
            for column in inspect.get_table_description(cursor, table)
        }


def test_release_before_can_go_on_writing_while_the_next_one_starts(before):
    """Its rows name only the columns that it knows, and it asks for all of those."""
    known = columns()

    call_command("upgrade")

    now = columns()
    tables = {table for table, _ in known}
    new = {place for place in now if place[0] in tables and place not in known}
    assert known.keys() <= now.keys()
    assert new
    assert sorted(place for place in new if not now[place]) == []


def test_what_the_release_before_publishes_meanwhile_is_read_by_the_next_one(before):
    """It writes cells as jsonb on PostgreSQL, and as text on SQLite."""
    call_command("upgrade")
    (kept,) = Publication.objects.all()
    nothing = [None] * len(kept.cells)

    with connection.cursor() as cursor:
        cursor.execute(WRITTEN_BEFORE, [connection.ops.adapt_json_value(nothing, None)])

    assert Publication.objects.get(place=kept.place + 1).cells == nothing


@pytest.mark.prove
def test_all_the_way_back_and_forth(torn):
    tables = sorted(connection.introspection.table_names())

    for app in reversed(OURS):
        if apps.is_installed(app):
            call_command("migrate", app, "zero", verbosity=0)
    left = set(connection.introspection.table_names())
    call_command("migrate", verbosity=0)

    assert not [name for name in left if name.startswith(OURS)]
    assert sorted(connection.introspection.table_names()) == tables


def our_migrations():
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    return [migration for (app, _), migration in graph.nodes.items() if app in OURS]


@pytest.mark.once
def test_each_migration_has_a_name_and_can_be_taken_back():
    found = our_migrations()
    one_way = {
        (migration.app_label, migration.name)
        for migration in found
        if not all(operation.reversible for operation in migration.operations)
    }

    assert len(found) > 10
    assert [migration.name for migration in found if "_auto_" in migration.name] == []
    assert one_way == set(ONE_WAY)


@pytest.mark.once
def test_no_migration_changes_a_column_of_what_was_published():
    touched = [
        f"{migration.app_label}.{migration.name}"
        for migration in our_migrations()
        for operation in migration.operations
        for each in (operation, *getattr(operation, "state_operations", ()))
        if isinstance(each, AlterField)
        and each.model_name in ("publication", "comment", "sharedrating")
    ]

    assert touched == list(SAME_TEXTS)


def test_page_of_the_release_before_still_finds_its_files(settings, tmp_path, db):
    """An upgrade adds files and takes none away."""
    source = tmp_path / "source"
    source.mkdir()
    settings.STATICFILES_DIRS = [source]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "plf.lib.static_files.StaticFiles"},
    }
    settings.WHITENOISE_AUTOREFRESH = False
    addresses = []
    for content in (b"body {}", b"body { color: red }"):
        (source / "plf.css").write_bytes(content)
        call_command("collectstatic", interactive=False, verbosity=0)
        addresses.append(staticfiles_storage.url("plf.css"))

    found = [b"".join(Client().get(address).streaming_content) for address in addresses]

    assert found == [b"body {}", b"body { color: red }"]
    assert len(set(addresses)) == 2
