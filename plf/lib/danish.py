"""How numbers, times and lists are written on every page, in every file and mail."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from plf.lib.rounding import rounded

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def number(value: float, decimals: int = 1) -> str:
    """3,6 in Danish, 3.6 in English; halves are rounded up, away from zero."""
    return formats.number_format(rounded(value, decimals), decimal_pos=decimals)


def signed(value: float, decimals: int = 1) -> str:
    """+0,3 or −0,5 (a real minus sign)."""
    shown = rounded(value, decimals)
    sign = "+" if shown > 0 else "\N{MINUS SIGN}" if shown < 0 else ""
    return sign + formats.number_format(abs(shown), decimal_pos=decimals)


def clock(moment: datetime) -> str:
    """kl. 10.32 in Danish, at 10:32 in English, in Copenhagen time."""
    local = timezone.localtime(moment)
    if (translation.get_language() or "da").startswith("da"):
        return f"kl.{NO_BREAK_SPACE}{local:%H.%M}"
    return f"at{NO_BREAK_SPACE}{local:%H:%M}"


def listed(names: Sequence[str]) -> str:
    """a, b og c."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


# What a question says to one person, and what it says to several; longer words stay as they are.
SEVERAL = {
    "du": "I",
    "vi": "I",
    "dig": "jer",
    "os": "jer",
    "din": "jeres",
    "dit": "jeres",
    "dine": "jeres",
    "vores": "jeres",
}
TO_ONE = re.compile(rf"(?<![\w-])({'|'.join(SEVERAL)})(?![\w-])", re.IGNORECASE)


def to_several(question: str) -> str:
    """As a team is asked: "oplever I, at I i jeres team" for "oplever du, at vi i vores team"."""

    def said(word: re.Match[str]) -> str:
        several = SEVERAL[word[0].lower()]
        return several[0].upper() + several[1:] if word[0][0].isupper() else several

    return TO_ONE.sub(said, question)


def continued(sentence: str) -> str:
    """As what goes on from a sentence before it: "… har fælles visioner"; "PLF" stays as it is."""
    first, rest = sentence[:1], sentence[1:]
    return f"… {first if rest[:1].isupper() else first.lower()}{rest}"
