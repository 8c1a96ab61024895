"""A file into a draft: first what it would change, then the change, once it has been seen."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.enums import EditionStatus
from assessments.framework_files import FrameworkFile, PillarFile, Scale, scale_of
from assessments.models import Edition, Framework
from assessments.operations.as_file import colour_of, fill, own_words
from assessments.operations.drafts import (
    DraftHasChanged,
    GoalInput,
    PillarInput,
    contents_of,
    fingerprint,
    lock_draft,
    write_draft,
)
from assessments.operations.frameworks import new_draft

if TYPE_CHECKING:
    from forums.models import Municipality

ALIKE = 0.6
"""How much two sentences share before one is taken for a rewording of the other."""

Place = tuple[int, int]
"""A goal of the file: the number of its pillar, and its own in that."""
Standing = tuple[str, GoalInput]
"""A goal and the short name of the pillar it stands in."""


def contents_from(file: FrameworkFile, contents: Sequence[PillarInput]) -> tuple[PillarInput, ...]:
    """The file's pillars and goals, each with the id of the one it was.

    Pillars are known by their short name; goals by their wording, or by most of it.
    """
    old_pillars = {pillar.code: pillar for pillar in contents}
    origins = _origins(file, contents)
    pillars = []
    for number, pillar in enumerate(file.pillars):
        old = old_pillars.get(pillar.code)
        olds = [origins.get((number, place)) for place in range(len(pillar.goals))]
        pillars.append(
            PillarInput(
                old.id if old else None,
                pillar.name,
                pillar.description,
                old.colour if old and not pillar.colour else colour_of(pillar, number),
                _goals(pillar, olds),
                pillar.code,
            )
        )
    return tuple(pillars)


def _goals(pillar: PillarFile, olds: Sequence[GoalInput | None]) -> tuple[GoalInput, ...]:
    return tuple(
        GoalInput(
            old.id if old else None, goal.text, goal.help, goal.show_help, tuple(goal.descriptors)
        )
        for goal, old in zip(pillar.goals, olds, strict=True)
    )


def _origins(file: FrameworkFile, contents: Sequence[PillarInput]) -> dict[Place, GoalInput]:
    """The goal that each goal of the file was: the same words, else most of them, nearby first."""
    free = [(pillar.code, goal) for pillar in contents for goal in pillar.goals]
    found: dict[Place, GoalInput] = {}
    for is_it in (_same_in_place, _same, _alike_in_place):
        for number, pillar in enumerate(file.pillars):
            for place, goal in enumerate(pillar.goals):
                if (number, place) in found:
                    continue
                rated = [(is_it(row, pillar.code, goal.text), row) for row in free]
                best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
                if best[0] and best[1]:
                    found[number, place] = best[1][1]
                    free.remove(best[1])
    return found


def _same_in_place(row: Standing, code: str, text: str) -> float:
    return float(row[0] == code and row[1].text == text)


def _same(row: Standing, code: str, text: str) -> float:
    return float(row[1].text == text)


def _alike_in_place(row: Standing, code: str, text: str) -> float:
    if row[0] != code:
        return 0.0
    ratio = SequenceMatcher(None, row[1].text, text, autojunk=False).ratio()
    return ratio if ratio >= ALIKE else 0.0


# --- the change ---------------------------------------------------------------------------------


def base_of(framework: Framework) -> Edition | None:
    """What a file is laid beside: the draft, else what is in use; None where there is neither."""
    editions = {edition.status: edition for edition in framework.editions.order_by("number")}
    return editions.get(EditionStatus.DRAFT) or editions.get(EditionStatus.IN_USE)


def print_of(base: Edition | None) -> str:
    """What the person was shown, to see whether it still stands."""
    return fingerprint(base.pk) if base else ""


@transaction.atomic
def import_as_draft(
    *, file: FrameworkFile, scale: Scale, framework: Framework, as_read: str
) -> Edition:
    """The framework's draft, as the file has it; made first where there is none.

    `as_read` is the print of what the file was laid beside: refuses with DraftHasChanged where
    that is another now.
    """
    Framework.objects.select_for_update().get(pk=framework.pk)
    base = base_of(framework)
    if base and base.is_draft:
        lock_draft(edition_id=base.pk, as_read=as_read)
    elif print_of(base) != as_read:
        raise DraftHasChanged
    if base is None:
        return _first_draft(framework, file, scale)
    draft = new_draft(edition=base)
    for name, value in own_words(file, scale_of(file, scale)).items():
        setattr(draft, name, value)
    draft.save(update_fields=["extra"])
    write_draft(edition=draft, pillars=contents_from(file, contents_of(draft)))
    return draft


@transaction.atomic
def import_as_framework(
    *, file: FrameworkFile, scale: Scale, municipality: "Municipality | None", slug: str
) -> Edition:
    """A new framework whose first draft is the file."""
    framework = Framework.objects.create(slug=slug, name=file.name, municipality=municipality)
    return _first_draft(framework, file, scale)


def _first_draft(framework: Framework, file: FrameworkFile, scale: Scale) -> Edition:
    draft = Edition.objects.create(
        framework=framework, number=1, **own_words(file, scale_of(file, scale))
    )
    fill(draft, file)
    return draft
