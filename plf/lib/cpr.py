"""Danish personal numbers in free text: found, so that a person is asked before one is kept."""

import re

# Day, month and year of birth, four digits more; written together, or parted by a dash or a space.
SHAPE = re.compile(r"(?<!\d)(\d\d)(\d\d)\d\d\s?[-–]?\s?\d{4}(?!\d)")
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def looks_like_cpr(text: str) -> bool:
    """True where the text holds ten digits that begin with a date."""
    return any(_is_a_day(int(day), int(month)) for day, month in SHAPE.findall(text))


def _is_a_day(day: int, month: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= DAYS[month - 1]
