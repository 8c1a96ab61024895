"""What was changed in a draft, in words that can be read in its history years later."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext

from assessments.admin.wording import own_texts
from assessments.models import Edition
from assessments.operations.comparing import GoalStep, PillarStep, steps_between
from assessments.operations.drafts import GoalInput, PillarInput, contents_of
from forums.admin_history import changed


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An edition as it stood."""

    own: dict[str, str]
    contents: tuple[PillarInput, ...]
    pillar_word: str
    goal_word: str


def snapshot_of(edition: Edition, contents: tuple[PillarInput, ...] | None = None) -> Snapshot:
    """As it is stored, or with other contents."""
    return Snapshot(
        own_texts(edition),
        contents_of(edition) if contents is None else contents,
        edition.pillar_word,
        edition.goal_word,
    )


def changes_in_words(before: Snapshot, after: Snapshot) -> str:
    """One line for each change; that nothing was changed where there is none."""
    lines = list(_lines(before, after))
    return "\n".join(lines) or gettext("Saved without changes.")


def _lines(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for label, new in after.own.items():
        if before.own[label] != new:
            yield changed(label, before.own[label], new)
    steps = steps_between(before.contents, after.contents)
    pillar, goal = capfirst(after.pillar_word), capfirst(after.goal_word)
    for step in steps.pillars:
        yield from _pillar_lines(step, pillar, goal)
    for gone in steps.removed:
        yield gettext("%(word)s deleted: “%(text)s”") % {"word": pillar, "text": gone.name}
        yield from _deleted(gone.goals, goal)


def _pillar_lines(step: PillarStep, pillar: str, goal: str) -> Iterator[str]:
    old, new = step.old, step.new
    if old is None:
        yield gettext("%(word)s added: “%(text)s”") % {"word": pillar, "text": new.name}
    else:
        if old.name != new.name:
            yield changed(pillar, old.name, new.name)
        if old.description != new.description:
            yield changed(_of(gettext("Description"), new.name), old.description, new.description)
        if old.colour != new.colour:
            yield gettext("“%(text)s” has another colour") % {"text": new.name}
        if step.moved:
            yield gettext("%(word)s moved: “%(text)s”") % {"word": pillar, "text": new.name}
    for goal_step in step.goals:
        yield from _goal_lines(goal_step, new.name, goal)
    yield from _deleted(step.removed, goal)


def _goal_lines(step: GoalStep, pillar_name: str, word: str) -> Iterator[str]:
    old, new = step.old, step.new
    if old is None:
        yield gettext("%(word)s added: “%(text)s”") % {"word": word, "text": new.text}
        return
    if old.text != new.text:
        yield changed(word, old.text, new.text)
    if old.help != new.help:
        yield changed(_of(gettext("Help"), new.text), old.help, new.help)
    if old.show_help != new.show_help:
        shown = gettext("Help is shown: “%(text)s”") if new.show_help else ""
        yield (shown or gettext("Help is no longer shown: “%(text)s”")) % {"text": new.text}
    if old.descriptors != new.descriptors:
        label = _of(gettext("What each level means"), new.text)
        yield changed(label, " · ".join(old.descriptors), " · ".join(new.descriptors))
    if step.moved_from:
        yield gettext("%(word)s moved from “%(old)s” to “%(new)s”: “%(text)s”") % {
            "word": word,
            "old": step.moved_from,
            "new": pillar_name,
            "text": new.text,
        }
    elif step.moved:
        yield gettext("%(word)s moved: “%(text)s”") % {"word": word, "text": new.text}


def _deleted(goals: tuple[GoalInput, ...], word: str) -> Iterator[str]:
    for goal in goals:
        yield gettext("%(word)s deleted: “%(text)s”") % {"word": word, "text": goal.text}


def _of(label: str, text: str) -> str:
    return gettext("%(label)s of “%(text)s”") % {"label": label, "text": text}
