"""The cells as JSON, for those who count on. The keys are described in docs/exports.md.

They are stable: what is there stays, and `version` goes up if it must change. Each figure is an
object with its `text`, as on the page, and its `number`, or `low` and `high` where it is a range.
"""

import json
from typing import Any

from dashboards.exports.cells import (
    Line,
    PillarLine,
    SharedLine,
    Value,
    lines_of,
    pillar_lines,
    shared_lines,
)
from dashboards.exports.reading import how_to_read
from dashboards.exports.taken import Taken
from dashboards.queries.shown import ForumResult, SharedResult

VERSION = 1
DECIMALS = 6


def json_file(taken: Taken) -> bytes:
    before = taken.result.compared_with
    document = {
        "format": "plf-result",
        "version": VERSION,
        "kind": taken.round_forum.round.kind,
        "forum": taken.forum,
        "round": taken.round_name,
        "closed": taken.closes_at.isoformat(),
        "compared_with": before.isoformat() if before else None,
        "participation": taken.participation_text or None,
        "question": taken.question,
        "levels": list(taken.result.levels),
        "pillars": _pillars(taken.result),
        "how_to_read": list(how_to_read(taken)),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _pillars(result: ForumResult | SharedResult) -> list[dict[str, Any]]:
    heads = pillar_lines(result.pillars)
    if isinstance(result, SharedResult):
        lines = iter(shared_lines(result))
        goals = [[_shared(next(lines)) for _goal in pillar.goals] for pillar in result.pillars]
    else:
        levels = result.levels
        goals = [
            [_goal(list(lines_of(goal, len(levels))), levels) for goal in pillar.goals]
            for pillar in result.pillars
        ]
    return [{**_head(head), "goals": told} for head, told in zip(heads, goals, strict=True)]


def _head(pillar: PillarLine) -> dict[str, Any]:
    return {
        "name": pillar.name,
        "figure": _value(pillar.figure),
        "basis": pillar.basis or None,
        "silent": pillar.silent or None,
        "change": _value(pillar.change),
    }


def _goal(lines: list[Line], levels: tuple[str, ...]) -> dict[str, Any]:
    whole, *groups = lines
    return {
        "number": whole.number,
        "goal": whole.goal,
        "own_words": whole.local or None,
        **_line(whole, levels),
        "groups": [{"group": line.group, **_line(line, levels)} for line in groups],
        "comments": list(whole.comments),
    }


def _line(line: Line, levels: tuple[str, ...]) -> dict[str, Any]:
    counts = [
        {"level": level, **told}
        for level, count in zip(levels, line.counts, strict=True)
        if (told := _value(count))
    ]
    return {
        "state": line.state.value,
        "sentence": line.sentence or None,
        "n": _value(line.n),
        "counts": counts or None,
        "no_answer": _value(line.no_answer),
        "mean": _value(line.mean),
        "spread": _value(line.spread),
        "agreement": _value(line.agreement),
        "silent": line.silent or None,
        "change": _value(line.change),
    }


def _shared(line: SharedLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "goal": line.goal,
        "own_words": line.local or None,
        "state": line.state.value,
        "level": _value(line.level),
        "note": line.note or None,
        "change": _value(line.change),
    }


def _value(value: Value) -> dict[str, Any] | None:
    """None where there is nothing to say."""
    if not value.text:
        return None
    parts = {"number": value.number, "low": value.low, "high": value.high}
    known = {name: round(part, DECIMALS) for name, part in parts.items() if part is not None}
    return {"text": value.text, **known}
