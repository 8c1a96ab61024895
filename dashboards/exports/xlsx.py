"""The cells as a spreadsheet, with charts that the program itself draws.

A cell holds the page's text; the numbers to count on stand in columns of their own beside them.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.exports.book import Book, looks
from dashboards.exports.cells import PillarLine, State, Value, goal_lines, pillar_lines
from dashboards.exports.plain import sentences
from dashboards.exports.reading import how_to_read, not_shown
from dashboards.exports.sheet_charts import goal_chart, pillar_chart
from dashboards.exports.tables import Column, Table, table_of
from dashboards.exports.taken import Taken
from dashboards.queries.shown import ForumResult, GroupFigure, SharedResult

WIDEST_TEXT = 90
# A heading, and the number that stands under it in each row of the table.
Numbers = tuple[str, Callable[[int], float | None]]


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
        written = Book(book, taken, looks(book))
        _overview(written)
        _goals(written)
        if isinstance(taken.result, ForumResult):
            _reasons(written, taken.result)
        _reading(written)
        written.fit_rows()
    return out.getvalue()


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
    lines = pillar_lines(taken.result.pillars)
    table, numbers = _pillar_table(taken, lines), _pillar_numbers(lines)
    widths = [*(column.width for column in table.columns), *(13 for _number in numbers)]
    sheet = written.sheet(_("Overview"), widths)
    sheet.fit_to_pages(1, 1)
    written.across(sheet, 0, taken.title, "title")
    written.across(sheet, 1, " · ".join(taken.facts), "fact")
    written.across(sheet, 2, taken.question, "fact")
    row = 4
    for sentence in sentences(taken):
        written.across(sheet, row, "".join(run.text for run in sentence), "words")
        row += 1
    _table(written, sheet, row + 1, table, numbers)
    pillar_chart(written, sheet, top=row + 1, lines=lines, first=len(table.columns))


def _pillar_table(taken: Taken, lines: Sequence[PillarLine]) -> Table:
    groups = taken.result.group_names if isinstance(taken.result, ForumResult) else ()
    rows = taken.result.group_rows if isinstance(taken.result, ForumResult) else ()
    of_groups = [[_group(figure) for figure in row.figures] for row in rows]
    partial = any(line.basis for line in lines)
    silent = any(line.silent for line in lines)
    return Table(
        columns=(
            Column(capfirst(taken.edition.pillar_word), 40, own=False),
            Column(_("Mean"), 14, centred=True),
            *((Column(_("Rests on"), 24, own=False),) if partial else ()),
            Column(_("Since last time"), 24),
            *((Column(_("How sure?"), 44),) if silent else ()),
            *(Column(name, 22, centred=True, own=False) for name in groups),
        ),
        rows=tuple(
            (
                Value(line.name),
                line.figure,
                *((Value(line.basis),) if partial else ()),
                line.change,
                *((Value(line.silent),) if silent else ()),
                *(of_groups[place] if groups else ()),
            )
            for place, line in enumerate(lines)
        ),
        whole=len(lines),
    )


def _group(figure: GroupFigure) -> Value:
    return Value(f"{figure.text} ({', '.join(figure.notes)})" if figure.notes else figure.text)


def _pillar_numbers(lines: Sequence[PillarLine]) -> list[Numbers]:
    return [
        (_("Mean (number)"), lambda row: lines[row].figure.number),
        (_("Lowest (number)"), lambda row: lines[row].figure.low),
        (_("Highest (number)"), lambda row: lines[row].figure.high),
        (_("Change (number)"), lambda row: lines[row].change.number),
    ]


def _goals(written: Book) -> None:
    table = table_of(written.taken)
    numbers = _goal_numbers(table, written.taken)
    widths = [*(column.width for column in table.columns), *(12 for _number in numbers)]
    shared = isinstance(written.taken.result, SharedResult)
    sheet = written.sheet(_("All figures"), widths, pages=1 if shared else 2)
    _table(written, sheet, 0, table, numbers)
    sheet.freeze_panes(1, 3)
    sheet.repeat_rows(0)
    if not shared:
        sheet.repeat_columns(1, 2)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    goal_chart(written, sheet, table, alike=len(widths) - 1)


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
        (_("Nearly everybody alike (answers)"), _alike(taken.result)),
    ]


def _alike(result: ForumResult) -> Callable[[int], float | None]:
    """How many answered a goal that is told as a class: the length of its hatched block."""
    alike = [line.state == State.NEARLY_ALL for line in goal_lines(result)]
    answers = [line.n.number for line in goal_lines(result)]
    return lambda row: answers[row] if row < len(alike) and alike[row] else None


def _reasons(written: Book, result: ForumResult) -> None:
    sheet = written.sheet(_("Reasons"), [6, 56, WIDEST_TEXT])
    of_goals = capfirst(written.taken.edition.goal_word)
    for place, heading in enumerate((_("No."), of_goals, _("Reasons and examples"))):
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
