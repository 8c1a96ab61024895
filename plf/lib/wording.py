"""Two wordings side by side: what went out, what came in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Part(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    part: Part
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Word by word; the pieces that are not added make the old text, those not removed the new."""
    before, after = _words(old), _words(new)
    pieces: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        removed, added = "".join(before[old_from:old_to]), "".join(after[new_from:new_to])
        pieces += [Piece(Part.SAME, added)] if tag == "equal" else list(_replaced(removed, added))
    return pieces


def _words(text: str) -> list[str]:
    """Words, the spaces after them, and marks, each by itself."""
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _replaced(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece(Part.REMOVED, removed)
    if added:
        yield Piece(Part.ADDED, added)
