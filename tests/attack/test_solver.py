"""The solver against trying everything, and on figures whose answer one sees."""

from fractions import Fraction
from itertools import product

import pytest

from tests.attack.evidence import Answered, Evidence, PillarMean, leaks, only
from tests.attack.solver import (
    BLANK,
    NO_ANSWER,
    Choice,
    Contradiction,
    Counts,
    Highest,
    Is,
    Lowest,
    Mean,
    NearlyAll,
    OneOf,
    Rated,
    Statement,
    Sums,
    Took,
    possible,
    shown_as,
)

pytestmark = pytest.mark.once

FOUR = ("Anna", "Bo", "Carl", "Dorte")
ALL = frozenset(FOUR)
FIRST = frozenset(FOUR[:2])
HALF = Fraction(1, 2)


def holds(statement: Statement, world: dict[str, Choice]) -> bool:  # noqa: C901 -- one for each
    """The same statements once more, of a world in which everybody's choice is known."""
    if isinstance(statement, Is):
        return world[statement.person] == statement.choice
    if isinstance(statement, OneOf):
        return any(all(holds(row, world) for row in rows) for rows in statement.alternatives)
    chosen = [world[person] for person in statement.people]
    ratings = sorted(choice for choice in chosen if isinstance(choice, int))
    n, total = len(ratings), sum(ratings)
    match statement:
        case Counts(_, counts, no_answer):
            same = [ratings.count(level) for level in range(1, len(counts) + 1)] == list(counts)
            return same and no_answer in (None, chosen.count(NO_ANSWER))
        case Rated(_, low, high):
            return low <= n <= high
        case Took(_, low, high):
            return low <= len(chosen) - chosen.count(BLANK) <= high
        case NearlyAll(_, levels, told, strays):
            return n == told and any(ratings.count(level) >= n - strays for level in levels)
        case Mean(_, low, high):
            return n > 0 and low <= Fraction(total, n) < high
        case Lowest(_, level):
            return n > 0 and ratings[0] == level
        case Highest(_, level):
            return n > 0 and ratings[-1] == level
        case Sums(_, pairs):
            return (total, n) in pairs
    raise AssertionError(statement)


def by_trying(levels: int, statements: list[Statement]) -> dict[str, set[Choice]]:
    options = [*range(1, levels + 1), NO_ANSWER, BLANK]
    worlds = (dict(zip(FOUR, row, strict=True)) for row in product(options, repeat=4))
    found: dict[str, set[Choice]] = {person: set() for person in FOUR}
    for world in worlds:
        if all(holds(row, world) for row in statements):
            for person, choice in world.items():
                found[person].add(choice)
    return found


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [Counts(ALL, (1, 2, 0), 1)],
        [Counts(ALL, (1, 2, 0))],
        [Counts(ALL, (1, 2, 0)), Counts(FIRST, (1, 1, 0), 0)],
        [Counts(ALL, (2, 0, 1)), Is("Bo", 3)],
        [NearlyAll(ALL, (2, 3), 4, 1)],
        [NearlyAll(ALL, (2, 3), 4, 1), Is("Anna", 1)],
        [NearlyAll(ALL, (3,), 4, 0)],
        [Mean(ALL, Fraction(5, 2), Fraction(11, 4)), Rated(ALL, 3, 4)],
        [Mean(ALL, Fraction(295, 100), Fraction(305, 100))],
        [Mean(FIRST, 1 + HALF, Fraction(2)), Highest(ALL, 2), Took(ALL, 0, 3)],
        [Lowest(ALL, 2), Highest(ALL, 3), Is("Dorte", 2)],
        [Sums(ALL, frozenset({(12, 4), (1, 1)}))],
        [OneOf(((Rated(FIRST, 0, 0),), (Counts(FIRST, (0, 2, 0), 0),))), Lowest(ALL, 1)],
        [Rated(ALL, 0, 1), Took(ALL, 4), Is("Carl", NO_ANSWER)],
    ],
)
def test_possible_is_what_trying_everything_finds(statements):
    assert possible(3, ALL, frozenset(statements)) == by_trying(3, statements)


def test_possible_refuses_a_contradiction():
    with pytest.raises(Contradiction):
        possible(3, ALL, frozenset([Counts(ALL, (4, 0, 0)), Is("Anna", 2)]))


def test_shown_as_is_what_rounds_to_the_figure():
    assert shown_as("3,6") == (Fraction(355, 100), Fraction(365, 100))


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({1, 2, BLANK}, None),
        ({2, NO_ANSWER, BLANK}, 2),
        ({NO_ANSWER}, NO_ANSWER),
        ({NO_ANSWER, BLANK}, None),
        ({BLANK}, None),
    ],
)
def test_only_is_the_one_level_or_the_one_choice(choices, told):
    assert only(frozenset(choices)) == told


def test_evidence_joins_a_pillar_and_its_goals():
    """Two goals of one pillar: one is shown, the other follows from the pillar's mean."""
    evidence = Evidence(
        levels=5,
        people=ALL,
        by_goal={
            "shown": frozenset([Counts(ALL, (0, 0, 2, 2, 0))]),
            "hidden": frozenset([Rated(ALL, 4, 4)]),
        },
        pillars=(PillarMean(("shown", "hidden"), ALL, *shown_as("4,3")),),
    )

    hidden = evidence.conclude()["hidden"]

    assert set(hidden.values()) == {frozenset({5})}


def test_evidence_counts_those_who_took_part_elsewhere():
    """Three answered; three took part among the first two and Carl: Dorte answered nothing."""
    three = ALL - {"Dorte"}
    evidence = Evidence(
        levels=3,
        people=ALL,
        by_goal={"a": frozenset([Counts(three, (1, 1, 1))]), "b": frozenset()},
        answered=(Answered(ALL, 3),),
    )

    found = evidence.conclude()

    assert found["b"]["Dorte"] == {BLANK}
    assert found["b"]["Anna"] == {1, 2, 3, NO_ANSWER, BLANK}


def test_leaks_are_found_for_the_reader_who_knows_enough():
    """Four of five alike, the fifth is mine."""
    people = frozenset([*FOUR, "Eva"])
    evidence = Evidence(3, people, {"goal": frozenset([Counts(people, (1, 0, 4))])})
    answers = {person: {"goal": 3} for person in FOUR} | {"Eva": {"goal": 1}}

    found = leaks(evidence, answers)

    assert {leak.reader for leak in found} == {"Eva"}
    assert {leak.person for leak in found} == ALL
    assert {leak.told for leak in found} == {3}
