"""Change over time: whose rounds, which of them are joined, what is said, and what it costs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from assessments.enums import EditionStatus
from dashboards.queries.trend import trend_of
from forums.models import Forum
from tests.cast import make_cast
from tests.dashboards.sealed import (
    HIGH,
    MIDDLE,
    SPLIT,
    UPPER,
    WITHHELD,
    counts,
    goals_of,
    one_group,
    sealed,
    shared_round,
    two_scales,
)
from tests.factories import (
    EditionFactory,
    FrameworkFactory,
    GoalFactory,
    PillarFactory,
    SharedRatingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def closed(days: int):
    return timezone.now() - days * DAY


def url_of(forum: Forum) -> str:
    return reverse("dashboards:trend", args=[forum.pk])


def lines_of(user, forum):
    """Each goal's line in the only section, in English."""
    with translation.override("en"):
        (section,) = trend_of(user, forum.pk, timezone.now()).sections
    return section, [goal for pillar in section.pillars for goal in pillar.goals]


def series(cast, edition, *rounds, **fields):
    for number, cells in enumerate(rounds):
        days = 20 + 100 * (len(rounds) - number)
        sealed(cast.forum, edition, one_group(*cells), closed=closed(days), **fields)


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("chief", 200),
        ("unit_head", 200),
        ("facilitator", 200),
        ("department_head", 404),
        ("administrator", 404),
        ("newcomer", 404),
        ("outsider", 404),
        ("anonymous", 302),
    ],
)
def test_trend_is_seen_by_the_forum_alone(cast, client_of, edition, person, status):
    series(cast, edition, [SPLIT] * 4, [UPPER] * 4)

    assert client_of(cast.person(person)).get(url_of(cast.forum)).status_code == status


def test_trend_without_a_result_says_so(cast, client_of):
    response = client_of(cast.chief).get(url_of(cast.forum))

    assert response.context["sections"] == []
    assert "empty-state" in response.content.decode()


def test_trend_holds_only_rounds_that_the_person_may_see(edition):
    cast = make_cast()
    outside = UserFactory()
    Forum.objects.filter(pk=cast.forum.pk).update(chief=outside)
    series(cast, edition, [SPLIT] * 4, [UPPER] * 4)
    sealed(cast.forum, edition, one_group(*[UPPER] * 4), closed=closed(1), released=False)

    seen = {
        user: len(trend_of(user, cast.forum.pk, timezone.now()).sections[0].rounds)
        for user in (outside, cast.unit_head)
    }

    assert seen == {outside: 2, cast.unit_head: 3}


def test_trend_says_what_moved_and_what_did_not(cast, edition):
    series(
        cast,
        edition,
        [SPLIT, MIDDLE, SPLIT, MIDDLE],
        [SPLIT, MIDDLE, UPPER, HIGH],
        [UPPER, MIDDLE, UPPER, MIDDLE],
        invited=9,
    )

    _section, goals = lines_of(cast.chief, cast.forum)

    assert [goal.last_text for goal in goals] == [
        "+1.0 since last time",
        "no clear change",
        "no clear change",
        "cannot be compared with last time: it is not one figure both times",
    ]
    assert [bool(goal.first_text) for goal in goals] == [True, False, True, False]
    assert goals[0].first_text.startswith("+1.0 since ")
    assert [point.joined for point in goals[3].points] == [False, False, False]
    assert [point.text for point in goals[3].points] == ["3.0", "3.7–5.0", "3.0"]


def pillars_of(user, forum):
    with translation.override("en"):
        (section,) = trend_of(user, forum.pk, timezone.now()).sections
    return [pillar.line for pillar in section.pillars]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([SPLIT, WITHHELD], [SPLIT, SPLIT], "not all mål are shown both times"),
        ([SPLIT, SPLIT], [SPLIT, WITHHELD], "not all mål are shown both times"),
        ([SPLIT, SPLIT], [SPLIT, HIGH], "not all mål are one figure both times"),
    ],
)
def test_trend_says_why_a_pillar_cannot_be_compared(cast, edition, before, after, reason):
    series(cast, edition, [*before, SPLIT, SPLIT], [*after, SPLIT, SPLIT])

    first, second = pillars_of(cast.chief, cast.forum)

    assert first.last_text == f"cannot be compared with last time: {reason}"
    assert second.last_text == "no clear change"


def two_editions(levels=("a", "b", "c", "d", "e")):
    """Editions of a goal that is kept and one that is replaced, and the newer of the two goals.

    `levels`: the newer edition's.
    """
    framework = FrameworkFactory()
    editions, kept, replaced = [], None, None
    for number in (1, 2):
        framework.editions.filter(status=EditionStatus.IN_USE).update(status=EditionStatus.RETIRED)
        edition = EditionFactory(
            framework=framework, number=number, pillar_count=0, status=EditionStatus.DRAFT
        )
        pillar = PillarFactory(edition=edition, code="a")
        kept = GoalFactory(pillar=pillar, same_as=kept)
        replaced = GoalFactory(pillar=pillar)
        if number == 2:
            framework.editions.filter(pk=edition.pk).update(levels=list(levels))
        framework.editions.filter(pk=edition.pk).update(status=EditionStatus.IN_USE)
        editions.append(edition)
    return editions, kept, replaced


def test_trend_says_why_goals_that_are_not_the_same_cannot_be_compared(cast):
    editions, _kept, _replaced = two_editions()
    for days, edition in zip((120, 20), editions, strict=True):
        sealed(cast.forum, edition, one_group(SPLIT, SPLIT), closed=closed(days))

    (pillar,) = pillars_of(cast.chief, cast.forum)
    _section, goals = lines_of(cast.chief, cast.forum)

    cannot = "cannot be compared with last time"
    assert pillar.last_text == f"{cannot}: not the same mål both times"
    assert [goal.last_text for goal in goals] == [
        "no clear change",
        f"{cannot}: it was not asked then",
        "",
    ]


def test_trend_says_why_nothing_is_compared_with_a_lost_result(cast, edition):
    sealed(cast.forum, edition, {}, closed=closed(100))
    sealed(cast.forum, edition, one_group(*[SPLIT] * 4), closed=closed(2))

    said = {line.last_text for line in pillars_of(cast.chief, cast.forum)}

    assert said == {
        "cannot be compared with last time: the earlier result was lost when a backup was restored"
    }


FOUR_LEVELS = ("a", "b", "c", "d")
FOUR = counts(2, 3, 2, 2)


def sections_of(user, forum):
    with translation.override("en"):
        return trend_of(user, forum.pk, timezone.now()).sections


def two_scales_of_the_forum(cast):
    """Two rounds on five levels, then one on four."""
    editions, _kept, _replaced = two_editions(levels=FOUR_LEVELS)
    for days, edition, cell in ((220, editions[0], SPLIT), (120, editions[0], UPPER)):
        sealed(cast.forum, edition, one_group(cell, cell), closed=closed(days))
    return editions, sealed(cast.forum, editions[1], one_group(FOUR, FOUR), closed=closed(20))


def test_trend_begins_anew_where_the_scale_is_another(cast):
    two_scales_of_the_forum(cast)

    newest, earlier = sections_of(cast.chief, cast.forum)

    assert [(len(part.levels), len(part.rounds)) for part in (newest, earlier)] == [(4, 1), (5, 2)]
    assert [(part.before, part.after) for part in (newest, earlier)] == [(5, 0), (0, 4)]
    lines = [line for pillar in newest.pillars for line in (pillar.line, *pillar.goals)]
    assert {line.last_text for line in lines} == {""}
    assert [goal.last_text for goal in earlier.pillars[0].goals] == ["+1.0 since last time"] * 2


def test_trend_draws_each_round_on_its_own_scale(cast, client_of):
    two_scales_of_the_forum(cast)

    sections = client_of(cast.chief).get(url_of(cast.forum)).context["sections"]

    drawn = [(section, pillars[0].chart) for section, pillars in sections]
    assert [len(chart.marks) for _section, chart in drawn] == [1, 2]
    assert [len(chart.levels) for _section, chart in drawn] == [4, 5]
    assert [chart.path.count("M") for _section, chart in drawn] == [0, 1]


def test_trend_says_why_rounds_on_another_scale_stand_by_themselves(cast, client_of):
    two_scales_of_the_forum(cast)
    client = client_of(cast.chief)
    client.cookies["django_language"] = "en"

    page = client.get(url_of(cast.forum)).content.decode()

    assert page.count("rated on a scale of 5 levels") == 1
    assert page.count("There is one round on this scale so far") == 1
    assert re.findall(r"on (\d) levels</h2>", page) == ["4", "5"]


def test_trend_does_not_join_rounds_across_one_on_another_scale(cast):
    """The later of the two is not compared with the earlier on its own page either."""
    editions, _last = two_scales_of_the_forum(cast)
    sealed(cast.forum, editions[0], one_group(SPLIT, SPLIT), closed=closed(2))

    found = sections_of(cast.chief, cast.forum)

    assert [(len(part.levels), len(part.rounds)) for part in found] == [(5, 1), (4, 1), (5, 2)]


def test_trend_says_why_a_team_s_rating_cannot_be_compared(cast, edition):
    shared_round(cast.team, edition, [4, "differs", 3, 3], closed=closed(100))
    shared_round(cast.team, edition, [4, 4, 3, 3], closed=closed(2))

    first, second = pillars_of(cast.unit_head, cast.team)
    _section, goals = lines_of(cast.unit_head, cast.team)

    assert [first.last_text, second.last_text] == [
        "cannot be compared with last time: the team did not agree on the same mål both times",
        "as last time",
    ]
    assert goals[1].last_text == (
        "cannot be compared with last time: the team did not agree both times"
    )


def test_trend_of_a_team_begins_anew_where_the_scale_is_another(cast):
    five, three = two_scales()
    shared_round(cast.team, five, [3, 4], closed=closed(100))
    shared_round(cast.team, three, [3, 2], closed=closed(2))

    newest, earlier = sections_of(cast.unit_head, cast.team)

    assert [part.pillars[0].line.points[0].text for part in (newest, earlier)] == ["2.5", "3.5"]
    assert [(len(part.levels), part.before) for part in (newest, earlier)] == [(3, 5), (5, 0)]


def test_trend_says_from_how_many_goals_a_pillar_s_figure_is_made(cast, client_of, edition):
    series(cast, edition, [SPLIT, WITHHELD, SPLIT, SPLIT], [SPLIT] * 4)

    first, _second = pillars_of(cast.chief, cast.forum)
    page = client_of(cast.chief).get(url_of(cast.forum)).content.decode()

    assert [point.n_text for point in first.points] == ["from 1 of 2 mål", ""]
    assert '3,0<small class="cell-note">ud fra 1 af 2 mål</small>' in page
    assert ": 3,0, ud fra 1 af 2 mål. " in page


def test_trend_never_tells_a_withheld_goals_number(cast, client_of, edition):
    series(cast, edition, [WITHHELD, MIDDLE, MIDDLE, MIDDLE], [WITHHELD, MIDDLE, MIDDLE, MIDDLE])

    _section, goals = lines_of(cast.chief, cast.forum)
    page = client_of(cast.chief).get(url_of(cast.forum)).content.decode()

    assert {(point.state, point.text, point.n_text) for point in goals[0].points} == {
        ("withheld", "Not shown", "")
    }
    item = re.search(rf"<h4>{re.escape(goals[0].name)}</h4>.*?</li>", page, re.S)[0]
    assert "<circle" not in item
    assert "trend-bracket" not in item


def test_trend_is_the_same_whatever_lay_behind_a_class(cast, client_of, edition):
    """A near-unanimous goal is a bracket over its class, never a dot."""
    series(cast, edition, [HIGH] * 4, [HIGH] * 4)

    page = client_of(cast.chief).get(url_of(cast.forum)).content.decode()

    assert '<circle class="trend-dot" cx=' not in page.split("</h3>", 1)[1]
    assert page.count("3,7–5,0") > 4


def test_trend_names_the_edition_of_each_round_and_compares_no_goal_that_is_new(cast, client_of):
    editions, _kept, _replaced = two_editions()
    for days, edition in zip((120, 20), editions, strict=True):
        shared_round(cast.team, edition, [3, 4], closed=closed(days))

    (pillar,) = pillars_of(cast.unit_head, cast.team)
    page = client_of(cast.unit_head).get(url_of(cast.team)).content.decode()

    assert pillar.last_text == "cannot be compared with last time: not the same mål both times"
    assert all(page.count(f"(udgave {number}): ") for number in (1, 2))


def test_trend_joins_goals_through_editions_only_where_they_continue(cast):
    editions, kept, replaced = two_editions()
    sealed(cast.forum, editions[0], one_group(SPLIT, SPLIT), closed=closed(120))
    sealed(cast.forum, editions[1], one_group(UPPER, UPPER), closed=closed(20))

    section, goals = lines_of(cast.chief, cast.forum)

    assert section.editions == 2
    assert [goal.name for goal in goals[:2]] == [kept.text, replaced.text]
    assert [[point.state for point in goal.points] for goal in goals] == [
        ["shown", "shown"],
        ["absent", "shown"],
        ["shown", "absent"],
    ]
    assert [goal.points[1].joined for goal in goals] == [True, False, False]
    assert [goal.ended for goal in goals] == [False, False, True]
    assert not section.pillars[0].line.points[1].joined


def test_trend_of_a_round_whose_result_was_lost_has_a_hole(cast, edition):
    series(cast, edition, [SPLIT] * 4, [UPPER] * 4)
    sealed(cast.forum, edition, {}, closed=closed(1))

    section, goals = lines_of(cast.chief, cast.forum)

    assert [point.state for point in goals[0].points] == ["shown", "shown", "absent"]
    assert section.pillars[0].line.points[2].state == "absent"


def test_trend_of_a_team_has_its_levels(cast, client_of, edition):
    for days, levels in ((120, (3, 4, None, 2)), (20, (4, 4, 3, 1))):
        row = sealed(cast.team, edition, {}, closed=closed(days), kind="shared")
        for goal, level in zip(goals_of(edition), levels, strict=True):
            SharedRatingFactory(round_forum=row, goal=goal, level=level, differs=level is None)

    section, goals = lines_of(cast.department_head, cast.team)

    assert section.shared
    assert [goal.last_text for goal in goals] == [
        "one step up since last time",
        "as last time",
        "cannot be compared with last time: the team did not agree both times",
        "one step down since last time",
    ]
    assert [point.state for point in goals[2].points] == ["differs", "shown"]
    assert section.pillars[0].line.last_text == "+0.5 since last time"
    assert section.pillars[1].line.last_text == (
        "cannot be compared with last time: the team did not agree on the same mål both times"
    )
    assert client_of(cast.department_head).get(url_of(cast.team)).status_code == 200


def test_trend_keeps_the_kinds_of_round_apart(cast, edition):
    series(cast, edition, [SPLIT] * 4)
    row = sealed(cast.forum, edition, {}, closed=closed(1), kind="shared")
    for goal in goals_of(edition):
        SharedRatingFactory(round_forum=row, goal=goal)

    shown = trend_of(cast.chief, cast.forum.pk, timezone.now())

    assert [(section.shared, len(section.rounds)) for section in shown.sections] == [
        (True, 1),
        (False, 1),
    ]


def test_trend_page_names_each_round_once_and_says_it_all_in_a_table(cast, client_of, edition):
    series(cast, edition, [SPLIT] * 4, [counts(0, 1, 2, 4, 1, no_answer=1)] * 4)

    page = client_of(cast.chief).get(url_of(cast.forum)).content.decode()

    assert page.count('class="trend-rounds"') == 1
    assert page.count("udgave 1 · 9 af 11") == 2
    assert page.count("<table") == 2
    assert page.count("<title id=") == page.count("<desc id=") == 6


def test_trend_dates_every_round_under_a_pillar_and_the_ends_under_a_goal(cast, client_of, edition):
    for year, month in ((2025, 5), (2025, 11), (2026, 5)):
        at = datetime(year, month, 20, 12, tzinfo=UTC)
        sealed(cast.forum, edition, one_group(*[SPLIT] * 4), closed=at)

    response = client_of(cast.chief).get(url_of(cast.forum))

    ((_section, pillars),) = response.context["sections"]
    assert [text for _x, text in pillars[0].chart.dates] == ["maj 25", "nov. 25", "maj 26"]
    assert [text for _x, text in pillars[0].goals[0].dates] == ["maj 25", "maj 26"]
    assert response.content.decode().count(">nov. 25</text>") == len(pillars)


# session · person · forum · rounds · editions · goals · publications
@pytest.mark.parametrize(
    ("heads", "goals_each", "rounds"),
    [(8, 6, 4), (300, 8, 40)],
    ids=["24 goals, 9 leaders, 4 rounds", "40 goals, 301 leaders, 40 rounds"],
)
def test_trend_takes_eight_statements_whatever_the_size(
    client_of, django_assert_num_queries, heads, goals_each, rounds
):
    cast = make_cast(unit_heads=heads)
    pillars = 4 if goals_each == 6 else 5
    edition = EditionFactory(pillar_count=pillars, goals_each=goals_each)
    series(cast, edition, *[[SPLIT] * pillars * goals_each] * rounds, invited=300)
    client = client_of(cast.chief)

    with django_assert_num_queries(8):
        response = client.get(url_of(cast.forum))

    assert len(response.context["trend"].sections[0].rounds) == rounds
