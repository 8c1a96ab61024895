"""The cells as a spreadsheet, with charts that the program itself draws.

A cell holds the page's text; the numbers to count on stand in columns of their own beside them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.exports import palette
from dashboards.exports.cells import PillarLine, Value, pillar_lines
from dashboards.exports.plain import sentences
from dashboards.exports.reading import how_to_read, not_shown
from dashboards.exports.tables import Column, Table, defused, table_of
from dashboards.exports.taken import Taken
from dashboards.queries.shown import ForumResult, SharedResult
from plf.lib.rounding import rounded

WIDEST_TEXT = 90
# A heading, and the number that stands under it in each row of the table.
Numbers = tuple[str, Callable[[int], float | None]]


@dataclass
class Book:
    """The workbook being written, and the looks of its cells."""

    book: Any
    taken: Taken
    looks: dict[str, Any]

    def sheet(self, name: str, widths: Sequence[int]) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&F&R&P / &N")
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        return sheet

    def text(self, sheet: Any, row: int, column: int, text: str, look: str = "text") -> None:
        """Somebody's words: never a formula, nor a link."""
        sheet.write_string(row, column, defused(text), self.looks[look])

    def value(self, sheet: Any, row: int, column: int, value: Value, head: Column) -> None:
        """A cell of the table: whole numbers as numbers, all else as the page's text."""
        look = "centred" if head.centred else "text"
        if not value.text:
            sheet.write_blank(row, column, None, self.looks[look])
        elif isinstance(value.number, int) and value.text == str(value.number):
            sheet.write_number(row, column, value.number, self.looks[look])
        elif head.own:
            sheet.write_string(row, column, value.text, self.looks[f"{look}_own"])
        else:
            self.text(sheet, row, column, value.text, look)

    def number(self, sheet: Any, row: int, column: int, number: float | None) -> None:
        if number is not None:
            sheet.write_number(row, column, float(rounded(number, 4)), self.looks["number"])
        else:
            sheet.write_blank(row, column, None, self.looks["number"])


def xlsx_file(taken: Taken) -> bytes:
    # Only a file should wait for it, and it comes without types.
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415

    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        properties = {"title": taken.title, "subject": taken.kind_text, "author": "PLF"}
        book.set_properties(properties | {"created": taken.closes_at.replace(tzinfo=None)})
        written = Book(book, taken, _looks(book))
        _overview(written)
        _goals(written)
        if isinstance(taken.result, ForumResult):
            _reasons(written, taken.result)
        _reading(written)
    return out.getvalue()


def _looks(book: Any) -> dict[str, Any]:
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


def _table(
    written: Book,
    sheet: Any,
    top: int,
    table: Table,
    numbers: Sequence[Numbers],
) -> None:
    """The table from row `top`, and after its columns the numbers to count on."""
    for place, column in enumerate(table.columns):
        look = "head_centred" if column.centred else "head"
        written.text(sheet, top, place, column.heading, look)
        for row, values in enumerate(table.rows, start=top + 1):
            written.value(sheet, row, place, values[place], column)
    first = len(table.columns)
    for place, (heading, number) in enumerate(numbers, start=first):
        written.text(sheet, top, place, heading, "head_centred")
        for row in range(len(table.rows)):
            written.number(sheet, top + 1 + row, place, number(row))
    last = top + len(table.rows)
    sheet.ignore_errors({"number_stored_as_text": f"A1:AZ{last + 1}"})


def _overview(written: Book) -> None:
    taken = written.taken
    sheet = written.sheet(_("Overview"), [40, 14, 24, 12, 12, 12, 12])
    written.text(sheet, 0, 0, taken.title, "title")
    written.text(sheet, 1, 0, " · ".join(taken.facts), "fact")
    row = 2
    for sentence in sentences(taken):
        sheet.merge_range(row, 0, row, 6, "", written.looks["words"])
        written.text(sheet, row, 0, "".join(run.text for run in sentence), "words")
        sheet.set_row(row, 34)
        row += 1
    lines = pillar_lines(taken.result.pillars)
    _table(written, sheet, row + 1, _pillar_table(taken, lines), _pillar_numbers(lines))
    _pillar_chart(written, sheet, row + 1, len(lines))


def _pillar_table(taken: Taken, lines: Sequence[PillarLine]) -> Table:
    groups = taken.result.group_names if isinstance(taken.result, ForumResult) else ()
    rows = taken.result.group_rows if isinstance(taken.result, ForumResult) else ()
    of_groups = [[_group(figure.text, figure.goals_text) for figure in row.figures] for row in rows]
    return Table(
        columns=(
            Column(capfirst(taken.edition.pillar_word), 40, own=False),
            Column(_("Mean"), 14, centred=True),
            Column(_("Since last time"), 24),
            *(Column(name, 14, centred=True, own=False) for name in groups),
        ),
        rows=tuple(
            (Value(line.name), line.figure, line.change, *(of_groups[place] if groups else ()))
            for place, line in enumerate(lines)
        ),
        whole=len(lines),
    )


def _group(figure: str, goals: str) -> Value:
    return Value(f"{figure} ({goals})" if goals else figure)


def _pillar_numbers(lines: Sequence[PillarLine]) -> list[Numbers]:
    return [
        (_("Mean (number)"), lambda row: lines[row].figure.number),
        (_("Lowest (number)"), lambda row: lines[row].figure.low),
        (_("Highest (number)"), lambda row: lines[row].figure.high),
        (_("Change (number)"), lambda row: lines[row].change.number),
    ]


def _pillar_chart(written: Book, sheet: Any, top: int, count: int) -> None:
    taken = written.taken
    first = len(_pillar_table(taken, pillar_lines(taken.result.pillars)).columns)
    chart = written.book.add_chart({"type": "bar"})
    colours = [palette.pillar(pillar.colour) for pillar in taken.result.pillars]
    chart.add_series(
        {
            "name": _("Mean"),
            "categories": [sheet.name, top + 1, 0, top + count, 0],
            "values": [sheet.name, top + 1, first, top + count, first],
            "points": [{"fill": {"color": colour}} for colour in colours],
            "data_labels": {"value": True, "num_format": "0.0"},
            "gap": 60,
        }
    )
    chart.set_title({"name": capfirst(taken.edition.pillar_words), "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "line": {"color": palette.INK}})
    levels = len(taken.result.levels)
    chart.set_x_axis({"min": 1, "max": levels, "major_unit": 1, "num_format": "0"})
    chart.set_size({"width": 860, "height": 120 + 46 * count})
    description = _("Bars: the mean of each one, from 1 to %(levels)s.") % {"levels": levels}
    place = {"description": description, "object_position": 3}
    sheet.insert_chart(top + count + 2, 0, chart, place)


def _goals(written: Book) -> None:
    table = table_of(written.taken)
    numbers = _goal_numbers(table, written.taken)
    widths = [*(column.width for column in table.columns), *(11 for _number in numbers)]
    sheet = written.sheet(_("Goals"), widths)
    _table(written, sheet, 0, table, numbers)
    sheet.freeze_panes(1, 3)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    if isinstance(written.taken.result, ForumResult):
        _goal_chart(written, sheet, table, written.taken.result)


def _goal_numbers(table: Table, taken: Taken) -> list[Numbers]:
    """Places are counted from the end: the levels before them are as many as the scale has."""

    def of(place: int, part: str = "number") -> Callable[[int], float | None]:
        return lambda row: getattr(table.rows[row][place], part)

    if isinstance(taken.result, SharedResult):
        return [(_("Rating (number)"), of(-3)), (_("Change (number)"), of(-2))]
    return [
        (_("Mean (number)"), of(-7)),
        (_("Lowest (number)"), of(-7, "low")),
        (_("Highest (number)"), of(-7, "high")),
        (_("Spread (number)"), of(-6)),
        (_("Agreement (number)"), of(-5)),
        (_("Change (number)"), of(-4)),
    ]


def _goal_chart(written: Book, sheet: Any, table: Table, result: ForumResult) -> None:
    """How many chose each level; a goal that is not shown in full has no bar."""
    chart = written.book.add_chart({"type": "bar", "subtype": "stacked"})
    for place, colour in enumerate(palette.ramp(len(result.levels)), start=5):
        chart.add_series(
            {
                "name": [sheet.name, 0, place],
                "categories": [sheet.name, 1, 2, table.whole, 2],
                "values": [sheet.name, 1, place, table.whole, place],
                "fill": {"color": colour},
                "border": {"color": "#FFFFFF", "width": 0.75},
                "data_labels": {"value": True, "font": {"color": palette.ink_on(colour)}},
                "gap": 40,
            }
        )
    chart.set_title({"name": _("How many chose each level"), "overlay": False})
    chart.set_legend({"position": "top"})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"num_format": "0", "major_gridlines": {"visible": False}})
    chart.set_size({"width": 1120, "height": 140 + 38 * table.whole})
    options = {"description": _("How many chose each level"), "object_position": 3}
    sheet.insert_chart(len(table.rows) + 2, 2, chart, options)


def _reasons(written: Book, result: ForumResult) -> None:
    sheet = written.sheet(_("Reasons"), [6, 56, WIDEST_TEXT])
    for place, heading in enumerate((_("No."), _("Goal"), _("Reasons and examples"))):
        written.text(sheet, 0, place, heading, "head")
    said = [(goal, text) for goal in result.goals for text in goal.comments]
    for row, (goal, text) in enumerate(said, start=1):
        sheet.write_number(row, 0, goal.number, written.looks["centred"])
        written.text(sheet, row, 1, goal.text)
        written.text(sheet, row, 2, text)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)


def _reading(written: Book) -> None:
    sheet = written.sheet(_("How to read this"), [WIDEST_TEXT])
    written.text(sheet, 0, 0, _("How to read this"), "heading")
    row = 2
    for paragraph in how_to_read(written.taken):
        written.text(sheet, row, 0, paragraph, "words")
        row += 2
    missing = not_shown(written.taken)
    if missing:
        written.text(sheet, row, 0, _("What is not shown"), "heading")
        for goal, reason in missing:
            row += 1
            written.text(sheet, row, 0, f"{goal}: {reason}", "words")
