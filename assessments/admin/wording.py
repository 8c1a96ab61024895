"""What a draft or a file changes, put in words for the page before it happens."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import Edition, Goal
from assessments.operations.comparing import GoalStep, PillarStep, Steps
from assessments.operations.drafts import PillarInput, own_fields
from assessments.operations.frameworks import Change, Comparison
from plf.lib.wording import Piece, differences

COLOURS = [
    (1, _("blue")),
    (2, _("plum")),
    (3, _("green")),
    (4, _("olive")),
    (5, _("orange")),
]


@dataclass(frozen=True, slots=True)
class OwnChange:
    """One of the edition's own fields before and after."""

    label: str
    pieces: list[Piece]


def own_changes(before: Edition | None, after: Edition) -> list[OwnChange]:
    """Question, scale, words …: those that differ."""
    if before is None:
        return []
    old = own_texts(before)
    return [
        OwnChange(label, differences(old[label], new))
        for label, new in own_texts(after).items()
        if old[label] != new
    ]


def own_texts(edition: Edition) -> dict[str, str]:
    """The edition's own fields as they are read, by their labels."""
    return {
        capfirst(str(Edition._meta.get_field(name).verbose_name)): _text(edition, name)  # type: ignore[union-attr]
        for name in own_fields()
    }


def _text(edition: Edition, name: str) -> str:
    display = getattr(edition, f"get_{name}_display", None)
    value = display() if display else getattr(edition, name)
    if isinstance(value, list):
        return " · ".join(map(str, value))
    if isinstance(value, bool):
        return _yes(value)
    return str(value)


# --- what a file changes ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal of the file as the preview shows it."""

    change: str
    """new, changed, moved or same."""
    pieces: list[Piece]
    moved: bool
    moved_from: str
    details: list[OwnChange]


@dataclass(frozen=True, slots=True)
class PillarView:
    """A pillar of the file as the preview shows it."""

    pillar: PillarInput
    change: str
    moved: bool
    details: list[OwnChange]
    goals: list[GoalView]
    removed: list[str]


def pillar_views(steps: Steps) -> list[PillarView]:
    return [_pillar_view(step) for step in steps.pillars]


def _pillar_view(step: PillarStep) -> PillarView:
    old, new = step.old, step.new
    details = (
        []
        if old is None
        else _details(
            (gettext("Name"), old.name, new.name),
            (gettext("Description"), old.description, new.description),
            (gettext("Colour"), _colour(old.colour), _colour(new.colour)),
        )
    )
    change = "new" if old is None else "same" if step.is_same else "changed"
    return PillarView(
        new,
        change,
        step.moved,
        details,
        [_goal_view(goal) for goal in step.goals],
        [goal.text for goal in step.removed],
    )


def _goal_view(step: GoalStep) -> GoalView:
    old, new = step.old, step.new
    if old is None:
        return GoalView("new", differences("", new.text), False, "", [])
    details = _details(
        (gettext("Help"), old.help, new.help),
        (gettext("Help is shown"), _yes(old.show_help), _yes(new.show_help)),
        (gettext("What each level means"), _list(old.descriptors), _list(new.descriptors)),
    )
    change = "changed" if step.changed else "moved" if step.moved else "same"
    return GoalView(change, differences(old.text, new.text), step.moved, step.moved_from, details)


def _details(*fields: tuple[str, str, str]) -> list[OwnChange]:
    return [OwnChange(label, differences(old, new)) for label, old, new in fields if old != new]


def _colour(number: int) -> str:
    return str(dict(COLOURS)[number])


def _yes(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


def _list(values: Sequence[str]) -> str:
    return " · ".join(values)


# --- what taking a draft in use changes ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal of the draft, with what is otherwise than in the goal that it continues."""

    goal: Goal
    pieces: list[Piece]
    moved: bool
    moved_from: str
    details: list[OwnChange]

    @property
    def is_same(self) -> bool:
        """All but its wording."""
        return not (self.moved or self.details)


def goal_rows(comparison: Comparison, steps: Steps, change: Change) -> list[GoalRow]:
    """Those that continue a goal of the edition in use."""
    views = {goal.new.id: _goal_view(goal) for step in steps.pillars for goal in step.goals}
    rows = []
    for entry in comparison.of(change):
        if entry.old:
            view = views[entry.old.pk]
            row = GoalRow(entry.goal, view.pieces, view.moved, view.moved_from, view.details)
            rows.append(row)
    return rows


def changed_headings(steps: Steps) -> list[PillarView]:
    """Pillars that are new, say something else or stand elsewhere; whatever their goals do."""
    return [row for row in pillar_views(steps) if row.change == "new" or row.moved or row.details]
