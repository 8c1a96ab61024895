"""What is wrong with a framework file, said to the person who wrote it: in Danish, as files are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

PLACES = {"pillars": "søjle", "goals": "mål", "levels": "trin"}
# Tables and lists inside a file: what stands in them is named with where it stands.
INSIDE = {
    "values": "værdi",
    "why": "begrundelse",
    "elements": "element",
    "descriptors": "trinbeskrivelse",
}
TABLES = {
    "scale": "skalaen",
    "foundation": "fundamentet",
    "words": "ordene",
    "no_answer": "ved ikke",
}
UNSAID = {"named", "written"}
FIELDS = {
    "text": "teksten",
    "name": "navnet",
    "label": "ordet",
    "question": "spørgsmålet",
    "slug": "det korte navn (slug)",
    "code": "det korte navn (code)",
    "scale": "skalaen",
    "goals": "målene",
    "pillars": "søjlerne",
    "levels": "trinene",
    "help": "hjælpen",
    "show_help": "show_help",
    "colour": "farven",
    "description": "beskrivelsen",
    "descriptors": "trinbeskrivelserne",
    "values": "værdierne (values)",
    "why": "begrundelserne (why)",
    "elements": "elementerne",
    "foundation": "fundamentet",
    "words": "ordene (words)",
    "pillar": "ordet for søjle (pillar)",
    "goal": "ordet for mål (goal)",
    "motto": "mottoet",
    "roof": "kerneopgaven (roof)",
}
REASONS = {
    "missing": "{field} mangler",
    "string_too_short": "{field} mangler",
    "too_short": "{field} mangler: skriv mindst {min_length}",
    "too_long": "{field}: skriv højst {max_length}",
    "string_too_long": "{field} er for lang: højst {max_length} tegn",
    "string_type": "{field} skal være tekst i anførselstegn",
    "string_pattern_mismatch": "{field} må kun have bogstaverne a-z, tal, - og _",
    "list_type": "{field} skal være en liste",
    "int_type": "{field} skal være et helt tal",
    "bool_type": "{field} skal være true eller false",
    "extra_forbidden": "{field} kender vi ikke",
    "greater_than_equal": "{field} skal være mindst {ge}",
    "less_than_equal": "{field} skal være højst {le}",
    "literal_error": "{field} er »{given}«, men skal være house eller list",
    "model_type": "{field} skal være en tabel",
}
# What is meant by a wrong kind of value, where it is a common slip.
SLIPS = {
    ("list_type", "pillars"): "søjlerne skal skrives hver for sig under [[pillars]]",
    ("model_type", "pillars"): "søjlen skal skrives under [[pillars]]",
    ("model_type", "goals"): "målet skal være tekst i anførselstegn",
    ("model_type", "levels"): "trinet skal være tekst i anførselstegn",
}
# Beginnings of what Python's reader says.
TOML = (
    ("Cannot overwrite a value", "det samme navn står to gange"),
    ("Cannot declare", "den samme tabel står to gange"),
    ("Cannot redefine namespace", "den samme tabel står to gange"),
    ("Cannot mutate immutable namespace", "der skrives i en tabel, som er afsluttet"),
    ("Duplicate inline table key", "det samme navn står to gange"),
    ("Found invalid character", "her er et tegn, som ikke må stå her"),
    ("Unterminated string", "et anførselstegn mangler til sidst i teksten"),
    ("Expected \"'''\"", "anførselstegn mangler til sidst i teksten"),
    ('Expected \'"""\'', "anførselstegn mangler til sidst i teksten"),
    ("Expected ']", "en kantet parentes mangler"),
    ("Expected '='", "der mangler et lighedstegn"),
    ("Expected newline", "der står mere på linjen, end der skal"),
    ("Unescaped", "en skråstreg i en tekst skal skrives \\\\"),
    ("Illegal character", "her er et tegn, som ikke må stå her; måske mangler et anførselstegn"),
    ("Unclosed array", "en kantet parentes eller et komma mangler"),
    ("Unclosed inline table", "en krøllet parentes eller et komma mangler"),
    ("Invalid value", "her mangler en værdi; tekst skrives i anførselstegn"),
    ("Invalid initial character", "her ventes et navn"),
    ("Invalid statement", "her ventes et navn"),
    ("Invalid date", "datoen findes ikke"),
)


class FileIsWrong(Exception):
    """A file that cannot be read as a framework; each argument is one line that says why."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


def in_words(error: ValidationError) -> list[str]:
    """One line for each mistake: "søjle 3, mål 2: teksten mangler"."""
    return [_line(dict(found)) for found in error.errors()]


def _line(found: Mapping[str, Any]) -> str:
    path = [part for part in found["loc"] if part not in UNSAID]
    kind = found["type"]
    if kind == "value_error":
        return said(path, str(found["ctx"]["error"]))
    of = next((part for part in reversed(path) if not isinstance(part, int)), "")
    reason = SLIPS.get((kind, of)) or REASONS.get(kind) or f"{{field}}: {found['msg']}"
    return said(path, reason, given=found["input"], **found.get("ctx", {}))


def said(path: Sequence[str | int], reason: str, **words: object) -> str:
    """The reason with its field named, after the place: "søjle 3, mål 2: teksten mangler"."""
    *places, last = path or ("filen",)
    if isinstance(last, int):
        name = str(places[-1])
        counted = name in PLACES
        field = "det" if counted else f"{INSIDE.get(name, FIELDS.get(name, name))} {last + 1}"
        places = [*places, last] if counted else places[:-1]
    else:
        field = FIELDS.get(last, last)
    where = ", ".join(_places(places))
    text = reason.format(field=field, **words)
    return f"{where}: {text}" if where else text


def _places(path: Sequence[str | int]) -> Iterator[str]:
    """("pillars", 2, "goals", 1) as "søjle 3", "mål 2"; tables by their name."""
    for name, number in pairwise([*path, ""]):
        if isinstance(number, int):
            yield f"{PLACES.get(str(name), name)} {number + 1}"
        elif name in TABLES:
            yield TABLES[str(name)]


def toml_in_words(error: str) -> str:
    """Python's "Invalid value (at line 3, column 9)" as "linje 3: …"."""
    line = re.search(r"at line (\d+)", error)
    place = f"linje {line[1]}: " if line else ""
    reason = next((danish for begins, danish in TOML if error.startswith(begins)), "")
    end = " til sidst i filen" if "end of document" in error and not line else ""
    return f"{place}filen er ikke gyldig TOML{end}" + (f": {reason}" if reason else "")
