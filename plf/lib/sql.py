"""SQL of our own in migrations: one statement for each database."""

from collections.abc import Mapping

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def for_each_database(
    *, forwards: Mapping[str, str], backwards: Mapping[str, str]
) -> migrations.RunPython:
    """An operation that runs what is written for the database at hand.

    Keys are Django's vendor names, "sqlite" and "postgresql"; several statements are parted by
    two semicolons, and a database that needs none is left out.
    """

    def run(statements: Mapping[str, str]):  # type: ignore[no-untyped-def]
        def apply(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
            connection = schema_editor.connection
            for statement in filter(None, statements.get(connection.vendor, "").split(";;")):
                with connection.cursor() as cursor:
                    cursor.execute(statement)

        return apply

    return migrations.RunPython(run(forwards), run(backwards))
