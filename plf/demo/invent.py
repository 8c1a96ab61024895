"""Invented answers with a believable shape: the same every time, from a seed.

Pillars lie differently high, some goals rise from round to round, one is polarised, one is agreed
on, one hardly anybody can judge, one does not move. The five are named in the demo's test.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from assessments.models import Goal
from assessments.operations.answering import RatingInput

POLARISED = "Vi ser uenighed som en styrke"
AGREED = "Vi har en fælles retning for vores arbejde"
UNKNOWN = "Vi laver kollegiale undersøgelser med udvikling/justering af ledelsespraksis for øje"
RISING = "Vi deler jævnligt succeser og udfordringer fra egen praksis"
STILL = "Vi italesætter vores værdier og visioner"

# How high the pillars lie at the first round, and how much they rise from one to the next.
PILLAR_HEIGHT = (3.6, 2.6, 3.1, 2.9, 3.7)
PILLAR_RISE = (0.1, 0.3, 0.1, 0.15, 0.0)

# Before this round (counted from 0) the forum does not agree on the goal they later agree on.
ROUND_OF_AGREEMENT = 2

REASONS = {
    POLARISED: (
        "Vi siger det højt, når vi er uenige, og vi bliver klogere af det.",
        "Jeg oplever, at uenighed hurtigt bliver lagt væk, når tiden er knap.",
        "Det afhænger meget af emnet.",
    ),
    RISING: (
        "Runden »siden sidst« på møderne har gjort en forskel.",
        "Vi deler mest succeserne. Udfordringerne tager vi to og to.",
    ),
    UNKNOWN: ("Vi er ikke kommet i gang med det endnu.",),
    AGREED: ("Retningen er tydelig, også når vi prioriterer.",),
    STILL: ("Det sker på de strategiske møder, sjældnere på driftsmøderne.",),
}


@dataclass(frozen=True)
class Leader:
    """How one invented leader leans on the scale."""

    leaning: float


def invent_leaders(count: int, random: Random) -> list[Leader]:
    return [Leader(random.gauss(0, 0.45)) for _ in range(count)]


def invent_answers(
    goals: Sequence[Goal], leader: Leader, *, place: int, round_number: int, random: Random
) -> list[RatingInput]:
    """All of one leader's ratings; `place` is their number among those who answer."""
    return [
        _invent_rating(goal, number, leader, place, round_number, random)
        for number, goal in enumerate(goals)
    ]


def _invent_rating(
    goal: Goal, number: int, leader: Leader, place: int, round_number: int, random: Random
) -> RatingInput:
    value = _value(goal, number, leader, place, round_number, random)
    reasons = REASONS.get(goal.text, ())
    reason = reasons[place] if place < len(reasons) else ""
    return RatingInput(goal.pk, value, value is None, reason)


def _value(
    goal: Goal, number: int, leader: Leader, place: int, round_number: int, random: Random
) -> int | None:
    if goal.text == POLARISED:
        return (5, 2, 4, 1)[place % 4]
    if goal.text == AGREED and round_number >= ROUND_OF_AGREEMENT:
        return 3 if place == 4 else 4
    if goal.text == UNKNOWN:
        return (2, 3, 2)[place % 8] if place % 8 < 3 and place < 4 else None
    if goal.text == STILL:
        return (3, 4, 3, 2)[place % 4]
    if random.random() < 0.03:
        return None
    position = goal.pillar.position % len(PILLAR_HEIGHT)
    height = PILLAR_HEIGHT[position] + PILLAR_RISE[position] * round_number
    height += 0.25 * round_number if goal.text == RISING else 0
    height += 0.35 * ((number * 7) % 5 - 2) / 2
    return min(5, max(1, round(random.gauss(height + leader.leaning, 0.6))))
