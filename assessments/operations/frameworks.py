"""Frameworks: from a file, as a new draft, into use."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count

from assessments.enums import EditionStatus
from assessments.framework_files import FrameworkFile, Scale, scale_of
from assessments.models import Edition, Framework, Goal, Pillar
from assessments.operations.as_file import fill, own_words, wording
from assessments.operations.local_wordings import carry_over
from forums.models import Municipality

if TYPE_CHECKING:
    from accounts.models import User


class EditionIsFrozen(Exception):
    """The edition is in use or retired: what people have rated is never changed."""


class EditionIsEmpty(Exception):
    """An edition needs a pillar, and a goal in each, before it can be used."""


@transaction.atomic
def load_framework(
    *, file: FrameworkFile, scale: Scale, municipality: Municipality | None, now: datetime
) -> Edition:
    """The framework's first edition as the file has it, in use; what is there already is kept.

    `scale` is what a file means that only names it. Refuses with FileIsWrong where it names
    another, and with EditionIsEmpty.
    """
    framework, created = Framework.objects.get_or_create(
        slug=file.slug, defaults={"name": file.name, "municipality": municipality}
    )
    if not created:
        return framework.editions.in_use().first() or framework.editions.latest("number")
    edition = Edition.objects.create(
        framework=framework, number=1, **own_words(file, scale_of(file, scale))
    )
    fill(edition, file)
    take_in_use(edition=edition, by=None, now=now)
    return edition


@transaction.atomic
def begin_framework(*, framework: Framework, question: str, scale: Scale) -> Edition:
    """A framework of its own from nothing: saved, with an empty draft to write in."""
    framework.save()
    return Edition.objects.create(
        framework=framework, number=1, question=question, **wording(scale)
    )


@transaction.atomic
def copy_framework(
    *, edition: Edition, municipality: Municipality, slug: str, name: str
) -> Edition:
    """Someone else's framework as the municipality's own: a draft whose trends begin anew."""
    framework = Framework.objects.create(slug=slug, name=name, municipality=municipality)
    copied = _copied(edition, exclude=("id", "framework", "number", "status"))
    draft = Edition.objects.create(**copied, framework=framework, number=1)
    _copy_contents(edition, draft, joined=False)
    return draft


@transaction.atomic
def new_draft(*, edition: Edition) -> Edition:
    """A draft that copies the edition; each goal remembers which one it continues.

    From an older edition a goal continues what became of it in the edition in use. An edition that
    already has a draft beside it gives that draft.
    """
    editions = Edition.objects.filter(framework=edition.framework_id)
    Framework.objects.select_for_update().get(pk=edition.framework_id)
    existing = editions.filter(status=EditionStatus.DRAFT).first()
    if existing is not None:
        return existing
    newest = editions.latest("number")
    copied = _copied(edition, exclude=("id", "number", "status"))
    draft = Edition.objects.create(**copied, number=newest.number + 1)
    _copy_contents(edition, draft, joined=True)
    if edition.status == EditionStatus.RETIRED:
        _continue_what_is_in_use(draft)
    return draft


def _continue_what_is_in_use(draft: Edition) -> None:
    """Join each goal to the one in use that goes back to the same goal; others keep their own."""
    every = Goal.objects.filter(pillar__edition__framework=draft.framework_id).order_by("pk")
    before = dict(every.exclude(pillar__edition=draft).values_list("pk", "same_as"))
    in_use = every.filter(pillar__edition__status=EditionStatus.IN_USE)
    became: dict[int, int] = {}
    for pk in in_use.values_list("pk", flat=True):
        origin: int | None = pk
        while origin is not None:
            became[origin] = pk
            origin = before.get(origin)
    goals = list(every.filter(pillar__edition=draft))
    for goal in goals:
        goal.same_as_id = became.get(goal.same_as_id or 0, goal.same_as_id)
    Goal.objects.bulk_update(goals, ["same_as"])


def _copy_contents(edition: Edition, draft: Edition, *, joined: bool) -> None:
    pillars = edition.pillars.order_by("position", "pk").prefetch_related("goals")
    for pillar in pillars:
        copy = Pillar.objects.create(**_copied(pillar, exclude=("id", "edition")), edition=draft)
        Goal.objects.bulk_create(
            Goal(
                **_copied(goal, exclude=("id", "pillar", "same_as")),
                pillar=copy,
                same_as=goal if joined else None,
            )
            for goal in pillar.goals.all()
        )


def _copied(row: Edition | Pillar | Goal, *, exclude: Collection[str]) -> dict[str, object]:
    """The row's editable fields, foreign keys as rows."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.name not in exclude and (field.editable or field.name == "extra")
    ]
    return {field.name: getattr(row, field.name) for field in fields}


# --- a draft beside what is in use --------------------------------------------------------------


class Change(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class GoalChange:
    """A goal of the draft and the one it continues, if any."""

    goal: Goal
    old: Goal | None
    comes_back: bool = False
    """It continues a goal of an older edition, which the edition in use does not have."""

    @property
    def change(self) -> Change:
        if self.old is None:
            return Change.NEW
        if self.old.text != self.goal.text:
            return Change.CHANGED
        return Change.BACK if self.comes_back else Change.SAME


@dataclass(frozen=True, slots=True)
class Comparison:
    """What taking a draft in use would change."""

    in_use: Edition | None
    goals: tuple[GoalChange, ...]
    removed: tuple[Goal, ...]
    other_scale: bool
    """The scale has more levels, or fewer: no figure before and after can be compared."""

    def of(self, change: Change) -> list[GoalChange]:
        return [goal for goal in self.goals if goal.change == change]


def compare(draft: Edition) -> Comparison:
    """The draft goal by goal beside the edition in use; the same wording is the same goal."""
    in_use = Edition.objects.in_use().filter(framework=draft.framework_id).first()
    old = _goals_of(in_use) if in_use else []
    goals = _goals_of(draft)
    kept = {goal.pk for goal in old}
    claimed = {goal.same_as_id for goal in goals}
    by_text = {goal.text: goal for goal in old if goal.pk not in claimed}
    changes = tuple(_change_of(goal, kept, by_text) for goal in goals)
    continued = {change.old.pk for change in changes if change.old}
    return Comparison(
        in_use=in_use,
        goals=changes,
        removed=tuple(goal for goal in old if goal.pk not in continued),
        other_scale=in_use is not None and not draft.is_on_scale_of(in_use),
    )


def _change_of(goal: Goal, kept: Collection[int], by_text: dict[str, Goal]) -> GoalChange:
    """What the goal continues; only an edition's newest wording counts where both could."""
    if goal.same_as_id in kept:
        return GoalChange(goal, goal.same_as)
    if same := by_text.pop(goal.text, None):
        return GoalChange(goal, same)
    older = goal.same_as
    if older is None or not goal.pillar.edition.is_on_scale_of(older.pillar.edition):
        return GoalChange(goal, None)
    return GoalChange(goal, older, comes_back=True)


def _goals_of(edition: Edition) -> list[Goal]:
    goals = Goal.objects.filter(pillar__edition=edition)
    whole = goals.select_related("pillar__edition", "same_as__pillar__edition")
    return list(whole.order_by("pillar__position", "pillar", "position", "pk"))


@transaction.atomic
def take_in_use(
    *,
    edition: Edition,
    by: "User | None",
    now: datetime,
    still_the_same: Collection[int] = (),
    begin_anew: Collection[int] = (),
) -> None:
    """Freeze the draft and retire the edition before it.

    A goal whose wording changed begins a new trend unless it is among `still_the_same`; one whose
    wording is equal goes on unless it is among `begin_anew`; on a scale with another number of
    levels every goal begins anew. Refuses with EditionIsFrozen or EditionIsEmpty. Rounds that are
    open keep their edition.
    """
    goals = (
        edition.pillars.annotate(own=Count("goals")).order_by("pk").values_list("own", flat=True)
    )
    if not all(goals) or not goals:
        raise EditionIsEmpty
    comparison = compare(edition)
    Goal.objects.bulk_update(_joined(comparison, still_the_same, begin_anew), ["same_as"])
    Edition.objects.in_use().filter(framework=edition.framework_id).exclude(pk=edition.pk).update(
        status=EditionStatus.RETIRED
    )
    taken = Edition.objects.filter(pk=edition.pk, status=EditionStatus.DRAFT).update(
        status=EditionStatus.IN_USE, in_use_at=now, in_use_by=by
    )
    if not taken:
        raise EditionIsFrozen
    edition.refresh_from_db(fields=["status", "in_use_at", "in_use_by"])
    carry_over(edition=edition, now=now)


def _joined(
    comparison: Comparison, still_the_same: Collection[int], begin_anew: Collection[int]
) -> Iterable[Goal]:
    for entry in comparison.goals:
        pk, reworded = entry.goal.pk, entry.change == Change.CHANGED
        goes_on = pk in still_the_same if reworded else pk not in begin_anew
        entry.goal.same_as = entry.old if goes_on and not comparison.other_scale else None
        yield entry.goal
