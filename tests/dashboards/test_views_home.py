"""The front page: what waits for whom."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.enums import RoundKind
from assessments.operations.answering import say_done
from assessments.operations.sharing import finish_shared
from forums.models import Forum
from tests.dashboards.sealed import MIDDLE, goals_of, one_group, sealed
from tests.factories import (
    EditionFactory,
    ForumFactory,
    MembershipFactory,
    ParticipationFactory,
    RoundFactory,
    RoundForumFactory,
    SharedRatingFactory,
    UserFactory,
)
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ask(user, forum, *, days: int = 14, kind: str = "confidential", **marks):
    """An open round of the forum that asks the person."""
    round_ = RoundFactory(
        municipality=forum.municipality, kind=kind, closes_at=timezone.now() + days * DAY
    )
    row = RoundForumFactory(
        round=round_, forum=forum, invited=9, answered=4, counted_at=timezone.now()
    )
    ParticipationFactory(round_forum=row, user=user, **marks)
    return row


def home(client):
    response = client.get("/")
    assert response.status_code == 200
    return response


def test_home_is_for_those_who_are_signed_in(client_of):
    response = client_of(None).get("/")

    assert response.status_code == 302
    assert response["Location"].startswith("/log-ind/")


@pytest.mark.parametrize(
    "person", ["chief", "unit_head", "department_head", "facilitator", "administrator", "outsider"]
)
def test_home_opens_for_everybody(cast, client_of, person):
    home(client_of(cast.person(person)))


def test_home_asks_first_what_closes_first_and_last_what_is_done(cast, client_of):
    now = timezone.now()
    done = ask(cast.unit_head, cast.forum, days=1, answered_at=now, done_at=now)
    later = ask(cast.unit_head, cast.forum, days=9)
    soon = ask(cast.unit_head, cast.team, days=3, kind="shared")
    SharedRatingFactory(round_forum=soon, goal=goals_of(soon.round.edition)[0], level=3)

    response = home(client_of(cast.unit_head))

    to_do = response.context["home"].to_do
    assert [(row.round_forum.pk, row.started, row.done) for row in to_do] == [
        (soon.pk, True, False),
        (later.pk, False, False),
        (done.pk, True, True),
    ]
    page = response.content.decode()
    assert reverse("assessments:team", args=[soon.round_id, soon.forum_id]) in page
    assert reverse("assessments:rate", args=[later.round_id, later.forum_id]) in page


def heading(client) -> str:
    [words] = re.findall(r"<h1>(.*?)</h1>", home(client).content.decode())
    return words


def test_home_is_headed_by_what_is_there(cast, client_of):
    client = client_of(cast.unit_head)
    ask(cast.unit_head, cast.forum, days=1, done_at=timezone.now())
    all_done = heading(client)
    ask(cast.unit_head, cast.team, kind="shared")

    assert all_done == "Dine åbne runder"
    assert heading(client) == "Det venter på dig"
    assert heading(client_of(cast.chief)) == "Dine fora"
    assert heading(client_of(cast.administrator)) == "Forside"
    assert heading(client_of(cast.newcomer)) == "Forside"


def test_home_of_a_team_that_is_done_says_so(cast, client_of):
    row = ask(cast.unit_head, cast.team, kind="shared")
    type(row).objects.filter(pk=row.pk).update(finished_at=timezone.now())

    (to_do,) = home(client_of(cast.unit_head)).context["home"].to_do

    assert to_do.done


@pytest.mark.parametrize(
    ("rated", "done", "page", "anchor"),
    [
        ([], False, "rate", ""),
        ([0, 2], False, "rate", "#goal-{1}"),
        ([0, 1, 2, 3], False, "done", ""),
        ([0], True, "done", ""),
    ],
)
def test_home_leads_to_the_first_goal_that_one_has_left(cast, client_of, rated, done, page, anchor):
    world = open_round_of(cast.forum)
    mine = world.participation_of(cast.unit_head)
    world.rate(world.participation_of(cast.chief), dict.fromkeys(world.goals, 3))
    if rated:
        world.rate(mine, {world.goals[number]: 3 for number in rated})
    if done:
        say_done(participation=mine, now=timezone.now())

    response = home(client_of(cast.unit_head))

    here = reverse(f"assessments:{page}", args=[world.round.pk, cast.forum.pk])
    url = here + anchor.format(*(goal.pk for goal in world.goals))
    assert [row.url for row in response.context["home"].to_do] == [url]
    assert f'href="{url}"' in response.content.decode()


@pytest.mark.parametrize(
    ("rated", "done", "anchor"),
    [
        ([], False, ""),
        ([0], False, "#goal-{1}"),
        ([0, 1, 2, 3], False, "#end"),
        ([0], True, ""),
    ],
)
def test_home_leads_a_team_to_the_first_goal_that_it_has_left(cast, client_of, rated, done, anchor):
    world = open_round_of(cast.team, kind="shared")
    for number in rated:
        SharedRatingFactory(round_forum=world.round_forum, goal=world.goals[number], level=3)
    SharedRatingFactory(
        round_forum=RoundForumFactory(round=world.round), goal=world.goals[1], level=3
    )
    if done:
        finish_shared(round_forum=world.round_forum, now=timezone.now())

    response = home(client_of(cast.department_head))

    url = reverse("assessments:team", args=[world.round.pk, cast.team.pk])
    url += anchor.format(*(goal.pk for goal in world.goals))
    (row,) = response.context["home"].to_do
    assert (row.url, row.started, row.answered) == (url, bool(rated), len(rated))


def test_home_shows_nobody_elses_marks(cast, client_of):
    ask(cast.unit_head, cast.forum, answered_at=timezone.now())

    response = home(client_of(cast.chief))

    assert response.context["home"].to_do == ()
    (following,) = response.context["home"].following
    assert following.participation_text == "4 af 9 har svaret"
    assert following.participation_text in response.content.decode()


def test_home_tells_no_number_before_the_first_midnight(cast, client_of):
    open_round_of(cast.forum)

    response = home(client_of(cast.facilitator))

    (following,) = response.context["home"].following
    assert (following.why, following.participation_text) == ("open", "")
    assert "har svaret" not in response.content.decode()


def test_home_shows_each_forum_s_newest_result_and_when_the_chief_above_sees_it(cast, client_of):
    Forum.objects.filter(pk=cast.forum.pk).update(chief=UserFactory())
    _older, newest = (
        sealed(
            cast.forum,
            EditionFactory(),
            one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE),
            closed=timezone.now() - days * DAY,
            released=False,
        )
        for days in (30, 2)
    )

    latest = home(client_of(cast.unit_head)).context["home"].latest

    assert [(row.round_forum.pk, row.hidden_until) for row in latest] == [
        (newest.pk, newest.releases_itself_at)
    ]


def test_home_shows_the_person_s_own_forums_before_those_they_read(client_of):
    chief = UserFactory()
    own = ForumFactory()
    MembershipFactory(forum=own, user=chief)
    cells = one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE)
    read = [
        sealed(
            ForumFactory(chief=chief),
            EditionFactory(),
            cells,
            closed=timezone.now() - days * DAY,
        )
        for days in range(2, 10)
    ]
    first = sealed(own, EditionFactory(), cells, closed=timezone.now() - 200 * DAY)

    response = home(client_of(chief))

    latest = [row.round_forum for row in response.context["home"].latest]
    assert latest == [first, *read[:5]]
    assert 'href="/resultater/"' in response.content.decode()


def test_home_leaves_the_chief_out_where_the_chief_is_a_member(cast, client_of):
    sealed(
        cast.forum,
        EditionFactory(),
        one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE),
        closed=timezone.now() - DAY,
        released=False,
    )

    (latest,) = home(client_of(cast.unit_head)).context["home"].latest

    assert latest.hidden_until is None


def test_home_of_a_chief_leads_to_the_overview(cast, client_of):
    sealed(
        cast.forum,
        EditionFactory(),
        one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE),
        closed=timezone.now() - DAY,
    )
    link = 'class="btn btn-secondary" href="/overblik/"'

    assert link in home(client_of(cast.chief)).content.decode()
    assert link not in home(client_of(cast.unit_head)).content.decode()


def test_home_of_an_administrator_leads_to_the_administration(cast, client_of):
    page = home(client_of(cast.administrator)).content.decode()

    assert 'class="btn btn-secondary" href="/admin/"' in page
    assert "empty-state" not in page


def test_home_of_somebody_without_a_forum_explains(cast, client_of):
    page = home(client_of(cast.newcomer)).content.decode()

    assert page.count("empty-state") == 1


def test_home_with_nothing_to_do_says_so(cast, client_of):
    page = home(client_of(cast.department_head)).content.decode()

    assert page.count("empty-state") == 1


# session · person · invitations · results · others · planning · menu
@pytest.mark.parametrize("forums", [1, 3])
def test_home_takes_the_same_statements_for_one_forum_and_three(
    client_of, django_assert_num_queries, forums
):
    user = UserFactory()
    for _number in range(forums):
        forum = ForumFactory()
        MembershipFactory(forum=forum, user=user)
        ask(user, forum)
        RoundForumFactory(forum=forum)
        sealed(
            forum,
            EditionFactory(),
            one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE),
            closed=timezone.now() - DAY,
        )
    client = client_of(user)

    with django_assert_num_queries(7):
        response = client.get("/")

    assert len(response.context["home"].to_do) == forums
    assert len(response.context["home"].following) == forums


def test_home_shows_the_lead_the_rounds_under_way_and_where_to_plan_one(cast, client_of):
    world = open_round_of(cast.forum)

    page = client_of(cast.unit_head).get("/").content.decode()

    assert reverse("assessments:round", args=[world.round.pk]) in page
    assert reverse("assessments:plan") in page


def test_home_tells_rounds_of_one_name_apart(cast, client_of):
    open_round_of(cast.forum, name="Jul")
    shared = RoundForumFactory(
        forum=cast.team, round__name="Jul", round__kind=RoundKind.SHARED, round__opened_at=None
    )
    for name in ("Børneby Syd", "Auning Skole"):
        RoundForumFactory(
            forum=ForumFactory(municipality=cast.municipality, name=name), round=shared.round
        )

    response = client_of(cast.administrator).get("/")

    rows = [(row.round.kind, row.forums) for row in response.context["home"].rounds]
    assert sorted(rows) == [
        ("confidential", ("Lederforum",)),
        ("shared", ("Auning Skole", "Børneby Syd", "Ledelsesteam, Børneby Nord")),
    ]
    page = response.content.decode()
    assert "Auning Skole og 2 fora mere" in page
    assert [page.count(word) for word in ("fortrolig runde · lukker", "fælles runde · åbner")] == [
        1,
        1,
    ]


def test_home_leads_a_lead_to_every_round_however_many(cast, client_of):
    rounds = [RoundForumFactory(forum=cast.team).round for _ in range(8)]

    response = client_of(cast.unit_head).get("/")

    page = response.content.decode()
    assert all(f'href="{reverse("assessments:round", args=[row.pk])}"' in page for row in rounds)
    assert len(response.context["home"].more_rounds) == 2
    assert reverse("admin:assessments_round_changelist") not in page


# as above · membership · rounds · own words
@pytest.mark.parametrize("rounds", [1, 3])
def test_home_takes_the_same_statements_for_one_round_under_way_and_three(
    cast, client_of, django_assert_num_queries, rounds
):
    for _number in range(rounds):
        row = RoundForumFactory(forum=cast.team)
        RoundForumFactory(forum=cast.forum, round=row.round)
    client = client_of(cast.administrator)

    with django_assert_num_queries(10):
        response = client.get("/")

    assert len(response.context["home"].rounds) == rounds


def test_home_says_nothing_of_planning_to_a_member(cast, client_of):
    open_round_of(cast.forum)

    page = client_of(cast.members[3]).get("/").content.decode()

    assert reverse("assessments:plan") not in page
