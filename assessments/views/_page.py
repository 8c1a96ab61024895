"""What the two pages that rate share: goals by pillar, the form as sent, the closed page."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zlib import crc32

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from assessments.enums import RoundState
from assessments.forms import LONGEST_REASON, NO_ANSWER, GoalForm, check_goal
from assessments.models import Edition, Goal, Pillar, Round, RoundForum
from assessments.views._lookup import may_see_result
from forums.models import Forum
from plf.lib.danish import clock, continued
from plf.lib.scale import scale_classes


@dataclass(frozen=True, slots=True)
class Stored:
    """One goal as it is stored, written as the page writes it."""

    choice: str
    reason: str


NOTHING = Stored("", "")


@dataclass(slots=True)
class GoalRow:
    """One goal on the page, with what is stored or was just sent."""

    goal: Goal
    text: str  # as it goes on from the edition's stem
    key: str  # the goal's pk as text: a number is formatted anew at each of its 15 places
    choice: str
    chosen: str  # the choice in words
    reason: str
    descriptors: list[tuple[str, str]]
    choice_error: str = ""
    reason_error: str = ""
    needs_confirmation: bool = False

    @property
    def shows_help(self) -> bool:
        return bool(self.goal.show_help and self.goal.help)

    @property
    def local(self) -> str:
        """The forum's own words, as they stood when the round opened."""
        return str(getattr(self.goal, "local", ""))

    @property
    def has_notes(self) -> bool:
        """Whether something beside the goal's sentence describes its choices."""
        return self.shows_help or bool(self.choice_error or self.local)


@dataclass(slots=True)
class PillarRow:
    number: str  # as text, as a goal's key
    pillar: Pillar
    goals: list[GoalRow] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return sum(bool(row.choice) for row in self.goals)

    @property
    def progress(self) -> str:
        return f"{self.answered}/{len(self.goals)}"

    @property
    def is_full(self) -> bool:
        return self.answered == len(self.goals)

    @property
    def unanswered(self) -> list[GoalRow]:
        return [row for row in self.goals if not row.choice]

    @property
    def kept(self) -> list[GoalRow]:
        """Those that something is stored of."""
        return [row for row in self.goals if row.choice or row.reason]


def as_if_open(edition: Edition, forum: Forum, now: datetime, **fields: Any) -> RoundForum:
    """A round that is nowhere, for a preview: what a member would see if it opened now."""
    round_ = Round(edition=edition, opens_at=now, opened_at=now, closes_at=now, **fields)
    return RoundForum(round=round_, forum=forum)


def pillar_rows(
    edition: Edition,
    goals: Iterable[Goal],
    stored: Mapping[int, Stored],
    refused: Mapping[int, GoalForm],
) -> list[PillarRow]:
    """What is stored, and over it what was sent and could not be kept."""
    pillars: dict[int, PillarRow] = {}
    words = {str(level): label for level, label in enumerate(edition.levels, start=1)}
    words[NO_ANSWER] = edition.no_answer
    for goal in goals:
        row = pillars.setdefault(goal.pillar_id, PillarRow(str(len(pillars) + 1), goal.pillar))
        kept = stored.get(goal.pk, NOTHING)
        descriptors = list(zip(edition.levels, goal.descriptors, strict=False))
        chosen = words.get(kept.choice, "")
        text = continued(goal.text) if edition.stem else goal.text
        shown = GoalRow(goal, text, str(goal.pk), kept.choice, chosen, kept.reason, descriptors)
        if form := refused.get(goal.pk):
            shown.choice_error = form.choice_error
            shown.reason_error = form.reason_error
            shown.needs_confirmation = form.needs_confirmation
            shown.reason = form.reason if form.reason_error and form.reason else kept.reason
        row.goals.append(shown)
    return list(pillars.values())


def page_context(
    round_forum: RoundForum, goals: Sequence[Goal], stored: Mapping[int, Stored], now: datetime
) -> dict[str, Any]:
    """What `_goals.html` and its frame need, besides the pillars."""
    edition = round_forum.round.edition
    levels = [str(level) for level in range(1, len(edition.levels) + 1)]
    return {
        "round_forum": round_forum,
        "round": round_forum.round,
        "forum": round_forum.forum,
        "edition": edition,
        "question": round_forum.question,
        "scale": list(zip(levels, edition.levels, scale_classes(len(levels)), strict=True)),
        "total": len(goals),
        "answered": sum(bool(row.choice) for row in stored.values()),
        "seen": seen(stored),
        "longest_reason": LONGEST_REASON,
        "seconds_left": seconds_left(round_forum.round, now),
    }


def seconds_left(round_: Round, now: datetime) -> int:
    return int((round_.closes_at - now).total_seconds())


# --- the form as sent ---------------------------------------------------------------------------


def seen(stored: Mapping[int, Stored]) -> str:
    """What the page shows when it is fetched, for a hidden field.

    The whole form is sent at once, perhaps from a tab that was left open for a day. With this, only
    what was changed on that very page is saved, and nothing newer is overwritten.
    """
    return " ".join(f"{pk}:{row.choice}:{mark_of(row.reason)}" for pk, row in stored.items())


def mark_of(reason: str) -> str:
    """Enough to see that a text is another."""
    return f"{crc32(reason.encode()):x}" if reason else ""


def shown_on(data: QueryDict) -> dict[str, tuple[str, str]]:
    """What the page showed, from its hidden field: the choice and the reason's mark by goal."""
    marks = [mark.split(":") for mark in data.get("seen", "").split()]
    return {mark[0]: (mark[1], mark[2]) for mark in marks if len(mark) == 3}


def changed_goals(
    data: QueryDict, goals: Iterable[Goal], *, levels: int, beside: str
) -> Iterator[GoalForm]:
    """The goals that were changed on the page, checked."""
    before = shown_on(data)
    for goal in goals:
        pk = str(goal.pk)
        form = check_goal(
            goal_id=goal.pk,
            choice="" if data.get("clear") == pk else data.get(f"goal-{pk}"),
            reason=data.get(f"reason-{pk}"),
            confirmed=f"confirm-{pk}" in data,
            levels=levels,
            beside=beside,
        )
        if "seen" in data:
            choice, mark = before.get(pk, ("", ""))
            form.choice = None if form.choice == choice else form.choice
            if form.reason is not None and mark_of(form.reason) == mark:
                form.reason, form.reason_error, form.needs_confirmation = None, "", False
        if form.choice is not None or form.reason is not None:
            yield form


def has_foreign_goal(data: QueryDict, goals: Iterable[Goal]) -> bool:
    """A field of a goal that is not this round's: an old page, or a forged one."""
    known = {f"goal-{goal.pk}" for goal in goals}
    return any(name.startswith("goal-") and name not in known for name in data)


def one_goal(data: QueryDict, *, levels: int, beside: str) -> GoalForm | None:
    """The one goal that the script saves; None where the form names none."""
    goal = data.get("goal", "")
    if not re.fullmatch(r"[0-9]{1,18}", goal):
        return None
    return check_goal(
        goal_id=int(goal),
        choice=data.get("value"),
        reason=data.get("reason"),
        confirmed=bool(data.get("confirm")),
        levels=levels,
        beside=beside,
    )


def next_address(data: QueryDict, here: str, end: str, unanswered: Iterable[Goal]) -> str:
    """Where a page that was sent without the script goes on."""
    wanted = data.get("next", "")
    if cleared := data.get("clear"):
        return f"{here}#goal-{cleared}" if cleared.isdecimal() else here
    if wanted == "unanswered":
        first = next(iter(unanswered), None)
        return f"{here}#goal-{first.pk}" if first else end
    return end if wanted == "done" else here


# --- what is said ------------------------------------------------------------------------------


def saved_text(moment: datetime, now: datetime) -> str:
    """Gemt kl. 10.32; with the day where it is another."""
    day, today = timezone.localdate(moment), timezone.localdate(now)
    if day == today:
        return _("Saved %(clock)s") % {"clock": clock(moment)}
    words = {"day": formats.date_format(day, "MONTH_DAY_FORMAT"), "clock": clock(moment)}
    return _("Saved on %(day)s %(clock)s") % words


# --- a round that takes no answers --------------------------------------------------------------


def still_taken(save_url: str, stored: Mapping[int, Stored]) -> dict[str, Any]:
    """For the closed page's form, which sends what waits on the device."""
    return {"save_url": save_url, "seen": seen(stored), "longest_reason": LONGEST_REASON}


def not_open_page(
    request: HttpRequest,
    round_forum: RoundForum,
    now: datetime,
    *,
    what_counts: str = "",
    copy_url: str = "",
    save_url: str = "",
    status: int = 200,
    **sending: Any,
) -> HttpResponse:
    """Before opening, after closing and after the seal: what is the case, and what comes.

    With `save_url`, what waits on the device is still taken: `sending` is what its form needs.
    """
    round_ = round_forum.round
    state = round_.state(now)
    return TemplateResponse(
        request,
        "assessments/not_open.html",
        {
            "round": round_,
            "round_forum": round_forum,
            "forum": round_forum.forum,
            "is_planned": state == RoundState.PLANNED,
            "is_sealed": state == RoundState.SEALED,
            "opens_later": bool(round_.results_open_at and now < round_.results_open_at),
            "what_counts": what_counts,
            "copy_url": copy_url,
            "save_url": save_url,
            "result_is_open": may_see_result(request, round_forum, now),
        }
        | sending,
        status=status,
    )
