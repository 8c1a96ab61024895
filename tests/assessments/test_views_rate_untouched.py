"""Goals that nobody has answered yet are drawn once for all; what is anybody's own never is."""

import re

from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from assessments.models import Goal
from assessments.operations.asked import goals_of
from assessments.views._page import as_if_open
from forums.enums import Role
from tests.assessments.rating import address
from tests.factories import EditionFactory, ForumFactory, MembershipFactory
from tests.worlds import open_round_of


def drawn(client, world):
    """The goals on the person's page."""
    page = client.get(
        reverse("assessments:rate", args=[world.round.pk, world.round_forum.forum_id])
    )
    return re.findall(r"<fieldset.*?</fieldset>", page.content.decode(), re.DOTALL)


def other_forum_of(cast):
    """The same person is a member of it."""
    forum = ForumFactory(municipality=cast.municipality)
    MembershipFactory(forum=forum, user=cast.unit_head, role=Role.UNIT_HEAD)
    return forum


def kept():
    return len(caches["template_fragments"]._cache)


def test_untouched_goals_are_the_same_for_all_and_drawn_once(cast, client_of, world):
    first = drawn(client_of(cast.unit_head), world)
    assert kept() == 1

    assert drawn(client_of(cast.chief), world) == first
    assert kept() == 1
    assert len(first) == len(world.goals)


def test_what_somebody_has_answered_is_drawn_for_them_alone(cast, client_of, world):
    untouched = drawn(client_of(cast.chief), world)
    goal = world.goals[0]
    world.rate(world.participation_of(cast.unit_head), {goal: 4}, reason="Kun for mig")

    own = drawn(client_of(cast.unit_head), world)

    assert "Kun for mig" in "".join(own)
    assert f'name="goal-{goal.pk}" value="4" checked' in "".join(own)
    assert drawn(client_of(cast.chief), world) == untouched
    assert "checked" not in "".join(untouched)
    assert kept() == 1


def test_own_goals_are_untouched_again_when_all_is_withdrawn(cast, client_of, world):
    client, own = client_of(cast.unit_head), world.participation_of(cast.unit_head)
    untouched = drawn(client, world)
    world.rate(own, dict.fromkeys(world.goals, 2))
    assert drawn(client, world) != untouched

    client.post(address(world, "withdraw"))

    assert drawn(client, world) == untouched


def test_refused_words_stand_in_the_form_that_nobody_else_sees(cast, client_of, world):
    untouched = drawn(client_of(cast.chief), world)
    sent = {f"goal-{world.goals[0].pk}": "9"}

    refused = client_of(cast.unit_head).post(address(world), sent)

    assert refused.status_code == 422
    assert "goal-error" in refused.content.decode()
    assert drawn(client_of(cast.chief), world) == untouched


def test_each_edition_and_language_has_its_own(cast, client_of, world):
    client = client_of(cast.unit_head)
    danish = drawn(client, world)
    other = open_round_of(
        cast.forum, edition=EditionFactory(framework__municipality=cast.municipality)
    )
    client.cookies["django_language"] = "en"

    assert "Add a reason" in "".join(drawn(client, world))
    assert "Add a reason" not in "".join(danish)
    assert drawn(client, other) != drawn(client, world)
    assert kept() == 3


def test_forums_that_are_asked_the_same_share_what_was_drawn(cast, client_of, world):
    untouched = drawn(client_of(cast.unit_head), world)
    other = open_round_of(other_forum_of(cast), edition=world.round.edition)

    assert drawn(client_of(cast.unit_head), other) == untouched
    assert kept() == 1


def test_forums_with_words_of_their_own_share_nothing(cast, client_of):
    edition = EditionFactory(framework__municipality=cast.municipality, local_translation=True)
    world = open_round_of(cast.forum, edition=edition)
    other = open_round_of(other_forum_of(cast), edition=edition)

    drawn(client_of(cast.unit_head), world)
    drawn(client_of(cast.unit_head), other)

    assert kept() == 2


def test_goals_of_an_edition_in_use_are_read_once_for_all(
    cast, client_of, world, django_assert_num_queries
):
    drawn(client_of(cast.chief), world)

    with django_assert_num_queries(0):
        again = goals_of(world.round.edition, world.round_forum)

    assert sorted(goal.pk for goal in again) == sorted(goal.pk for goal in world.goals)


def test_goals_of_a_draft_are_read_each_time(cast, django_assert_num_queries):
    draft = EditionFactory(framework__municipality=cast.municipality, status="draft")
    shown = as_if_open(draft, cast.forum, timezone.now())
    first = goals_of(draft, shown)
    Goal.objects.filter(pk=first[0].pk).update(text="Med andre ord")

    assert goals_of(draft, shown)[0].text == "Med andre ord"
