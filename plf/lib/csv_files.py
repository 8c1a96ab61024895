"""CSV files that people open in a spreadsheet: UTF-8 with its mark, semicolons, and no formulas.

A cell that could be read as a formula begins with an apostrophe: a CSV file has no other way to say
that something is text.
"""

import csv
from collections.abc import Iterable, Iterator

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# A formula begins with one of these, in some program and some language.
DANGEROUS = "=+-@\N{MINUS SIGN}\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}" + (
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula, wherever it is pasted."""
    begins = text.lstrip(" \N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}")[:1]
    return f"'{text}" if begins and (begins in DANGEROUS or begins in "\t\r\n") else text


class _Line:
    """The writer hands a finished line on, and keeps nothing."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The file, line by line."""
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([defused(cell) for cell in row])
