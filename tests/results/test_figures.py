"""The figures, against an independent oracle's (`tools/oracle.py`) and case by case."""

import json
from pathlib import Path
from typing import Any

import pytest

from results import figures
from results.disclosure import Cell, Histogram, NearlyAll, Reason, Where, Withheld
from results.figures import (
    Change,
    Figure,
    Number,
    Range,
    agreement,
    change,
    combine,
    forum_mean,
    goal_mean,
    pillar_change,
    pillar_mean,
    silent_range,
    spread,
)

pytestmark = pytest.mark.once

ORACLE = json.loads((Path(__file__).parent / "oracle.json").read_text(encoding="utf-8"))

FEW = Withheld(Reason.TOO_FEW)
HIGH = NearlyAll(Where.UPPER, 11, 5)


def full(*counts: int, no_answer: int = 0) -> Histogram:
    return Histogram(counts, no_answer)


def exactly(value: float) -> Any:
    return pytest.approx(value, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("goal", ORACLE["goals"])
def test_figures_of_a_goal_are_the_oracles(goal: dict[str, Any]) -> None:
    histogram = full(*goal["counts"])
    low, high = goal["with_three_silent"]

    assert goal_mean(histogram) == Number(exactly(goal["mean"]))
    assert spread(histogram) == exactly(goal["spread"])
    assert agreement(histogram) == exactly(goal["agreement"])
    assert silent_range([histogram], 3) == Range(exactly(low), exactly(high))


@pytest.mark.parametrize("goal", ORACLE["goals"])
def test_agreement_differs_from_that_of_a_sample_by_the_divisor_only(goal: dict[str, Any]) -> None:
    histogram = full(*goal["counts"])

    as_sample = 1 - (1 - agreement(histogram)) * histogram.n / (histogram.n - 1)

    assert as_sample == exactly(goal["agreement_of_a_sample"])


@pytest.mark.parametrize("pillar", ORACLE["several_goals"])
def test_figures_of_several_goals_are_the_oracles(pillar: dict[str, Any]) -> None:
    histograms = [full(*counts) for counts in pillar["counts"]]

    assert agreement(*histograms) == exactly(pillar["agreement"])
    assert pillar_mean([goal_mean(goal) for goal in histograms]) == Number(
        exactly(pillar["pillar_mean"])
    )
    assert forum_mean(histograms) == Number(exactly(pillar["forum_mean"]))


@pytest.mark.parametrize("case", ORACLE["ranges"])
def test_goal_mean_of_a_class_is_the_range_the_oracle_found(case: dict[str, Any]) -> None:
    cell = NearlyAll(Where(case["where"]), case["n"], case["levels"])
    low, high = case["range"]

    assert goal_mean(cell) == Range(exactly(low), exactly(high))


@pytest.mark.parametrize("case", ORACLE["changes"])
def test_change_is_the_oracles(case: dict[str, Any]) -> None:
    before, after = case["invited"]

    found = change(
        full(*case["before"]), full(*case["after"]), invited_before=before, invited_after=after
    )

    assert found == Change(exactly(case["delta"]), case["clear"])


@pytest.mark.parametrize("case", ORACLE["changes"])
def test_half_width_is_the_oracles(case: dict[str, Any]) -> None:
    half_width = figures._half_width(full(*case["before"]), full(*case["after"]), *case["invited"])

    assert half_width == pytest.approx(case["half_width"], rel=5e-4)


@pytest.mark.parametrize(("degrees", "point"), ORACLE["student"])
def test_student_is_the_oracles_within_a_thousandth(degrees: int, point: float) -> None:
    assert figures._student(degrees) == pytest.approx(point, abs=1e-3)


@pytest.mark.parametrize(
    ("cell", "figure"),
    [
        (full(1, 0, 3, 4, 2, no_answer=5), Number(3.6)),
        (NearlyAll(Where.UPPER, 11, 5), Range(41 / 11, 5.0)),
        (NearlyAll(Where.LOWER, 10, 5), Range(1.0, 3.2)),
        (NearlyAll(Where.SAME, 6, 3), Range(1.0, 3.0)),
        (FEW, None),
        (None, None),
    ],
)
def test_goal_mean_is_a_number_a_range_or_nothing(cell: Cell | None, figure: Figure | None) -> None:
    assert goal_mean(cell) == figure


@pytest.mark.parametrize(
    ("cells", "figure"),
    [
        ([full(2, 2, 4), full(0, 4, 8)], Number(2.5)),
        ([full(0, 0, 2, 3, 4), HIGH], Range((38 + 41) / 20, (38 + 55) / 20)),
        ([HIGH, HIGH], Range(41 / 11, 5.0)),
        ([full(2, 2, 4), FEW], None),
        ([full(2, 2, 4), None], None),
        ([FEW], None),
        ([], None),
    ],
)
def test_forum_mean_weighs_atoms_by_their_ratings(
    cells: list[Cell | None], figure: Figure | None
) -> None:
    assert forum_mean(cells) == figure


@pytest.mark.parametrize(
    ("cells", "silent", "expected"),
    [
        ([full(0, 0, 5, 4, 0)], 2, Range(3.0, 41 / 11)),
        ([full(0, 0, 5, 4, 0)], 0, Range(31 / 9, 31 / 9)),
        ([HIGH], 2, Range(43 / 13, 5.0)),
        ([HIGH, full(0, 0, 5, 4, 0)], 1, Range((41 + 31 + 1) / 21, (55 + 31 + 5) / 21)),
        ([HIGH, FEW], 2, None),
        ([FEW], 2, None),
    ],
)
def test_silent_range_is_where_the_silent_could_move_the_mean(
    cells: list[Cell | None], silent: int, expected: Range | None
) -> None:
    assert silent_range(cells, silent) == expected


@pytest.mark.parametrize(
    ("cells", "histogram"),
    [
        ([full(3, 3, 2, no_answer=1), full(4, 4, 1, no_answer=2)], full(7, 7, 3, no_answer=3)),
        ([full(3, 3, 2)], full(3, 3, 2)),
        ([full(3, 3, 2), NearlyAll(Where.SAME, 9, 3)], None),
        ([FEW], None),
        ([None], None),
        ([], None),
    ],
)
def test_combine_sums_atoms_only_if_all_are_in_full(
    cells: list[Cell | None], histogram: Histogram | None
) -> None:
    assert combine(cells) == histogram


@pytest.mark.parametrize(
    ("goals", "figure"),
    [
        ([Number(3.0), Number(4.0)], Number(3.5)),
        ([Number(3.0), None, Number(4.0)], Number(3.5)),
        ([Number(3.0), Range(3.5, 5.0)], Range(3.25, 4.0)),
        ([Range(1.0, 3.0), Range(3.5, 5.0), None], Range(2.25, 4.0)),
        ([None, None], None),
        ([], None),
    ],
)
def test_pillar_mean_is_the_mean_of_the_goals_that_have_one(
    goals: list[Figure | None], figure: Figure | None
) -> None:
    assert pillar_mean(goals) == figure


def test_agreement_is_one_when_alike_zero_when_uniform_and_negative_in_two_camps() -> None:
    found = [agreement(full(0, 6, 0, 0, 0)), agreement(full(2, 2, 2, 2, 2))]

    assert [*found, agreement(full(4, 0, 0, 0, 4))] == [1.0, 0.0, -1.0]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            full(0, 0, 5, 5, 0), full(0, 0, 2, 8, 0), Change(0.3, True), id="0.3 of 5 levels"
        ),
        pytest.param(full(0, 0, 2, 8, 0), full(0, 0, 5, 5, 0), Change(-0.3, True), id="and down"),
        pytest.param(
            full(0, 0, 5, 5, 0), full(0, 0, 3, 7, 0), Change(0.2, False), id="less than 0.3"
        ),
        pytest.param(
            full(0, 0, 4, 2, 0), full(0, 0, 2, 4, 0), Change(1 / 3, True), id="2 / n exactly"
        ),
        pytest.param(
            full(0, 4, 1, 1, 0), full(1, 1, 2, 2, 0), Change(1 / 3, True), id="2 / n of thirds"
        ),
        pytest.param(
            full(0, 0, 3, 2, 0), full(0, 0, 3, 7, 0), Change(0.3, False), id="the smaller n"
        ),
        pytest.param(full(5, 5), full(4, 6), Change(0.1, False), id="short scale: two people"),
        pytest.param(full(20, 20), full(16, 24), Change(0.1, True), id="short scale: 0.075"),
        pytest.param(full(3, 3, 3), full(3, 3, 3, 3), None, id="other scale"),
        pytest.param(full(3, 3, 3, 1, 1), HIGH, None, id="near-unanimous now"),
        pytest.param(HIGH, full(3, 3, 3, 1, 1), None, id="near-unanimous then"),
        pytest.param(FEW, full(3, 3, 3, 1, 1), None, id="withheld then"),
        pytest.param(None, full(3, 3, 3, 1, 1), None, id="not measured then"),
    ],
)
def test_change_when_everybody_answered_needs_a_step_and_two_people(
    before: Cell | None, after: Cell | None, expected: Change | None
) -> None:
    everybody = [cell.n if isinstance(cell, Histogram) else 11 for cell in (before, after)]

    found = change(before, after, invited_before=everybody[0], invited_after=everybody[1])

    assert found == expected


def test_change_when_many_were_silent_is_not_clear() -> None:
    before, after = full(1, 2, 3, 2, 1), full(1, 1, 2, 2, 3)

    everybody = change(before, after, invited_before=9, invited_after=9)
    half = change(before, after, invited_before=18, invited_after=18)

    assert everybody == Change(exactly(5 / 9), True)
    assert half == Change(exactly(5 / 9), False)


def test_change_refuses_more_ratings_than_invited() -> None:
    with pytest.raises(ValueError, match="9 ratings of 8 invited"):
        change(full(3, 3, 3), full(3, 3, 3), invited_before=9, invited_after=8)


def test_pillar_change_is_the_difference_of_the_pillars_means() -> None:
    goals = [(full(0, 0, 5, 5, 0), full(0, 0, 3, 7, 0)), (full(0, 5, 5, 0, 0), full(0, 1, 9, 0, 0))]

    found = pillar_change(goals, invited_before=10, invited_after=10)

    assert found == Change(0.3, True)


@pytest.mark.parametrize(
    ("steady_after", "steady", "both"),
    [
        (full(0, 0, 2, 8, 0), Change(0.3, True), Change(exactly(0.4), False)),
        (full(0, 0, 1, 9, 0), Change(0.4, True), Change(exactly(0.45), True)),
    ],
)
def test_pillar_change_takes_the_mean_of_the_goals_half_widths(
    steady_after: Histogram, steady: Change, both: Change
) -> None:
    goals = [
        (full(0, 0, 5, 5, 0), steady_after),
        (full(3, 1, 1, 2, 3), full(1, 1, 2, 3, 3)),
    ]

    alone = [change(*goal, invited_before=12, invited_after=12) for goal in goals]
    pillar = pillar_change(goals, invited_before=12, invited_after=12)

    assert alone == [steady, Change(exactly(0.5), False)]
    assert pillar == both


@pytest.mark.parametrize(
    "odd", [(FEW, full(3, 3, 3)), (full(3, 3, 3), None), (full(3, 3, 3), full(3, 3, 3, 3))]
)
def test_pillar_change_needs_every_goal_in_full_on_one_scale(
    odd: tuple[Cell | None, Cell | None],
) -> None:
    goals = [(full(9, 0, 0), full(0, 0, 9)), odd]

    assert pillar_change(goals, invited_before=20, invited_after=20) is None


def test_pillar_change_without_goals_is_nothing() -> None:
    assert pillar_change([], invited_before=9, invited_after=9) is None
