"""One figure, one text: the same on every page, in every file and mail."""

from collections.abc import Sequence
from enum import StrEnum

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from forums.enums import HIERARCHY
from forums.models import Municipality
from plf.lib.danish import listed, number, signed
from plf.lib.rounding import rounded
from results.disclosure import Cell, Histogram, NearlyAll, Where
from results.figures import Change, Figure, Number, Range

SMALL_NUMBERS = (
    pgettext_lazy("a small number", "none"),
    pgettext_lazy("a small number", "one"),
    pgettext_lazy("a small number", "two"),
    pgettext_lazy("a small number", "three"),
    pgettext_lazy("a small number", "four"),
    pgettext_lazy("a small number", "five"),
    pgettext_lazy("a small number", "six"),
    pgettext_lazy("a small number", "seven"),
    pgettext_lazy("a small number", "eight"),
    pgettext_lazy("a small number", "nine"),
    pgettext_lazy("a small number", "ten"),
)


def figure_text(figure: Figure) -> str:
    """3,6 or 3,7–5,0."""
    if isinstance(figure, Number):
        return number(figure.value)
    return f"{number(figure.low)}–{number(figure.high)}"


def withheld_text(k: int | None) -> str:
    """`k` is None where the whole forum's answers are too few: there it is more than a count of
    answers, since whoever is alone at the top is left out."""
    if k is None:
        return _("Not shown: too few answered")
    return _("Not shown: fewer than %(count)s answers") % {"count": k}


def class_text(cell: NearlyAll, levels: Sequence[str]) -> str:
    """The class of a near-unanimous goal, in words; never its level."""
    low, high = cell.span
    if cell.where is Where.SAME:
        return _("Nearly everybody answered alike")
    if cell.where is Where.UPPER:
        return _("Nearly all answers are high (%(levels)s)") % {
            "levels": _either(levels[low - 1 : high])
        }
    return _("Nearly all answers are in the same place – at %(level)s or below") % {
        "level": levels[high - 1]
    }


def cell_text(cell: Cell, levels: Sequence[str], k: int | None) -> str:
    """A whole cell in one sentence: for tables, for those who hear the page, and for files."""
    if isinstance(cell, NearlyAll):
        return class_text(cell, levels)
    if not isinstance(cell, Histogram):
        return withheld_text(k)
    chosen = [f"{level}: {count}" for level, count in zip(levels, cell.counts, strict=True)]
    if cell.no_answer:
        chosen.append(_("do not know: %(count)s") % {"count": cell.no_answer})
    return ", ".join(chosen)


def answers_text(n: int) -> str:
    return ngettext("%(count)s answer", "%(count)s answers", n) % {"count": n}


def answers_between_text(counts: Sequence[int]) -> str:
    """8–9 svar: of goals that not equally many answered."""
    fewest, most = min(counts), max(counts)
    if fewest == most:
        return answers_text(most)
    return _("%(fewest)s–%(most)s answers") % {"fewest": fewest, "most": most}


def goal_by_goal(goal_word: str) -> str:
    """Mål for mål, in the framework's own word."""
    return _("%(first)s by %(goal)s") % {"first": capfirst(goal_word), "goal": goal_word}


def some_goals_text(shown: int, goals: int, goal_words: str) -> str:
    """Which part of a pillar a figure is made of, where it is neither all of it nor none."""
    if shown in {0, goals}:
        return ""
    return _("from %(shown)s of %(count)s %(goals)s") % {
        "shown": shown,
        "count": goals,
        "goals": goal_words,
    }


class Gap(StrEnum):
    """Why two results cannot be compared."""

    OTHER_GOALS = "other_goals"
    NOT_SHOWN = "not_shown"
    NO_NUMBER = "no_number"
    NOT_AGREED = "not_agreed"
    OTHER_SCALE = "other_scale"
    LOST = "lost"


def incomparable_text(gap: Gap, goal_words: str) -> str:
    """`goal_words`: of a pillar its goals' word; empty for a goal by itself."""
    of_goal = {
        Gap.OTHER_GOALS: _("it was not asked then"),
        Gap.NOT_SHOWN: _("it was not shown then"),
        Gap.NO_NUMBER: _("it is not one figure both times"),
        Gap.NOT_AGREED: _("the team did not agree both times"),
    }
    of_pillar = {
        Gap.OTHER_GOALS: _("not the same %(goals)s both times"),
        Gap.NOT_SHOWN: _("not all %(goals)s are shown both times"),
        Gap.NO_NUMBER: _("not all %(goals)s are one figure both times"),
        Gap.NOT_AGREED: _("the team did not agree on the same %(goals)s both times"),
    }
    of_both = {
        Gap.OTHER_SCALE: _("the scale is another"),
        Gap.LOST: _("the earlier result was lost when a backup was restored"),
    }
    reasons = of_both | (of_pillar if goal_words else of_goal)
    return _("cannot be compared with last time: %(reason)s") % {
        "reason": reasons[gap] % {"goals": goal_words}
    }


def edition_text(number: int) -> str:
    return _("edition %(number)s") % {"number": number}


def not_comparable() -> str:
    """Where no single reason can be told."""
    return _("cannot be compared with last time")


def steps_text(steps: int) -> str:
    """How far a team's shared rating of a goal moved."""
    if not steps:
        return _("as last time")
    if steps > 0:
        return ngettext(
            "%(count)s step up since last time", "%(count)s steps up since last time", steps
        ) % {"count": counted(steps)}
    return ngettext(
        "%(count)s step down since last time", "%(count)s steps down since last time", -steps
    ) % {"count": counted(-steps)}


def shared_change_text(delta: float | None) -> str:
    """How a pillar's agreed levels moved; a team's own words, not a sample."""
    if delta is None:
        return ""
    if not rounded(delta):
        return _("as last time")
    return _("%(change)s since last time") % {"change": signed(delta)}


def participation_text(answered: int, invited: int) -> str:
    """9 af 11 har svaret."""
    return _("%(answered)s of %(invited)s have answered") % {
        "answered": answered,
        "invited": invited,
    }


def change_text(change: Change | None) -> str:
    """+0,3 siden sidst; a change that may be chance has no number."""
    if change is None:
        return ""
    if not change.clear:
        return _("no clear change")
    return _("%(change)s since last time") % {"change": signed(change.delta)}


def silent_text(bounds: Range | None, silent: int | None) -> str:
    """How far those who did not rate a goal could move its figure.

    `silent` is None for a pillar whose goals not equally many rated.
    """
    if bounds is None:
        return ""
    if silent is None:
        return _(
            "Those who did not answer can at most move the figure to between %(low)s and %(high)s."
        ) % {"low": number(bounds.low), "high": number(bounds.high)}
    if not silent:
        return _("All who were invited have answered.")
    return ngettext(
        "The one who did not answer can at most move the figure to between %(low)s and %(high)s.",
        "The %(count)s who did not answer can at most move the figure to between %(low)s "
        "and %(high)s.",
        silent,
    ) % {"count": counted(silent), "low": number(bounds.low), "high": number(bounds.high)}


def counted(count: int) -> str:
    """to, tre … ti, 11: small numbers as words."""
    return str(SMALL_NUMBERS[count]) if count < len(SMALL_NUMBERS) else str(count)


def group_name(roles: Sequence[str], municipality: Municipality) -> str:
    """Aftaleholdere og chef: the roles of a group in the municipality's words, the head last."""
    single = len(roles) > 1 and roles[0] == HIERARCHY[0]
    head = municipality.role_word(roles[0], plural=not single)
    names = [municipality.role_word(role, plural=True) for role in roles[1:]]
    names = [*names, head] if single else [head, *names]
    joined = listed(names)
    return joined[:1].upper() + joined[1:]


def _either(names: Sequence[str]) -> str:
    """a, b eller c."""
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
