"""Danish order and Danish search on both databases.

SQLite knows only the letters a to z, and PostgreSQL sorts as its server was set up. Here both get
a key that is plain ASCII: without capitals, with æ, ø and å after z in that order.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, F, Func
from django.db.models.sql.compiler import SQLCompiler

# The three characters that follow "z" in ASCII.
PLACES = {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "é": "e", "ü": "y"}
IN_ASCII = str.maketrans(PLACES)
WRITTEN = [(one, place) for letter, place in PLACES.items() for one in (letter, letter.upper())]


class InDanish(Func):
    """The column's text as a key to sort and search by.

    One expression and not one for each letter: Django looks at each of them several times.
    """

    function = "LOWER"
    output_field = CharField()
    template = (
        "%(function)s("
        + "REPLACE(" * len(WRITTEN)
        + "%(expressions)s"
        + "".join(f", '{letter}', '{place}')" for letter, place in WRITTEN)
        + ")"
    )

    def __init__(self, column: str) -> None:
        super().__init__(F(column))

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self.as_sql(
            compiler, connection, template=f'({self.template} COLLATE "C")', **context
        )


def danish_key(text: str) -> str:
    """The same key for a text in Python."""
    return text.lower().translate(IN_ASCII)
