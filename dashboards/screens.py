"""The big view: a result cut into screens for a wall, one thing on each.

No names, no own copy; what was written stays folded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.charts import House
from dashboards.drawn import Bar, GoalRow, PillarRows, goal_rows
from dashboards.queries.shown import SharedGoal, SharedResult
from dashboards.texts import goal_by_goal
from dashboards.words import Invitation

GOALS_A_SCREEN = 4
# A screen sixteen wide and nine high, in sizes of its text: what is left for goals when heading,
# key and links have theirs, and what each part of a goal takes of it. Beyond that one scrolls.
ROOM = 18.5
LETTERS_A_LINE = 30
LINE, SPACE, NAME, REASONS = 1.25, 0.85, 1.6, 1.35
BARS = {"histogram": 2.3, "nearly": 4.0, "withheld": 2.3}


@dataclass(frozen=True, slots=True)
class Screen:
    """`kind`: words, house, goal, shared_goal, pillar or choose; the rest as the kind needs."""

    kind: str
    heading: str = ""
    fact: str = ""
    question: str = ""
    row: GoalRow | None = None
    agreed: SharedGoal | None = None
    pillar: PillarRows | None = None
    part_text: str = ""
    alone: bool = False


def result_screens(
    *,
    differing: Sequence[Invitation],
    alike: Sequence[Invitation],
    house: House,
    pillars: Sequence[PillarRows],
    levels: int,
    goal_word: str,
) -> tuple[Screen, ...]:
    return (
        Screen("words"),
        *_house(house),
        *_talk(differing, _("Here you see it differently"), levels),
        *_talk(alike, _("Here you see it alike"), levels),
        *_pillars(pillars, goal_word),
        Screen("choose"),
    )


def shared_screens(
    result: SharedResult, house: House, pillars: Sequence[PillarRows], *, goal_word: str
) -> tuple[Screen, ...]:
    return (
        Screen("words"),
        *_house(house),
        *(
            Screen(
                "shared_goal",
                heading=_("Here you see it differently"),
                fact=goal.note,
                question=_("What does each of you see when it succeeds?"),
                agreed=goal,
            )
            for goal in result.differing[:3]
        ),
        *_pillars(pillars, goal_word),
        Screen("choose"),
    )


def _house(house: House) -> Iterator[Screen]:
    if not house.says_nothing:
        yield Screen("house")


def _talk(invitations: Sequence[Invitation], heading: str, levels: int) -> Iterator[Screen]:
    for invitation in invitations:
        (row,) = goal_rows([invitation.goal], levels)
        yield Screen(
            "goal", heading=heading, fact=invitation.fact, question=invitation.question, row=row
        )


def _pillars(pillars: Sequence[PillarRows], goal_word: str) -> Iterator[Screen]:
    """The goals of a framework of one group stand under no name of the group."""
    alone = len(pillars) == 1
    for pillar in pillars:
        heading = goal_by_goal(goal_word) if alone else pillar.name
        yield from _pillar(pillar, heading, alone=alone)


def _pillar(pillar: PillarRows, heading: str, *, alone: bool) -> Iterator[Screen]:
    """As many screens as its goals need to be read from the far end of the room."""
    heights = [
        *(_height(row.goal.text, row.bars, reasons=bool(row.goal.comments)) for row in pillar.rows),
        *(_height(goal.text) for goal in pillar.goals),
    ]
    parts = _parts(heights)
    for number, part in enumerate(parts, start=1):
        yield Screen(
            "pillar",
            heading=heading,
            alone=alone,
            pillar=PillarRows(
                number=pillar.number,
                name=pillar.name,
                icon=pillar.icon,
                colour=pillar.colour,
                figure_text=pillar.figure_text,
                basis_text=pillar.basis_text,
                change_text=pillar.change_text,
                rows=pillar.rows[part],
                goals=pillar.goals[part],
            ),
            part_text=_("%(number)s of %(count)s") % {"number": number, "count": len(parts)}
            if len(parts) > 1
            else "",
        )


def _height(text: str, bars: Sequence[Bar] = (), *, reasons: bool = False) -> float:
    """About what a goal takes of a screen: its sentence beside its bars."""
    sentence = LINE * -(-len(text) // LETTERS_A_LINE)
    beside = sum(BARS[bar.bar.kind] + (NAME if bar.name else 0) for bar in bars)
    return max(sentence, beside + (REASONS if reasons else 0)) + SPACE


def _parts(heights: Sequence[float]) -> list[slice]:
    """The fewest screens with room for their goals; one that has none by itself stands alone."""
    count = len(heights)
    for screens in range(-(-count // GOALS_A_SCREEN), count):
        parts = [
            slice(count * place // screens, count * (place + 1) // screens)
            for place in range(screens)
        ]
        if all(sum(heights[part]) <= ROOM for part in parts):
            return parts
    return [slice(place, place + 1) for place in range(count)]
