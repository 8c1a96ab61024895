import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assessments.answers import Answer, Rating
from assessments.enums import RoundKind
from assessments.models import Participation
from assessments.operations import asked
from assessments.operations.answering import RatingInput, save_ratings
from tests.assessments.rating import NOON, address, checked, close, stored
from tests.cast import make_cast
from tests.factories import (
    EditionFactory,
    GoalFactory,
    MembershipFactory,
    PillarFactory,
    UserFactory,
)
from tests.worlds import open_round_of


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.unit_head)


# --- the page -----------------------------------------------------------------------------------


def test_page_asks_every_goal_with_the_forum_in_its_question(client, world):
    response = client.get(address(world))

    assert response.status_code == 200
    page = response.content.decode()
    assert [goal.text in page for goal in world.goals] == [True] * 4
    assert "at vi i lederforum lykkes med dette?" in page
    assert response.context["invited"][0] == "Chef, chef"
    assert len(response.context["invited"]) == 9
    assert checked(response) == []


def test_page_shows_what_was_saved_on_another_device(client, world, mine):
    first, second, *_rest = (goal.pk for goal in world.goals)
    ratings = [RatingInput(first, 4, reason="Vi gør det"), RatingInput(second, no_answer=True)]
    save_ratings(participation=mine, ratings=ratings, now=timezone.now())

    response = client.get(address(world))

    assert checked(response) == [(str(first), "4"), (str(second), "na")]
    assert "Vi gør det</textarea>" in response.content.decode()
    assert response.context["answered"] == 2


def test_page_never_shows_how_others_or_oneself_answered_before(cast, client):
    before = open_round_of(cast.forum, days_ago=100)
    before.answer([1, 2, 3, 4, 5, 1, 2, 3, 4], reason="Fra sidste runde")
    before.seal()
    world = open_round_of(cast.forum, edition=before.round.edition)
    other = world.participation_of(cast.chief)
    world.rate(other, dict.fromkeys(world.goals, 5), reason="Chefens begrundelse")

    response = client.get(address(world))

    assert checked(response) == []
    assert "Fra sidste runde" not in response.content.decode()
    assert "Chefens begrundelse" not in response.content.decode()
    assert response.context["answered"] == 0


def test_page_shows_help_and_descriptors_where_the_edition_has_them(cast, client):
    edition = EditionFactory(status="draft", pillar_count=0)
    pillar = PillarFactory(edition=edition)
    GoalFactory(pillar=pillar, help="Vises", show_help=True, descriptors=["aldrig", "sjældent"])
    GoalFactory(pillar=pillar, help="Skjules")
    world = open_round_of(cast.forum, edition=edition)

    page = client.get(address(world)).content.decode()

    assert "Vises</p>" in page
    assert "<dt>I mindre grad</dt><dd>sjældent</dd>" in page
    assert "Skjules" not in page


@pytest.mark.parametrize("levels", [2, 3, 4, 5, 6, 7])
def test_scale_has_the_edition_s_levels(cast, client, levels):
    words = [f"Trin {n}" for n in range(1, levels + 1)]
    world = open_round_of(cast.forum, edition=EditionFactory(levels=words, no_answer=""))

    response = client.get(address(world))

    assert [label for _value, label, _css in response.context["scale"]] == words
    assert response.content.decode().count('type="radio"') == levels * len(world.goals)


@pytest.mark.parametrize(("pillars", "unit_heads"), [(6, 34), (10, 34), (6, 299)])
def test_statements_are_constant(db, client_of, django_assert_num_queries, pillars, unit_heads):
    cast = make_cast(unit_heads=unit_heads)
    edition = EditionFactory(pillar_count=pillars, goals_each=4)
    world = open_round_of(cast.forum, edition=edition)
    world.rate(world.participation_of(cast.unit_head), dict.fromkeys(world.goals, 3), reason="x")
    client = client_of(cast.unit_head)

    # session, person, invitation with the menu, own ratings, the invited;
    # and the edition and its goals, once in each process
    asked.forget()
    with django_assert_num_queries(7):
        response = client.get(address(world))

    assert response.context["total"] == 4 * pillars


def test_get_changes_nothing(client, world, mine):
    client.get(address(world))
    client.get(address(world, "done"))

    assert Answer.objects.count() == 0
    row = Participation.objects.get(pk=mine.pk)
    assert (row.answered_at, row.done_at) == (None, None)


# --- who, and when ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["facilitator", "administrator", "newcomer", "outsider"])
@pytest.mark.parametrize("page", ["rate", "done", "own_copy"])
def test_others_get_404(cast, client_of, world, name, page):
    assert client_of(cast.person(name)).get(address(world, page)).status_code == 404


def test_member_who_joined_after_opening_gets_404(cast, client_of, world):
    user = UserFactory()
    MembershipFactory(forum=cast.forum, user=user)

    assert client_of(user).get(address(world)).status_code == 404


def test_member_who_left_gets_404(cast, client_of, world):
    cast.unit_head.memberships.filter(forum=cast.forum).update(ends_at=timezone.now())

    assert client_of(cast.unit_head).get(address(world)).status_code == 404


def test_round_of_another_forum_gets_404(cast, client, world):
    wrong = reverse("assessments:rate", args=[world.round.pk, cast.team.pk])

    assert client.get(wrong).status_code == 404


def test_round_that_has_not_opened_says_when(cast, client, client_of):
    world = open_round_of(cast.forum, days_ago=-3, opened_at=None)
    Participation.objects.all().delete()

    response = client.get(address(world))

    assert response.status_code == 200
    assert response.context["is_planned"] is True
    assert client_of(cast.facilitator).get(address(world)).status_code == 404


def test_invitation_before_opening_shows_and_saves_nothing(cast, client):
    world = open_round_of(cast.forum, opened_at=None)
    goal = world.goals[0].pk

    assert client.get(address(world)).context["is_planned"] is True
    assert client.post(address(world), {f"goal-{goal}": "3"}).status_code == 409
    assert Rating.objects.count() == 0


def test_shared_round_leads_to_the_team_s_page(cast, client_of):
    world = open_round_of(cast.team, kind=RoundKind.SHARED)

    response = client_of(cast.unit_head).get(address(world))

    assert response.url == address(world, "team")


def test_member_without_invitation_is_led_to_the_team_s_page(cast, client_of):
    world = open_round_of(cast.team, kind=RoundKind.SHARED)
    user = UserFactory()
    MembershipFactory(forum=cast.team, user=user)

    assert client_of(user).get(address(world)).url == address(world, "team")


@pytest.mark.parametrize(
    ("answered", "words"),
    [
        (0, "You did not answer this time."),
        (1, "You answered 1 mål in time. Your answer counts."),
        (2, "You answered 2 mål in time. They count."),
    ],
)
def test_closed_round_says_what_counts(client, world, mine, answered, words):
    client.cookies.load({"django_language": "en"})
    world.rate(mine, dict.fromkeys(world.goals[:answered], 3))

    close(world, minutes_ago=0)

    response = client.get(address(world))

    assert response.context["what_counts"] == words
    assert response.context["copy_url"] == address(world, "own_copy")


def test_sealed_round_tells_nothing_of_one_s_answers_and_links_to_the_result(client, world):
    world.answer([3] * 9)
    close(world, minutes_ago=10)
    world.seal()

    response = client.get(address(world))

    assert (response.context["what_counts"], response.context["copy_url"]) == ("", "")
    assert response.context["result_is_open"] is True


def test_sealed_round_says_when_its_result_opens(cast, client):
    opens_at = timezone.now() + timedelta(days=60)
    world = open_round_of(cast.forum, results_open_at=opens_at)
    close(world, minutes_ago=10)
    world.seal()

    response = client.get(address(world))

    assert response.context["opens_later"] is True
    assert response.context["result_is_open"] is False


# --- the whole form, without the script -----------------------------------------------------------


def test_form_saves_everything_and_says_when(cast, client_of, world, mine):
    first, second, third, _rest = (goal.pk for goal in world.goals)
    data = {f"goal-{first}": "4", f"reason-{first}": "linje\r\nto ", f"goal-{second}": "na"}

    with time_machine.travel(NOON, tick=False):
        client = client_of(cast.unit_head)
        response = client.post(address(world), data | {f"reason-{third}": "  "}, follow=True)

    assert response.redirect_chain == [(address(world), 302)]
    assert stored(mine) == {first: (4, False, "linje\nto"), second: (None, True, "")}
    assert re.search(r"\d\d[.:]00", response.context["saved_text"])


@pytest.mark.parametrize(
    ("where", "to"),
    [("done", "{end}"), ("here", "{here}"), ("unanswered", "{here}#goal-{next}"), ("x", "{here}")],
)
def test_form_goes_on_to_where_one_asked(client, world, where, to):
    data = {f"goal-{world.goals[0].pk}": "4", "next": where}

    response = client.post(address(world), data)

    places = {"here": address(world), "end": address(world, "done"), "next": world.goals[1].pk}
    assert response.url == to.format(**places)


def test_form_with_all_answered_goes_on_to_the_end(client, world):
    data = {f"goal-{goal.pk}": "4" for goal in world.goals} | {"next": "unanswered"}

    assert client.post(address(world), data).url == address(world, "done")


def test_choice_can_be_cleared(client, world, mine):
    goal = world.goals[0].pk
    world.rate(mine, {world.goals[0]: 4, world.goals[1]: 2})
    page = client.get(address(world))

    response = client.post(
        address(world),
        {f"goal-{goal}": "4", "clear": str(goal), "seen": page.context["seen"]},
    )

    assert response.url == f"{address(world)}#goal-{goal}"
    assert stored(mine) == {world.goals[1].pk: (2, False, "")}


def test_page_left_open_overwrites_nothing_newer(client, world, mine):
    first, second, *_rest = world.goals
    world.rate(mine, {first: 1, second: 1}, reason="gammel")
    old_page = client.get(address(world)).context["seen"]
    world.rate(mine, {first: 5}, reason="ny")

    client.post(
        address(world),
        {
            "seen": old_page,
            f"goal-{first.pk}": "1",
            f"reason-{first.pk}": "gammel",
            f"goal-{second.pk}": "2",
            f"reason-{second.pk}": "gammel",
        },
    )

    assert stored(mine) == {first.pk: (5, False, "ny"), second.pk: (2, False, "gammel")}


@pytest.mark.parametrize(
    "reason",
    ["x" * 2001, "med \0 i", "mit nummer er 010203-4567", "0102034567", "010203 4567"],
)
def test_bad_input_is_shown_again_and_all_the_rest_is_kept(client, world, mine, reason):
    first, second, *_rest = (goal.pk for goal in world.goals)
    data = {f"goal-{first}": "4", f"goal-{second}": "3", f"reason-{second}": reason}

    response = client.post(address(world), data)

    assert response.status_code == 422
    assert stored(mine) == {first: (4, False, ""), second: (3, False, "")}
    row = response.context["pillars"][0].goals[1]
    assert (row.reason, row.choice, bool(row.reason_error)) == (reason, "3", True)
    assert response.context["refused"] == 1


@pytest.mark.parametrize("value", ["0", "6", "-1", "3.0", "²", "NA", "differs", "\0", "x" * 9999])
def test_value_off_the_scale_is_refused_at_its_goal(client, world, mine, value):
    first, second, *_rest = (goal.pk for goal in world.goals)

    response = client.post(address(world), {f"goal-{first}": value, f"goal-{second}": "2"})

    assert response.status_code == 422
    assert response.context["pillars"][0].goals[0].choice_error
    assert stored(mine) == {second: (2, False, "")}


def test_ved_ikke_is_refused_where_it_is_not_offered(cast, client):
    world = open_round_of(cast.forum, edition=EditionFactory(no_answer=""))

    response = client.post(address(world), {f"goal-{world.goals[0].pk}": "na"})

    assert response.status_code == 422
    assert Rating.objects.count() == 0


def test_cpr_number_is_kept_once_it_is_confirmed(client, world, mine):
    goal = world.goals[0].pk
    data = {f"reason-{goal}": "Sag 010203-4567", f"confirm-{goal}": "on"}

    assert client.post(address(world), data).status_code == 302
    assert stored(mine) == {goal: (None, False, "Sag 010203-4567")}


@pytest.mark.parametrize(
    "reason", ["🙂" * 2000, "\u202egal retning", "1234567890123", "990203-4567"]
)
def test_unusual_text_is_kept_as_it_is(client, world, mine, reason):
    goal = world.goals[0].pk

    client.post(address(world), {f"reason-{goal}": reason})

    assert stored(mine) == {goal: (None, False, reason)}


def test_goal_of_another_edition_is_left_out_and_the_rest_kept(client, world, mine):
    first, foreign = world.goals[0].pk, GoalFactory().pk

    response = client.post(address(world), {f"goal-{first}": "4", f"goal-{foreign}": "4"})

    assert response.status_code == 422
    assert response.context["has_foreign_goal"] is True
    assert stored(mine) == {first: (4, False, "")}


def test_form_after_closing_is_answered_with_what_counts(client, world, mine):
    world.rate(mine, {world.goals[0]: 4})

    close(world)

    response = client.post(address(world), {f"goal-{world.goals[1].pk}": "4"})

    assert response.status_code == 409
    assert len(stored(mine)) == 1


def test_form_of_somebody_else_s_page_saves_nothing(cast, client, world):
    other = world.participation_of(cast.chief)

    response = client.post(address(world), {"as": other.pk, f"goal-{world.goals[0].pk}": "4"})

    assert response.url == address(world)
    assert Rating.objects.count() == 0
