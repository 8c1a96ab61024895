"""Database triggers for both databases, as a migration operation."""

from collections.abc import Mapping

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def trigger(*, forwards: Mapping[str, str], backwards: Mapping[str, str]) -> migrations.RunPython:
    """An operation that runs the statement written for the database at hand.

    Keys are Django's vendor names, "sqlite" and "postgresql".
    """

    def run(statements: Mapping[str, str]):  # type: ignore[no-untyped-def]
        def apply(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
            connection = schema_editor.connection
            with connection.cursor() as cursor:
                for statement in statements[connection.vendor].split(";;"):
                    cursor.execute(statement)

        return apply

    return migrations.RunPython(run(forwards), run(backwards))
