"""How numbers and times are written on every page, in every file and mail."""

from datetime import datetime

from django.utils import formats, timezone, translation

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
