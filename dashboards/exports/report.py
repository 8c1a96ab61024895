"""What the report says, as plain data for its template `result.typ`."""

from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards import drawn, words
from dashboards.exports import palette
from dashboards.exports.cells import SharedLine, pillar_lines, shared_lines
from dashboards.exports.house_svg import house_svg
from dashboards.exports.plain import sentences
from dashboards.exports.reading import how_to_read, not_shown
from dashboards.exports.tables import report_table
from dashboards.exports.taken import Taken
from dashboards.queries.shown import ForumResult, SharedResult
from dashboards.shapes import House, Row
from dashboards.texts import goal_by_goal


def report(taken: Taken) -> dict[str, Any]:
    result = taken.result
    drawing = (
        drawn.shared_house(result, taken.edition)
        if isinstance(result, SharedResult)
        else drawn.result_house(result, taken.edition)
    )
    withheld = isinstance(result, ForumResult) and result.everything_withheld
    return {
        "title": taken.title,
        "forum": taken.forum,
        "round": taken.round_name,
        "facts": taken.facts,
        "question": taken.question,
        "sentences": [
            [{"text": run.text, "strong": run.strong} for run in sentence]
            for sentence in sentences(taken)
        ],
        "house": None if withheld or drawing.says_nothing else _house(drawing),
        "notice": _notice(taken) if withheld else None,
        "pillars_heading": capfirst(taken.edition.pillar_words),
        "reading": how_to_read(taken),
        "not_shown": [] if withheld else [": ".join(pair) for pair in not_shown(taken)],
        "page_words": _("Page {page} of {pages}"),
        "framework": taken.edition.framework.name,
        "labels": _labels(taken),
        "table": None if withheld else _table(taken),
        **(_shared(taken, result) if isinstance(result, SharedResult) else {}),
        **(_confidential(taken, result) if isinstance(result, ForumResult) else {}),
    }


def _labels(taken: Taken) -> dict[str, str]:
    goal_word = taken.edition.goal_word
    return {
        "goals": goal_by_goal(goal_word),
        "groups": _("Group by group"),
        "comments": _("Reasons and examples"),
        "comments_note": _("Word for word, in alphabetical order, without name, role or rating."),
        "not_shown": _("What is not shown"),
        "reading": _("How to read this"),
        "table": _("All figures as a table"),
        "table_note": _(
            "How many chose each level. What is shown without counts is told in words."
        ),
        "one_goal": f"1 {goal_word}",
        "near": _("1 %(goal)s on which nearly all agree") % {"goal": goal_word},
        "before": _("last time"),
        "within": _("somewhere within"),
    }


def _notice(taken: Taken) -> dict[str, str]:
    return {
        "heading": _("This result is not shown"),
        "text": _(
            "Too few answered for anything to be shown without pointing at somebody. Talk "
            "together about your %(goals)s, or choose a shared round next time."
        )
        % {"goals": taken.edition.goal_words},
    }


def _house(house: House) -> dict[str, Any]:
    """The drawing, or the pillars as lying stones where there are too many for a house."""
    return {
        "svg": None if house.as_list else house_svg(house),
        "alt": " ".join(row.pillar.description for row in house.rows),
        "names": _names(house),
        "below": list(house.foundation) if house.foundation_below or house.as_list else [],
        "roof": house.roof,
        "has_bracket": house.has_bracket,
        "has_before": house.has_before,
        "has_range": house.has_range,
        "footnotes": [f"{pillar.name}: {pillar.basis_text}" for pillar in house.footnotes],
        "rows": [_stone(row) for row in house.rows] if house.as_list else [],
    }


def _names(house: House) -> list[str]:
    """Those that are too long for the plinths, each after its number."""
    if not house.names_below or house.as_list:
        return []
    return [f"{row.pillar.number}\N{NO-BREAK SPACE}{row.pillar.name}" for row in house.rows]


def _stone(row: Row) -> dict[str, Any]:
    return {
        "number": str(row.pillar.number),
        "name": row.pillar.name,
        "colour": palette.pillar(row.slot),
        "tint": palette.tint(row.slot),
        "figure": row.pillar.figure_text,
        "basis": row.pillar.basis_text,
        "change": row.pillar.change_text,
        "alt": row.pillar.description,
        "state": row.state,
        "fill": float(row.fill),
        "soft": [float(row.soft_x), float(row.soft_width)],
        "before": float(row.previous) if row.previous else None,
        "before_in": row.previous_in,
        "ticks": [[float(place) for place in tick] for tick in row.ticks],
        "depth": float(row.depth),
        "brackets": [[float(place) for place in bracket] for bracket in row.brackets],
    }


def _confidential(taken: Taken, result: ForumResult) -> dict[str, Any]:
    if result.everything_withheld:
        return {}
    levels = len(result.levels)
    no_answer = taken.edition.no_answer
    return {
        "talk": [
            _talk(_("Here you see it differently"), words.differing(result.goals, result.levels)),
            _talk(_("Here you see it alike"), words.alike(result.goals, result.levels)),
        ],
        "scale": _scale(result.levels),
        "no_answer": no_answer,
        "pillars": [
            {**_head(pillar), "goals": [_goal(row, levels) for row in pillar.rows]}
            for pillar in drawn.pillar_rows(result.pillars, levels)
        ],
        "groups": _groups(taken, result),
        "comments": [
            {"goal": goal.text, "said": list(goal.comments)}
            for goal in result.goals
            if goal.comments
        ],
    }


def _scale(levels: Sequence[str]) -> list[dict[str, str]]:
    colours = palette.ramp(len(levels))
    return [
        {"label": level, "colour": colour} for level, colour in zip(levels, colours, strict=True)
    ]


def _talk(heading: str, rows: Sequence[words.Invitation]) -> dict[str, Any]:
    return {
        "heading": heading,
        "rows": [
            {
                "goal": row.goal.text,
                "fact": row.fact,
                "question": row.question,
                "colour": palette.pillar(row.goal.colour),
            }
            for row in rows
        ],
    }


def _head(pillar: drawn.PillarRows) -> dict[str, Any]:
    return {
        "number": str(pillar.number),
        "name": pillar.name,
        "colour": palette.pillar(pillar.colour),
        "tint": palette.tint(pillar.colour),
        "figure": pillar.figure_text,
        "basis": pillar.basis_text,
        "change": pillar.change_text,
    }


def _goal(row: drawn.GoalRow, levels: int) -> dict[str, Any]:
    goal = row.goal
    spread = _("spread %(spread)s") % {"spread": goal.spread_text} if goal.spread_text else ""
    return {
        "number": str(goal.number),
        "text": goal.text,
        "local": _local(goal.local),
        "withheld": goal.is_withheld,
        "figure": goal.figure_text,
        "of": _("of %(levels)s") % {"levels": levels},
        "facts": " · ".join(fact for fact in (goal.n_text, spread) if fact),
        "change": goal.change_text,
        "move": _move(goal.change.delta) if goal.change and goal.change.clear else "",
        "bars": [_bar(bar, levels) for bar in (*row.bars, *row.groups)],
    }


def _local(words: str) -> str:
    return f"{_('With us:')} {words}" if words else ""


def _move(delta: float) -> str:
    return "▲" if delta > 0 else "▼"


def _bar(bar: drawn.Bar, levels: int) -> dict[str, Any]:
    shape = bar.bar
    colours = dict(palette.SCALE)
    return {
        "name": bar.name,
        "kind": shape.kind,
        "label": bar.label,
        "words": bar.words,
        "block": _block(shape.block_css, levels),
        "dots": shape.no_answer,
        "dots_text": shape.dots_text,
        "segments": [
            {
                "x": float(part.x),
                "width": float(part.width),
                "colour": colours[part.css],
                "ink": palette.ink_on(colours[part.css]),
                "count": str(part.count),
            }
            for part in shape.segments
        ],
    }


def _block(css: str, levels: int) -> list[float]:
    """Where a near-unanimous goal's block begins and ends, in per cent: over its class."""
    middle = 100 * ((levels + 1) // 2) / levels
    return [middle if "upper" in css else 0.0, middle if "lower" in css else 100.0]


def _groups(taken: Taken, result: ForumResult) -> dict[str, Any] | None:
    if not result.group_rows:
        return None
    return {
        "note": _(
            "Each group is large enough to be shown by itself. A difference between groups is a "
            "good place to begin a conversation; it says nothing of who is right."
        ),
        "headings": [capfirst(taken.edition.pillar_word), *result.group_names],
        "rows": [
            {
                "name": row.pillar_name,
                "tint": palette.tint(row.colour),
                "figures": [[figure.text, ", ".join(figure.notes)] for figure in row.figures],
            }
            for row in result.group_rows
        ],
    }


def _shared(taken: Taken, result: SharedResult) -> dict[str, Any]:
    lines = iter(shared_lines(result))
    ramp = palette.ramp(len(result.levels))
    return {
        "lead": _(
            "The team sat together and agreed on a shared rating of the %(goals)s. Nobody's own "
            "answer was asked for or kept."
        )
        % {"goals": taken.edition.goal_words},
        "scale": _scale(result.levels),
        "no_answer": "",
        "agreed": [
            {
                **_head(pillar),
                "goals": [_agreed(next(lines), ramp) for _row in pillar.goals],
            }
            for pillar in drawn.shared_rows(result.pillars)
        ],
    }


def _agreed(line: SharedLine, ramp: Sequence[str]) -> dict[str, Any]:
    moved = line.change.number
    return {
        "number": str(line.number),
        "text": line.goal,
        "local": _local(line.local),
        "state": line.state.value,
        "level": line.level.text,
        "step": line.level.number,
        "ramp": list(ramp),
        "note": line.note,
        "change": line.change.text,
        "move": _move(moved) if moved else "",
    }


def _table(taken: Taken) -> dict[str, Any]:
    """All figures, pillar by pillar."""
    table = report_table(taken)
    rows = iter(table.rows)
    colours = [palette.tint(pillar.colour) for pillar in taken.result.pillars]
    pillars = taken.result.pillars
    names = [pillar.name if len(pillars) > 1 else "" for pillar in pillars]
    heads = pillar_lines(pillars)
    return {
        "columns": [
            {"heading": column.heading, "width": column.width, "centred": column.centred}
            for column in table.columns
        ],
        "parts": [
            {
                "name": name,
                "figure": head.figure.text,
                "silent": head.silent,
                "tint": tint,
                "rows": [[value.text for value in next(rows)] for _row in range(count)],
            }
            for name, head, tint, count in zip(names, heads, colours, table.parts, strict=True)
        ],
    }
