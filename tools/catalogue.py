"""Reads gettext catalogues (.po and .mo) with the standard library alone."""

from __future__ import annotations

import ast
import gettext
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Entry:
    """One text and its translations: one, or one for each plural form."""

    context: str = ""
    original: str = ""
    plural: str = ""
    translations: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def key(self) -> str:
        return f"{self.context}\x04{self.original}" if self.context else self.original

    @property
    def complete(self) -> bool:
        return bool(self.translations) and all(self.translations.values()) and not self.fuzzy


def entries(path: Path) -> Iterator[Entry]:
    """Every text of a .po file but its header; obsolete ones (#~) are passed over."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        entry = parse(block)
        if entry.original:
            yield entry


def parse(block: str) -> Entry:
    entry = Entry()
    keyword = ""
    for line in block.splitlines():
        if line.startswith("#"):
            entry.fuzzy = entry.fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif line.startswith('"'):
            add(entry, keyword, ast.literal_eval(line))
        elif " " in line:
            keyword, quoted = line.split(" ", 1)
            add(entry, keyword, ast.literal_eval(quoted))
    return entry


def add(entry: Entry, keyword: str, text: str) -> None:
    if keyword == "msgctxt":
        entry.context += text
    elif keyword == "msgid":
        entry.original += text
    elif keyword == "msgid_plural":
        entry.plural += text
    else:
        number = int(keyword[len("msgstr[") : -1]) if keyword.startswith("msgstr[") else 0
        entry.translations[number] = entry.translations.get(number, "") + text


def compiled(path: Path) -> dict[str | tuple[str, int], str]:
    """What a .mo file says, as gettext itself reads it, without its header."""
    with path.open("rb") as file:
        catalogue = vars(gettext.GNUTranslations(file))["_catalog"]
    return {key: text for key, text in catalogue.items() if key}


def expected(texts: list[Entry]) -> dict[str | tuple[str, int], str]:
    """What the .mo file made of these texts would say."""
    said: dict[str | tuple[str, int], str] = {}
    for entry in texts:
        if not entry.complete:
            continue
        if entry.plural:
            said |= {(entry.key, number): text for number, text in entry.translations.items()}
        else:
            said[entry.key] = entry.translations[0]
    return said
