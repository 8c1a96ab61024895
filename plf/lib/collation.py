"""Danish order and Danish search on both databases.

SQLite knows only the letters a to z, and PostgreSQL sorts as its server was set up. Here both get
a key that is plain ASCII: without capitals, with æ, ø and å after z in that order.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, F, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace
from django.db.models.sql.compiler import SQLCompiler

# The three characters that follow "z" in ASCII.
PLACES = {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "é": "e", "ü": "y"}


class InDanish(Func):
    """The column's text as a key to sort and search by."""

    function = "LOWER"
    output_field = CharField()

    def __init__(self, column: str) -> None:
        text: Combinable = F(column)
        for letter, place in PLACES.items():
            for written in (letter, letter.upper()):
                text = Replace(text, Value(written), Value(place))
        super().__init__(text)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        template = '(%(function)s(%(expressions)s) COLLATE "C")'
        return self.as_sql(compiler, connection, template=template, **context)


def danish_key(text: str) -> str:
    """The same key for a text in Python."""
    return text.lower().translate({ord(letter): place for letter, place in PLACES.items()})
