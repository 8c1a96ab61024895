"""The sentences: what they may say of figures, and what never."""

from dataclasses import replace

import pytest

from dashboards import texts, words
from dashboards.queries.shown import GoalResult, Part, PillarResult
from results.disclosure import Cell, Histogram, NearlyAll, Where, Withheld
from results.figures import Change, Number, Range, agreement, forum_mean, spread
from tests.dashboards.sealed import HIGH, LOW, MIDDLE, SPLIT, UPPER, WITHHELD, counts
from tests.factories import LEVELS, MunicipalityFactory

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("in_english")]


def goal(cell: Cell, *, text: str = "We share", change: Change | None = None) -> GoalResult:
    whole = cell if isinstance(cell, Histogram) else None
    figure = forum_mean([cell])
    return GoalResult(
        pk=1,
        number=1,
        text=text,
        local="",
        pillar_name="",
        colour=1,
        parts=(Part("", cell, "", "", ""),),
        whole=whole,
        whole_text="",
        figure=figure,
        figure_text=texts.figure_text(figure) if figure else "",
        class_text="",
        n=None if isinstance(cell, Withheld) else cell.n,
        n_text="",
        spread=spread(whole) if whole else None,
        spread_text="",
        agreement=agreement(whole) if whole else None,
        silent=None,
        silent_text="",
        change=change,
        change_text="",
        comments=(),
    )


def pillar(
    name: str, figure, *, change: Change | None = None, goals: tuple[GoalResult, ...] = ()
) -> PillarResult:
    return PillarResult(
        number=1,
        code=name.lower(),
        name=name,
        description="",
        colour=1,
        figure=Number(figure) if isinstance(figure, float) else figure,
        figure_text="",
        basis_text="",
        silent_text="",
        change=change,
        change_text="",
        previous=None,
        goals=goals or (goal(MIDDLE),),
    )


def said(*pillars: PillarResult, compared: bool = False, levels: int = 5) -> list[str]:
    return list(
        words.summary(
            pillars,
            levels=levels,
            pillar_words="pillars",
            goal_words="actions",
            compared=compared,
        )
    )


# --- how high -----------------------------------------------------------------------------------


def test_height_names_the_pillar_that_is_clearly_highest():
    sentences = said(pillar("A", 3.9), pillar("B", 3.5), pillar("C", 3.2))

    assert sentences == ["You have come furthest with <em>A</em> (3.9 of 5)."]


def test_height_names_two_that_stand_together_above_the_rest():
    sentences = said(pillar("A", 3.9), pillar("B", 3.8), pillar("C", 3.2))

    assert sentences == [
        "You have come furthest with <em>A</em> and <em>B</em> (3.9 and 3.8 of 5)."
    ]


def test_height_says_that_pillars_lie_close():
    sentences = said(pillar("A", 3.6), pillar("B", 3.5), pillar("C", 3.4))

    assert sentences == ["The three pillars lie close (3.4–3.6)."]


def test_height_of_an_even_row_names_nobody():
    sentences = said(pillar("A", 3.9), pillar("B", 3.7), pillar("C", 3.5), pillar("D", 3.3))

    assert sentences == ["The four pillars lie between 3.3 and 3.9."]


def test_height_leaves_ranges_and_withheld_out_and_says_so():
    sentences = said(
        pillar("A", 3.9), pillar("B", 3.2), pillar("C", Range(3.5, 4.4)), pillar("D", None)
    )

    assert sentences == [
        "Of the two pillars with one figure, you have come furthest with <em>A</em> (3.9 of 5)."
    ]


def test_height_of_fewer_than_two_figures_is_not_told():
    assert said(pillar("A", 3.9), pillar("B", Range(2.0, 3.0))) == []


def test_height_needs_more_where_few_answered():
    few = (goal(counts(0, 1, 3, 1, 0)),)

    sentences = said(pillar("A", 3.85, goals=few), pillar("B", 3.5, goals=few))

    assert sentences == ["The two pillars lie close (3.5–3.9)."]


def test_pillars_with_one_figure_are_said_to_lie_close_round_it():
    assert said(pillar("A", 3.32), pillar("B", 3.28)) == ["The two pillars lie close (3.3)."]


def test_height_step_is_exact_in_spite_of_binary_fractions():
    assert said(pillar("A", 3.9), pillar("B", 3.6)) == [
        "You have come furthest with <em>A</em> (3.9 of 5)."
    ]


# --- where you differ ---------------------------------------------------------------------------


def test_difference_tells_both_ends_and_asks():
    sentences = said(pillar("A", 3.0, goals=(goal(SPLIT, text="We see it"), goal(MIDDLE))))

    assert sentences == [
        "You differ most on <em>We see it</em>: 4 answers at the high end, 4 at the low. "
        "What does each of you see when it succeeds?"
    ]


def test_difference_without_two_ends_tells_no_counts():
    lopsided = counts(1, 0, 3, 1, 4)

    sentences = said(pillar("A", 3.0, goals=(goal(lopsided, text="We see it"),)))

    assert sentences == [
        "You differ most on <em>We see it</em>. What does each of you see when it succeeds?"
    ]


def test_difference_of_a_parted_goal_is_left_to_the_bars():
    apart = replace(goal(SPLIT), whole=None)

    assert said(pillar("A", 3.0, goals=(apart,))) == []


def test_goal_names_are_escaped():
    sentences = said(pillar("A", 3.0, goals=(goal(SPLIT, text="<b>We</b>"),)))

    assert "<b>" not in sentences[0]
    assert "&lt;b&gt;We" in sentences[0]


# --- what moved ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change(0.6, True), "Since last time <em>A</em> has moved up (+0.6)."),
        (
            Change(-0.5, True),
            "<em>A</em> is lower than last time (−0.5). What has happened?",
        ),
        (Change(0.6, False), "No clear changes since last time."),
    ],
)
def test_movement_of_a_pillar(change, sentence):
    assert said(pillar("A", 3.0, change=change), compared=True) == [sentence]


def test_movement_takes_the_largest_clear_change():
    sentences = said(
        pillar("A", None, change=Change(0.9, False)),
        pillar("B", None, change=Change(0.4, True)),
        pillar("C", None, change=Change(-0.5, True)),
        compared=True,
    )

    assert sentences == ["<em>C</em> is lower than last time (−0.5). What has happened?"]


def test_movement_of_a_goal_where_no_pillar_moved_clearly():
    moved = goal(MIDDLE, text="We ask", change=Change(0.9, True))

    sentences = said(pillar("A", None, change=Change(0.1, False), goals=(moved,)), compared=True)

    assert sentences == ["Since last time <em>We ask</em> has moved up (+0.9)."]


def test_movement_is_not_mentioned_where_nothing_could_be_compared():
    assert said(pillar("A", None), compared=True) == []
    assert said(pillar("A", None, change=Change(1.0, True))) == []


def test_summary_is_at_most_three_sentences():
    sentences = said(
        pillar("A", 4.0, goals=(goal(SPLIT),), change=Change(0.6, True)),
        pillar("B", 3.0),
        compared=True,
    )

    assert len(sentences) == 3


# --- how alike ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ((HIGH, LOW), "On all actions, nearly all of you answered alike. "),
        ((HIGH, WITHHELD, HIGH), "On 2 of 3 actions, nearly all of you answered alike. "),
    ],
)
def test_likeness_is_told_without_a_level_where_nothing_else_can_be(cells, sentence):
    told = said(pillar("A", Range(3.0, 5.0), goals=tuple(goal(cell) for cell in cells)))

    assert told == [sentence + "Are you thinking of the same when you answer?"]


def test_likeness_is_not_told_beside_a_height_or_a_difference():
    near = pillar("A", 3.9, goals=(goal(HIGH),))

    assert len(said(near, pillar("B", 3.2))) == 1
    assert len(said(replace(near, goals=(goal(HIGH), goal(SPLIT))))) == 1
    assert not said(pillar("A", 3.9, goals=(goal(MIDDLE),)))


# --- what to talk about -------------------------------------------------------------------------


def test_differing_holds_three_goals_with_a_question_each():
    goals = [goal(SPLIT, text=str(number)) for number in range(4)]

    rows = words.differing(goals, LEVELS)

    assert [row.goal.text for row in rows] == ["0", "1", "2"]
    assert len({row.question for row in rows}) == 3


def test_differing_begins_with_the_widest_and_leaves_agreement_out():
    wide = goal(counts(4, 0, 0, 0, 5), text="wide")

    rows = words.differing([goal(MIDDLE), goal(SPLIT, text="split"), wide], LEVELS)

    assert [row.goal.text for row in rows] == ["wide", "split"]


def test_differing_tells_how_far_answers_reach_where_one_end_is_thin():
    rows = words.differing([goal(counts(1, 0, 3, 1, 4))], LEVELS)

    assert rows[0].fact == "The answers reach from Slet ikke to I meget høj grad"


def test_alike_tells_a_near_unanimous_goal_by_its_class_and_first():
    rows = words.alike([goal(MIDDLE), goal(HIGH), goal(LOW)], LEVELS)

    assert [row.fact for row in rows] == [
        "Nearly all answers are high (I høj grad or I meget høj grad)",
        "Nearly all answers are in the same place – at I nogen grad or below",
        "3.0 of 5, and the answers lie close",
    ]


def test_alike_asks_by_height():
    high, middle = words.alike([goal(UPPER), goal(MIDDLE)], LEVELS)

    assert high.question == "What do you do when it succeeds?"
    assert middle.question == "What would make it succeed more often?"


def test_lists_leave_withheld_and_parted_goals_out():
    parted = replace(goal(SPLIT), whole=None, agreement=None)

    assert words.differing([goal(WITHHELD), parted], LEVELS) == ()
    assert words.alike([goal(WITHHELD), parted], LEVELS) == ()


# --- one figure ---------------------------------------------------------------------------------


def test_figure_text():
    assert texts.figure_text(Number(3.64)) == "3.6"
    assert texts.figure_text(Number(3.65 - 1e-12)) == "3.7"
    assert texts.figure_text(Range(3.727, 5.0)) == "3.7–5.0"


def test_class_text_of_every_class():
    six = [*LEVELS, "Fuldt ud"]

    assert texts.class_text(HIGH, LEVELS) == (
        "Nearly all answers are high (I høj grad or I meget høj grad)"
    )
    assert texts.class_text(NearlyAll(Where.UPPER, 9, 6), six) == (
        "Nearly all answers are high (I høj grad, I meget høj grad or Fuldt ud)"
    )
    assert texts.class_text(NearlyAll(Where.SAME, 9, 3), LEVELS[:3]) == (
        "Nearly everybody answered alike"
    )


def test_cell_text_tells_all_or_nothing():
    full = texts.cell_text(counts(0, 1, 2, 3, 4, no_answer=1), LEVELS, 5)

    assert full == (
        "Slet ikke: 0, I mindre grad: 1, I nogen grad: 2, I høj grad: 3, I meget høj grad: 4, "
        "do not know: 1"
    )
    assert texts.cell_text(WITHHELD, LEVELS, 6) == "Not shown: fewer than 6 answers"


def test_silent_text():
    assert texts.silent_text(Range(3.1, 3.9), 0) == "All who were invited have answered."
    assert texts.silent_text(Range(3.1, 3.9), 1) == (
        "The one who did not answer can at most move the figure to between 3.1 and 3.9."
    )
    assert texts.silent_text(Range(3.1, 3.9), 2) == (
        "The two who did not answer can at most move the figure to between 3.1 and 3.9."
    )
    assert texts.silent_text(Range(3.1, 3.9), None) == (
        "Those who did not answer can at most move the figure to between 3.1 and 3.9."
    )
    assert texts.silent_text(None, 2) == ""


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        (0, "as last time"),
        (1, "one step up since last time"),
        (-2, "two steps down since last time"),
    ],
)
def test_steps_text(steps, text):
    assert texts.steps_text(steps) == text


@pytest.mark.parametrize(
    ("delta", "text"), [(None, ""), (0.04, "as last time"), (0.5, "+0.5 since last time")]
)
def test_shared_change_text(delta, text):
    assert texts.shared_change_text(delta) == text


def test_change_text_of_what_may_be_chance_has_no_number():
    assert texts.change_text(Change(0.7, False)) == "no clear change"
    assert texts.change_text(Change(0.7, True)) == "+0.7 since last time"
    assert texts.change_text(None) == ""


def test_counted_writes_small_numbers_as_words():
    assert [texts.counted(2), texts.counted(10), texts.counted(11)] == ["two", "ten", "11"]


@pytest.mark.parametrize(
    ("roles", "name"),
    [
        (["chief", "unit_head"], "Aftaleholdere and chef"),
        (["chief", "unit_head", "department_head"], "Aftaleholdere, afdelingsledere and chef"),
        (["unit_head", "department_head"], "Aftaleholdere and afdelingsledere"),
        (["chief"], "Chefer"),
    ],
)
def test_group_name_uses_the_municipalitys_words(roles, name):
    assert texts.group_name(roles, MunicipalityFactory.build()) == name
