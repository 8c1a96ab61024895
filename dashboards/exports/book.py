"""The workbook being written: its sheets, its cells' looks, and rows tall enough for their words.

Programs do not all make room by themselves for words that stand in several lines, so every row is
given its height here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from django.utils.translation import gettext as _

from dashboards.exports import palette
from dashboards.exports.cells import Value
from dashboards.exports.tables import Column
from dashboards.exports.taken import Taken
from plf.lib.csv_files import defused
from plf.lib.rounding import rounded

LINE = 15.0
# Heights of a line, in points, where the letters are not those of the table.
TALL = {"title": 30.0, "heading": 21.0, "words": 18.0}
AIR = 3.0
# What a spreadsheet holds: the height of a row, and a cell's letters as UTF-16 counts them.
TALLEST, LONGEST = 409.0, 32_767
# Letters in the width of a figure, on the average, and in bold.
LETTERS, BOLD = 1.1, 0.88


@dataclass
class Book:
    """`heights`: what each row of each sheet needs, in points."""

    book: Any
    taken: Taken
    looks: dict[str, Any]
    widths: dict[str, Sequence[int]] = field(default_factory=dict)
    heights: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))

    def sheet(self, name: str, widths: Sequence[int], *, pages: int = 1) -> Any:
        """A sheet with columns of these widths, printed on so many pages side by side."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(pages, 0)
        sheet.set_footer("&L&A&R&P / &N")
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        self.widths[name] = widths
        return sheet

    def text(self, sheet: Any, row: int, column: int, text: str, look: str = "text") -> None:
        """Somebody's words: never a formula, nor a link."""
        fits = fitted(defused(text))
        sheet.write_string(row, column, fits, self.looks[look])
        self._make_room(sheet, row, fits, self.widths[sheet.name][column], look)

    def across(self, sheet: Any, row: int, text: str, look: str) -> None:
        """Words over all the sheet's columns."""
        widths = self.widths[sheet.name]
        if len(widths) > 1:
            sheet.merge_range(row, 0, row, len(widths) - 1, "", self.looks[look])
        sheet.write_string(row, 0, defused(text), self.looks[look])
        self._make_room(sheet, row, text, sum(widths), look)

    def value(self, sheet: Any, row: int, column: int, value: Value, head: Column) -> None:
        """A cell of the table: whole numbers as numbers, all else as the page's text."""
        look = "centred" if head.centred else "text"
        if not value.text:
            sheet.write_blank(row, column, None, self.looks[look])
        elif isinstance(value.number, int) and value.text == str(value.number):
            sheet.write_number(row, column, value.number, self.looks[look])
        elif head.own:
            sheet.write_string(row, column, value.text, self.looks[f"{look}_own"])
            self._make_room(sheet, row, value.text, self.widths[sheet.name][column], look)
        else:
            self.text(sheet, row, column, value.text, look)

    def number(self, sheet: Any, row: int, column: int, number: float | int | None) -> None:
        if isinstance(number, int):
            sheet.write_number(row, column, number, self.looks["centred"])
        elif number is not None:
            sheet.write_number(row, column, float(rounded(number, 4)), self.looks["number"])
        else:
            sheet.write_blank(row, column, None, self.looks["number"])

    def fit_rows(self) -> None:
        """Give every row the height that its fullest cell needs."""
        for sheet in self.book.worksheets():
            for row, height in self.heights[sheet.name].items():
                sheet.set_row(row, height)

    def _make_room(self, sheet: Any, row: int, text: str, width: int, look: str) -> None:
        line = TALL.get(look, LINE)
        letters = int(width * LETTERS * LINE / line * (BOLD if look.startswith("head") else 1))
        lines = sum(max(1, len(wrap(part, letters))) for part in text.split("\n"))
        known = self.heights[sheet.name]
        known[row] = min(TALLEST, max(known.get(row, 0.0), lines * line + AIR))


def fitted(text: str) -> str:
    """What one cell can hold, to a whole line. Only a goal's reasons together are ever longer."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    note = _("… The rest is on the sheet “%(sheet)s”.") % {"sheet": _("Reasons")}
    room = LONGEST - len(note) - 1
    begins = units[: 2 * room].decode("utf-16-le", "ignore")
    return f"{begins.rpartition(chr(10))[0] or begins}\n{note}"


def looks(book: Any) -> dict[str, Any]:
    base = {"font_name": "Calibri", "font_size": 11, "font_color": palette.INK, "valign": "top"}
    wrapped = {**base, "text_wrap": True, "bottom": 1, "bottom_color": palette.LINE}
    centred = {**wrapped, "align": "center"}
    head = {**wrapped, "bold": True, "bg_color": palette.GROUND, "bottom_color": palette.INK}
    kinds = {
        "title": {**base, "font_size": 20, "bold": True, "font_name": "Georgia"},
        "fact": {**base, "font_color": palette.SECOND},
        "words": {**base, "text_wrap": True, "font_size": 12},
        "heading": {**base, "font_size": 14, "bold": True, "font_name": "Georgia"},
        "head": head,
        "head_centred": {**head, "align": "center"},
        "text": wrapped,
        "text_own": {**wrapped, "quote_prefix": True},
        "centred": centred,
        "centred_own": {**centred, "quote_prefix": True},
        "number": {**centred, "num_format": "0.00"},
    }
    return {name: book.add_format(kind) for name, kind in kinds.items()}
