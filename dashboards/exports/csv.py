"""The cells as CSV, with numbers as they are written on the page.

Our own "+0,3 siden sidst" is marked as text too. How that is read stands under the table.
"""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from dashboards.exports.reading import how_to_read
from dashboards.exports.tables import table_of
from dashboards.exports.taken import Taken
from plf.lib.csv_files import csv_lines


def csv_file(taken: Taken) -> bytes:
    return "".join(csv_lines(_rows(taken))).encode()


def _rows(taken: Taken) -> Iterator[Sequence[str]]:
    table = table_of(taken)
    yield _("Forum"), _("Round"), *(column.heading for column in table.columns)
    for row in table.rows:
        yield taken.forum, taken.round_name, *(value.text for value in row)
    yield ()
    yield _("Question"), taken.question
    for paragraph in how_to_read(taken):
        yield _("How to read this"), paragraph
