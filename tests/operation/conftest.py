"""A database that may be torn down: whatever happens to it, the next test finds it whole."""

import os
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from plf.operation.copies import bring_back, copy_to
from tools import pgbox


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.BACKUPS_DIR = tmp_path / "backups"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = []
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    if connection.vendor == "postgresql" and "PG_BINDIR" not in os.environ:
        settings.PG_BINDIR = str(pgbox.find())


@pytest.fixture
def torn(transactional_db, tmp_path):
    """Says that the test takes the database apart; it is put together again afterwards."""
    whole = Path(tmp_path / "whole")
    copy_to(whole)
    yield
    bring_back(whole)
    ContentType.objects.clear_cache()


def empty_the_database() -> None:
    """As on a machine where nothing was ever installed."""
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        for path in name.parent.glob(f"{name.name}*"):
            path.unlink()
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
