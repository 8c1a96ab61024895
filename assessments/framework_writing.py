"""A framework as the text of its file: what is written here is read back the same."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from assessments.framework_files import FrameworkFile, GoalFile, PillarFile, Scale

LONGEST_LINE = 100


def toml_of(file: FrameworkFile) -> str:
    """The file as one would write it by hand: what is empty is left out."""
    extra = file.extra()
    tables = {key: value for key, value in extra.items() if isinstance(value, dict)}
    groups = {key: value for key, value in extra.items() if _is_group(value)}
    rest = {key: extra[key] for key in extra.keys() - tables.keys() - groups.keys()}
    if not isinstance(file.scale, str):
        tables = {"scale": _scale(file.scale)} | tables
    if foundation := _filled(file.foundation.model_dump()):
        tables["foundation"] = foundation
    lines = [
        *_own(file),
        *(_pair(key, value) for key, value in sorted(rest.items())),
        *([] if file.pillars else ["pillars = []"]),
        *(line for key, table in tables.items() for line in _table(f"[{_key(key)}]", table)),
        *(line for pillar in file.pillars for line in ("", "[[pillars]]", *_pillar(pillar))),
        *(
            line
            for key, rows in groups.items()
            for row in rows
            for line in _table(f"[[{_key(key)}]]", row)
        ),
    ]
    return "\n".join(lines) + "\n"


def _own(file: FrameworkFile) -> Iterator[str]:
    """What comes before the tables."""
    yield from _pairs(
        {
            "slug": file.slug,
            "name": file.name,
            "shape": file.shape,
            "scale": file.scale if isinstance(file.scale, str) else "",
            "question": file.question,
            "stem": file.stem,
            "motto": file.motto,
            "why": file.why,
            "roof": file.roof,
            "values": file.values,
            "local_translation": file.local_translation,
        }
    )
    yield _pair("words", file.words.model_dump())


def _table(heading: str, table: Mapping[str, Any]) -> list[str]:
    return ["", heading, *(_pair(key, value) for key, value in table.items())]


def _is_group(value: Any) -> bool:
    """Rows of a table, one after the other."""
    return bool(value) and isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _scale(scale: Scale) -> dict[str, Any]:
    table: dict[str, Any] = {"slug": scale.slug} if scale.slug else {}
    table["levels"] = [level.label for level in scale.levels]
    if scale.no_answer:
        table["no_answer"] = scale.no_answer.label
    return table


def _pillar(pillar: PillarFile) -> Iterator[str]:
    yield from _pairs(
        {
            "code": pillar.code,
            "name": pillar.name,
            "description": pillar.description,
            "colour": pillar.colour,
        }
    )
    if not pillar.goals:
        yield "goals = []"
        return
    yield "goals = ["
    yield from (f"  {_value(_goal(goal))}," for goal in pillar.goals)
    yield "]"


def _goal(goal: GoalFile) -> str | dict[str, Any]:
    """A sentence alone where there is nothing but the sentence."""
    filled = _filled(goal.model_dump())
    return goal.text if list(filled) == ["text"] else filled


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _pairs(values: Mapping[str, Any]) -> Iterator[str]:
    return (_pair(key, value) for key, value in _filled(values).items())


def _pair(key: str, value: Any) -> str:
    line = f"{_key(key)} = {_value(value)}"
    if isinstance(value, list) and len(line) > LONGEST_LINE:
        rows = "".join(f"  {_value(item)},\n" for item in value)
        return f"{_key(key)} = [\n{rows}]"
    return line


def _key(key: str) -> str:
    plain = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if plain else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return repr(value)


def _string(text: str) -> str:
    """JSON's string is TOML's, but for one sign that TOML wants spelled."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
