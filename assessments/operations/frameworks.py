"""Frameworks: from a file, as a new draft, into use."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.enums import EditionStatus
from assessments.framework_files import FrameworkFile, Scale
from assessments.models import Edition, Framework, Goal, Pillar
from forums.models import Municipality

if TYPE_CHECKING:
    from accounts.models import User


class EditionIsFrozen(Exception):
    """The edition is in use or retired: what people have rated is never changed."""


class EditionIsEmpty(Exception):
    """An edition needs at least one goal before it can be used."""


@transaction.atomic
def load_framework(
    *, file: FrameworkFile, scale: Scale, municipality: Municipality | None, now: datetime
) -> Edition:
    """The framework's first edition as the file has it, in use; what is there already is kept."""
    framework, created = Framework.objects.get_or_create(
        slug=file.slug, defaults={"name": file.name, "municipality": municipality}
    )
    if not created:
        return framework.editions.in_use().get()
    edition = Edition.objects.create(
        framework=framework,
        number=1,
        shape=file.shape,
        question=file.question,
        stem=file.stem,
        motto=file.motto,
        why=file.why,
        roof=file.roof,
        values=file.values,
        foundation_name=file.foundation.name,
        foundation=file.foundation.elements,
        pillar_word=file.words.pillar[0],
        pillar_words=file.words.pillar[1],
        goal_word=file.words.goal[0],
        goal_words=file.words.goal[1],
        levels=[level.label for level in scale.levels],
        no_answer=scale.no_answer.label if scale.no_answer else "",
        local_translation=file.local_translation,
        extra=file.extra(),
    )
    for position, pillar_file in enumerate(file.pillars):
        pillar = Pillar.objects.create(
            edition=edition,
            position=position,
            code=pillar_file.code,
            name=pillar_file.name,
            description=pillar_file.description,
            colour=pillar_file.colour or position % 5 + 1,
        )
        Goal.objects.bulk_create(
            Goal(
                pillar=pillar,
                position=place,
                text=goal.text,
                help=goal.help,
                show_help=goal.show_help,
                descriptors=goal.descriptors,
            )
            for place, goal in enumerate(pillar_file.goals)
        )
    take_in_use(edition=edition, by=None, now=now)
    return edition


@transaction.atomic
def new_draft(*, edition: Edition) -> Edition:
    """A draft that copies the edition; each goal remembers which one it continues.

    An edition that already has a draft beside it gives that draft.
    """
    existing = Edition.objects.filter(
        framework=edition.framework_id, status=EditionStatus.DRAFT
    ).first()
    if existing is not None:
        return existing
    newest = Edition.objects.filter(framework=edition.framework_id).latest("number")
    draft = Edition.objects.create(
        **_copied(edition, exclude=("id", "number", "status")), number=newest.number + 1
    )
    for pillar in edition.pillars.order_by("position", "pk"):
        copy = Pillar.objects.create(**_copied(pillar, exclude=("id", "edition")), edition=draft)
        Goal.objects.bulk_create(
            Goal(**_copied(goal, exclude=("id", "pillar", "same_as")), pillar=copy, same_as=goal)
            for goal in pillar.goals.order_by("position", "pk")
        )
    return draft


def _copied(
    row: Edition | Pillar | Goal, *, exclude: Collection[str]
) -> dict[str, object]:
    """The row's editable fields, foreign keys as rows."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.name not in exclude and (field.editable or field.name == "extra")
    ]
    return {field.name: getattr(row, field.name) for field in fields}


def changed_goals(edition: Edition) -> list[Goal]:
    """Goals of a draft whose wording differs from the goal they were copied from."""
    goals = Goal.objects.filter(pillar__edition=edition).select_related("same_as", "pillar")
    return [goal for goal in goals if goal.same_as and goal.same_as.text != goal.text]


@transaction.atomic
def take_in_use(
    *,
    edition: Edition,
    by: "User | None",
    now: datetime,
    still_the_same: Collection[int] = (),
) -> None:
    """Freeze the draft and retire the edition before it.

    A goal whose wording changed begins a new trend unless it is among `still_the_same`. Refuses
    with EditionIsFrozen or EditionIsEmpty. Rounds that are open keep their edition.
    """
    if edition.status != EditionStatus.DRAFT:
        raise EditionIsFrozen
    if not Goal.objects.filter(pillar__edition=edition).exists():
        raise EditionIsEmpty
    parted = [goal.pk for goal in changed_goals(edition) if goal.pk not in still_the_same]
    Goal.objects.filter(pk__in=parted).update(same_as=None)
    Edition.objects.filter(framework=edition.framework_id, status=EditionStatus.IN_USE).update(
        status=EditionStatus.RETIRED
    )
    edition.status = EditionStatus.IN_USE
    edition.in_use_at = now
    edition.in_use_by = by
    edition.save(update_fields=["status", "in_use_at", "in_use_by"])
