"""The two rules case by case; that they hide what they should is proven in the files beside."""

from typing import Any

import pytest

from results.disclosure import (
    Atom,
    Cell,
    Histogram,
    NearlyAll,
    Published,
    Reason,
    Tally,
    Where,
    Withheld,
    can_be_confidential,
    decode,
    encode,
    part,
    publish,
    strays,
)

pytestmark = pytest.mark.once

FEW = Withheld(Reason.TOO_FEW)


def one_goal(*counts: int, no_answer: int = 0, k: int = 5) -> Published:
    """What is published of one goal in a forum of one atom, without a head."""
    people = sum(counts) + no_answer
    return publish(
        [[Tally(counts, no_answer)]],
        invited={"unit_head": people + 5},
        respondents=people + 5,
        levels=len(counts),
        k=k,
    )


def valid_call(**changes: Any) -> dict[str, Any]:
    return {
        "tallies": [[Tally((1, 2, 3), 0)]],
        "invited": {"unit_head": 8},
        "respondents": 8,
        "levels": 3,
        "k": 5,
    } | changes


@pytest.mark.parametrize(
    ("respondents", "roles"),
    [
        pytest.param({"staff": 4}, [("staff",)], id="too few is one atom"),
        pytest.param({"chief": 1, "unit_head": 10}, [("chief", "unit_head")], id="one atom"),
        pytest.param(
            {"chief": 1, "unit_head": 7, "department_head": 8},
            [("chief", "unit_head"), ("department_head",)],
            id="eight and eight",
        ),
        pytest.param(
            {"chief": 1, "unit_head": 6, "department_head": 8},
            [("chief", "unit_head", "department_head")],
            id="seven collect the next role",
        ),
        pytest.param(
            {"chief": 1, "unit_head": 7, "department_head": 7},
            [("chief", "unit_head", "department_head")],
            id="a rest of seven joins the atom above",
        ),
        pytest.param(
            {"chief": 0, "unit_head": 8, "department_head": 25, "staff": 3},
            [("chief", "unit_head"), ("department_head", "staff")],
            id="named for the invited, answered or not",
        ),
        pytest.param(
            {"chief": 8, "unit_head": 8, "department_head": 8, "staff": 8},
            [("chief",), ("unit_head",), ("department_head",), ("staff",)],
            id="four atoms",
        ),
        pytest.param(
            {"chief": 9, "unit_head": 3, "department_head": 4},
            [("chief", "unit_head", "department_head")],
            id="a rest of two roles",
        ),
    ],
)
def test_part_collects_roles_until_eight(
    respondents: dict[str, int], roles: list[tuple[str, ...]]
) -> None:
    assert part(respondents) == tuple(Atom(atom) for atom in roles)


def test_groups_can_tell_that_all_in_one_have_answered():
    """The pages say so. Of a chief, 7 unit heads and 9 department heads, one has not answered."""
    above = [{"chief": 0, "unit_head": 7}, {"chief": 1, "unit_head": 6}]

    parted = {len(part({**heads, "department_head": 9})) for heads in above}
    parted_otherwise = len(part({"chief": 1, "unit_head": 7, "department_head": 8}))

    assert (parted, parted_otherwise) == ({1}, 2)


@pytest.mark.parametrize(
    ("invited", "k", "expected"),
    [
        ({"chief": 1, "unit_head": 6}, 5, True),
        ({"chief": 1, "unit_head": 5}, 5, False),
        ({"chief": 2, "unit_head": 4}, 5, True),
        ({"chief": 0, "unit_head": 1, "staff": 5}, 5, False),
        ({"staff": 6}, 5, True),
        ({"staff": 5}, 5, False),
        ({}, 5, False),
        ({"chief": 1, "unit_head": 7}, 7, False),
        ({"chief": 1, "unit_head": 8}, 7, True),
    ],
)
def test_can_be_confidential_needs_one_more_than_k_besides_the_head(
    invited: dict[str, int], k: int, expected: bool
) -> None:
    assert can_be_confidential(invited, k=k) is expected


@pytest.mark.parametrize(
    ("counts", "cell"),
    [
        ((1, 1, 1, 1, 0), FEW),
        ((1, 1, 1, 1, 1), Histogram((1, 1, 1, 1, 1), 2)),
        ((0, 0, 2, 3, 0), Histogram((0, 0, 2, 3, 0), 2)),
        ((0, 0, 1, 4, 0), NearlyAll(Where.UPPER, 5, 5)),
        ((0, 0, 4, 1, 0), NearlyAll(Where.LOWER, 5, 5)),
        ((1, 0, 0, 0, 18), NearlyAll(Where.UPPER, 19, 5)),
        ((1, 1, 0, 0, 17), Histogram((1, 1, 0, 0, 17), 2)),
        ((1, 1, 0, 0, 18), NearlyAll(Where.UPPER, 20, 5)),
        ((1, 4), NearlyAll(Where.SAME, 5, 2)),
        ((5, 0, 0), NearlyAll(Where.SAME, 5, 3)),
        ((0, 5, 1, 0), NearlyAll(Where.LOWER, 6, 4)),
        ((0, 1, 5, 0), NearlyAll(Where.UPPER, 6, 4)),
        ((0, 0, 5, 0, 0, 0), NearlyAll(Where.LOWER, 5, 6)),
        ((0, 0, 0, 5, 0, 0), NearlyAll(Where.UPPER, 5, 6)),
        ((0, 0, 0, 5, 0, 0, 0), NearlyAll(Where.LOWER, 5, 7)),
        ((0, 0, 0, 0, 5, 0, 0), NearlyAll(Where.UPPER, 5, 7)),
    ],
)
def test_publish_shows_counts_a_class_or_nothing(counts: tuple[int, ...], cell: Cell) -> None:
    published = one_goal(*counts, no_answer=2)

    assert published.cells(0) == (cell,)


def test_publish_with_k_raised_withholds_more() -> None:
    assert one_goal(2, 2, 2, k=6).cells(0) == (Histogram((2, 2, 2), 0),)
    assert one_goal(2, 2, 2, k=7).cells(0) == (FEW,)


def test_publish_one_atom_has_withheld_goals_in_the_forums_row() -> None:
    tallies = [[Tally((3, 3, 2), 0), Tally((2, 1, 1), 4), Tally((0, 8, 0), 0)]]

    published = publish(tallies, invited={"staff": 9}, respondents=8, levels=3, k=5)

    assert published == Published(
        atoms=((Histogram((3, 3, 2), 0), None, NearlyAll(Where.SAME, 8, 3)),),
        forum=(None, FEW, None),
    )


def test_publish_goal_with_few_ratings_in_one_atom_falls_back_to_the_forum() -> None:
    upper = [Tally((3, 3, 2), 0), Tally((1, 2, 1), 4), Tally((1, 0, 1), 6), Tally((0, 4, 0), 0)]
    lower = [Tally((8, 1, 0), 0), Tally((3, 3, 1), 2), Tally((1, 0, 1), 6), Tally((1, 8, 0), 0)]

    published = publish(
        [upper, lower],
        invited={"chief": 1, "unit_head": 9, "staff": 9},
        respondents=17,
        levels=3,
        k=5,
    )

    assert published == Published(
        atoms=(
            (Histogram((3, 3, 2), 0), None, None, None),
            (NearlyAll(Where.SAME, 9, 3), None, None, None),
        ),
        forum=(None, Histogram((4, 5, 2), 6), FEW, NearlyAll(Where.SAME, 13, 3)),
    )
    assert [published.cells(goal) for goal in range(4)] == [
        (Histogram((3, 3, 2), 0), NearlyAll(Where.SAME, 9, 3)),
        (Histogram((4, 5, 2), 6),),
        (FEW,),
        (NearlyAll(Where.SAME, 13, 3),),
    ]


@pytest.mark.parametrize(
    ("invited", "respondents", "k", "shown"),
    [
        ({"chief": 1, "unit_head": 6}, 6, 5, True),
        ({"chief": 1, "unit_head": 6}, 5, 5, False),
        ({"chief": 2, "unit_head": 6}, 5, 5, True),
        ({"chief": 0, "unit_head": 1, "staff": 6}, 5, 5, False),
        ({"staff": 6}, 5, 5, True),
        ({"chief": 1, "unit_head": 9}, 6, 6, False),
    ],
)
def test_publish_forum_needs_k_respondents_besides_the_head(
    invited: dict[str, int], respondents: int, k: int, shown: bool
) -> None:
    tally = Tally((3, 2), 0) if k == 5 else Tally((3, 3), 0)

    published = publish([[tally]], invited=invited, respondents=respondents, levels=2, k=k)

    cell = Histogram(tally.counts, 0)
    assert published == Published(
        atoms=((cell if shown else None,),), forum=(None if shown else FEW,)
    )


def test_publish_forum_that_is_too_small_withholds_every_goal() -> None:
    tallies = [[Tally((1, 1), 0)] * 3, [Tally((0, 3), 0)] * 3]

    published = publish(tallies, invited={"chief": 1, "unit_head": 6}, respondents=5, levels=2, k=5)

    assert published == Published(atoms=((None,) * 3,) * 2, forum=(FEW,) * 3)


def test_publish_without_goals_shows_nothing() -> None:
    assert publish(**valid_call(tallies=[[]])) == Published(atoms=((),), forum=())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"k": 4}, "k may be raised, never lowered below 5: 4"),
        ({"levels": 1}, "A scale has 2 to 7 levels: 1"),
        ({"levels": 8}, "A scale has 2 to 7 levels: 8"),
        ({"levels": 4}, "Every tally must have 4 levels"),
        ({"tallies": []}, "A forum has at least one atom"),
        ({"tallies": [[Tally((9, -1, 0), 0)]]}, "A count cannot be negative"),
        ({"tallies": [[Tally((1, 2, 3), -1)]]}, "A count cannot be negative"),
        ({"tallies": [[Tally((2, 2, 2), 3)]]}, "More answers than 8 respondents"),
        ({"tallies": [[Tally((2, 2, 2), 0)], []]}, "shorter"),
    ],
)
def test_publish_refuses_what_cannot_be(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        publish(**valid_call(**changes))


@pytest.mark.parametrize(
    ("where", "levels", "span"),
    [
        (Where.SAME, 2, (1, 2)),
        (Where.SAME, 3, (1, 3)),
        (Where.LOWER, 4, (1, 2)),
        (Where.UPPER, 4, (3, 4)),
        (Where.LOWER, 5, (1, 3)),
        (Where.UPPER, 5, (4, 5)),
        (Where.LOWER, 6, (1, 3)),
        (Where.UPPER, 6, (4, 6)),
        (Where.LOWER, 7, (1, 4)),
        (Where.UPPER, 7, (5, 7)),
    ],
)
def test_span_is_the_levels_of_the_class(where: Where, levels: int, span: tuple[int, int]) -> None:
    assert NearlyAll(where, 9, levels).span == span


def test_strays_is_one_or_a_tenth() -> None:
    assert [strays(n) for n in (5, 10, 19, 20, 29, 30, 60)] == [1, 1, 1, 2, 2, 3, 6]


@pytest.mark.parametrize(
    ("cell", "levels", "coded"),
    [
        (None, 5, None),
        (FEW, 5, "few"),
        (Histogram((0, 1, 2, 3, 0), 4), 5, [0, 1, 2, 3, 0, 4]),
        (NearlyAll(Where.UPPER, 11, 5), 5, "u11"),
        (NearlyAll(Where.LOWER, 5, 4), 4, "l5"),
        (NearlyAll(Where.SAME, 36, 3), 3, "s36"),
    ],
)
def test_encode_and_decode_are_each_others_inverse(
    cell: Cell | None, levels: int, coded: object
) -> None:
    assert encode(cell) == coded
    assert decode(coded, levels) == cell


@pytest.mark.parametrize(
    "junk",
    [
        "", "FEW", "u", "u05", "u4", "u-9", "u9 ", "x9", "s9", "9", "u9999999", "u٩",
        [], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7], [1, 1, 1, 1, 0, 9], [9, 0, 0, 0, -1, 0],
        [True, 2, 2, 2, 2, 2], [1.0, 2, 2, 2, 2, 2], ["1", 2, 2, 2, 2, 2], [None] * 6,
        0, 11, 3.5, True, {}, {"u": 11}, (2, 2, 2, 2, 2, 0), b"few",
    ],
)  # fmt: skip
def test_decode_refuses_junk(junk: object) -> None:
    with pytest.raises(ValueError, match="Not a"):
        decode(junk, 5)


@pytest.mark.parametrize("coded", ["u9", "l9"])
def test_decode_refuses_the_classes_of_longer_scales(coded: str) -> None:
    with pytest.raises(ValueError, match="Not a class of 3 levels"):
        decode(coded, 3)


@pytest.mark.parametrize("levels", [1, 8])
def test_decode_refuses_other_scales(levels: int) -> None:
    with pytest.raises(ValueError, match="A scale has 2 to 7 levels"):
        decode(None, levels)
