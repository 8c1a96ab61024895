"""One goal by the script, and withdrawing all: what is kept, and who is refused."""

import re

import pytest
import time_machine
from django.urls import reverse

from assessments.answers import Answer, Rating
from assessments.enums import RoundKind
from tests.assessments.rating import NOON, address, close, save, stored
from tests.factories import (
    GoalFactory,
)
from tests.worlds import open_round_of


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.unit_head)


def test_save_keeps_one_goal_and_says_when(cast, client_of):
    with time_machine.travel("2026-01-20T09:32:00Z", tick=False):
        world = open_round_of(cast.forum)
        client = client_of(cast.unit_head)
        client.cookies.load({"django_language": "en"})
        goal = world.goals[0].pk
        response = save(client, world, goal=goal, value="4", reason="Vi gør det")

    assert response.json() == {
        "ok": True,
        "saved_at_text": "Saved at\u00a010:32",
        "closes": "at\u00a010:32",
        "closes_in": 14 * 24 * 60 * 60,
        "key": str(world.participation_of(cast.unit_head).key),
    }
    assert stored(world.participation_of(cast.unit_head)) == {goal: (4, False, "Vi gør det")}


def test_save_changes_only_what_is_sent(client, world, mine):
    goal = world.goals[0].pk
    save(client, world, goal=goal, value="4", reason="a")

    save(client, world, goal=goal, value="2")
    save(client, world, goal=goal, reason="b")

    assert stored(mine) == {goal: (2, False, "b")}


def test_twenty_identical_saves_leave_one_rating(client, world):
    statuses = {
        save(client, world, goal=world.goals[0].pk, value="4").status_code for _ in "x" * 20
    }

    assert statuses == {200}
    assert (Answer.objects.count(), Rating.objects.count()) == (1, 1)


def test_refused_reason_does_not_cost_the_choice(client, world, mine):
    goal = world.goals[0].pk

    response = save(client, world, goal=goal, value="4", reason="Sag 010203-4567")

    assert response.status_code == 422
    said = response.json()
    assert (bool(said["reason_error"]), said["value_error"], said["confirm"]) == (True, "", True)
    assert stored(mine) == {goal: (4, False, "")}


def test_confirmed_reason_is_saved(client, world, mine):
    goal = world.goals[0].pk

    response = save(client, world, goal=goal, reason="Sag 010203-4567", confirm="1")

    assert response.status_code == 200
    assert stored(mine) == {goal: (None, False, "Sag 010203-4567")}


def test_save_off_the_scale_is_refused(client, world):
    response = save(client, world, goal=world.goals[0].pk, value="6")

    assert response.status_code == 422
    assert response.json()["value_error"]
    assert Rating.objects.count() == 0


@pytest.mark.parametrize("goal", ["", "x", "-1", "9" * 19, "²"])
def test_save_without_a_goal_is_refused(client, world, goal):
    assert save(client, world, goal=goal, value="4").status_code == 422


def test_save_of_a_foreign_goal_or_round_is_404(cast, client, world):
    assert save(client, world, goal=GoalFactory().pk, value="4").status_code == 404
    assert save(client, world, goal="9" * 18, value="4").status_code == 404
    other = open_round_of(cast.team)
    wrong = reverse("assessments:save", args=[other.round.pk, cast.forum.pk])
    assert client.post(wrong, {"goal": world.goals[0].pk, "value": "4"}).status_code == 404


def test_save_in_a_shared_round_is_404(cast, client_of):
    world = open_round_of(cast.team, kind=RoundKind.SHARED)

    response = save(client_of(cast.unit_head), world, goal=world.goals[0].pk, value="4")

    assert response.status_code == 404


def test_save_after_closing_is_answered_with_what_counts(client, world, mine):
    client.cookies.load({"django_language": "en"})
    world.rate(mine, {world.goals[0]: 4})

    close(world)

    response = save(client, world, goal=world.goals[1].pk, value="4")

    assert response.status_code == 409
    assert response.json() == {
        "ok": False,
        "closed": True,
        "message": "The round is closed. You answered 1 mål in time. Your answer counts.",
    }
    assert len(stored(mine)) == 1


def test_save_from_somebody_else_s_page_is_refused(cast, client, world):
    other = world.participation_of(cast.chief)

    response = save(client, world, goal=world.goals[0].pk, value="4", **{"as": other.pk})

    assert response.status_code == 401
    assert Rating.objects.count() == 0


def test_save_without_a_session_leads_to_signing_in(client_of, world):
    response = save(client_of(None), world, goal=world.goals[0].pk, value="4")

    assert response.url.startswith(reverse("account_login"))


def test_save_statements(client, world, django_assert_num_queries):
    first, second, third, _rest = (goal.pk for goal in world.goals)

    client.get(address(world))  # a process asks for the edition and its goals once

    # session, person, invitation, begin, lock, state, [answer,] rating, [answered,] commit
    with django_assert_num_queries(10):
        save(client, world, goal=first, value="4", reason="x")
    with django_assert_num_queries(8):
        save(client, world, goal=first, value="5", reason="x")
    with django_assert_num_queries(8):
        save(client, world, goal=second, value="na")
    # and own ratings, where the page says what it shows
    with django_assert_num_queries(9):
        save(client, world, goal=third, value="2", seen="")


# --- withdraw -------------------------------------------------------------------------------------


def test_withdraw_deletes_all_and_the_page_is_that_of_one_who_never_answered(
    cast, client_of, world, mine
):
    def page():
        html = client.get(address(world)).content.decode()
        drawn = r'name="csrfmiddlewaretoken" value="\w+"|data-key="[-\w]+"'
        return re.sub(drawn, "", html)

    with time_machine.travel(NOON, tick=False):
        client = client_of(cast.unit_head)
        never = page()
        world.rate(mine, dict.fromkeys(world.goals, 3), reason="x")
        response = client.post(address(world, "withdraw"), {"as": mine.pk})

        assert response.url == f"{address(world)}#besked"
        assert "Dine svar er slettet. Du kan svare igen, til runden lukker." in page()
        assert page() == never
    assert (Answer.objects.count(), Rating.objects.count()) == (0, 0)


def test_change_that_waited_on_a_device_is_kept_unless_all_was_withdrawn_since(client, world, mine):
    goal = world.goals[0].pk
    made = client.get(address(world)).context["participation"].key
    assert save(client, world, goal=goal, reason="Først", made=made).json()["key"] == str(made)
    client.post(address(world, "withdraw"), {"as": mine.pk})

    late = save(client, world, goal=goal, reason="Først", made=made)
    assert (late.status_code, stored(mine)) == (410, {})
    fresh = save(client, world, goal=goal, reason="Nyt")
    again = save(client, world, goal=goal, value="4", made=fresh.json()["key"])

    assert fresh.json()["key"] != str(made)
    assert again.status_code == 200
    assert stored(mine) == {goal: (4, False, "Nyt")}


def test_withdraw_after_closing_is_refused(client, world, mine):
    world.rate(mine, dict.fromkeys(world.goals, 3))

    close(world)

    response = client.post(address(world, "withdraw"))

    assert response.status_code == 409
    assert Rating.objects.count() == 4


def test_withdraw_on_somebody_else_s_page_deletes_nothing(cast, client, world, mine):
    world.rate(mine, dict.fromkeys(world.goals, 3))

    other = world.participation_of(cast.chief).pk
    response = client.post(address(world, "withdraw"), {"as": other}, follow=True)

    assert Rating.objects.count() == 4
    assert list(response.context["messages"]) == []
