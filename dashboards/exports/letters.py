"""Which letters the report's fonts have.

An accessible PDF may hold no letter without a shape, and what people write holds anything.
"""

import unicodedata
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
LETTERS = FONTS / "letters.txt"
MISSING = "\N{WHITE SQUARE}"
# Marks that lead the direction of writing back; those that turn it around are left out.
KEPT = "\n\t\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"


def printable(text: str) -> str:
    """The text with a square for each sign that the fonts lack."""
    return "".join(_printed(sign) for sign in text)


def _printed(sign: str) -> str:
    if " " <= sign <= "~" or sign in KEPT:
        return sign
    kind = unicodedata.category(sign)
    if kind in ("Cc", "Cf") and sign != "\N{ZERO WIDTH JOINER}":
        return ""
    starts, ends = _ranges()
    place = bisect_right(starts, ord(sign)) - 1
    return sign if place >= 0 and ord(sign) <= ends[place] else MISSING


@lru_cache(maxsize=1)
def _ranges() -> tuple[list[int], list[int]]:
    pairs = [line.split("-") for line in LETTERS.read_text("ascii").split()]
    return [int(pair[0], 16) for pair in pairs], [int(pair[-1], 16) for pair in pairs]
