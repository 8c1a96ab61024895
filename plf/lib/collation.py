"""Danish order and Danish search on both databases.

SQLite knows only the letters a to z, and PostgreSQL sorts as its server was set up. Here both get
a key that is plain ASCII: without capitals, with æ, ø and å after z in that order. To sort by, "aa"
is "å" as in Danish lists (Aabenraa stands by Åbenrå); to search by it stays as it is written, so
that half of a name finds it.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, F, Func
from django.db.models.sql.compiler import SQLCompiler

# The three characters that follow "z" in ASCII.
PLACES = {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "é": "e", "ü": "y"}
IN_ASCII = str.maketrans(PLACES)
WRITTEN = [(one, place) for letter, place in PLACES.items() for one in (letter, letter.upper())]
AA, AS_AA = "aa", PLACES["å"]


class Spelled(Func):
    """The column's text as a key to search by.

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


class InDanish(Spelled):
    """The column's text as a key to sort by."""

    template = f"REPLACE({Spelled.template}, '{AA}', '{AS_AA}')"


def spelled(text: str) -> str:
    """The key to search by, of a text in Python."""
    return text.lower().translate(IN_ASCII)


def danish_key(text: str) -> str:
    """The key to sort by, of a text in Python."""
    return spelled(text).replace(AA, AS_AA)
