"""What the pages are made of: every figure is a function of what was published."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from assessments.enums import EditionStatus
from assessments.models import Round, RoundForum
from dashboards.queries.editions import GoalPair, load_editions
from dashboards.queries.orders import Order, arrange, chosen_order
from dashboards.queries.overview import overview_for
from dashboards.queries.result import forum_result
from dashboards.queries.shared import shared_result
from forums.enums import Role
from forums.models import Forum
from results.disclosure import encode
from results.figures import Number, Range
from tests.dashboards.sealed import (
    HIGH,
    LOW,
    MIDDLE,
    SPLIT,
    UPPER,
    WITHHELD,
    counts,
    goals_of,
    one_group,
    sealed,
)
from tests.factories import (
    CommentFactory,
    EditionFactory,
    ForumFactory,
    FrameworkFactory,
    GoalFactory,
    MembershipFactory,
    MunicipalityFactory,
    PillarFactory,
    PublicationFactory,
    RoundFactory,
    RoundForumFactory,
    SharedRatingFactory,
    UserFactory,
)
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
CLOSED = datetime(2026, 5, 22, 14, tzinfo=UTC)
EARLIER = CLOSED - timedelta(days=180)
NOW = CLOSED + timedelta(days=60)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def edition():
    """Two pillars of two goals."""
    return EditionFactory()


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
    assert shown.group_rows[1].figures[0].goals_text == "from 1 of 2 mål"


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


def test_result_has_its_comments_in_the_order_of_their_text(forum, edition):
    row = sealed(forum, edition, one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE), closed=CLOSED)
    goal = goals_of(edition)[1]
    for text in ("b", "a"):
        CommentFactory(round=row.round, forum=forum, goal=goal, text=text)
    CommentFactory(round=row.round, goal=goal, text="another forum's")

    shown = result_of(row)

    assert [each.comments for each in shown.goals] == [(), ("a", "b"), (), ()]


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


def shared_round(forum, edition, levels, *, closed, released=True):
    """`levels` holds one entry a goal: a level, "differs" or None."""
    row = sealed(forum, edition, {}, closed=closed, kind="shared", released=released)
    for goal, level in zip(goals_of(edition), levels, strict=True):
        if level is not None:
            agreed = None if level == "differs" else level
            SharedRatingFactory(
                round_forum=row, goal=goal, level=agreed, differs=level == "differs"
            )
    return row


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


# --- the chief's overview -----------------------------------------------------------------------


@pytest.fixture
def chief():
    return UserFactory()


def read_by(chief, name, **fields) -> Forum:
    return ForumFactory(chief=chief, name=name, **fields)


def test_overview_has_one_row_a_forum_in_its_group(chief, edition):
    municipality = MunicipalityFactory()
    names = ("resultat", "fælles", "venter", "i gang", "ingen")
    forums = {name: read_by(chief, name, municipality=municipality) for name in names}
    sealed(forums["resultat"], edition, one_group(SPLIT, SPLIT, HIGH, SPLIT), closed=EARLIER)
    sealed(
        forums["resultat"],
        edition,
        one_group(UPPER, UPPER, HIGH, WITHHELD),
        closed=CLOSED,
        invited=9,
    )
    shared_round(forums["fælles"], edition, [4, 4, 3, "differs"], closed=CLOSED)
    waiting = sealed(
        forums["venter"],
        edition,
        one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE),
        closed=NOW - timedelta(days=1),
        released=False,
    )
    open_round = RoundFactory(
        municipality=municipality, edition=edition, opens_at=NOW - timedelta(days=1)
    )
    RoundForumFactory(round=open_round, forum=forums["i gang"], invited=11, answered=7)
    RoundForumFactory(round=open_round, forum=forums["resultat"], invited=9, answered=3)

    shown = overview_for(chief, NOW)

    assert shown.count == 5
    (table,) = shown.confidential
    (row,) = table.rows
    assert [(cell.text, cell.change_text) for cell in row.cells] == [
        ("4.0", "+1.0"),
        ("3.7–5.0", ""),
    ]
    assert row.participation_text == "9 of 9 have answered"
    assert row.coming is not None
    assert row.coming.participation_text == "3 of 9 have answered"
    (shared,) = shown.shared
    assert [cell.text for cell in shared.rows[0].cells] == ["4.0", "3.0"]
    assert shared.rows[0].compared_text == "first round"
    assert [row.coming.at for row in shown.not_released] == [waiting.releases_itself_at]
    assert [row.coming.participation_text for row in shown.under_way] == ["7 of 11 have answered"]
    assert [forum.name for forum in shown.without] == ["ingen"]


def test_overview_tells_what_cannot_be_compared(chief, edition):
    changed, alike, ranged = (
        read_by(chief, name, municipality=MunicipalityFactory()) for name in ("a", "b", "c")
    )
    for forum, before, after in (
        (changed, SPLIT, SPLIT),
        (alike, MIDDLE, MIDDLE),
        (ranged, HIGH, HIGH),
    ):
        sealed(forum, edition, one_group(before, before, before, before), closed=EARLIER)
        sealed(forum, edition, one_group(after, after, after, after), closed=CLOSED)

    shown = overview_for(chief, NOW)

    assert [row.compared_text for table in shown.confidential for row in table.rows] == [
        "no clear change",
        "no clear change",
        "cannot be compared with last time",
    ]


def test_overview_of_a_team_that_agrees_on_the_same_again(chief, edition):
    forum = read_by(chief, "team")
    shared_round(forum, edition, [4, 4, 3, 3], closed=EARLIER)
    shared_round(forum, edition, [4, 4, 3, 3], closed=CLOSED)

    shown = overview_for(chief, NOW)

    assert shown.shared[0].rows[0].compared_text == "as last time"


def test_overview_does_not_compare_with_a_round_that_is_not_released_to_all(edition):
    chief = UserFactory()
    forum = ForumFactory()
    MembershipFactory(forum=forum, user=chief, role=Role.CHIEF)
    earlier = sealed(
        forum, edition, one_group(SPLIT, SPLIT, SPLIT, SPLIT), closed=EARLIER, released=False
    )
    RoundForum.objects.filter(pk=earlier.pk).update(releases_itself_at=NOW + timedelta(days=1))
    sealed(forum, edition, one_group(UPPER, UPPER, UPPER, UPPER), closed=CLOSED)

    shown = overview_for(chief, NOW)

    assert shown.confidential[0].rows[0].compared_text == "first round"


def test_overview_keeps_a_round_of_two_forums_apart(chief, edition):
    """The older round is the newest of one forum and neither newest nor compared of the other."""
    one, two = (read_by(chief, name) for name in ("one", "two"))
    oldest = sealed(one, edition, one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE), closed=EARLIER)
    RoundForumFactory(round=oldest.round, forum=two, released_at=EARLIER)
    PublicationFactory(round=oldest.round, forum=two, cells=[encode(cell) for cell in (SPLIT,) * 4])
    for days in (70, 140):
        sealed(
            two,
            edition,
            one_group(UPPER, UPPER, UPPER, UPPER),
            closed=EARLIER + timedelta(days=days),
        )

    (table,) = overview_for(chief, NOW).confidential

    assert [(row.forum.name, row.cells[0].text) for row in table.rows] == [
        ("one", "3.0"),
        ("two", "4.0"),
    ]
    assert [row.compared_text for row in table.rows] == ["first round", "no clear change"]


def test_overview_of_a_lost_result_says_so(chief, edition):
    sealed(read_by(chief, "forum"), edition, {}, closed=CLOSED)

    shown = overview_for(chief, NOW)

    row = shown.confidential[0].rows[0]
    assert (row.cells, row.compared_text) == (
        (),
        "The result was lost when a backup was restored.",
    )


def test_overview_of_somebody_who_reads_nothing_is_empty(edition):
    assert overview_for(UserFactory(), timezone.now()).count == 0
