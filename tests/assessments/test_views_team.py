from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.enums import RoundKind
from assessments.models import RoundForum, SharedRating
from forums.models import Membership
from tests.factories import EditionFactory, GoalFactory
from tests.worlds import open_round_of


@pytest.fixture
def world(cast):
    return open_round_of(cast.team, kind=RoundKind.SHARED)


@pytest.fixture
def client(cast, client_of):
    """A member who is not the lead."""
    return client_of(cast.department_head)


@pytest.fixture
def lead_client(cast, client_of):
    return client_of(cast.unit_head)


def address(world, name="team"):
    return reverse(f"assessments:{name}", args=[world.round.pk, world.round_forum.forum_id])


def close(world, *, minutes_ago=6):
    world.round.closes_at = timezone.now() - timedelta(minutes=minutes_ago)
    world.round.save()


def stored():
    rows = SharedRating.objects.order_by("goal", "pk")
    return {row.goal_id: (row.level, row.differs, row.note) for row in rows}


def finished_at(world):
    return RoundForum.objects.get(pk=world.round_forum.pk).finished_at


# --- the page -----------------------------------------------------------------------------------


def test_page_is_one_for_the_team(client, lead_client, world):
    goal = world.goals[0].pk
    client.post(address(world), {f"goal-{goal}": "differs", f"reason-{goal}": "Vi taler om det"})

    response = lead_client.get(address(world))

    row = response.context["pillars"][0].goals[0]
    assert (row.choice, row.reason) == ("differs", "Vi taler om det")
    assert response.context["answered"] == 1
    assert "rate-big" in response.content.decode()


def test_team_is_asked_as_several(client, world):
    page = client.get(address(world)).content.decode()

    assert "I hvor høj grad oplever I, at I i jeres ledelsesteam lykkes med dette?" in page
    assert "oplever du" not in page


def test_lead_may_finish_and_others_see_who_leads(cast, client, lead_client, world):
    assert lead_client.get(address(world)).context["may_finish"] is True
    assert 'value="finish"' in lead_client.get(address(world)).content.decode()

    response = client.get(address(world))

    assert 'value="finish"' not in response.content.decode()
    assert response.context["lead"] == cast.unit_head.name


def test_team_without_a_lead_still_rates(cast, client, world):
    Membership.objects.filter(forum=cast.team).update(is_lead=False)

    assert client.get(address(world)).context["lead"] == ""


@pytest.mark.parametrize("pillars", [6, 10])
def test_statements_are_constant(cast, client, django_assert_num_queries, pillars):
    edition = EditionFactory(pillar_count=pillars, goals_each=4)
    world = open_round_of(cast.team, edition=edition, kind=RoundKind.SHARED)

    # session, person, round, standing, goals, ratings, lead; and the menu's one
    with django_assert_num_queries(8):
        client.get(address(world))


@pytest.mark.parametrize("name", ["chief", "facilitator", "administrator", "newcomer", "outsider"])
def test_others_get_404(cast, client_of, world, name):
    other = client_of(cast.person(name))

    assert other.get(address(world)).status_code == 404
    assert other.post(address(world, "team_save"), {"goal": "1"}).status_code == 404


def test_confidential_round_has_no_team_s_page(cast, client_of):
    world = open_round_of(cast.forum)

    assert client_of(cast.chief).get(address(world)).status_code == 404


def test_round_that_has_not_opened_says_when(cast, client):
    world = open_round_of(cast.team, kind=RoundKind.SHARED, opened_at=None)

    assert client.get(address(world)).context["is_planned"] is True


def test_sealed_round_links_to_the_result(client, world):
    close(world)
    world.seal()

    response = client.get(address(world))

    assert (response.context["is_sealed"], response.context["result_is_open"]) == (True, True)


@pytest.mark.parametrize(("minutes_ago", "is_taken"), [(4, True), (6, False)])
def test_what_waits_on_a_device_goes_once_it_is_taken_no_more(client, world, minutes_ago, is_taken):
    close(world, minutes_ago=minutes_ago)

    page = client.get(address(world)).content.decode()

    assert (f'data-save="{address(world, "team_save")}"' in page) is is_taken
    assert ("data-forget=" in page) is not is_taken


# --- the whole form, without the script -----------------------------------------------------------


def test_form_saves_everything_and_says_when(client, world):
    first, second, *_rest = (goal.pk for goal in world.goals)
    data = {f"goal-{first}": "4", f"reason-{first}": " x ", f"goal-{second}": "differs"}

    response = client.post(address(world), data, follow=True)

    assert response.redirect_chain == [(address(world), 302)]
    assert stored() == {first: (4, False, "x"), second: (None, True, "")}
    assert len(response.context["messages"]) == 1


@pytest.mark.parametrize(
    ("where", "to"), [("done", "#end"), ("here", ""), ("unanswered", "#goal-{next}")]
)
def test_form_goes_on_to_where_one_asked(client, world, where, to):
    response = client.post(address(world), {f"goal-{world.goals[0].pk}": "4", "next": where})

    assert response.url == address(world) + to.format(next=world.goals[1].pk)


def test_page_left_open_overwrites_nothing_newer(client, lead_client, world):
    first, second, *_rest = (goal.pk for goal in world.goals)
    client.post(address(world), {f"goal-{first}": "1", f"reason-{first}": "gammel"})
    old_page = client.get(address(world)).context["seen"]
    lead_client.post(address(world), {f"goal-{first}": "5", f"reason-{first}": "ny"})

    client.post(
        address(world),
        {
            "seen": old_page,
            f"goal-{first}": "1",
            f"reason-{first}": "gammel",
            f"goal-{second}": "2",
        },
    )

    assert stored() == {first: (5, False, "ny"), second: (2, False, "")}


def test_cpr_number_in_a_note_is_warned_of_and_kept_once_it_is_confirmed(client, world):
    goal = world.goals[0].pk
    typed = {f"goal-{goal}": "4", f"reason-{goal}": "Sag 010203-4567"}

    refused = client.post(address(world), typed)

    assert refused.status_code == 422
    assert "CPR" in refused.context["pillars"][0].goals[0].reason_error
    assert "010203" not in str(stored())
    assert client.post(address(world), typed | {f"confirm-{goal}": "on"}).status_code == 302
    assert stored() == {goal: (4, False, "Sag 010203-4567")}


def test_bad_input_is_shown_again_and_all_the_rest_is_kept(client, world):
    first, second, *_rest = (goal.pk for goal in world.goals)
    data = {f"goal-{first}": "na", f"goal-{second}": "2", f"reason-{second}": "x" * 2001}

    response = client.post(address(world), data)

    assert response.status_code == 422
    wrong_choice, wrong_note = response.context["pillars"][0].goals
    assert bool(wrong_choice.choice_error) is True
    assert wrong_note.reason == "x" * 2001
    assert stored() == {second: (2, False, "")}


def test_goal_of_another_edition_is_left_out_and_the_rest_kept(client, world):
    first, foreign = world.goals[0].pk, GoalFactory().pk

    response = client.post(address(world), {f"goal-{first}": "4", f"goal-{foreign}": "4"})

    assert response.status_code == 422
    assert stored() == {first: (4, False, "")}


def test_lead_says_that_the_team_is_done_and_it_can_still_be_changed(lead_client, client, world):
    lead_client.post(address(world), {f"goal-{world.goals[0].pk}": "4", "next": "finish"})
    client.post(address(world), {f"goal-{world.goals[1].pk}": "3"})

    assert finished_at(world) is not None
    assert len(stored()) == 2


def test_team_is_not_done_while_something_is_refused(lead_client, world):
    lead_client.post(address(world), {f"goal-{world.goals[0].pk}": "9", "next": "finish"})

    assert finished_at(world) is None


def test_others_than_the_lead_may_not_finish(client, world):
    response = client.post(address(world), {"next": "finish"})

    assert response.status_code == 403
    assert finished_at(world) is None


def test_form_after_closing_is_refused(lead_client, world):
    close(world)

    response = lead_client.post(address(world), {f"goal-{world.goals[0].pk}": "4"})

    assert response.status_code == 409
    assert stored() == {}


# --- one goal, by the script ----------------------------------------------------------------------


def test_save_keeps_what_is_sent_and_leaves_the_rest(client, lead_client, world):
    goal = world.goals[0].pk

    assert client.post(address(world, "team_save"), {"goal": goal, "value": "4"}).json()["ok"]
    lead_client.post(address(world, "team_save"), {"goal": goal, "reason": "Skrevet samtidig"})

    assert stored() == {goal: (4, False, "Skrevet samtidig")}


def test_twenty_identical_saves_leave_one_rating(client, world):
    data = {"goal": world.goals[0].pk, "value": "differs", "reason": "x"}

    statuses = {client.post(address(world, "team_save"), data).status_code for _ in range(20)}

    assert statuses == {200}
    assert stored() == {world.goals[0].pk: (None, True, "x")}


def test_save_off_the_scale_is_refused(client, world):
    data = {"goal": world.goals[0].pk, "value": "na", "reason": "x"}

    response = client.post(address(world, "team_save"), data)

    assert response.status_code == 422
    assert response.json()["value_error"]
    assert stored() == {world.goals[0].pk: (None, False, "x")}


def test_save_without_a_goal_is_refused_and_of_a_foreign_goal_404(client, world):
    assert client.post(address(world, "team_save"), {"value": "4"}).status_code == 422
    foreign = {"goal": GoalFactory().pk, "value": "4"}
    assert client.post(address(world, "team_save"), foreign).status_code == 404


def test_save_after_closing_is_refused(client, world):
    close(world)

    response = client.post(address(world, "team_save"), {"goal": world.goals[0].pk, "value": "4"})

    assert response.status_code == 409
    assert response.json()["closed"] is True
    assert stored() == {}


def test_save_statements(client, world, django_assert_num_queries):
    # session, person, round, standing, begin, lock, goals, rating, commit
    with django_assert_num_queries(9):
        client.post(address(world, "team_save"), {"goal": world.goals[0].pk, "value": "4"})


def test_save_tells_what_another_one_has_changed_meanwhile(client, lead_client, world):
    first, second, *_rest = (goal.pk for goal in world.goals)
    before = client.get(address(world)).context["seen"]
    lead_client.post(address(world, "team_save"), {"goal": first, "value": "4"})
    data = {"goal": second, "value": "2"}

    said = client.post(address(world, "team_save"), data | {"seen": before}).json()
    now = client.get(address(world), headers={"Accept": "application/json"}).json()

    assert said["elsewhere"] is True
    assert now["goals"] == {
        str(first): {"value": "4", "reason": ""},
        str(second): {"value": "2", "reason": ""},
    }
    again = client.post(address(world, "team_save"), data | {"seen": now["seen"]}).json()
    assert again["seen"] == now["seen"]


def test_page_that_becomes_visible_after_closing_is_told_so(client, world):
    close(world)

    response = client.get(address(world), headers={"Accept": "application/json"})

    assert response.status_code == 409
    assert response.json()["closed"] is True
