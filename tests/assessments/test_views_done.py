import json
import re

import pytest
from django.utils import timezone

from assessments.answers import Rating
from assessments.models import Participation
from assessments.operations import asked
from assessments.operations.answering import RatingInput, save_ratings, say_done
from plf.lib.danish import continued
from tests.assessments.rating import address, close
from tests.factories import EditionFactory, LocalWordingFactory
from tests.worlds import open_round_of


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.unit_head)


def done_at(participation):
    return Participation.objects.get(pk=participation.pk).done_at


def test_unanswered_goals_are_one_click_away(client, world, mine):
    world.rate(mine, {world.goals[0]: 4})

    response = client.get(address(world, "done"))

    page = response.content.decode()
    links = [f'href="{address(world, "rate")}#goal-{goal.pk}"' for goal in world.goals]
    # the answered one is linked from where it is read through
    assert [page.count(link) for link in links] == [1, 1, 1, 1]
    assert response.context["unanswered"] == 3


def test_one_who_has_not_answered_has_nothing_to_read_through(client, world):
    response = client.get(address(world, "done"))

    assert response.content.decode().count("<details") == 2  # the person's menu, and withdrawing


@pytest.mark.parametrize(
    ("rated", "done", "heading", "lead"),
    [
        ([0], True, "Tak for dit bud", "1 af 4"),
        ([], True, "Du er færdig", "Du har ikke svaret på noget"),
        ([], False, "Læs igennem", "Du har ikke svaret på noget"),
        ([0], False, "Læs igennem", "1 af 4"),
    ],
)
def test_end_thanks_those_alone_who_have_answered(client, world, mine, rated, done, heading, lead):
    world.rate(mine, {world.goals[number]: 4 for number in rated})
    if done:
        say_done(participation=mine, now=timezone.now())

    page = client.get(address(world, "done")).content.decode()

    assert re.findall(r"<h1>(.*?)</h1>", page) == [heading]
    assert re.findall(r'<p class="lead">(.*?)</p>', page) == [f"Lederforum · {lead}"]


def test_all_answered_asks_for_nothing_more(client, world, mine):
    world.rate(mine, dict.fromkeys(world.goals, None))

    response = client.get(address(world, "done"))

    assert response.context["unanswered"] == 0
    assert response.content.decode().count("<dd>Ved ikke / kan ikke vurdere</dd>") == 4


@pytest.mark.parametrize(("pillars", "goals"), [(6, 4), (10, 4)])
def test_statements_are_constant(cast, client, django_assert_num_queries, pillars, goals):
    world = open_round_of(
        cast.forum, edition=EditionFactory(pillar_count=pillars, goals_each=goals)
    )
    world.rate(world.participation_of(cast.unit_head), dict.fromkeys(world.goals, 3), reason="x")

    # session, person, invitation with the menu, own ratings;
    # and the edition and its goals, once in each process
    asked.forget()
    with django_assert_num_queries(6):
        client.get(address(world, "done"))


def test_done_twice_is_done_once_and_can_still_be_changed(client, world, mine):
    assert client.post(address(world, "done"), {"as": mine.pk}).url == address(world, "done")
    first = done_at(mine)
    client.post(address(world, "done"), {"as": mine.pk})

    world.rate(mine, {world.goals[0]: 4})

    assert first is not None
    assert done_at(mine) == first
    assert client.get(address(world, "done")).context["participation"].done_at == first
    assert Rating.objects.count() == 1


def test_done_on_somebody_else_s_page_says_nothing(cast, client, world, mine):
    other = world.participation_of(cast.chief)

    client.post(address(world, "done"), {"as": other.pk})

    assert (done_at(mine), done_at(other)) == (None, None)


def test_done_after_closing_is_answered_with_what_counts(client, world, mine):
    close(world)

    response = client.post(address(world, "done"))

    assert response.status_code == 409
    assert done_at(mine) is None


def test_closed_round_shows_the_closed_page(client, world):
    close(world)

    response = client.get(address(world, "done"))

    assert response.templates[0].name == "assessments/not_open.html"


@pytest.mark.parametrize(("minutes_ago", "is_taken"), [(4, True), (6, False)])
def test_what_waits_on_the_device_goes_once_it_is_taken_no_more(
    client, world, minutes_ago, is_taken
):
    close(world, minutes_ago=minutes_ago)

    page = client.get(address(world, "done")).content.decode()

    assert (f'data-save="{address(world, "save")}"' in page) is is_taken
    assert ("data-forget=" in page) is not is_taken
    assert "data-closes-in=" not in page  # its heading says that it has closed


# --- the own copy -------------------------------------------------------------------------------


def test_copy_can_be_read_by_people_and_by_the_dashboard(client, world, mine):
    first, second, *rest = world.goals
    ratings = [
        RatingInput(first.pk, 4, reason="Vi gør det\nhver uge"),
        RatingInput(second.pk, no_answer=True),
        RatingInput(rest[0].pk, reason="Kun en begrundelse"),
    ]
    save_ratings(participation=mine, ratings=ratings, now=timezone.now())

    response = client.get(address(world, "own_copy"))

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert 'filename="min-kopi-lederforum-' in response["Content-Disposition"]
    lines = response.content.decode().splitlines()
    at = lines.index(f"  {first.text}")
    assert lines[at + 1 : at + 4] == ["    → I høj grad", "      Vi gør det", "      hver uge"]
    assert f"    → {world.round.edition.no_answer}" in lines
    mark, _space, data = lines[-1].partition(" ")
    assert mark == "PLF-1"
    assert json.loads(data) == {
        "round": world.round.pk,
        "forum": world.round_forum.forum_id,
        "choices": {str(first.pk): "4", str(second.pk): "na"},
    }


def test_copy_has_the_forum_s_own_words_and_goals_that_end_the_question(cast, client):
    edition = EditionFactory(
        local_translation=True, stem=True, framework__municipality=cast.municipality
    )
    world = open_round_of(cast.forum, edition=edition)
    first = world.goals[0]
    LocalWordingFactory(forum=cast.forum, goal=first, text="Hver fredag")

    lines = client.get(address(world, "own_copy")).content.decode().splitlines()
    page = client.get(address(world, "done")).content.decode()

    at = lines.index(f"  {continued(first.text)}")
    assert lines[at + 1] == "    Hos os: Hver fredag"
    assert continued(first.text) in page


def test_copy_holds_nothing_of_others(cast, client, world):
    world.rate(world.participation_of(cast.chief), {world.goals[0]: 5}, reason="Chefens")

    copy = client.get(address(world, "own_copy")).content.decode()

    assert "Chefens" not in copy
    assert '"choices": {}' in copy


def test_copy_is_there_until_the_seal_and_gone_after_it(client, world, mine):
    world.rate(mine, {world.goals[0]: 4})
    close(world)
    assert client.get(address(world, "own_copy")).status_code == 200

    world.seal()

    assert client.get(address(world, "own_copy")).url == address(world, "rate")
