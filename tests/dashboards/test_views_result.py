"""One forum's result: who sees it when, what stands on the page, and what never does."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from assessments.models import RoundForum
from forums.models import Forum
from tests.cast import make_cast
from tests.dashboards.sealed import (
    HIGH,
    MIDDLE,
    SPLIT,
    UPPER,
    WITHHELD,
    counts,
    four_goals,
    goals_of,
    one_group,
    sealed,
    two_scales,
)
from tests.factories import (
    CommentFactory,
    EditionFactory,
    MembershipFactory,
    ParticipationFactory,
    RoundFactory,
    RoundForumFactory,
    SharedRatingFactory,
    UserFactory,
)
from tests.structure.test_first_visit import ASSET, weigh
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def row(cast, edition):
    """The forum's round, closed twenty days ago, sealed and released."""
    return four_goals(cast.forum, edition)


def url_of(row, query: str = "") -> str:
    return reverse("dashboards:result", args=[row.round_id, row.forum_id]) + query


def text_of(response) -> str:
    """What a person reads, alternative texts included."""
    return response.content.decode()


def numbers(html: str) -> set[str]:
    """All numbers that a person reads or hears, outside of drawings."""
    return set(re.findall(r"\d+", re.sub(r"<svg.*?</svg>|<[^>]*>", " ", html, flags=re.S)))


# --- who ----------------------------------------------------------------------------------------


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
def test_result_is_seen_by_the_forum_alone(cast, client_of, row, person, status):
    response = client_of(cast.person(person)).get(url_of(row))

    assert response.status_code == status


def test_result_says_the_same_to_all_who_see_it(cast, client_of, row):
    pages = {
        re.search(r"<main.*</main>", text_of(client_of(user).get(url_of(row))), re.S)[0]
        for user in (cast.chief, cast.unit_head, cast.facilitator)
    }

    assert len(pages) == 1


def test_result_is_read_not_written(cast, client_of, row):
    assert client_of(cast.chief).post(url_of(row)).status_code == 405


def test_result_of_an_unknown_round_is_not_found(cast, client_of, row):
    url = reverse("dashboards:result", args=[row.round_id + 1, row.forum_id])

    assert client_of(cast.chief).get(url).status_code == 404


# --- what ---------------------------------------------------------------------------------------


def test_result_shows_figures_participation_and_goals(cast, client_of, row, edition):
    response = client_of(cast.chief).get(url_of(row))

    page = text_of(response)
    assert response.templates[0].name == "dashboards/result.html"
    assert response.context["result"].participation_text in page
    for goal in goals_of(edition):
        assert escape(goal.text) in page


def test_result_never_shows_a_near_unanimous_goals_counts(cast, client_of, edition):
    """The same page, whatever the level and the counts behind the class were."""
    closed = timezone.now() - 20 * DAY
    row = sealed(cast.forum, edition, one_group(MIDDLE, HIGH, MIDDLE, MIDDLE), closed=closed)

    response = client_of(cast.chief).get(url_of(row))

    goal = response.context["result"].goals[1]
    item = re.search(r'<li[^>]*id="maal-2".*?</li>', text_of(response), re.S)[0]
    assert goal.spread_text == goal.silent_text == ""
    assert "goal-bar-histogram" not in item
    assert "<rect" not in item.replace('<rect class="goal-bar-edge"', "")
    told = f"{goal.text} {goal.pillar_name} {goal.figure_text} {goal.n_text} 5"
    assert numbers(item) == set(re.findall(r"\d+", told))
    table_row = next(row for row in response.context["table"] if row.name == goal.text)
    assert (table_row.counts, table_row.no_answer, table_row.spread) == ((), None, "")


def test_result_of_a_withheld_goal_shows_no_number_but_the_limit(cast, client_of, row):
    response = client_of(cast.chief).get(url_of(row))

    goal = response.context["result"].goals[2]
    item = re.search(r'<li[^>]*id="maal-3".*?</li>', text_of(response), re.S)[0]
    assert numbers(item) == set(re.findall(r"\d+", f"{goal.text} {goal.pillar_name} 5"))
    assert "goal-row-figures" not in item


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 4, 2, 3]),
        ("?orden=soejler", [1, 2, 3, 4]),
        ("?orden=hoejest", [4, 1, 2, 3]),
        ("?orden=flyttet", [1, 2, 3, 4]),
        ("?orden=x", [1, 4, 2, 3]),
    ],
)
def test_result_has_its_goals_in_four_orders(cast, client_of, row, query, expected):
    page = text_of(client_of(cast.chief).get(url_of(row, query)))

    assert [int(number) for number in re.findall(r'id="maal-(\d+)"', page)] == expected


def test_result_parted_in_groups_shows_them(cast, client_of, edition):
    rows = {
        1: (["chief", "unit_head"], [MIDDLE, HIGH, MIDDLE, MIDDLE]),
        2: (["department_head"], [UPPER, MIDDLE, UPPER, UPPER]),
    }
    row = sealed(cast.forum, edition, rows, closed=timezone.now() - 20 * DAY, invited=36)

    response = client_of(cast.chief).get(url_of(row))

    for name in response.context["result"].group_names:
        assert name in text_of(response)


def test_result_links_to_each_pillar_and_to_the_trend(cast, client_of, row, edition):
    page = text_of(client_of(cast.chief).get(url_of(row)))

    for goal in goals_of(edition):
        place = [row.round_id, row.forum_id, goal.pillar.code]
        assert reverse("dashboards:pillar", args=place) in page
    assert reverse("dashboards:trend", args=[row.forum_id]) in page


def test_result_shows_comments_escaped(cast, client_of, row, edition):
    CommentFactory(
        round=row.round, forum=row.forum, goal=goals_of(edition)[0], text="Vi <b>prøver</b>"
    )

    page = text_of(client_of(cast.chief).get(url_of(row)))

    assert "Vi &lt;b&gt;prøver&lt;/b&gt;" in page
    assert 'id="begrundelser-1"' in page


def test_result_with_everything_withheld_says_so_and_draws_nothing(cast, client_of, edition):
    row = sealed(
        cast.forum,
        edition,
        {0: (["unit_head"], [WITHHELD] * 4)},
        closed=timezone.now() - 20 * DAY,
    )

    page = text_of(client_of(cast.chief).get(url_of(row)))

    assert "house-figure" not in page
    assert 'id="maal-1"' not in page


def test_result_has_no_inline_style_or_script(cast, client_of, row):
    page = text_of(client_of(cast.chief).get(url_of(row)))

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


# --- not yet ------------------------------------------------------------------------------------


def waiting(cast, edition, **fields):
    round_ = RoundFactory(municipality=cast.municipality, edition=edition, **fields)
    return RoundForumFactory(
        round=round_, forum=cast.forum, invited=9, answered=7, counted_at=timezone.now()
    )


def test_open_round_shows_how_many_have_answered_and_an_outline(cast, client_of, edition):
    row = waiting(cast, edition)

    response = client_of(cast.chief).get(url_of(row))

    assert response.templates[0].name == "dashboards/result_waiting.html"
    assert response.context["waiting"].why == "open"
    assert response.context["waiting"].participation_text == "7 af 9 har svaret"
    assert "7 af 9 har svaret" in text_of(response)
    assert "shaft-fill" not in text_of(response)
    assert "goal-bar" not in text_of(response)


def test_open_round_tells_no_number_before_the_first_midnight(cast, client_of, edition):
    row = waiting(cast, edition)
    row.counted_at = None
    row.save()

    response = client_of(cast.chief).get(url_of(row))

    assert response.context["waiting"].participation_text == ""
    assert "har svaret" not in text_of(response)


@pytest.mark.parametrize(
    ("person", "answers"), [("chief", True), ("unit_head", True), ("facilitator", False)]
)
def test_open_round_leads_those_it_asks_to_the_goals_and_all_to_its_page(
    cast, client_of, person, answers
):
    world = open_round_of(cast.forum)

    response = client_of(cast.person(person)).get(url_of(world.round_forum))

    form = reverse("assessments:rate", args=[world.round.pk, cast.forum.pk])
    page = reverse("assessments:round", args=[world.round.pk])
    assert (f'href="{form}"' in text_of(response)) is answers
    assert f'href="{page}"' in text_of(response)


def test_open_round_leads_on_and_at_last_to_the_end(cast, client_of):
    world = open_round_of(cast.forum)
    client, mine = client_of(cast.unit_head), world.participation_of(cast.unit_head)
    form = reverse("assessments:rate", args=[world.round.pk, cast.forum.pk])

    world.rate(mine, {world.goals[0]: 3})
    begun = text_of(client.get(url_of(world.round_forum)))
    world.rate(mine, dict.fromkeys(world.goals, 3))
    all_rated = text_of(client.get(url_of(world.round_forum)))

    assert f'href="{form}#goal-{world.goals[1].pk}"' in begun
    assert f'href="{form}faerdig/"' in all_rated


def test_round_page_is_not_linked_for_a_chief_who_is_above_the_forum(cast, client_of):
    world = open_round_of(cast.team, kind="shared")
    page = reverse("assessments:round", args=[world.round.pk])

    above, member = (
        text_of(client_of(user).get(url_of(world.round_forum)))
        for user in (cast.chief, cast.department_head)
    )

    assert [f'href="{page}"' in text for text in (above, member)] == [False, True]


def test_planned_closed_and_unopened_rounds_say_when(cast, client_of, edition):
    now = timezone.now()
    planned = waiting(cast, edition, opens_at=now + DAY, opened_at=None)
    closed = waiting(cast, edition, opens_at=now - 16 * DAY)
    later = sealed(
        cast.forum,
        edition,
        one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE),
        closed=now - DAY,
        results_open_at=now + DAY,
    )
    client = client_of(cast.chief)

    seen = [
        (page.context["waiting"].why, page.context["waiting"].at)
        for page in (client.get(url_of(row)) for row in (planned, closed, later))
    ]

    assert seen == [
        ("planned", planned.round.opens_at),
        ("being_sealed", None),
        ("opens_later", later.round.results_open_at),
    ]


def test_round_that_was_lost_in_a_restore_says_so(cast, client_of, edition):
    now = timezone.now()
    row = waiting(cast, edition, opens_at=now - 16 * DAY, lost_at=now - DAY)

    response = client_of(cast.chief).get(url_of(row))

    assert response.status_code == 200
    assert (response.context["waiting"].why, response.context["waiting"].at) == ("lost", None)


def test_closed_forum_keeps_its_results(cast, client_of, row):
    Forum.objects.filter(pk=cast.forum.pk).update(closed_at=timezone.now())

    page = client_of(cast.chief).get(url_of(row))

    assert page.status_code == 200
    assert page.templates[0].name == "dashboards/result.html"


def test_list_is_drawn_as_rows_and_never_as_a_house(cast, client_of):
    edition = EditionFactory(shape="list", roof="")
    row = sealed(
        cast.forum, edition, one_group(SPLIT, HIGH, UPPER, UPPER), closed=timezone.now() - DAY
    )

    page = text_of(client_of(cast.chief).get(url_of(row)))

    assert "house-gable" not in page
    assert page.count('class="pillar-bar"') == 2


def test_framework_of_one_pillar_has_no_pillar_headings_or_pages(cast, client_of):
    edition = EditionFactory(pillar_count=1, goals_each=4)
    row = sealed(
        cast.forum, edition, one_group(SPLIT, HIGH, UPPER, UPPER), closed=timezone.now() - DAY
    )

    page = text_of(client_of(cast.chief).get(url_of(row, "?orden=soejler")))

    code = goals_of(edition)[0].pillar.code
    assert "pillar-heading" not in page
    assert reverse("dashboards:pillar", args=[row.round_id, row.forum_id, code]) not in page


def test_lost_result_says_so(cast, client_of, edition):
    row = sealed(cast.forum, edition, {}, closed=timezone.now() - 20 * DAY)

    response = client_of(cast.chief).get(url_of(row))

    assert response.context["waiting"].why == "lost"


@pytest.fixture
def unreleased(cast, edition):
    """The result of a forum whose chief is no member."""
    outside = UserFactory()
    Forum.objects.filter(pk=cast.forum.pk).update(chief=outside)
    row = sealed(
        cast.forum,
        edition,
        one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE),
        closed=timezone.now() - DAY,
        released=False,
    )
    return outside, row


def test_chief_above_sees_when_the_result_comes(client_of, unreleased):
    outside, row = unreleased

    response = client_of(outside).get(url_of(row))

    assert response.context["waiting"].why == "not_released"
    assert response.context["waiting"].at == row.releases_itself_at
    assert "goal-bar" not in text_of(response)


def test_release_is_offered_to_those_who_may(cast, client_of, unreleased):
    _outside, row = unreleased
    link = reverse("dashboards:release", args=[row.round_id, row.forum_id])
    member = cast.members[2]

    offered = {
        user.name: link in text_of(client_of(user).get(url_of(row)))
        for user in (cast.unit_head, cast.facilitator, member)
    }

    assert offered == {cast.unit_head.name: True, cast.facilitator.name: True, member.name: False}


# --- a shared result ----------------------------------------------------------------------------


def test_shared_result_shows_levels_notes_and_differences(cast, client_of, edition):
    row = sealed(cast.team, edition, {}, closed=timezone.now() - 20 * DAY, kind="shared")
    first, second, *_rest = goals_of(edition)
    SharedRatingFactory(round_forum=row, goal=first, level=4, note="Vi øver <os>")
    SharedRatingFactory(round_forum=row, goal=second, level=None, differs=True)

    response = client_of(cast.department_head).get(url_of(row))

    page = text_of(response)
    assert response.templates[0].name == "dashboards/shared_result.html"
    assert "I høj grad" in page
    assert "Vi øver &lt;os&gt;" in page
    assert [goal.number for goal in response.context["result"].differing] == [2]


@pytest.mark.parametrize(
    ("finished", "team", "above"),
    [
        (False, "I har vurderet 1 af 4 mål", "Undervejs"),
        (True, "Teamet er færdigt", "Teamet er færdigt"),
    ],
)
def test_shared_round_that_is_open_tells_the_team_alone_how_far_it_is(
    cast, client_of, finished, team, above
):
    world = open_round_of(cast.team, kind="shared")
    SharedRatingFactory(round_forum=world.round_forum, goal=world.goals[0], level=3)
    if finished:
        RoundForum.objects.update(finished_at=timezone.now())

    pages = [
        client_of(user).get(url_of(world.round_forum))
        for user in (cast.department_head, cast.chief)
    ]

    told = [page.context["waiting"].team_text for page in pages]
    assert told == [team, above]
    for page, text in zip(pages, told, strict=True):
        assert text in text_of(page)
        assert page.context["waiting"].participation_text == ""
        assert "Mens runden er åben, ser kun teamet selv" in text_of(page)
        assert "Ingen ser tal" not in text_of(page)


def test_shared_round_that_is_being_sealed_or_was_lost_speaks_of_no_answers(
    cast, client_of, edition
):
    ago = timezone.now() - 16 * DAY
    closed, lost = (
        RoundFactory(
            municipality=cast.municipality, edition=edition, kind="shared", opens_at=ago, **fields
        )
        for fields in ({}, {"lost_at": timezone.now()})
    )
    rows = [RoundForumFactory(round=round_, forum=cast.team) for round_ in (closed, lost)]

    pages = [text_of(client_of(cast.department_head).get(url_of(row))) for row in rows]

    assert ["tælles" in page or "slette" in page for page in pages] == [False, False]


# --- what it weighs -----------------------------------------------------------------------------


def test_result_adds_little_to_what_a_first_visit_has_fetched(cast, client_of):
    """The style and the script that every page shares came with the sign-in page."""
    edition = EditionFactory(pillar_count=4, goals_each=6)
    row = sealed(cast.forum, edition, one_group(*[SPLIT] * 24), closed=timezone.now() - 20 * DAY)
    shared = set(ASSET.findall(Client().get(reverse("account_login")).content.decode()))

    weight = weigh(client_of(cast.chief), url_of(row))

    own = {name: size for name, size in weight.files.items() if name not in shared}
    assert sorted(own) == ["js/result.js"]
    assert weight.page + sum(own.values()) <= 20_000


# --- how many statements ------------------------------------------------------------------------

# session · person · round and forum · publications · goals · comments
RESULT_STATEMENTS = 7


@pytest.mark.parametrize(
    ("heads", "pillars", "goals_each", "history"),
    [(8, 4, 6, 4), (300, 5, 8, 40)],
    ids=["24 goals, 9 leaders, 4 rounds", "40 goals, 301 leaders, 40 rounds"],
)
def test_result_takes_the_same_statements_whatever_the_size(
    client_of, django_assert_num_queries, heads, pillars, goals_each, history
):
    cast = make_cast(unit_heads=heads)
    edition = EditionFactory(pillar_count=pillars, goals_each=goals_each)
    goals = goals_of(edition)
    now = timezone.now()
    rows = [
        sealed(
            cast.forum,
            edition,
            {
                1: (["chief"], [MIDDLE] * len(goals)),
                2: (["unit_head"], [SPLIT] * len(goals)),
            },
            closed=now - (20 + 70 * number) * DAY,
            invited=300,
        )
        for number in range(history)
    ]
    for goal in goals:
        CommentFactory.create_batch(2, round=rows[0].round, forum=cast.forum, goal=goal)
    client = client_of(cast.chief)

    with django_assert_num_queries(RESULT_STATEMENTS):
        response = client.get(url_of(rows[0]))

    assert len(response.context["result"].goals) == len(goals)
    assert response.context["result"].compared_with is not None


# session · person · round and forum · ratings · goals
SHARED_STATEMENTS = 6


@pytest.mark.parametrize(("goals_each", "history"), [(2, 1), (8, 4)])
def test_shared_result_takes_the_same_statements_whatever_the_size(
    cast, client_of, django_assert_num_queries, goals_each, history
):
    edition = EditionFactory(goals_each=goals_each)
    now = timezone.now()
    rows = [
        sealed(cast.team, edition, {}, closed=now - (20 + number) * DAY, kind="shared")
        for number in range(history)
    ]
    for row in rows:
        for goal in goals_of(edition):
            SharedRatingFactory(round_forum=row, goal=goal)
    MembershipFactory(forum=cast.team)
    client = client_of(cast.department_head)

    with django_assert_num_queries(SHARED_STATEMENTS):
        client.get(url_of(rows[0]))


# session · person · round and forum · own invitation · goals; whether one sees the round's page
@pytest.mark.parametrize(("is_invited", "statements"), [(True, 5), (False, 6)])
def test_open_round_takes_few_statements(
    cast, client_of, edition, django_assert_num_queries, is_invited, statements
):
    row = waiting(cast, edition)
    if is_invited:
        ParticipationFactory(round_forum=row, user=cast.chief)
    client = client_of(cast.chief)

    with django_assert_num_queries(statements):
        client.get(url_of(row))


def test_result_says_why_no_goal_has_moved(cast, client_of):
    five, three = two_scales()
    client = client_of(cast.chief)
    client.cookies["django_language"] = "en"
    first = sealed(cast.forum, five, one_group(SPLIT, SPLIT), closed=timezone.now() - 99 * DAY)
    alike = counts(3, 3, 3)
    second = sealed(cast.forum, three, one_group(alike, alike), closed=timezone.now() - 20 * DAY)

    pages = [text_of(client.get(url_of(row, "?orden=flyttet"))) for row in (first, second)]

    assert pages[0].count("There is no earlier result to compare with yet.") == 1
    assert pages[1].count("Cannot be compared with last time: the scale is another") == 2
    assert not any("they are new, or" in page for page in pages)
    assert "Compared with" not in pages[1]
