"""The table on its way from the preview to the confirmation: signed, in the page itself.

Kept on the server it would be a list of people in some table or cache until something remembered to
delete it, also when nobody ever confirmed; a file would be worse. In the page it is where it came
from: with the administrator, gone when the window closes. The signature is what makes it ours: it
holds for one person, one municipality and one hour, and with `mark` for one plan. What it signs is
read and compared all over again when it comes back, so it carries no rights, only words.
"""

from dataclasses import dataclass

from django.core import signing

from forums.bulk.files import Table, TableRow

SALT = "forums.bulk"
LASTS = 60 * 60  # seconds


class NotKept(Exception):
    """Too old, somebody else's, or not ours."""


@dataclass(frozen=True, slots=True)
class Kept:
    table: Table
    complete: bool
    mark: str


def pack(kept: Kept, *, user_id: int, municipality_id: int) -> str:
    rows = [
        [row.number, *(row.cells[name] for name in kept.table.columns)] for row in kept.table.rows
    ]
    return signing.dumps(
        [user_id, municipality_id, kept.complete, kept.mark, list(kept.table.columns), rows],
        salt=SALT,
        compress=True,
    )


def unpack(text: str, *, user_id: int, municipality_id: int) -> Kept:
    """Refuses with NotKept."""
    try:
        user, municipality, complete, mark, columns, rows = signing.loads(
            text, salt=SALT, max_age=LASTS
        )
    except signing.BadSignature as error:
        raise NotKept from error
    if (user, municipality) != (user_id, municipality_id):
        raise NotKept
    table = Table(
        tuple(columns),
        tuple(TableRow(number, dict(zip(columns, cells, strict=True))) for number, *cells in rows),
    )
    return Kept(table, complete, mark)
