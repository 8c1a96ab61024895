"""The guarantee of `results/disclosure.py` in whole forums, drawn by hypothesis.

Forums of 2 to 60 people are too large to go through every possible set of answers. Instead each
reader (an outsider, and every respondent who knows their own answer) is shown, for every other
person who rated a goal, a *double*: another set of answers in which that person chose another
level, the reader's own answer is the same, and everything published is the same. Where a double
exists the reader cannot know the level.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.disclosure import (
    ATOM_SIZE,
    Histogram,
    NearlyAll,
    Published,
    Tally,
    Withheld,
    decode,
    encode,
    part,
    publish,
)

pytestmark = pytest.mark.once

# A whole forum takes long to draw.
half = settings(max_examples=settings().max_examples // 2)
fewer = settings(max_examples=settings().max_examples // 4)

ROLES = ("chief", "unit_head", "department_head", "staff")
NO_ANSWER, BLANK = -1, -2


@dataclass(frozen=True)
class Forum:
    """A forum in one round: for each goal everyone's atom and answer (a level from 0, or none)."""

    invited: dict[str, int]
    respondents: dict[str, int]
    levels: int
    k: int
    goals: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def tallies(self) -> list[list[Tally]]:
        return [
            [tally_of(goal, atom, self.levels) for goal in self.goals]
            for atom in range(len(part(self.respondents)))
        ]


def tally_of(goal: Sequence[tuple[int, int]], atom: int, levels: int) -> Tally:
    answers = Counter(answer for place, answer in goal if place == atom)
    return Tally(tuple(answers[level] for level in range(levels)), answers[NO_ANSWER])


def published(forum: Forum) -> Published:
    return publish(
        forum.tallies,
        invited=forum.invited,
        respondents=sum(forum.respondents.values()),
        levels=forum.levels,
        k=forum.k,
    )


@st.composite
def answers(draw: st.DrawFn, people: int, levels: int) -> list[int]:
    """One goal as groups do answer: alike, one apart, in two camps or all over; some do not."""
    level = st.integers(0, levels - 1)
    one, other = draw(level), draw(level)
    ratings: list[int] = draw(
        st.one_of(
            st.just([one] * people),
            st.just([one] * (people - 1) + [other] * min(people, 1)),
            st.integers(0, people).map(lambda camp: [one] * camp + [other] * (people - camp)),
            st.lists(level, min_size=people, max_size=people),
        )
    )
    thinned = draw(st.one_of(st.just(0), st.integers(0, people)))
    silent = draw(st.lists(st.sampled_from([NO_ANSWER, BLANK]), min_size=thinned, max_size=thinned))
    return draw(st.permutations([*silent, *ratings[thinned:]]))


@st.composite
def forums(draw: st.DrawFn) -> Forum:
    """2 to 60 people in up to four roles, often one chief; 50 to 100 % have answered."""
    sizes = st.tuples(
        st.sampled_from([0, 1, 1, 1, 2]), st.integers(0, 12), st.integers(0, 25), st.integers(0, 21)
    ).filter(lambda sizes: sum(sizes) >= 2)
    invited = {role: n for role, n in zip(ROLES, draw(sizes), strict=True) if n}
    respondents = {role: draw(st.integers((n + 1) // 2, n)) for role, n in invited.items()}
    places = [
        place
        for place, atom in enumerate(part(respondents))
        for role in atom.roles
        for _ in range(respondents[role])
    ]
    levels = draw(st.integers(2, 7))
    goals = draw(st.lists(answers(len(places), levels), min_size=1, max_size=3))
    return Forum(
        invited=invited,
        respondents=respondents,
        levels=levels,
        k=draw(st.sampled_from([5, 5, 6, 8])),
        goals=tuple(tuple(zip(places, goal, strict=True)) for goal in goals),
    )


def doubles(forum: Forum, person: int, reader: int | None) -> Iterator[Forum]:
    """The forum's first goal as it may also have been answered, the reader's own part alike."""
    (goal, *_) = forum.goals
    place, level = goal[person]
    raters = [i for i, (_, answer) in enumerate(goal) if answer >= 0 and i != reader]
    for other in raters:
        if goal[other][1] != level:
            swapped = list(goal)
            swapped[person] = (place, goal[other][1])
            swapped[other] = (goal[other][0], level)
            yield replace(forum, goals=(tuple(swapped),))
    in_atom = [i for i in raters if goal[i][0] == place]
    for group in ([person], in_atom, raters):
        for new in set(range(forum.levels)) - {level}:
            moved = [(at, new if i in group else old) for i, (at, old) in enumerate(goal)]
            yield replace(forum, goals=(tuple(moved),))


def unprotected(
    forum: Forum, shown: Callable[[Forum], object] = published
) -> set[tuple[tuple[int, int], tuple[int, int] | None]]:
    """Every (person, reader), by atom and answer, for whom no double is shown as the forum is."""
    (goal,) = forum.goals
    seen = shown(forum)
    kinds = {kind: i for i, kind in enumerate(goal)}
    readers: list[int | None] = [None, *kinds.values()]
    return {
        (goal[person], None if reader is None else goal[reader])
        for reader in readers
        for person in {kind: i for i, kind in enumerate(goal) if i != reader}.values()
        if goal[person][1] >= 0
        and not any(shown(double) == seen for double in doubles(forum, person, reader))
    }


def assert_doubles(forum: Forum) -> None:
    for goal in forum.goals:
        assert unprotected(replace(forum, goals=(goal,))) == set()


@half
@given(forums())
def test_publish_leaves_every_rating_a_double_for_every_reader(forum: Forum) -> None:
    assert_doubles(forum)


@pytest.mark.prove
@given(forums())
def test_publish_leaves_every_rating_a_double_in_thousands_of_forums(forum: Forum) -> None:
    assert_doubles(forum)


@fewer
@given(forums())
def test_publish_puts_a_goal_in_the_atoms_rows_or_in_the_forums(forum: Forum) -> None:
    result = published(forum)

    for goal, whole in enumerate(result.forum):
        atoms = {row[goal] is None for row in result.atoms}
        assert atoms == {whole is not None}


@fewer
@given(forums())
def test_publish_decides_each_goal_by_its_own_counts(forum: Forum) -> None:
    alone = [published(replace(forum, goals=(goal,))) for goal in forum.goals]

    result = published(forum)

    assert result == Published(
        atoms=tuple(
            tuple(one.atoms[atom][0] for one in alone) for atom in range(len(result.atoms))
        ),
        forum=tuple(one.forum[0] for one in alone),
    )


@fewer
@given(forums())
def test_publish_shows_true_counts_of_k_or_more(forum: Forum) -> None:
    result = published(forum)

    for row, tallies in zip(result.atoms, forum.tallies, strict=True):
        for cell, tally in zip(row, tallies, strict=True):
            if isinstance(cell, Histogram):
                assert (cell.counts, cell.no_answer) == (tally.counts, tally.no_answer)
            if isinstance(cell, NearlyAll):
                low, high = cell.span
                assert low <= tally.counts.index(max(tally.counts)) + 1 <= high
                assert cell.n == sum(tally.counts)
    cells = [cell for goal in range(len(forum.goals)) for cell in result.cells(goal)]
    assert all(isinstance(cell, Withheld) or cell.n >= forum.k for cell in cells)


@fewer
@given(forums())
def test_encode_and_decode_give_the_same_cell_back(forum: Forum) -> None:
    result = published(forum)
    cells = [cell for row in (*result.atoms, result.forum) for cell in row]

    assert [decode(encode(cell), forum.levels) for cell in cells] == cells


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
        | st.lists(st.integers(-1, 9), max_size=8),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=4,
    ),
    st.integers(2, 7),
)  # fmt: skip
def test_decode_takes_what_encode_gives_and_nothing_else(raw: Any, levels: int) -> None:
    try:
        cell = decode(raw, levels)
    except ValueError:
        return

    assert encode(cell) == raw


@given(st.lists(st.integers(0, 20), min_size=1, max_size=4))
def test_part_gives_every_role_a_place_in_order_and_every_atom_eight(sizes: list[int]) -> None:
    respondents = dict(zip(ROLES, sizes, strict=False))

    atoms = part(respondents)

    assert [role for atom in atoms for role in atom.roles] == list(respondents)
    people = [sum(respondents[role] for role in atom.roles) for atom in atoms]
    assert len(atoms) == 1 or min(people) >= ATOM_SIZE


def forum_of(*atoms: dict[int, int]) -> Forum:
    """A forum with one goal on two levels; each atom says how many gave each answer."""
    sizes = {role: sum(atom.values()) for role, atom in zip(ROLES, atoms, strict=False)}
    goal = [(i, a) for i, atom in enumerate(atoms) for a, n in atom.items() for _ in range(n)]
    return Forum(sizes, sizes, levels=2, k=5, goals=(tuple(goal),))


def unanimity_shown(forum: Forum) -> object:
    return forum.tallies


def forum_beside_atoms(forum: Forum) -> object:
    whole = replace(
        forum,
        respondents={"staff": sum(forum.respondents.values())},
        goals=tuple(tuple((0, answer) for _, answer in goal) for goal in forum.goals),
    )
    return published(forum), published(whole)


def pillar_from_raw_counts(forum: Forum) -> object:
    total = sum(answer for _, answer in forum.goals[0] if answer >= 0)
    return published(forum), total


def no_answers_of_withheld_goals(forum: Forum) -> object:
    return published(forum), [tally.no_answer for row in forum.tallies for tally in row]


@pytest.mark.parametrize(
    ("weakened", "forum", "left"),
    [
        (unanimity_shown, forum_of({1: 9}), {((0, 1), None), ((0, 1), (0, 1))}),
        (
            forum_beside_atoms,
            forum_of({1: 8}, {0: 2, 1: 6}),
            {((0, 1), None), ((0, 1), (0, 1)), ((0, 1), (1, 0)), ((0, 1), (1, 1))},
        ),
        (
            pillar_from_raw_counts,
            forum_of({1: 4, NO_ANSWER: 5}),
            {((0, 1), None), ((0, 1), (0, 1)), ((0, 1), (0, NO_ANSWER))},
        ),
        (no_answers_of_withheld_goals, forum_of({1: 1, NO_ANSWER: 8}), set()),
    ],
)
def test_weakened_rule_leaves_some_without_a_double(
    weakened: Callable[[Forum], object], forum: Forum, left: set[object]
) -> None:
    assert unprotected(forum, weakened) == left


@pytest.mark.parametrize("forum", [forum_of({1: 9}), forum_of({1: 8}, {0: 2, 1: 6})])
def test_the_rules_leave_the_same_forums_nobody_without_a_double(forum: Forum) -> None:
    assert unprotected(forum) == set()
