"""What a result says, in sentences: pure functions of what is published.

No sentence ranks a range, calls a difference clear that is not, or tells a near-unanimous goal's
level.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.queries.shown import GoalResult, PillarResult
from dashboards.texts import class_text, counted
from plf.lib.danish import listed, number, signed
from results.disclosure import Histogram, Where
from results.figures import Number

# r*wg: 0.7 is the customary limit of agreement; well under it, a goal is worth talking about.
ALIKE_FROM = 0.7
DIFFERING_UNDER = 0.6
LIST_LENGTH = 3
MAX_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Invitation:
    """A goal to talk about: what is seen, and an open question."""

    goal: GoalResult
    fact: str
    question: str


def summary(
    pillars: Sequence[PillarResult],
    *,
    levels: int,
    pillar_words: str,
    goal_words: str,
    compared: bool,
) -> tuple[SafeString, ...]:
    """At most three sentences: how high, where you differ, what has moved.

    Where neither height nor difference can be told, that nearly all answered alike.
    """
    goals = [goal for pillar in pillars for goal in pillar.goals]
    height = _height(pillars, levels=levels, pillar_words=pillar_words)
    difference = _difference(goals)
    sentences = (
        height,
        difference,
        _likeness(goals, goal_words) if height is None and difference is None else None,
        _movement(pillars) if compared else None,
    )
    return tuple(sentence for sentence in sentences if sentence is not None)[:MAX_SENTENCES]


def differing(goals: Sequence[GoalResult], levels: Sequence[str]) -> tuple[Invitation, ...]:
    """Up to three goals on which the answers lie far apart, each with an open question."""
    questions = (
        _("What does each of you see when it succeeds?"),
        _("Which examples does each of you have in mind?"),
        _("What makes it easy in some places and hard in others?"),
    )
    return tuple(
        Invitation(goal, _span_text(whole, levels), question)
        for (goal, whole), question in zip(_far_apart(goals), questions, strict=False)
    )


def alike(goals: Sequence[GoalResult], levels: Sequence[str]) -> tuple[Invitation, ...]:
    """Up to three goals on which the answers lie close: near-unanimous ones as their class."""
    near = [goal for goal in goals if goal.near_unanimous]
    close = sorted(
        (goal for goal in goals if goal.agreement is not None and goal.agreement >= ALIKE_FROM),
        key=lambda goal: -(goal.agreement or 0),
    )
    return tuple(_alike(goal, levels) for goal in [*near, *close][:LIST_LENGTH])


def _alike(goal: GoalResult, levels: Sequence[str]) -> Invitation:
    cell = goal.near_unanimous
    if cell:
        high = cell.where is Where.UPPER
        question = _high_question() if high else _("Are you thinking of the same when you answer?")
        return Invitation(goal, class_text(cell, levels), question)
    fact = _("%(figure)s of %(levels)s, and the answers lie close") % {
        "figure": goal.figure_text,
        "levels": len(levels),
    }
    value = goal.figure.value if isinstance(goal.figure, Number) else 0
    high = value > (len(levels) + 1) / 2 + (len(levels) - 1) / 8
    return Invitation(
        goal, fact, _high_question() if high else _("What would make it succeed more often?")
    )


def _high_question() -> str:
    return _("What do you do when it succeeds?")


def _far_apart(goals: Sequence[GoalResult]) -> list[tuple[GoalResult, Histogram]]:
    """The goals on which the answers lie furthest apart, with their histograms."""
    apart = [
        (goal.agreement, goal, goal.whole)
        for goal in goals
        if goal.whole and goal.agreement is not None and goal.agreement < DIFFERING_UNDER
    ]
    return [(goal, whole) for _agreed, goal, whole in sorted(apart, key=lambda row: row[0])][
        :LIST_LENGTH
    ]


def _ends(histogram: Histogram) -> tuple[int, int]:
    """How many answers lie above and below the middle of the scale."""
    half = histogram.levels // 2
    return sum(histogram.counts[-half:]), sum(histogram.counts[:half])


def _span_text(whole: Histogram, levels: Sequence[str]) -> str:
    high, low = _ends(whole)
    if min(high, low) >= 2:
        return _("%(high)s answers at the high end, %(low)s at the low") % {
            "high": high,
            "low": low,
        }
    chosen = [level for level, count in zip(levels, whole.counts, strict=True) if count]
    return _("The answers reach from %(lowest)s to %(highest)s") % {
        "lowest": chosen[0],
        "highest": chosen[-1],
    }


def _height(
    pillars: Sequence[PillarResult], *, levels: int, pillar_words: str
) -> SafeString | None:
    """Who stands highest, only if clearly; ranges take no part, and that is said."""
    known = sorted(
        (
            (pillar.figure.value, pillar.name)
            for pillar in pillars
            if isinstance(pillar.figure, Number)
        ),
        key=lambda pair: -pair[0],
    )
    if len(known) < 2:
        return None
    values = [value for value, _name in known]
    step = _clear_step(pillars, levels)
    scope = _scope(len(known), len(pillars), pillar_words)
    leading = next((n for n in (1, 2) if _falls(values, n, step)), 0)
    if leading:
        everybody = len(known) == len(pillars)
        return _leaders(known[:leading], levels=levels, scope="" if everybody else scope)
    low, high = number(values[-1]), number(values[0])
    if low == high:
        template = _("{scope} lie close ({high}).")
    elif _gap(values[0], values[-1]) >= step:
        template = _("{scope} lie between {low} and {high}.")
    else:
        template = _("{scope} lie close ({low}–{high}).")
    return format_html(template, scope=scope, low=low, high=high)


def _leaders(leaders: Sequence[tuple[float, str]], *, levels: int, scope: str) -> SafeString:
    names = format_html(
        "{}" if len(leaders) == 1 else _("{} and {}"),
        *(format_html("<em>{}</em>", name) for _value, name in leaders),
    )
    template = (
        _("Of {scope}, you have come furthest with {names} ({figures} of {levels}).")
        if scope
        else _("You have come furthest with {names} ({figures} of {levels}).")
    )
    return format_html(
        template,
        scope=scope[:1].lower() + scope[1:],
        names=names,
        figures=listed([number(value) for value, _name in leaders]),
        levels=levels,
    )


def _falls(values: Sequence[float], place: int, step: float) -> bool:
    """Whether there is a clear step down after the first `place` values."""
    return place < len(values) and _gap(values[place - 1], values[place]) >= step


def _gap(high: float, low: float) -> float:
    """To nine decimals, so that 3.9 - 3.6 is 0.3 though no binary fraction equals it."""
    return round(high - low, 9)


def _scope(known: int, total: int, pillar_words: str) -> str:
    if known == total:
        return _("The %(count)s %(pillars)s") % {"count": counted(total), "pillars": pillar_words}
    return _("The %(count)s %(pillars)s with one figure") % {
        "count": counted(known),
        "pillars": pillar_words,
    }


def _clear_step(pillars: Sequence[PillarResult], levels: int) -> float:
    """As for a change: 0.3 of a five-level scale, or two people moving one level."""
    counts = [goal.n for pillar in pillars for goal in pillar.goals if goal.whole and goal.n]
    return max(0.3 * (levels - 1) / 4, 2 / min(counts)) if counts else float(levels)


def _difference(goals: Sequence[GoalResult]) -> SafeString | None:
    """The goal on which you differ most, as an invitation to talk."""
    apart = _far_apart(goals)
    if not apart:
        return None
    goal, whole = apart[0]
    high, low = _ends(whole)
    template = (
        _(
            "You differ most on {goal}: {high} answers at the high end, {low} at the low. "
            "What does each of you see when it succeeds?"
        )
        if min(high, low) >= 2
        else _("You differ most on {goal}. What does each of you see when it succeeds?")
    )
    name = format_html("<em>{}</em>", goal.text)
    return format_html(template, goal=name, high=high, low=low)


def _likeness(goals: Sequence[GoalResult], goal_words: str) -> SafeString | None:
    """On how many goals nearly everybody answered alike, whatever they answered."""
    near = sum(goal.near_unanimous is not None for goal in goals)
    if not near:
        return None
    template = (
        _("On all {goals}, nearly all of you answered alike. {question}")
        if near == len(goals)
        else _("On {near} of {total} {goals}, nearly all of you answered alike. {question}")
    )
    question = _("Are you thinking of the same when you answer?")
    return format_html(template, near=near, total=len(goals), goals=goal_words, question=question)


def _movement(pillars: Sequence[PillarResult]) -> SafeString | None:
    """The clearest change of a pillar, else of a goal; said only where something was compared."""
    goals = [goal for pillar in pillars for goal in pillar.goals]
    of_pillars = [(pillar.change, pillar.name) for pillar in pillars if pillar.change]
    of_goals = [(goal.change, goal.text) for goal in goals if goal.change]
    if not of_pillars and not of_goals:
        return None
    clear = [pair for pair in of_pillars if pair[0].clear] or [
        pair for pair in of_goals if pair[0].clear
    ]
    if not clear:
        return format_html("{}", _("No clear changes since last time."))
    change, text = max(clear, key=lambda pair: abs(pair[0].delta))
    template = (
        _("Since last time {name} has moved up ({change}).")
        if change.delta > 0
        else _("{name} is lower than last time ({change}). What has happened?")
    )
    return format_html(template, name=format_html("<em>{}</em>", text), change=signed(change.delta))
