"""Another device, a forged address, an edition that is edited: what the rating page answers."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from assessments.answers import Answer, Rating
from assessments.operations.answering import ratings_of
from tests.assessments.rating import address, save
from tests.worlds import open_round_of


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.unit_head)


def ask(client, world, **data):
    """As the script asks when the page becomes visible."""
    return client.get(address(world), data, headers={"Accept": "application/json"})


def test_save_tells_what_the_page_now_shows(client, world):
    first, second, *_rest = (goal.pk for goal in world.goals)

    said = save(client, world, goal=first, value="4", reason="Hej\r\n", seen="").json()
    assert said["seen"] == client.get(address(world)).context["seen"]
    said = save(client, world, goal=second, value="2", seen=said["seen"]).json()

    assert "elsewhere" not in said
    assert said["seen"] == client.get(address(world)).context["seen"]


@pytest.mark.parametrize("change", ["choice", "reason", "cleared", "new", "withdrawn"])
def test_save_tells_that_something_was_changed_on_another_device(client, world, mine, change):
    first, second, third, _rest = world.goals
    world.rate(mine, {first: 4, second: 2}, reason="x")
    before = client.get(address(world)).context["seen"]
    if change == "choice":
        world.rate(mine, {first: 5}, reason="x")
    elif change == "reason":
        world.rate(mine, {first: 4}, reason="y")
    elif change == "cleared":
        save(client, world, goal=first.pk, value="", reason="")
    elif change == "new":
        world.rate(mine, {third: 1})
    else:
        Answer.objects.all().delete()

    said = save(client, world, goal=second.pk, value="3", seen=before).json()

    assert (said["ok"], said.get("elsewhere"), "seen" in said) == (True, True, False)


def test_save_over_another_device_s_change_wins_and_tells_of_the_part_it_did_not_send(
    client, world, mine
):
    first = world.goals[0]
    before = client.get(address(world)).context["seen"]
    world.rate(mine, {first: 5})
    assert "elsewhere" not in save(client, world, goal=first.pk, value="3", seen=before).json()

    world.rate(mine, {first: 5}, reason="derfra")

    assert save(client, world, goal=first.pk, value="3", seen=before).json()["elsewhere"] is True
    kept = ratings_of(mine)[first.pk]
    assert (kept.value, kept.reason) == (3, "derfra")


def test_page_that_becomes_visible_gets_what_is_stored(client, world, mine):
    first = world.goals[0]
    world.rate(mine, {first: 4}, reason="x")

    said = ask(client, world, **{"as": mine.pk}).json()

    assert said["goals"] == {str(first.pk): {"value": "4", "reason": "x"}}
    assert said["seen"] == client.get(address(world)).context["seen"]


def test_page_of_somebody_else_gets_nothing(cast, client, world):
    other = world.participation_of(cast.chief)

    assert ask(client, world, **{"as": other.pk}).status_code == 401


def test_page_that_becomes_visible_after_closing_is_told_what_counts(client, world, mine):
    client.cookies.load({"django_language": "en"})
    world.rate(mine, {world.goals[0]: 4})

    world.round.closes_at = timezone.now() - timedelta(minutes=6)
    world.round.save()

    response = ask(client, world)
    assert response.status_code == 409
    assert response.json()["message"] == (
        "The round is closed. You answered 1 mål in time. Your answer counts."
    )


@pytest.mark.parametrize(("answered", "minutes"), [(0, 1), (3, 1), (4, 0)])
def test_front_page_says_how_long_is_left(client, world, mine, answered, minutes):
    world.rate(mine, dict.fromkeys(world.goals[:answered], 3))

    (to_do,) = client.get("/").context["home"].to_do

    assert to_do.minutes_left == minutes


def test_edition_that_is_edited_while_the_round_is_open_stays_as_it_was(client, world):
    goal = world.goals[0]
    before = goal.text

    with pytest.raises(DatabaseError), transaction.atomic():
        type(goal).objects.filter(pk=goal.pk).update(text="Noget andet")

    assert before in client.get(address(world)).content.decode()


@pytest.mark.parametrize("forged", ["round", "forum", "both"])
@pytest.mark.parametrize("name", ["rate", "save", "done", "own_copy", "withdraw"])
def test_forged_round_or_forum_is_404(cast, client, world, name, forged):
    other = open_round_of(cast.other_municipality.forums.get())
    where = [other.round.pk, other.round_forum.forum_id]
    if forged != "both":
        where = [world.round.pk, where[1]] if forged == "forum" else [where[0], cast.forum.pk]
    url = reverse(f"assessments:{name}", args=where)
    data = {"goal": world.goals[0].pk, "value": "4"}

    response = client.get(url) if name == "own_copy" else client.post(url, data)

    assert response.status_code == 404
    assert Rating.objects.count() == 0
