"""One rounding for every text that holds a figure."""

from decimal import ROUND_HALF_UP, Decimal


def rounded(value: float, decimals: int = 1) -> Decimal:
    """Halves go away from zero, and there is no -0.0.

    First to nine decimals, so that 3.65 is a half though no binary fraction equals it.
    """
    step = Decimal(1).scaleb(-decimals)
    shown = Decimal(str(round(value, 9))).quantize(step, ROUND_HALF_UP)
    return shown or Decimal(0).quantize(step)
