"""What the pages are made of: every figure is a function of what was published."""

from datetime import UTC, datetime, timedelta

import pytest

from assessments.enums import EditionStatus
from assessments.models import Round, RoundForum
from dashboards.queries.editions import GoalPair, load_editions
from dashboards.queries.orders import Order, arrange, chosen_order
from dashboards.queries.result import forum_result
from dashboards.queries.shared import shared_result
from results.disclosure import NearlyAll, Where
from results.figures import Number, Range
from tests.dashboards.sealed import (
    HIGH,
    LOW,
    MIDDLE,
    SPLIT,
    UPPER,
    WITHHELD,
    a_goal_dropped,
    counts,
    goals_of,
    one_group,
    sealed,
    shared_round,
    two_scales,
)
from tests.factories import (
    CommentFactory,
    EditionFactory,
    ForumFactory,
    FrameworkFactory,
    GoalFactory,
    MembershipFactory,
    PillarFactory,
)
from tests.worlds import open_round_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
CLOSED = datetime(2026, 5, 22, 14, tzinfo=UTC)
EARLIER = CLOSED - timedelta(days=180)
NOW = CLOSED + timedelta(days=60)


@pytest.fixture
def forum():
    return ForumFactory()


def whole(pk: int) -> RoundForum:
    return RoundForum.objects.whole().get(pk=pk)


def result_of(row: RoundForum):
    shown = forum_result(whole(row.pk), NOW)
    assert shown is not None
    return shown


# --- a confidential result ----------------------------------------------------------------------


def test_result_of_a_goal_in_full(forum, edition):
    cells = one_group(counts(0, 1, 2, 3, 2, no_answer=1), MIDDLE, MIDDLE, MIDDLE)

    goal = result_of(sealed(forum, edition, cells, closed=CLOSED)).goals[0]

    assert (goal.figure_text, goal.n_text, goal.spread_text) == ("3.8", "8 answers", "1.0")
    assert goal.silent_text == (
        "The two who did not answer can at most move the figure to between 3.2 and 4.0."
    )


def test_result_of_a_near_unanimous_goal_tells_its_class_alone(forum, edition):
    shown = result_of(sealed(forum, edition, one_group(HIGH, MIDDLE, LOW, MIDDLE), closed=CLOSED))

    goal = shown.goals[0]
    assert goal.figure == Range(33 / 9, 5.0)
    assert goal.figure_text == "3.7–5.0"
    assert goal.class_text == "Nearly all answers are high (I høj grad or I meget høj grad)"
    assert (goal.whole, goal.spread, goal.agreement, goal.silent_text, goal.change) == (
        None,
        None,
        None,
        "",
        None,
    )
    assert isinstance(shown.pillars[0].figure, Range)


def test_result_of_a_withheld_goal_tells_its_reason_alone(forum, edition):
    shown = result_of(
        sealed(forum, edition, one_group(WITHHELD, MIDDLE, MIDDLE, MIDDLE), closed=CLOSED)
    )

    goal = shown.goals[0]
    assert goal.figure_text == "Not shown: fewer than 5 answers"
    assert (goal.figure, goal.n, goal.n_text, goal.spread_text) == (None, None, "", "")
    assert shown.withheld == (goal,)
    assert shown.pillars[0].figure == Number(3.0)


def test_result_names_the_threshold_of_its_own_time(forum, edition):
    round_forum = sealed(forum, edition, one_group(WITHHELD, MIDDLE, MIDDLE, MIDDLE), closed=CLOSED)
    Round.objects.update(smallest_group=6)
    round_forum.round.refresh_from_db()

    assert result_of(round_forum).goals[0].figure_text == "Not shown: fewer than 6 answers"


def test_result_with_everything_withheld(forum, edition):
    shown = result_of(sealed(forum, edition, {0: (["unit_head"], [WITHHELD] * 4)}, closed=CLOSED))

    assert shown.everything_withheld
    assert {goal.figure_text for goal in shown.goals} == {"Not shown: too few answered"}
    assert [pillar.figure for pillar in shown.pillars] == [None, None]


def test_result_parted_in_groups_sums_them_only_where_all_are_in_full(forum, edition):
    rows = {
        0: (["chief", "unit_head", "department_head"], [None, None, UPPER, None]),
        1: (["chief", "unit_head"], [MIDDLE, HIGH, None, MIDDLE]),
        2: (["department_head"], [MIDDLE, MIDDLE, None, UPPER]),
    }

    shown = result_of(sealed(forum, edition, rows, closed=CLOSED, invited=36))

    first, second, third, fourth = shown.goals
    assert first.whole == counts(0, 4, 10, 4, 0)
    assert [part.name for part in first.parts] == ["Aftaleholdere and chef", "Afdelingsledere"]
    assert (second.whole, second.parted) == (None, True)
    assert second.figure == Range((33 + 27) / 18, (45 + 27) / 18)
    assert third.whole == UPPER
    assert [part.name for part in third.parts] == [""]
    assert fourth.n == 18
    assert shown.group_names == ("Aftaleholdere and chef", "Afdelingsledere")
    assert [[figure.text for figure in row.figures] for row in shown.group_rows] == [
        ["3.3–4.0", "3.0"],
        ["3.0", "4.0"],
    ]
    assert shown.group_rows[1].figures[0].basis_text == "from 1 of 2 mål"


def test_result_says_from_how_many_goals_a_pillar_s_figure_is_made(forum, edition):
    rows = one_group(MIDDLE, WITHHELD, WITHHELD, WITHHELD)

    shown = result_of(sealed(forum, edition, rows, closed=CLOSED))

    assert [pillar.basis_text for pillar in shown.pillars] == ["from 1 of 2 mål", ""]


def test_result_says_how_far_those_who_did_not_answer_could_move_a_pillar(forum, edition):
    skipped = counts(0, 1, 2, 4, 1)
    rows = one_group(MIDDLE, UPPER, UPPER, skipped)

    pillars = result_of(sealed(forum, edition, rows, closed=CLOSED)).pillars

    assert [pillar.silent_text for pillar in pillars] == [
        "The two who did not answer can at most move the figure to between 3.0 and 3.8.",
        "Those who did not answer can at most move the figure to between 3.2 and 4.1.",
    ]


def test_result_does_not_say_how_far_a_pillar_that_is_a_range_could_move(forum, edition):
    rows = one_group(MIDDLE, HIGH, WITHHELD, WITHHELD)

    pillars = result_of(sealed(forum, edition, rows, closed=CLOSED)).pillars

    assert [pillar.silent_text for pillar in pillars] == ["", ""]


def test_result_of_a_group_has_its_answers_and_how_far_the_rest_could_move_it(forum, edition):
    rows = {
        1: (["chief", "unit_head"], [MIDDLE, counts(0, 1, 2, 4, 1), MIDDLE, HIGH]),
        2: (["department_head"], [MIDDLE] * 4),
    }

    shown = result_of(sealed(forum, edition, rows, closed=CLOSED, invited=22))

    first, second = shown.group_rows
    assert [figure.n_text for figure in first.figures] == ["8–9 answers", "9 answers"]
    assert [figure.silent_text for figure in first.figures] == ["2.8–3.7", "2.6–3.4"]
    assert [figure.silent_text for figure in second.figures] == ["", "2.6–3.4"]
    assert shown.goals[0].parts[0].silent_text == (
        "The two who did not answer can at most move the figure to between 2.6 and 3.4."
    )


def test_result_of_a_pillar_that_no_group_shows(forum, edition):
    rows = {
        0: (["chief", "unit_head", "department_head"], [None, None, MIDDLE, MIDDLE]),
        1: (["chief", "unit_head"], [MIDDLE, MIDDLE, None, None]),
        2: (["department_head"], [MIDDLE, MIDDLE, None, None]),
    }

    shown = result_of(sealed(forum, edition, rows, closed=CLOSED, invited=36))

    assert [figure.text for figure in shown.group_rows[1].figures] == [
        "shown for the forum as a whole"
    ] * 2


def test_result_of_one_group_has_no_groups(forum, edition):
    rows = {
        0: (["chief", "unit_head"], [MIDDLE, None, None, None]),
        1: (["chief", "unit_head"], [None, MIDDLE, MIDDLE, MIDDLE]),
    }

    shown = result_of(sealed(forum, edition, rows, closed=CLOSED))

    assert (shown.group_names, shown.group_rows) == ((), ())


def test_result_that_was_lost_is_none(forum, edition):
    row = sealed(forum, edition, {}, closed=CLOSED)

    assert forum_result(whole(row.pk), NOW) is None


def test_groups_do_not_say_that_a_pillar_is_shown_which_is_withheld(forum, edition):
    rows = {
        0: (["unit_head", "department_head"], [WITHHELD, WITHHELD, None, None]),
        1: (["unit_head"], [None, None, MIDDLE, MIDDLE]),
        2: (["department_head"], [None, None, MIDDLE, MIDDLE]),
    }
    row = sealed(forum, edition, rows, closed=CLOSED, invited=30)

    withheld, _shown = result_of(row).group_rows

    assert {figure.text for figure in withheld.figures} == {"Not shown: fewer than 5 answers"}


def test_result_has_its_comments_in_the_order_of_their_text(forum, edition):
    row = sealed(forum, edition, one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE), closed=CLOSED)
    goal = goals_of(edition)[1]
    for text in ("b", "a"):
        CommentFactory(round=row.round, forum=forum, goal=goal, text=text)
    CommentFactory(round=row.round, goal=goal, text="another forum's")

    shown = result_of(row)

    assert [each.comments for each in shown.goals] == [(), ("a", "b"), (), ()]


def test_result_has_its_comments_in_danish_order_whatever_the_database_thinks(forum, edition):
    row = sealed(forum, edition, one_group(*[SPLIT] * 4), closed=CLOSED)
    goal = goals_of(edition)[0]
    in_order = ("alle er med", "Bil og båd", "en ting", "Zebra", "Æble", "åben dør")
    for text in reversed(in_order):
        CommentFactory(round=row.round, forum=forum, goal=goal, text=text)

    shown = result_of(row)

    assert shown.goals[0].comments == in_order


def test_result_is_the_same_whatever_lay_behind_a_class(edition):
    """Through the real seal: neither level nor counts of a near-unanimous goal come out."""
    shown = [_sealed_with(edition, values) for values in ([4] * 9, [5] * 8 + [1], [4] * 8 + [None])]

    assert shown[0] == shown[1]
    assert shown[2].goals[0].figure_text == "3.6–5.0"
    assert {goal.class_text for result in shown for goal in result.goals} == {
        "Nearly all answers are high (I høj grad or I meget høj grad)"
    }


def test_result_is_the_same_whatever_lay_behind_a_withheld_goal(edition):
    shown = [
        _sealed_with(edition, values)
        for values in ([1] * 4 + [None] * 5, [5, 4, 3] + [None] * 6, [None] * 9)
    ]

    assert shown[0] == shown[1] == shown[2]


def _sealed_with(edition, values):
    """Nine members, each with one value for every goal; None is "ved ikke"."""
    forum = ForumFactory(municipality__smallest_group=5)
    MembershipFactory.create_batch(9, forum=forum)
    opened = open_round_of(forum, edition=edition, days_ago=30)
    opened.answer(values)
    now = opened.seal()
    result = forum_result(whole(opened.round_forum.pk), now)
    assert result is not None
    return result


# --- the round compared with --------------------------------------------------------------------


def test_change_is_the_difference_to_the_last_comparable_round(forum, edition):
    sealed(forum, edition, one_group(SPLIT, MIDDLE, HIGH, MIDDLE), closed=EARLIER)
    row = sealed(forum, edition, one_group(UPPER, MIDDLE, MIDDLE, MIDDLE), closed=CLOSED, invited=9)

    shown = result_of(row)

    assert shown.compared_with == EARLIER
    assert [goal.change_text for goal in shown.goals] == [
        "+1.0 since last time",
        "no clear change",
        "",
        "no clear change",
    ]
    assert [pillar.change is None for pillar in shown.pillars] == [False, True]
    assert shown.pillars[0].previous == pytest.approx(3.0)


@pytest.mark.parametrize(
    "fields",
    [
        {"released": False, "closed": CLOSED - timedelta(days=1)},
        {"results_open_at": NOW + timedelta(days=1)},
        {"kind": "shared"},
        {"closed": CLOSED + timedelta(days=1)},
    ],
    ids=["not released", "not open", "other kind", "later"],
)
def test_change_is_never_to_a_round_that_some_may_not_see(forum, edition, fields):
    given = {"closed": EARLIER} | fields
    earlier = sealed(forum, edition, one_group(SPLIT, SPLIT, SPLIT, SPLIT), **given)
    if not given.get("released", True):
        RoundForum.objects.filter(pk=earlier.pk).update(releases_itself_at=NOW + timedelta(days=1))
    row = sealed(forum, edition, one_group(UPPER, UPPER, UPPER, UPPER), closed=CLOSED)

    shown = result_of(row)

    assert shown.compared_with is None
    assert {goal.change_text for goal in shown.goals} == {""}


def test_change_is_never_to_another_framework_or_another_forum(forum, edition):
    cells = one_group(SPLIT, SPLIT, SPLIT, SPLIT)
    sealed(forum, EditionFactory(), cells, closed=EARLIER)
    sealed(ForumFactory(municipality=forum.municipality), edition, cells, closed=EARLIER)
    row = sealed(forum, edition, one_group(UPPER, UPPER, UPPER, UPPER), closed=CLOSED)

    assert result_of(row).compared_with is None


@pytest.fixture
def three_editions():
    """Of three goals one lives on through all editions, one is replaced, one changes pillar."""
    framework = FrameworkFactory()
    editions, goals = [], [[None, None, None]]
    for number, pillar_of_third in ((1, 1), (2, 1), (3, 0)):
        framework.editions.filter(status=EditionStatus.IN_USE).update(status=EditionStatus.RETIRED)
        framework.editions.filter(status=EditionStatus.DRAFT).update(status=EditionStatus.IN_USE)
        edition = EditionFactory(
            framework=framework, number=number, pillar_count=0, status=EditionStatus.DRAFT
        )
        a, b = (
            PillarFactory(edition=edition, code=code, position=n) for n, code in enumerate("ab")
        )
        before = goals[-1]
        goals.append(
            [
                GoalFactory(pillar=a, same_as=before[0]),
                GoalFactory(pillar=a, same_as=None if number == 2 else before[1]),
                GoalFactory(pillar=(a, b)[pillar_of_third], same_as=before[2]),
            ]
        )
        editions.append(edition)
    return editions, goals[1:]


def test_origins_follow_a_goal_through_the_editions_between(three_editions):
    editions, goals = three_editions

    with_between = load_editions([editions[0], editions[2]])

    assert with_between.origins(editions[2].pk, editions[0].pk) == {
        goals[2][0].pk: goals[0][0].pk,
        goals[2][2].pk: goals[0][2].pk,
    }
    assert with_between.origins(editions[0].pk, editions[0].pk) == {
        goal.pk: goal.pk for goal in goals[0]
    }


def test_pairs_hold_every_goal_that_a_pillar_has_in_either_edition(three_editions):
    editions, goals = three_editions

    pairs = load_editions([editions[0], editions[2]]).pairs(editions[2].pk, editions[0].pk)

    assert {code: set(rows) for code, rows in pairs.items()} == {
        "a": {
            GoalPair(goals[0][0].pk, goals[2][0].pk),
            GoalPair(None, goals[2][1].pk),
            GoalPair(goals[0][2].pk, goals[2][2].pk),
            GoalPair(None, goals[2][2].pk),
            GoalPair(goals[0][1].pk, None),
        },
        "b": {GoalPair(goals[0][2].pk, None)},
    }


# --- orders -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "ranked", "unranked"),
    [
        (Order.SPREAD, [1, 4], [2, 3]),
        (Order.HIGHEST, [4, 1], [2, 3]),
        (Order.PILLARS, [1, 2, 3, 4], []),
        (Order.MOVED, [4, 1], [2, 3]),
    ],
)
def test_orders_never_rank_a_range_or_a_withheld_goal(forum, edition, order, ranked, unranked):
    sealed(forum, edition, one_group(SPLIT, MIDDLE, MIDDLE, SPLIT), closed=EARLIER)
    row = sealed(forum, edition, one_group(SPLIT, HIGH, WITHHELD, UPPER), closed=CLOSED, invited=9)

    arranged = arrange(result_of(row).goals, order)

    assert [goal.number for goal in arranged.ranked] == ranked
    assert [goal.number for goal in arranged.unranked] == unranked


def test_unknown_order_is_the_default():
    assert chosen_order("lavest") is Order.SPREAD
    assert chosen_order(None) is Order.SPREAD
    assert chosen_order("flyttet") is Order.MOVED


# --- a shared result ----------------------------------------------------------------------------


def test_shared_result_is_what_the_team_agreed_on(forum, edition):
    row = shared_round(forum, edition, [4, "differs", None, 2], closed=CLOSED)

    shown = shared_result(whole(row.pk), NOW)

    assert [goal.level_text for goal in shown.goals] == ["I høj grad", "", "", "I mindre grad"]
    assert [goal.number for goal in shown.differing] == [2]
    assert [pillar.figure_text for pillar in shown.pillars] == ["4.0", "2.0"]
    assert shown.compared_with is None


def test_shared_result_tells_what_moved(forum, edition):
    shared_round(forum, edition, [3, 4, "differs", 2], closed=EARLIER)
    row = shared_round(forum, edition, [4, 4, 3, 1], closed=CLOSED)

    shown = shared_result(whole(row.pk), NOW)

    assert [goal.change_text for goal in shown.goals] == [
        "one step up since last time",
        "as last time",
        "",
        "one step down since last time",
    ]
    assert [pillar.change_text for pillar in shown.pillars] == ["+0.5 since last time", ""]
    assert shown.pillars[0].previous == 3.5
    assert shown.compared_with == EARLIER


def test_shared_result_on_another_scale_tells_no_move(forum):
    five, three = two_scales()
    shared_round(forum, five, [3, 4], closed=EARLIER)
    row = shared_round(forum, three, [3, 2], closed=CLOSED)

    shown = shared_result(whole(row.pk), NOW)

    assert [goal.change_text for goal in shown.goals] == ["", ""]
    assert [(pillar.change_text, pillar.previous) for pillar in shown.pillars] == [("", None)]


def test_shared_result_does_not_compare_a_pillar_that_has_lost_a_goal(forum):
    """Last time its figure was 3.0: two goals at 5 and 1."""
    both, alone = a_goal_dropped()
    shared_round(forum, both, [5, 1], closed=EARLIER)
    row = shared_round(forum, alone, [5], closed=CLOSED)

    shown = shared_result(whole(row.pk), NOW)

    assert [goal.change_text for goal in shown.goals] == ["as last time"]
    assert [(pillar.change_text, pillar.previous) for pillar in shown.pillars] == [("", None)]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([counts(2, 3, 4), counts(3, 3, 3)], "the scale is another"),
        ([counts(2, 3, 4), NearlyAll(Where.SAME, 9, 3)], "the scale is another"),
    ],
)
def test_result_says_why_it_is_not_compared_with_a_round_on_another_scale(forum, cells, said):
    five, three = two_scales()
    sealed(forum, five, one_group(SPLIT, SPLIT), closed=EARLIER)
    row = sealed(forum, three, one_group(*cells), closed=CLOSED)

    shown = result_of(row)

    assert shown.compared_with is None
    assert shown.not_compared_text == f"cannot be compared with last time: {said}"


def test_shared_result_says_why_it_is_not_compared_with_a_round_on_another_scale(forum):
    five, three = two_scales()
    shared_round(forum, five, [3, 4], closed=EARLIER)
    row = shared_round(forum, three, [3, 2], closed=CLOSED)

    shown = shared_result(whole(row.pk), NOW)

    assert shown.compared_with is None
    assert shown.not_compared_text == "cannot be compared with last time: the scale is another"


def test_result_with_nothing_before_it_says_nothing_of_a_comparison(forum, edition):
    row = sealed(forum, edition, one_group(SPLIT, SPLIT, SPLIT, SPLIT), closed=CLOSED)

    shown = result_of(row)

    assert (shown.compared_with, shown.not_compared_text) == (None, "")


def test_result_of_which_nothing_is_one_figure_both_times_is_not_said_to_be_compared(
    forum, edition
):
    sealed(forum, edition, one_group(HIGH, HIGH, HIGH, HIGH), closed=EARLIER)
    row = sealed(forum, edition, one_group(SPLIT, SPLIT, SPLIT, SPLIT), closed=CLOSED)

    shown = result_of(row)

    assert shown.compared_with is None
    assert shown.not_compared_text == (
        "cannot be compared with last time: not all mål are one figure both times"
    )
