"""The guarantee of `results/disclosure.py`, proven by going through every possible set of answers.

A *world* is one way in which a forum may have answered one goal: for each atom how many of its
respondents chose each level, how many "ved ikke", how many left it blank. The reader knows the
rules, how many respondents each atom has (more than is told) and all that is published; an
insider also knows their own answer. Worlds that are shown alike are one and the same to the
reader. A *leak* is a reader for whom some other person's rating can only be one level, or whose
answer can only be one thing, in all worlds that look like this.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import astuple
from fractions import Fraction
from itertools import chain, combinations, pairwise, product

import pytest

from results.disclosure import Cell, Tally, publish

pytestmark = pytest.mark.once

AtomAnswers = tuple[int, ...]
World = tuple[AtomAnswers, ...]
Shown = Sequence[Hashable]
Reader = tuple[int, int] | None
Leak = tuple[Hashable, Reader, int]


def ways(people: int, choices: int) -> list[AtomAnswers]:
    """Every way in which that many people can spread over that many choices."""
    bars = combinations(range(people + choices - 1), choices - 1)
    ends = ((-1, *bar, people + choices - 1) for bar in bars)
    return [tuple(b - a - 1 for a, b in pairwise(end)) for end in ends]


def everyone_rates(people: int, levels: int) -> list[World]:
    return [((*counts, 0, 0),) for counts in ways(people, levels)]


def every_answer(people: Iterable[int], levels: int) -> list[World]:
    return list(product(*(ways(size, levels + 2) for size in people)))


def published(worlds: list[World], levels: int, k: int = 5) -> list[tuple[Cell | None, ...]]:
    """What the function under test shows of each world, each being one goal of the same forum."""
    size = sum(map(sum, worlds[0]))
    rows = [
        [Tally(world[atom][:levels], world[atom][levels]) for world in worlds]
        for atom in range(len(worlds[0]))
    ]
    result = publish(rows, invited={"staff": size}, respondents=size, levels=levels, k=k)
    return list(zip(*result.atoms, result.forum, strict=True))


def plain(cell: Cell | None) -> object:
    return None if cell is None else astuple(cell)


def by_the_rules(world: World, levels: int, k: int = 5) -> list[object]:
    """The two rules once more, in other words: what each atom's row and the forum's must hold."""

    def shown(answers: AtomAnswers) -> object:
        ratings = [level for level in range(1, levels + 1) for _ in range(answers[level - 1])]
        n = len(ratings)
        if n < k:
            return ("too_few",)
        for level in set(ratings):
            if n - ratings.count(level) <= (n // 10 if n >= 20 else 1):
                upper = "upper" if level > (levels + 1) / 2 else "lower"
                return (upper if levels > 3 else "same", n, levels)
        return (answers[:levels], answers[levels])

    if min(sum(answers[:levels]) for answers in world) >= k:
        return [*map(shown, world), None]
    return [*(None for _ in world), shown(tuple(map(sum, zip(*world, strict=True))))]


def leaks(worlds: list[World], shown: Shown, levels: int) -> set[Leak]:
    """What is seen, by whom (None: an outsider), and the one answer that another must have."""
    possible: dict[tuple[int, Reader, int], int] = defaultdict(int)
    for world, seen in zip(worlds, numbered(shown), strict=True):
        anyone = [sum(1 << choice for choice, n in enumerate(atom) if n) for atom in world]
        for atom, choices in enumerate(anyone):
            possible[seen, None, atom] |= choices
        for mine, answers in enumerate(world):
            for choice, n in enumerate(answers):
                for atom, choices in enumerate(anyone if n else []):
                    nobody_else = n == 1 and atom == mine
                    others = choices & ~(1 << choice) if nobody_else else choices
                    possible[seen, (mine, choice), atom] |= others
    names: dict[int, Hashable] = dict(zip(numbered(shown), shown, strict=True))
    return {
        (names[seen], reader, answer)
        for (seen, reader, _), choices in possible.items()
        if (answer := only(choices, levels)) is not None
    }


def only(choices: int, levels: int) -> int | None:
    """The only level among the choices, if one can know it, else the only choice at all."""
    for left in (choices & ((1 << levels) - 1), choices):
        if left.bit_count() == 1:
            return left.bit_length() - 1
    return None


def numbered(shown: Shown) -> list[int]:
    """A small number for each different thing shown, which is quicker to look up."""
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(seen, len(numbers)) for seen in shown]


def assert_nothing_leaks(worlds: list[World], levels: int, k: int = 5) -> None:
    shown = published(worlds, levels, k)

    assert leaks(worlds, shown, levels) == set()


@pytest.mark.parametrize("levels", range(2, 8))
@pytest.mark.parametrize("people", range(5, 12))
def test_published_one_atom_tells_nobodys_rating(people: int, levels: int) -> None:
    assert_nothing_leaks(everyone_rates(people, levels), levels)


@pytest.mark.parametrize(("people", "levels"), [(5, 5), (6, 4), (7, 3), (8, 3), (9, 2), (11, 2)])
@pytest.mark.parametrize("k", [5, 6, 7])
def test_published_one_atom_with_no_answers_and_blanks_tells_nobodys_rating(
    people: int, levels: int, k: int
) -> None:
    assert_nothing_leaks(every_answer([people], levels), levels, k)


@pytest.mark.parametrize("people", [(8, 8), pytest.param((8, 9), marks=pytest.mark.prove)])
def test_published_two_atoms_with_fall_back_tell_nobodys_rating(people: tuple[int, int]) -> None:
    assert_nothing_leaks(every_answer(people, levels=2), levels=2)


@pytest.mark.prove
@pytest.mark.parametrize("levels", range(2, 6))
@pytest.mark.parametrize("people", range(12, 37))
def test_published_one_large_atom_tells_nobodys_rating(people: int, levels: int) -> None:
    assert_nothing_leaks(everyone_rates(people, levels), levels)


@pytest.mark.prove
@pytest.mark.parametrize(("people", "levels"), [((8, 8), 3), ((8, 12), 2), ((10, 10), 2)])
def test_published_two_large_atoms_tell_nobodys_rating(
    people: tuple[int, int], levels: int
) -> None:
    assert_nothing_leaks(every_answer(people, levels), levels)


@pytest.mark.parametrize(
    ("people", "levels"), [([5], 5), ([7], 4), ([8], 3), ([11], 2), ([6, 6], 2), ([20], 2)]
)
def test_published_is_what_the_rules_say(people: list[int], levels: int) -> None:
    worlds = every_answer(people, levels)

    shown = [list(map(plain, cells)) for cells in published(worlds, levels)]

    assert shown == [by_the_rules(world, levels) for world in worlds]


def unanimity_shown(worlds: list[World], levels: int) -> Shown:
    """Weakened: rule 2 is forgotten, a goal with enough ratings is always shown in full."""
    return [world[0] if sum(world[0][:levels]) >= 5 else None for world in worlds]


def only_full_unanimity_hidden(worlds: list[World], levels: int) -> Shown:
    """Weakened: rule 2 for goals that all answer alike, not for those where one differs."""
    return [
        "alike" if max(world[0][:levels]) == sum(world[0][:levels]) else shown
        for world, shown in zip(worlds, unanimity_shown(worlds, levels), strict=True)
    ]


def forum_beside_atoms(worlds: list[World], levels: int) -> Shown:
    """Weakened: the forum's own row has all goals, also those that stand in the atoms' rows."""
    whole: list[World] = [(tuple(map(sum, zip(*world, strict=True))),) for world in worlds]
    return list(zip(published(worlds, levels), published(whole, levels), strict=True))


def pillar_from_raw_counts(worlds: list[World], levels: int) -> Shown:
    """Weakened: the pillar's mean is a number even where this goal's mean is not."""

    def raw_mean(answers: AtomAnswers) -> Fraction | None:
        n = sum(answers[:levels])
        total = sum(level * count for level, count in enumerate(answers[:levels], start=1))
        return (Fraction(total, n) + Fraction(7, 2)) / 2 if n else None

    means = [raw_mean(world[0]) for world in worlds]
    return list(zip(published(worlds, levels), means, strict=True))


def no_answers_of_withheld_goals(worlds: list[World], levels: int) -> Shown:
    """Weakened: "ved ikke" is told also of goals with too few ratings."""
    no_answers = [world[0][levels] for world in worlds]
    return list(zip(published(worlds, levels), no_answers, strict=True))


Weakened = Callable[[list[World], int], Shown]


KNOWN_TO_ALL = None
VED_IKKE = 3


@pytest.mark.parametrize(
    ("weakened", "people", "world", "reader", "told"),
    [
        pytest.param(unanimity_shown, [5], ((0, 0, 0, 5, 0, 0, 0),), KNOWN_TO_ALL, 3, id="rule 2"),
        pytest.param(
            only_full_unanimity_hidden,
            [5],
            ((1, 0, 0, 4, 0, 0, 0),),
            (0, 0),
            3,
            id="one differs",
        ),
        pytest.param(
            forum_beside_atoms,
            [6, 6],
            ((0, 6, 0, 0), (2, 4, 0, 0)),
            KNOWN_TO_ALL,
            1,
            id="total and part",
        ),
        pytest.param(
            pillar_from_raw_counts,
            [5],
            ((0, 0, 0, 0, 5, 0, 0),),
            KNOWN_TO_ALL,
            4,
            id="pillar and near-unanimous goal",
        ),
        pytest.param(
            pillar_from_raw_counts,
            [6],
            ((4, 0, 0, 0, 2),),
            KNOWN_TO_ALL,
            0,
            id="pillar and withheld goal",
        ),
        pytest.param(
            no_answers_of_withheld_goals,
            [6],
            ((0, 0, 0, 6, 0),),
            KNOWN_TO_ALL,
            VED_IKKE,
            id="all ved ikke",
        ),
        pytest.param(
            no_answers_of_withheld_goals,
            [6],
            ((0, 1, 0, 5, 0),),
            (0, 1),
            VED_IKKE,
            id="all but me ved ikke",
        ),
    ],
)
def test_weakened_rule_leaks(
    weakened: Weakened, people: list[int], world: World, reader: Reader, told: int
) -> None:
    levels = len(world[0]) - 2
    worlds = every_answer(people, levels)
    shown = weakened(worlds, levels)

    found = leaks(worlds, shown, levels)

    assert (shown[worlds.index(world)], reader, told) in found


def test_no_answers_of_withheld_goals_leak_that_answer_but_no_level() -> None:
    worlds = every_answer([6], levels=3)

    found = leaks(worlds, no_answers_of_withheld_goals(worlds, levels=3), levels=3)

    assert {told for _, _, told in found} == {VED_IKKE}


def test_worlds_are_all_there_are() -> None:
    worlds = every_answer([5], levels=3)

    assert len(set(worlds)) == len(worlds) == 126
    assert set(map(sum, chain.from_iterable(worlds))) == {5}
