"""The cells as CSV: UTF-8 with BOM, semicolons, and numbers as they are written on the page.

A cell that could be read as a formula begins with an apostrophe, our own "+0,3 siden sidst" too:
a CSV file has no other way to say that something is text. How it is read stands under the table.
"""

import csv
from io import StringIO

from django.utils.translation import gettext as _

from dashboards.exports.reading import how_to_read
from dashboards.exports.tables import defused, table_of
from dashboards.exports.taken import Taken

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def csv_file(taken: Taken) -> bytes:
    table = table_of(taken)
    out = StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    names = (_("Forum"), _("Round"), *(column.heading for column in table.columns))
    writer.writerow(defused(name) for name in names)
    for row in table.rows:
        texts = (taken.forum, taken.round_name, *(value.text for value in row))
        writer.writerow(defused(text) for text in texts)
    writer.writerow(())
    writer.writerow((_("Question"), defused(taken.question)))
    for paragraph in how_to_read(taken):
        writer.writerow((_("How to read this"), defused(paragraph)))
    return out.getvalue().encode()
