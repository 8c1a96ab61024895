"""Publishers that leak on purpose, each in one well-known way, and the person whom it gives away.

Each takes the true answers of a made-up municipality, publishes by its own rule, and plants one
person. The solver must find that person's rating from what is published: otherwise that it finds
nothing elsewhere would mean nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tests.attack.evidence import OUTSIDER, Evidence, PillarMean
from tests.attack.solver import (
    BLANK,
    NO_ANSWER,
    Choice,
    Counts,
    Highest,
    Lowest,
    Mean,
    People,
    Rated,
    Statement,
)

K = 5
LEVELS = 5
GOAL, OTHER = "Vi øver os i aa", "Vi øver os i ab"


@dataclass(frozen=True)
class Scenario:
    """Forums of named people with their roles, what each answered, and what the publisher shows."""

    name: str
    forums: Mapping[str, Mapping[str, str]]
    answers: Mapping[str, Mapping[str, Choice]]
    evidence: Evidence
    planted: str
    goal: str = GOAL
    reader: str = OUTSIDER
    refused: bool = False
    """Our own product refuses to ask these forums together."""

    @property
    def planted_rating(self) -> Choice:
        return self.answers[self.planted][self.goal]

    @property
    def goals(self) -> tuple[str, ...]:
        return tuple(self.evidence.by_goal)


Row = tuple[str, str, tuple[Choice, ...]]


def _heads(
    ratings: list[Choice], role: str = "unit_head", stem: str = "Leder"
) -> dict[str, Choice]:
    return {f"{stem} {chr(65 + number)}": rating for number, rating in enumerate(ratings)}


def _counts(answers: Mapping[str, Mapping[str, Choice]], people: People, goal: str) -> Counts:
    chosen = [answers[name].get(goal, BLANK) for name in people]
    return Counts(
        people,
        tuple(chosen.count(level) for level in range(1, LEVELS + 1)),
        chosen.count(NO_ANSWER),
    )


def _mean(answers: Mapping[str, Mapping[str, Choice]], people: People, goal: str) -> Fraction:
    ratings = [c for name in people if isinstance(c := answers[name].get(goal, BLANK), int)]
    return Fraction(sum(ratings), len(ratings))


def _rounded(mean: Fraction) -> tuple[Fraction, Fraction]:
    """What the mean is known to lie between when it is shown with one decimal."""
    tenths = Fraction(int(mean * 10 + Fraction(1, 2)), 10)
    return tenths - Fraction(1, 20), tenths + Fraction(1, 20)


def _forum(ratings: Mapping[str, Choice], role: str = "unit_head") -> dict[str, str]:
    return dict.fromkeys(ratings, role)


def _one_goal(ratings: Mapping[str, Choice]) -> dict[str, dict[str, Choice]]:
    return {name: {GOAL: rating} for name, rating in ratings.items() if rating != BLANK}


def _seen(people: People, *rows: Statement) -> Evidence:
    return Evidence(LEVELS, people, {GOAL: frozenset(rows)})


def total_minus_part() -> Scenario:
    """The whole forum's mean, and the unit heads' mean: the chief is the difference."""
    heads = _heads([3, 4, 4, 5, 3, 4, 2, 4])
    answers = _one_goal({"Chefen": 2, **heads})
    everyone, part = frozenset(answers), frozenset(heads)
    return Scenario(
        "samlet tal minus en del",
        {"Lederforum": {"Chefen": "chief", **_forum(heads)}},
        answers,
        _seen(
            everyone,
            Mean(everyone, *_rounded(_mean(answers, everyone, GOAL))),
            Rated(everyone, 9, 9),
            Mean(part, *_rounded(_mean(answers, part, GOAL))),
            Rated(part, 8, 8),
        ),
        "Chefen",
    )


def crossed_filter() -> Scenario:
    """By role and by area, each with five or more: one head in the north is what is left over."""
    heads = _heads([3, 4, 4, 5, 3, 2, 4, 1])
    others = _heads([2, 3, 4, 4, 5, 3, 2, 4], stem="Afdeling")
    answers = _one_goal(heads | others)
    everyone, by_role = frozenset(answers), frozenset(heads)
    north = frozenset(others) | {"Leder H"}
    southern_heads = by_role - north
    return Scenario(
        "krydset filter",
        {"Ledergruppen": _forum(heads) | _forum(others, "department_head")},
        answers,
        _seen(
            everyone,
            *(
                _counts(answers, group, GOAL)
                for group in (everyone, by_role, north, southern_heads)
                if len(group) >= K
            ),
        ),
        "Leder H",
    )


def live_result() -> Scenario:
    """Shown while the round is open: a colleague looks before and after somebody has answered."""
    heads = _heads([3, 4, 4, 5, 3, 1, 2])
    answers = _one_goal(heads)
    everyone = frozenset(answers)
    return Scenario(
        "resultat undervejs",
        {"Lederforum": _forum(heads)},
        answers,
        _seen(
            everyone,
            _counts(answers, everyone - {"Leder F"}, GOAL),
            _counts(answers, everyone, GOAL),
        ),
        "Leder F",
    )


def minimum_and_maximum() -> Scenario:
    """No counts where nearly all agree, but the lowest and the highest rating."""
    heads = _heads([4, 4, 4, 4, 4, 4, 4])
    answers = _one_goal(heads)
    everyone = frozenset(answers)
    return Scenario(
        "laveste og højeste",
        {"Lederforum": _forum(heads)},
        answers,
        _seen(everyone, Rated(everyone, 7, 7), Lowest(everyone, 4), Highest(everyone, 4)),
        "Leder D",
    )


def pillar_minus_goals() -> Scenario:
    """One goal is withheld, but the pillar's mean is made of all ratings."""
    heads = _heads([3, 4, 4, 5, 2, 4, 2])
    answers: dict[str, dict[str, Choice]] = {name: {OTHER: r} for name, r in heads.items()}
    for name in ("Leder A", "Leder B"):
        answers[name][GOAL] = 1
    everyone = frozenset(answers)
    shown, hidden = _mean(answers, everyone, OTHER), Fraction(1)
    return Scenario(
        "søjle minus mål",
        {"Lederforum": _forum(heads)},
        answers,
        Evidence(
            LEVELS,
            everyone,
            {
                GOAL: frozenset([Rated(everyone, 0, K - 1)]),
                OTHER: frozenset([_counts(answers, everyone, OTHER)]),
            },
            pillars=(PillarMean((GOAL, OTHER), everyone, *_rounded((shown + hidden) / 2)),),
        ),
        "Leder A",
    )


def single_hidden_forum() -> Scenario:
    """The municipality's total, and every forum but the one that is too small."""
    forums: dict[str, dict[str, str]] = {}
    ratings: dict[str, Choice] = {}
    for number, row in enumerate(([3, 4, 4, 5, 2, 2, 1], [2, 3, 3, 4, 5, 5, 1])):
        own = _heads([*row], stem=f"{'Nord' if number else 'Syd'}leder")
        ratings |= own
        forums["Nord" if number else "Syd"] = _forum(own)
    hidden: dict[str, Choice] = _heads([2, 2, BLANK, BLANK, BLANK, BLANK, BLANK], stem="Østleder")
    forums["Øst"] = _forum(hidden)
    answers = _one_goal(ratings | hidden)
    everyone = frozenset(ratings | hidden)
    answers = {name: answers.get(name, {}) for name in everyone}
    shown = [frozenset(forums[name]) for name in ("Syd", "Nord")]
    return Scenario(
        "ét skjult forum",
        forums,
        answers,
        _seen(everyone, *(_counts(answers, group, GOAL) for group in (everyone, *shown))),
        "Østleder A",
    )


def recomputed_after_erasure() -> Scenario:
    """A person is erased and the closed round is counted again without them."""
    heads = _heads([3, 4, 4, 5, 3, 1, 2])
    answers = _one_goal(heads)
    everyone = frozenset(answers)
    return Scenario(
        "genberegnet efter sletning",
        {"Lederforum": _forum(heads)},
        answers,
        _seen(
            everyone,
            _counts(answers, everyone, GOAL),
            _counts(answers, everyone - {"Leder G"}, GOAL),
        ),
        "Leder G",
    )


def overlapping_forums() -> Scenario:
    """Two forums within sixty days: all but one of the first sit in the second too."""
    heads = _heads([3, 4, 4, 5, 3, 1, 2, 4])
    others = _heads([2, 3, 4, 4, 5, 3, 2, 4], stem="Afdeling")
    answers = _one_goal({"Chefen": 5, **heads, **others})
    first = frozenset({"Chefen", *heads})
    second = frozenset(heads) | frozenset(others)
    return Scenario(
        "overlappende fora",
        {
            "Lederforum": {"Chefen": "chief", **_forum(heads)},
            "Den samlede ledergruppe": _forum(heads) | _forum(others, "department_head"),
        },
        answers,
        _seen(
            first | second,
            _counts(answers, first, GOAL),
            _counts(answers, second, GOAL),
            _counts(answers, frozenset(heads), GOAL),
        ),
        "Chefen",
        refused=True,
    )


def threshold_alone() -> Scenario:
    """Counts for five or more and no second rule: a colleague with another view reads the rest."""
    heads = _heads([4, 4, 2, 4, 4, 4])
    answers = _one_goal(heads)
    everyone = frozenset(answers)
    return Scenario(
        "kun en tærskel",
        {"Lederforum": _forum(heads)},
        answers,
        _seen(everyone, _counts(answers, everyone, GOAL)),
        "Leder A",
        reader="Leder C",
    )


PUBLISHERS: tuple[Callable[[], Scenario], ...] = (
    total_minus_part,
    crossed_filter,
    live_result,
    minimum_and_maximum,
    pillar_minus_goals,
    single_hidden_forum,
    recomputed_after_erasure,
    overlapping_forums,
    threshold_alone,
)
