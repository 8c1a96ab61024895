"""Writing in a draft: its own words, its pillars and its goals, saved together."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.text import slugify

from assessments.enums import EditionStatus
from assessments.framework_files import TAKEN
from assessments.models import Edition, Goal, Pillar
from assessments.operations.frameworks import EditionIsFrozen

LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


class DraftHasChanged(Exception):
    """Somebody else wrote in the draft after it was read."""


@dataclass(frozen=True, slots=True)
class GoalInput:
    """A goal as the form has it; without id it is new."""

    id: int | None
    text: str
    help: str = ""
    show_help: bool = False
    descriptors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PillarInput:
    """A pillar as the form has it, with its goals in their order; without id it is new.

    Without a short name a new one gets one that is made from its name.
    """

    id: int | None
    name: str
    description: str
    colour: int
    goals: tuple[GoalInput, ...]
    code: str = ""


def contents_of(edition: Edition) -> tuple[PillarInput, ...]:
    """The edition's pillars and goals in their order."""
    pillars = (
        Pillar.objects.filter(edition=edition.pk)
        .order_by("position", "pk")
        .prefetch_related("goals")
    )
    return tuple(
        PillarInput(
            pillar.pk,
            pillar.name,
            pillar.description,
            pillar.colour,
            tuple(
                GoalInput(goal.pk, goal.text, goal.help, goal.show_help, tuple(goal.descriptors))
                for goal in pillar.goals.all()
            ),
            pillar.code,
        )
        for pillar in pillars
    )


def own_fields() -> list[str]:
    """What of the edition itself is written in the draft."""
    return [
        field.name
        for field in Edition._meta.concrete_fields
        if field.editable and field.name not in {"id", "framework", "number"}
    ]


def fingerprint(edition_id: int) -> str:
    """Changes whenever anything in the draft does; empty where it is gone."""
    edition = Edition.objects.filter(pk=edition_id).first()
    if edition is None:
        return ""
    whole = {
        "own": [getattr(edition, name) for name in own_fields()],
        "contents": [asdict(pillar) for pillar in contents_of(edition)],
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def lock_draft(*, edition_id: int, as_read: str) -> None:
    """Hold the draft until the transaction ends.

    Refuses with EditionIsFrozen, or DraftHasChanged where it is not what was read.
    """
    drafts = Edition.objects.select_for_update().filter(status=EditionStatus.DRAFT)
    if not drafts.filter(pk=edition_id).exists():
        raise EditionIsFrozen
    if fingerprint(edition_id) != as_read:
        raise DraftHasChanged


@transaction.atomic
def save_draft(*, edition: Edition, pillars: Sequence[PillarInput], as_read: str) -> None:
    """Keep the draft as given: rows come, change, move to another pillar and go.

    Refuses with EditionIsFrozen or DraftHasChanged, and keeps nothing then.
    """
    lock_draft(edition_id=edition.pk, as_read=as_read)
    write_draft(edition=edition, pillars=pillars)


def write_draft(*, edition: Edition, pillars: Sequence[PillarInput]) -> None:
    """The same, for whoever holds the draft."""
    edition.save(update_fields=own_fields())
    old_goals = {goal.pk: goal for goal in Goal.objects.filter(pillar__edition=edition)}
    kept_pillars = _save_pillars(edition, pillars)
    goals = [
        _filled(old_goals.get(given.id or 0) or Goal(), given, pillar, place)
        for pillar, pillar_input in zip(kept_pillars, pillars, strict=True)
        for place, given in enumerate(pillar_input.goals)
    ]
    Goal.objects.bulk_create(goal for goal in goals if goal._state.adding)
    Goal.objects.bulk_update(
        [goal for goal in goals if goal.pk in old_goals],
        ["pillar", "position", "text", "help", "show_help", "descriptors"],
    )
    kept = {goal.pk for goal in goals}
    Goal.objects.filter(pk__in=old_goals.keys() - kept).delete()
    edition.pillars.exclude(pk__in=[pillar.pk for pillar in kept_pillars]).delete()


def _save_pillars(edition: Edition, pillars: Sequence[PillarInput]) -> list[Pillar]:
    """The edition's pillars as given, in the order given."""
    old = {pillar.pk: pillar for pillar in edition.pillars.order_by("position", "pk")}
    codes = _codes({pk: pillar.code for pk, pillar in old.items()}, pillars)
    rows = []
    for position, (given, code) in enumerate(zip(pillars, codes, strict=True)):
        pillar = old.get(given.id or 0) or Pillar(edition=edition, code=code)
        pillar.position = position
        pillar.name, pillar.description, pillar.colour = given.name, given.description, given.colour
        rows.append(pillar)
    Pillar.objects.bulk_create(pillar for pillar in rows if pillar._state.adding)
    Pillar.objects.bulk_update(
        [pillar for pillar in rows if pillar.pk in old],
        ["position", "name", "description", "colour"],
    )
    return rows


def _codes(old: Mapping[int, str], pillars: Sequence[PillarInput]) -> Iterator[str]:
    """Each pillar's short name; a new one's is the given, or made from its name."""
    used = {*old.values(), *TAKEN}
    for pillar in pillars:
        if kept := old.get(pillar.id or 0):
            yield kept
            continue
        stem = pillar.code or slugify(pillar.name.lower().translate(LETTERS))[:30] or "gruppe"
        code, number = stem, 2
        while code in used:
            code, number = f"{stem}-{number}", number + 1
        used.add(code)
        yield code


def _filled(goal: Goal, given: GoalInput, pillar: Pillar, place: int) -> Goal:
    goal.pillar = pillar
    goal.position = place
    goal.text, goal.help, goal.show_help = given.text, given.help, given.show_help
    goal.descriptors = list(given.descriptors)
    return goal
