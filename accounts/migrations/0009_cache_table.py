"""The table of the counted attempts to sign in, and no samples of it from its first hour on.

A key is worked out from an address, so that each address could be tried; ANALYZE would keep the
most common keys in PostgreSQL's statistics, where no deletion reaches them.
"""

from django.core.management import call_command
from django.db import migrations

from plf.lib.sql import for_each_database


def create(apps, schema_editor):
    """Nothing where an earlier version has made it."""
    call_command(
        "createcachetable", "plf_cache", database=schema_editor.connection.alias, verbosity=0
    )


def statements(target: int) -> str:
    return ";;".join(
        f"ALTER TABLE plf_cache ALTER COLUMN {column} SET STATISTICS {target}"
        for column in ("cache_key", "value")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_keep_people_out_of_statistics"),
    ]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop),
        for_each_database(
            forwards={"postgresql": statements(0)}, backwards={"postgresql": statements(-1)}
        ),
    ]
