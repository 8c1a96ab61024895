"""A file of members becomes a table, or one sentence that says what is wrong with it."""

from datetime import date, datetime

import pytest

from forums.bulk import files
from forums.bulk.files import FileRefused, read_table
from tests.forums.member_files import BO, HEADINGS, csv_bytes, repacked, xlsx_bytes

pytestmark = pytest.mark.once

SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(9))
    + b'] ><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'
)


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read_table(data)
    return str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        csv_bytes(BO),
        csv_bytes(BO, encoding="utf-8-sig"),
        csv_bytes(BO, encoding="cp1252"),
        csv_bytes(BO, encoding="utf-16", delimiter="\t"),
        csv_bytes(BO, delimiter=","),
        csv_bytes(BO, delimiter="\t"),
        b"sep=;\r\n" + csv_bytes(BO),
        csv_bytes((), BO, ("", " ", "", "")).replace(b"\r\n", b"\n"),
        xlsx_bytes(BO),
        xlsx_bytes((), BO),
    ],
    ids=["utf-8", "bom", "cp1252", "utf-16", "comma", "tab", "sep", "blank", "xlsx", "xlsx blank"],
)
def test_every_kind_of_file_gives_the_same_table(data):
    table = read_table(data)

    assert table.columns == ("name", "email", "forum", "role")
    assert [tuple(row.cells.values()) for row in table.rows] == [BO]


def test_rows_have_the_number_that_the_spreadsheet_shows():
    rows = (BO, ("Eva\nLi", *BO[1:]), BO)
    quoted = csv_bytes(*rows).replace(b"Eva\nLi", b'"Eva\nLi"')

    assert [row.number for row in read_table(quoted).rows] == [2, 3, 4]
    assert [row.number for row in read_table(xlsx_bytes((), *rows)).rows] == [3, 4, 5]
    assert read_table(quoted).rows[1].cells["name"] == "Eva Li"


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("E-MAIL", "email"),
        ("e mail adresse", "email"),
        ("Mail:", "email"),
        ("Naavn", "name"),
        ("fora", "forum"),
        ("Leder/Tovholder", "lead"),
        ("Tovholderr", "lead"),
        ("Fra dato", "starts"),
        ("TIL", "ends"),
        ("Skole", "unit"),
        ("Stilling", None),
        ("Fornavn", None),
        ("Efternavn", None),
        ("", None),
    ],
)
def test_headings_are_known_by_other_spellings(heading, column):
    assert files._column_of(heading) == column


def test_first_of_two_columns_with_one_name_counts():
    table = read_table(csv_bytes((*BO, "Et andet navn"), headings=(*HEADINGS, "Navn")))

    assert table.rows[0].cells["name"] == "Bo Ærø"
    assert table.rows[0].others == ("Et andet navn",)


def test_cells_of_a_spreadsheet_are_text():
    cells = ("Bo", "bo@test.example", 7, 7.0, 7.5, True, False, date(2027, 1, 2))
    headings = ("Navn", "Mail", "Forum", "Rolle", "Enhed", "Tovholder", "Fra", "Til")
    row = read_table(xlsx_bytes(cells, headings=headings)).rows[0]

    assert list(row.cells.values()) == [
        "Bo", "bo@test.example", "7", "7", "7.5", "ja", "nej", "02-01-2027",
    ]  # fmt: skip
    assert files._as_text(datetime(2027, 1, 2)) == "02-01-2027"  # noqa: DTZ001 - as Excel has it
    assert files._as_text(7.0) == "7"
    assert files._as_text(object()) == "="


def test_invisible_letters_and_odd_spaces_are_tidied():
    row = ("Bo\u00a0 A\u030aby\u200b", *BO[1:])

    assert read_table(csv_bytes(row)).rows[0].cells["name"] == "Bo Åby"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "tom"),
        (b"\r\n;;;\r\n", "tom"),
        (csv_bytes(), "ingen medlemmer"),
        (csv_bytes(BO, headings=("A", "B", "C", "D")), "Navn, E-mail, Rolle, Forum"),
        (csv_bytes(BO[:2], headings=("Navn", "E-mail")), "Rolle, Forum"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00", "kan ikke læses"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "kan ikke læses"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "kan ikke læses"),
        (b"\x81\x8d\x8f", "kan ikke læses"),
        (b"\xff\xfe\x00", "kan ikke læses"),
        (b"PK\x03\x04 and nothing more", "kan ikke læses"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "adgangskode"),
        (b"x" * (files.MAX_BYTES + 1), "2,5 MB"),
        (csv_bytes(*[BO] * (files.MAX_ROWS + 1)), "5.000 rækker"),
        (csv_bytes(("x" * 140_000, *BO[1:])), "kan ikke læses"),
        (repacked(xlsx_bytes(BO), "xl/workbook.xml", b"<broken"), "kan ikke læses"),
        (repacked(xlsx_bytes(BO), SHEET, LAUGHS), "kan ikke læses"),
        (repacked(xlsx_bytes(BO), SHEET, b" " * 30_000_000), "pakket ud"),
        (
            repacked(
                xlsx_bytes(BO),
                SHEET,
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                b'<sheetData><row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
                b"</sheetData></worksheet>",
            ),
            "5.000 rækker",
        ),
    ],
    ids=[
        "nothing", "blank", "headings alone", "wrong headings", "two headings", "pdf", "png", "jpg",
        "bytes", "half utf-16", "no zip", "old excel", "too large", "too many", "huge cell",
        "broken book", "a billion laughs", "zip bomb", "a row far away",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(data, says):
    assert says in refusal(data)


def test_a_hundred_thousand_rows_are_refused_and_not_all_read(monkeypatch):
    monkeypatch.setattr(files, "MAX_ROWS", 50)

    assert "mere end 50 rækker" in refusal(xlsx_bytes(*[BO] * 60))
    assert "2,5 MB" in refusal(csv_bytes(*[BO] * 100_000))


def test_largest_accepted_file_stays_in_memory(settings):
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE > files.MAX_BYTES
