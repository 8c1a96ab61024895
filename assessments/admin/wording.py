"""What a draft changes, put in words for the page before "Tag i brug"."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext

from assessments.models import Edition, Goal
from assessments.operations.drafts import own_fields
from assessments.operations.frameworks import Change, Comparison
from plf.lib.wording import Piece, differences


@dataclass(frozen=True, slots=True)
class WordingRow:
    """One goal before and after."""

    goal: Goal
    old: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class OwnChange:
    """One of the edition's own fields before and after."""

    label: str
    pieces: list[Piece]


def rows_of(comparison: Comparison, change: Change) -> list[WordingRow]:
    return [
        WordingRow(entry.goal, entry.old.text, differences(entry.old.text, entry.goal.text))
        for entry in comparison.of(change)
        if entry.old
    ]


def own_changes(before: Edition | None, after: Edition) -> list[OwnChange]:
    """Question, scale, words …: those that differ."""
    if before is None:
        return []
    changes = []
    for name in own_fields():
        old, new = _text(before, name), _text(after, name)
        if old != new:
            label = capfirst(str(Edition._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
            changes.append(OwnChange(label, differences(old, new)))
    return changes


def _text(edition: Edition, name: str) -> str:
    display = getattr(edition, f"get_{name}_display", None)
    value = display() if display else getattr(edition, name)
    if isinstance(value, list):
        return " · ".join(map(str, value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)
