"""The spreadsheet's charts, drawn by the program that opens it from the cells beside them.

A mean is a full bar, a range a hatched one; a near-unanimous goal is a hatched block with its
words in it, and no chart knows more of it than its cell. A chart keeps a copy of its cells'
numbers. It is given here: left to itself, the writer copies an empty cell as 0.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.exports import palette
from dashboards.exports.book import Book
from dashboards.exports.cells import Line, PillarLine, State, goal_lines
from dashboards.exports.tables import Table, first_level
from dashboards.queries.shown import ForumResult

SMALL = {"size": 9, "color": palette.INK}
WHITE = "#FFFFFF"
HATCH = "wide_upward_diagonal"
AXIS = {
    "num_format": "0",
    "num_font": SMALL,
    "line": {"color": palette.CONTROL},
    "major_gridlines": {"visible": True, "line": {"color": palette.LINE}},
}


def pillar_chart(
    written: Book, sheet: Any, *, top: int, lines: tuple[PillarLine, ...], first: int
) -> None:
    """`top`: the row of the table's headings; `first`: the column of the means as numbers."""
    taken = written.taken
    last = top + len(lines)
    colours = [palette.pillar(pillar.colour) for pillar in taken.result.pillars]
    solid = [{"fill": {"color": colour}} for colour in colours]
    hatched = [
        {
            "pattern": {"pattern": HATCH, "fg_color": colour, "bg_color": WHITE},
            "border": {"color": colour},
        }
        for colour in colours
    ]
    chart = written.book.add_chart({"type": "bar"})
    # The highest behind the lowest: what shows of it is the range between them.
    for column, points, heading, part in (
        (first + 2, hatched, _("Highest"), "high"),
        (first + 1, solid, _("Lowest"), "low"),
        (first, solid, _("Mean"), "number"),
    ):
        chart.add_series(
            {
                "name": heading,
                "categories": [sheet.name, top + 1, 0, last, 0],
                "values": [sheet.name, top + 1, column, last, column],
                "values_data": [getattr(line.figure, part) for line in lines],
                "points": points,
                "data_labels": _figures(lines, part),
                "gap": 50,
                "overlap": 100,
            }
        )
    levels = len(taken.result.levels)
    _plain(chart, capfirst(taken.edition.pillar_words), size=11)
    chart.set_legend({"none": True})
    chart.set_x_axis(AXIS | {"min": 1, "max": levels, "major_unit": 1})
    chart.set_size({"width": 900, "height": 120 + 46 * len(lines)})
    description = _("Bars: the mean of each one, from 1 to %(levels)s.") % {"levels": levels}
    sheet.insert_chart(last + 2, 0, chart, {"description": description, "object_position": 3})


def _figures(lines: tuple[PillarLine, ...], part: str) -> dict[str, Any]:
    """Each figure as the page writes it, at the end of its bar: a range's at the higher end."""
    font = {"bold": True, "color": palette.INK, "size": 12}
    custom: list[dict[str, Any]] = [
        {"value": line.figure.text, "font": font}
        if part != "low" and getattr(line.figure, part) is not None
        else {"delete": True}
        for line in lines
    ]
    return {"value": True, "position": "outside_end", "custom": custom}


def goal_chart(written: Book, goals: Any, table: Table, *, alike: int) -> None:
    """How many chose each level, on a sheet of its own; `alike`: the column of near-unanimous n."""
    result = written.taken.result
    if not isinstance(result, ForumResult):
        return
    sheet = written.sheet(_("Chart"), [110])
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    written.across(sheet, 0, _("How many chose each level"), "heading")
    written.across(
        sheet,
        1,
        _(
            "%(goals)s without a bar are not shown, or only group by group: the sheet before "
            "says why."
        )
        % {"goals": capfirst(written.taken.edition.goal_words)},
        "words",
    )
    chart = written.book.add_chart({"type": "bar", "subtype": "stacked"})
    lines = goal_lines(result)
    where = {"categories": [goals.name, 1, 2, table.whole, 2], "gap": 40}
    for place, colour in enumerate(
        palette.ramp(len(result.levels)), start=first_level(written.taken)
    ):
        chart.add_series(
            {
                **where,
                "name": [goals.name, 0, place],
                "values": [goals.name, 1, place, table.whole, place],
                "values_data": [row[place].number for row in table.rows[: table.whole]],
                "fill": {"color": colour},
                "border": {"color": WHITE, "width": 0.75},
                "data_labels": {
                    "value": True,
                    "num_format": "0;;",
                    "font": {"color": palette.ink_on(colour), "bold": True},
                },
            }
        )
    chart.add_series(
        {
            **where,
            "name": _("Nearly everybody alike"),
            "values": [goals.name, 1, alike, table.whole, alike],
            "values_data": [line.n.number if _is_alike(line) else None for line in lines],
            "pattern": {
                "pattern": HATCH,
                "fg_color": palette.CONTROL,
                "bg_color": WHITE,
            },
            "border": {"color": palette.CONTROL},
            "data_labels": _sentences(lines),
        }
    )
    _plain(chart, "", size=9)
    chart.set_legend({"position": "top", "font": SMALL})
    chart.set_x_axis(AXIS | {"min": 0, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 780, "height": 120 + 38 * table.whole})
    options = {"description": _("How many chose each level"), "object_position": 3}
    sheet.insert_chart(3, 0, chart, options)


def _sentences(lines: Sequence[Line]) -> dict[str, Any]:
    custom: list[dict[str, Any]] = [
        {"value": line.sentence, "font": SMALL, "fill": {"color": WHITE}}
        if _is_alike(line)
        else {"delete": True}
        for line in lines
    ]
    return {"value": True, "position": "center", "custom": custom}


def _is_alike(line: Line) -> bool:
    return line.state == State.NEARLY_ALL


def _plain(chart: Any, title: str, *, size: int) -> None:
    """Ink on white, thin lines, the first row of the table on top."""
    if title:
        chart.set_title(
            {"name": title, "name_font": {"size": 14, "color": palette.INK}, "overlay": False}
        )
    else:
        chart.set_title({"none": True})
    font = {"size": size, "color": palette.INK}
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"color": palette.INK}})
    chart.set_chartarea({"border": {"color": palette.LINE}})
