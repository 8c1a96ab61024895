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
    """Word by word; the pieces that are not added make the old text, those not removed the new.

    Changes with nothing but a space between them are one, to be read as one.
    """
    before, after = _words(old), _words(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[Piece] = []
    removed = added = ""
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        was, is_now = "".join(before[old_from:old_to]), "".join(after[new_from:new_to])
        between_changes = (removed or added) and old_to < len(before) and new_to < len(after)
        if tag != "equal" or (between_changes and is_now.isspace()):
            removed, added = removed + was, added + is_now
        else:
            pieces += [*_replaced(removed, added), Piece(Part.SAME, is_now)]
            removed = added = ""
    return [*pieces, *_replaced(removed, added)]


def _words(text: str) -> list[str]:
    """Words, the spaces after them, and marks, each by itself."""
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _replaced(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece(Part.REMOVED, removed)
    if added:
        yield Piece(Part.ADDED, added)
