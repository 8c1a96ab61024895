"""How numbers and times are written on every page, in every file and mail."""

from datetime import datetime

from django.utils import formats, timezone, translation

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def number(value: float, decimals: int = 1) -> str:
    """3,6 in Danish, 3.6 in English; halves are rounded up, away from zero."""
    return formats.number_format(_half_up(value, decimals), decimal_pos=decimals)


def signed(value: float, decimals: int = 1) -> str:
    """+0,3 or −0,5 (a real minus sign)."""
    rounded = _half_up(value, decimals)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else ""
    return sign + formats.number_format(abs(rounded), decimal_pos=decimals)


def clock(moment: datetime) -> str:
    """kl. 10.32 in Danish, at 10:32 in English, in Copenhagen time."""
    local = timezone.localtime(moment)
    if (translation.get_language() or "da").startswith("da"):
        return f"kl.{NO_BREAK_SPACE}{local:%H.%M}"
    return f"at{NO_BREAK_SPACE}{local:%H:%M}"


def _half_up(value: float, decimals: int) -> float:
    scale = 10**decimals
    nudged = abs(value) * scale + 0.5 + 1e-9
    return (1 if value >= 0 else -1) * int(nudged) / scale
