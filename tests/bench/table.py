"""One row of the budgets: what was measured, beside its bar and its ambition."""

from collections.abc import Iterable
from dataclasses import dataclass

from plf.lib.danish import number


@dataclass(frozen=True)
class Limit:
    """At most, or at least, so much."""

    bar: float
    ambition: float
    at_least: bool = False

    def verdict(self, value: float) -> str:
        if self._holds(value, self.ambition):
            return "ambitionen nået"
        return "kravet holdt" if self._holds(value, self.bar) else "IKKE HOLDT"

    def _holds(self, value: float, limit: float) -> bool:
        return value >= limit if self.at_least else value <= limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {_plain(self.bar)} / {_plain(self.ambition)}"


@dataclass(frozen=True)
class Row:
    """`seen` says in words what the figure stands on."""

    place: str
    what: str
    value: float
    limit: Limit
    seen: str = ""

    @property
    def is_missed(self) -> bool:
        return self.limit.verdict(self.value) == "IKKE HOLDT"

    def __str__(self) -> str:
        verdict = self.limit.verdict(self.value)
        figures = f"{_plain(self.value):>8}   {self.limit!s:<16} {verdict:<16}"
        return f"{self.place:>3}  {self.what:<58}{figures} {self.seen}".rstrip()


def _plain(value: float) -> str:
    return (
        f"{value:,.0f}".replace(",", ".")
        if value >= 1000
        else number(value, 2).rstrip("0").rstrip(",")
    )


def heading() -> str:
    return f"{'':>3}  {'':<58}{'målt':>8}   {'krav / ambition':<16} dom"


def summary(rows: Iterable[Row]) -> str:
    rows = list(rows)
    missed = [row.place for row in rows if row.is_missed]
    told = f"Ikke holdt: {', '.join(missed)}." if missed else "Alle krav er holdt."
    return f"{len(rows)} tal. {told}"
