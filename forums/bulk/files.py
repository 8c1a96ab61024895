"""A file of members as a plain table: CSV or XLSX, from whoever, read with suspicion.

Nothing is kept: not the file, and no column that is not asked for. What a file is, is told by its
bytes and not by its name. Whatever a library says of a broken file, the person reads one sentence.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook  # type: ignore[import-untyped]

# Smaller than FILE_UPLOAD_MAX_MEMORY_SIZE, so that an accepted file never touches the disk.
MAX_BYTES = 2_500_000
# What a spreadsheet may take up unpacked; zipfile reads no more of a part than it declares.
MAX_UNPACKED = 20_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 50
# A stray cell far down makes a million empty rows: so far down nothing is looked for.
LAST_ROW = 10_000

NAME, EMAIL, FORUM, UNIT = "name", "email", "forum", "unit"
ROLE, LEAD, STARTS, ENDS = "role", "lead", "starts", "ends"

# What a heading may be called, in letters only; the first is what the product writes itself.
HEADINGS: dict[str, tuple[str, ...]] = {
    NAME: ("navn", "fuldenavn", "medlem", "name"),
    EMAIL: ("email", "mail", "mailadresse", "emailadresse", "epost"),
    FORUM: ("forum", "fora", "gruppe"),
    UNIT: ("enhed", "skole", "institution", "unit"),
    ROLE: ("rolle", "funktion", "role"),
    LEAD: ("tovholder", "leder", "ledertovholder", "tovholderleder", "lead"),
    STARTS: ("fra", "fradato", "startdato", "start", "from"),
    ENDS: ("til", "tildato", "slutdato", "slut", "to", "until"),
}
WRITTEN = {
    NAME: "Navn",
    EMAIL: "E-mail",
    FORUM: "Forum",
    UNIT: "Enhed",
    ROLE: "Rolle",
    LEAD: "Tovholder",
    STARTS: "Fra",
    ENDS: "Til",
}
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx behind a password
PACKED = b"PK\x03\x04"
# Come along when text is copied from mails and pages, and cannot be seen.
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


class FileRefused(ValueError):
    """Carries the reason in the user's language."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row under the headings. `others` are cells of columns that nobody asked for."""

    number: int
    cells: dict[str, str]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are those asked for that the file has; a cell of them counts even when empty."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


Records = Iterable[tuple[int, Sequence[str]]]


def read_table(data: bytes) -> Table:
    """The members' rows. Refuses with FileRefused."""
    if len(data) > MAX_BYTES:
        raise FileRefused(_("The file is too large. It may take up 2.5 MB at most."))
    if data.startswith(OLD_EXCEL):
        raise FileRefused(
            _(
                "This is an older Excel file, or one with a password. Save it as .xlsx without a "
                "password, or as CSV."
            )
        )
    records = _spreadsheet(data) if data.startswith(PACKED) else _text(data)
    return _table(iter(records))


def _unreadable() -> FileRefused:
    return FileRefused(
        _("The file cannot be read. Choose a CSV file or an Excel file (.xlsx) with members.")
    )


def _too_many() -> FileRefused:
    return FileRefused(
        _("The file has more than %(count)s rows. Divide it into several files.")
        % {"count": f"{MAX_ROWS:,}".replace(",", ".")}
    )


# --- CSV ----------------------------------------------------------------------------------------


def _text(data: bytes) -> Records:
    text = _decoded(data)
    lines = text.lstrip("\r\n").split("\n", 1)
    if re.fullmatch(r"sep=.\r?", lines[0], re.IGNORECASE):
        text = lines[-1]
    try:
        delimiter = _delimiter(next(iter(text.strip().splitlines()), ""))
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1)
    except csv.Error as error:
        raise _unreadable() from error


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, Excel's "Unicode text", or Windows-1252."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f]", text):
            break  # no text at all: an image, a PDF
        return text
    raise _unreadable()


def _delimiter(headings: str) -> str:
    """The one that finds most headings."""
    return max(";,\t", key=lambda mark: len(_columns(next(csv.reader([headings], delimiter=mark)))))


# --- XLSX ---------------------------------------------------------------------------------------


def _spreadsheet(data: bytes) -> Records:
    """The first sheet's cells as text; formulas as they are written, never worked out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MAX_UNPACKED:
            raise FileRefused(_("The file is too large when it is unpacked. Is it the right file?"))
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not trusted
        rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
        for number, row in enumerate(rows, start=1):
            if number > LAST_ROW:
                raise _too_many()
            yield number, [_as_text(value) for value in row]
    except FileRefused:
        raise
    # The library meets a hostile file with any exception there is: all mean the same to a person.
    except Exception as error:
        raise _unreadable() from error


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value)
    return "="  # a formula over many cells is an object of the library's own


# --- headings and rows --------------------------------------------------------------------------


def tidied(text: str) -> str:
    """One kind of space, one way to write å, and nothing that cannot be seen."""
    return " ".join(unicodedata.normalize("NFC", text).translate(UNSEEN).split())


def _table(records: Iterator[tuple[int, Sequence[str]]]) -> Table:
    headings = next((row for _number, row in records if any(map(str.strip, row))), None)
    if headings is None:
        raise FileRefused(_("The file is empty."))
    columns = _required(_columns(headings))
    rows = []
    for number, row in records:
        cells = [tidied(cell) for cell in row[:MAX_COLUMNS]]
        if any(cells):
            rows.append(_row(number, cells, columns))
        if len(rows) > MAX_ROWS:
            raise _too_many()
    if not rows:
        raise FileRefused(_("The file has headings and no members under them."))
    return Table(tuple(columns), tuple(rows))


def _row(number: int, cells: list[str], columns: dict[str, int]) -> TableRow:
    own = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
    places = set(columns.values())
    others = tuple(cell for place, cell in enumerate(cells) if cell and place not in places)
    return TableRow(number, own, others)


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Where each column stands; the first of two with the same name."""
    found: dict[str, int] = {}
    for place, heading in enumerate(headings[:MAX_COLUMNS]):
        name = _column_of(heading)
        if name is not None:
            found.setdefault(name, place)
    return found


def _column_of(heading: str) -> str | None:
    """Whatever its capitals, dashes and small slips: "E-Mail adresse", "Naavn"."""
    letters = re.sub(r"[^a-zæøå]", "", tidied(heading).lower())
    known = {word: name for name, words in HEADINGS.items() for word in words}
    near = get_close_matches(letters, known, n=1, cutoff=0.8) if len(letters) > 3 else []
    return known.get(letters) or (known[near[0]] if near else None)


def _required(columns: dict[str, int]) -> dict[str, int]:
    missing = [WRITTEN[name] for name in (NAME, EMAIL, ROLE) if name not in columns]
    if FORUM not in columns and UNIT not in columns:
        missing.append(WRITTEN[FORUM])
    if missing:
        raise FileRefused(
            _(
                "These headings were not found in the first row: %(headings)s. Get the template, "
                "and put the members under its headings."
            )
            % {"headings": ", ".join(missing)}
        )
    return columns
