"""A line over the rounds, turned into coordinates."""

from itertools import pairwise

import pytest

from dashboards.queries.series import Line, Point
from dashboards.trends import BOTTOM, LEFT, MOST_DATES, RIGHT, TOP, multiple
from results.figures import Figure, Number, Range

pytestmark = pytest.mark.once


def point(figure: Figure | None, *, state: str = "shown", joined: bool = True) -> Point:
    return Point(state, figure, "3,6", "9 svar", joined=joined)


def line(*points: Point) -> Line:
    return Line("k", "Navn", 1, points, None, "", "", ended=False)


def drawn(
    *points: Point,
    levels: int = 5,
    editions: tuple[int, ...] | None = None,
    most_dates: int = MOST_DATES,
):
    return multiple(
        line(*points),
        levels=levels,
        titles=[f"runde {n}" for n in range(len(points))],
        editions=editions or (1,) * len(points),
        dates=[f"dag {n}" for n in range(len(points))],
        most_dates=most_dates,
    )


def test_line_goes_from_foot_to_top():
    chart = drawn(point(Number(1.0), joined=False), point(Number(5.0)))

    assert [mark.y for mark in chart.marks] == [f"{BOTTOM:.0f}", f"{TOP:.0f}"]
    assert chart.path.count("M") == 1


def test_line_breaks_at_a_range_a_gap_and_a_goal_that_is_not_the_same():
    chart = drawn(
        point(Number(3.0), joined=False),
        point(Range(3.7, 5.0), joined=False),
        point(Number(3.0), joined=False),
        point(None, state="withheld", joined=False),
        point(None, state="absent", joined=False),
        point(Number(3.0), joined=False),
    )

    assert chart.path == ""
    assert [mark.kind for mark in chart.marks] == ["dot", "bracket", "dot", "withheld", "dot"]


def test_new_edition_is_marked_between_its_rounds():
    chart = drawn(*[point(Number(3.0))] * 3, editions=(1, 1, 2))

    (x,) = chart.new_editions
    places = [float(mark.x) for mark in chart.marks]
    assert places[1] < float(x) < places[2]


@pytest.mark.parametrize("count", [1, 2, 3, 12, 40])
def test_rounds_stand_evenly_within_the_drawing(count):
    chart = drawn(*[point(Number(3.0))] * count)

    places = [float(mark.x) for mark in chart.marks]
    steps = {round(after - before) for before, after in pairwise(places)}
    assert places[0] >= LEFT
    assert places[-1] <= RIGHT
    assert not steps or max(steps) - min(steps) <= 1
    assert chart.small is (count > 12)


def test_each_mark_says_its_round_figure_and_answers():
    chart = drawn(point(Number(3.6), joined=False))

    assert chart.marks[0].title == "runde 0: 3,6, 9 svar"


def test_each_mark_has_its_exact_figure_beside_it_a_range_at_either_end():
    chart = multiple(
        line(
            point(Number(3.6), joined=False),
            Point("shown", Range(3.7, 5.0), "3,7–5,0", "9 svar", joined=False),
            point(None, state="withheld", joined=False),
        ),
        levels=5,
        titles=["a", "b", "c"],
        editions=(1, 1, 1),
        dates=["a", "b", "c"],
        most_dates=MOST_DATES,
    )

    dot, bracket, gap = chart.marks
    assert [text for _y, text in dot.labels] == ["3,6"]
    assert [text for _y, text in bracket.labels] == ["5,0", "3,7"]
    assert gap.labels == ()
    assert float(dot.labels[0][0]) < float(dot.y)


@pytest.mark.parametrize(("count", "named"), [(14, 14), (15, 8), (40, 14)])
def test_many_rounds_have_as_many_labels_as_there_is_room_for_and_the_newest_is_one(count, named):
    chart = drawn(*[point(Number(3.0))] * count)

    labels = [mark.labels for mark in chart.marks]
    assert sum(map(bool, labels)) == named
    assert labels[-1] != ()


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 8, 11, 12, 40])
def test_dates_stand_under_their_rounds_the_first_and_the_last_always(count):
    chart = drawn(*[point(Number(3.0))] * count)

    places = {f"dag {n}": mark.x for n, mark in enumerate(chart.marks)}
    assert all(places[text] == x for x, text in chart.dates)
    assert chart.dates[0][1] == "dag 0"
    assert chart.dates[-1][1] == f"dag {count - 1}"
    assert len(chart.dates) == len(set(chart.dates)) <= MOST_DATES
    assert len(chart.dates) == count or count > MOST_DATES
    xs = [float(x) for x, _text in chart.dates]
    assert all(after - before > 50 for before, after in pairwise(xs))


@pytest.mark.parametrize(("count", "dates"), [(1, ["dag 0"]), (3, ["dag 0", "dag 2"])])
def test_small_drawing_has_the_first_date_and_the_last(count, dates):
    chart = drawn(*[point(Number(3.0))] * count, most_dates=2)

    assert [text for _x, text in chart.dates] == dates
