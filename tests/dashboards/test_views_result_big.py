"""One forum's result in the big view for a meeting: one thing a screen, and nobody's name."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.enums import EditionStatus
from assessments.models import Goal, RoundForum
from tests.dashboards.sealed import (
    HIGH,
    MIDDLE,
    SPLIT,
    WITHHELD,
    counts,
    four_goals,
    goals_of,
    one_group,
    sealed,
)
from tests.factories import CommentFactory, EditionFactory, SharedRatingFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def big_view(client: Client, row: RoundForum):
    address = reverse("dashboards:result", args=[row.round_id, row.forum_id])
    return client.get(f"{address}?visning=stor")


def test_big_view_has_one_thing_a_screen_and_nobodys_name(cast, client_of, edition):
    row = four_goals(cast.forum, edition)
    CommentFactory(
        round=row.round, forum=row.forum, goal=goals_of(edition)[0], text="Det ses hver dag"
    )

    response = big_view(client_of(cast.chief), row)

    page = response.content.decode()
    kinds = [screen.kind for screen in response.context["screens"]]
    assert response.templates[0].name == "dashboards/result_big.html"
    assert kinds == ["words", "house", "goal", "goal", "pillar", "pillar", "choose"]
    assert "site-nav" not in page
    assert "data-own-copy" not in page
    assert cast.chief.name not in page
    assert re.search(r"<details class=\"screen-reasons\">.*Det ses hver dag", page, re.S)


def test_big_view_never_shows_a_near_unanimous_goals_counts(cast, client_of, edition):
    row = sealed(
        cast.forum, edition, one_group(HIGH, HIGH, HIGH, HIGH), closed=timezone.now() - DAY
    )

    page = big_view(client_of(cast.chief), row).content.decode()

    assert "<rect" not in "".join(re.findall(r'<div class="goal-bar.*?</div>', page, re.S))


def test_big_view_of_a_shared_result(cast, client_of, edition):
    row = sealed(cast.team, edition, {}, closed=timezone.now() - DAY, kind="shared")
    first, *_rest = goals_of(edition)
    SharedRatingFactory(round_forum=row, goal=first, level=None, differs=True)

    response = big_view(client_of(cast.department_head), row)

    kinds = [screen.kind for screen in response.context["screens"]]
    assert kinds == ["words", "house", "shared_goal", "pillar", "pillar", "choose"]


def test_big_view_cuts_a_pillar_of_many_goals_into_screens(cast, client_of):
    edition = EditionFactory(pillar_count=1, goals_each=9)
    row = sealed(cast.forum, edition, one_group(*[MIDDLE] * 9), closed=timezone.now() - DAY)

    response = big_view(client_of(cast.chief), row)

    pillars = [screen for screen in response.context["screens"] if screen.kind == "pillar"]
    assert [len(screen.pillar.rows) for screen in pillars] == [3, 3, 3]


@pytest.mark.parametrize(
    ("cell", "goals", "shared_out"),
    [(SPLIT, 7, [3, 4]), (SPLIT, 4, [4]), (HIGH, 4, [1, 1, 1, 1]), (HIGH, 1, [1])],
)
def test_big_view_gives_goals_of_several_groups_the_room_they_need(
    cast, client_of, cell, goals, shared_out
):
    edition = EditionFactory(pillar_count=1, goals_each=goals)
    cells = [cell] * goals
    groups = {1: (["chief", "unit_head"], cells), 2: (["department_head"], cells)}
    row = sealed(cast.forum, edition, groups, closed=timezone.now() - 20 * DAY)

    response = big_view(client_of(cast.chief), row)

    pillars = [screen for screen in response.context["screens"] if screen.kind == "pillar"]
    assert [len(screen.pillar.rows) for screen in pillars] == shared_out


def test_big_view_gives_long_goals_more_room(cast, client_of):
    edition = EditionFactory(pillar_count=1, goals_each=4, status=EditionStatus.DRAFT)
    Goal.objects.filter(pillar__edition=edition).update(text="Vi øver os sammen. " * 9)
    row = sealed(cast.forum, edition, one_group(*[MIDDLE] * 4), closed=timezone.now() - 20 * DAY)

    response = big_view(client_of(cast.chief), row)

    pillars = [screen for screen in response.context["screens"] if screen.kind == "pillar"]
    assert [len(screen.pillar.rows) for screen in pillars] == [2, 2]
    assert [screen.part_text for screen in pillars] == ["1 af 2", "2 af 2"]


def test_big_view_says_from_how_many_goals_a_pillar_s_figure_is_made(cast, client_of, edition):
    cells = one_group(SPLIT, WITHHELD, SPLIT, SPLIT)
    row = sealed(cast.forum, edition, cells, closed=timezone.now() - 20 * DAY)
    team = sealed(cast.team, edition, {}, closed=timezone.now() - 20 * DAY, kind="shared")
    for goal in goals_of(edition)[1:]:
        SharedRatingFactory(round_forum=team, goal=goal, level=3)

    pages = [
        big_view(client_of(who), one).content.decode()
        for who, one in ((cast.chief, row), (cast.department_head, team))
    ]

    said = [re.findall(r'<span class="screen-figure">(.*?)</h2>', page) for page in pages]
    plain = [[re.sub(r"<[^>]+>", "", heading) for heading in page] for page in said]
    assert plain == [["3,0 ud fra 1 af 2 mål", "3,0"], ["3,0 ud fra 1 af 2 mål", "3,0"]]


def test_big_view_can_be_left_from_every_screen(cast, client_of, edition):
    row = four_goals(cast.forum, edition)

    response = big_view(client_of(cast.chief), row)

    address = reverse("dashboards:result", args=[row.round_id, row.forum_id])
    leave = f'<a href="{address}" data-leave>'
    assert response.content.decode().count(leave) == len(response.context["screens"])


def test_big_view_of_a_result_that_is_not_shown_is_the_page_that_says_so(cast, client_of, edition):
    row = sealed(
        cast.forum,
        edition,
        {0: (["unit_head"], [WITHHELD] * 4)},
        closed=timezone.now() - 20 * DAY,
    )

    response = big_view(client_of(cast.chief), row)

    assert response.templates[0].name == "dashboards/result.html"
    assert 'href="?visning=stor"' not in response.content.decode()


def test_big_view_s_bars_stand_on_their_middle(cast, client_of, edition):
    cells = one_group(counts(0, 0, 0, 9, 0), SPLIT, MIDDLE, MIDDLE)
    row = sealed(cast.forum, edition, cells, closed=timezone.now() - 20 * DAY)

    page = big_view(client_of(cast.chief), row).content.decode()

    assert '<svg width="50.00%" aria-hidden="true"></svg>' in page
    assert '<svg class="goal-bar-all" width="50.00%"' in page
