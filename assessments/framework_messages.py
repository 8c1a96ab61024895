"""What is wrong with a framework file, said to the person who wrote it: in Danish, as files are."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

PLACES = {"pillars": "søjle", "goals": "mål", "levels": "trin"}
FIELDS = {
    "text": "teksten",
    "name": "navnet",
    "label": "ordet",
    "question": "spørgsmålet",
    "slug": "det korte navn (slug)",
    "code": "det korte navn (code)",
    "goals": "målene",
    "pillars": "søjlerne",
    "levels": "trinene",
    "help": "hjælpen",
    "colour": "farven",
}
REASONS = {
    "missing": "{field} mangler",
    "string_too_short": "{field} mangler",
    "too_short": "{field} mangler: skriv mindst {min_length}",
    "too_long": "{field}: skriv højst {max_length}",
    "string_too_long": "{field} er for lang: højst {max_length} tegn",
    "string_type": "{field} skal være tekst",
    "list_type": "{field} skal være en liste",
    "int_type": "{field} skal være et helt tal",
    "int_parsing": "{field} skal være et helt tal",
    "bool_parsing": "{field} skal være true eller false",
    "extra_forbidden": "{field} kender vi ikke",
    "greater_than_equal": "{field} skal være mindst {ge}",
    "less_than_equal": "{field} skal være højst {le}",
}


def in_words(error: ValidationError) -> list[str]:
    """One line for each mistake: "søjle 3, mål 2: teksten mangler"."""
    return [_line(dict(found)) for found in error.errors()]


def _line(found: Mapping[str, Any]) -> str:
    *places, last = found["loc"] or ("filen",)
    counted = isinstance(last, int)
    field = "det" if counted else FIELDS.get(str(last), str(last))
    reason = REASONS.get(found["type"])
    said = (
        reason.format(field=field, **found.get("ctx", {})) if reason else f"{field}: {found['msg']}"
    )
    where = ", ".join(_places([*places, last] if counted else places))
    return f"{where}: {said}" if where else said


def _places(path: list[str | int]) -> Iterator[str]:
    """("pillars", 2, "goals", 1) as "søjle 3", "mål 2"."""
    for name, number in pairwise(path):
        if isinstance(number, int):
            yield f"{PLACES.get(str(name), name)} {number + 1}"
