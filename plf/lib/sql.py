"""SQL of our own in migrations and models: one statement for each database."""

from collections.abc import Mapping
from typing import Any

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Func, UUIDField
from django.db.models.sql.compiler import SQLCompiler


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


class RandomKey(Func):
    """A column's default: a key that tells nothing, also for a row that knows of no such column."""

    template = "GEN_RANDOM_UUID()"
    output_field = UUIDField()
    allowed_default = True

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="LOWER(HEX(RANDOMBLOB(16)))", **context)
