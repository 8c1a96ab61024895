"""The clock opens, counts and seals what is due, and running it again changes nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from assessments.enums import RoundState
from assessments.models import Participation
from assessments.operations.changing import close_early
from assessments.operations.counting import count_answered
from forums.models import Administrator, Membership
from results.models import Publication
from tests.factories import RoundFactory, RoundForumFactory
from tests.worlds import open_round_of

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.mark.django_db(transaction=True)
def test_clock_opens_a_planned_round_and_invites_the_members(cast):
    planned = RoundForumFactory(
        forum=cast.forum, round=RoundFactory(municipality=cast.municipality, opened_at=None)
    )

    call_command("clock")
    call_command("clock")

    planned.refresh_from_db()
    assert planned.round.state(planned.round.opened_at) == RoundState.OPEN
    assert planned.invited == 9
    invited = Participation.objects.filter(round_forum=planned).values_list("user", flat=True)
    assert sorted(invited) == sorted(user.pk for user in cast.members)


@pytest.mark.django_db(transaction=True)
def test_clock_seals_a_closed_round_once(cast):
    world = open_round_of(cast.forum, days_ago=20)
    world.answer([1, 2, 3, 4, 5, 3])

    call_command("clock")
    call_command("clock")

    world.round.refresh_from_db()
    assert world.round.sealed_at is not None
    assert Publication.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_clock_lets_out_an_administrator_whose_post_has_ended(cast):
    Administrator.objects.filter(user=cast.administrator).update(ends_at=timezone.now())

    call_command("clock")

    cast.administrator.refresh_from_db()
    assert not cast.administrator.is_staff


@pytest.mark.django_db
def test_number_of_answers_is_that_of_last_midnight(cast):
    opens_at = datetime(2026, 3, 9, 8, tzinfo=COPENHAGEN)
    with time_machine.travel(opens_at + timedelta(days=1), tick=False):
        world = open_round_of(cast.forum)
    world.answer([3, 3, 3])

    def number_at(day: int, hour: int) -> int:
        count_answered(now=datetime(2026, 3, day, hour, tzinfo=COPENHAGEN))
        world.round_forum.refresh_from_db()
        return world.round_forum.answered

    numbers = [number_at(9, 23), number_at(10, 1)]
    Participation.objects.filter(answered_at=None).update(
        answered_at=datetime(2026, 3, 10, 9, tzinfo=COPENHAGEN)
    )
    numbers += [number_at(10, 10), number_at(10, 23), number_at(11, 0)]

    assert numbers == [0, 3, 3, 3, 9]


def the_only_one_who_is_not_done_leaves(world):
    Membership.objects.filter(
        user=world.participations[0].user, forum=world.round_forum.forum
    ).update(ends_at=timezone.now())


def all_were_done_before_it_was_announced(world):
    Participation.objects.filter(done_at=None).update(done_at=world.round.opens_at)
    closes_at = world.round.closes_at - timedelta(days=2)
    close_early(round_=world.round, closes_at=closes_at, when_all_done=True, now=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "at_noon", [the_only_one_who_is_not_done_leaves, all_were_done_before_it_was_announced]
)
def test_clock_looks_at_midnight_alone_whether_all_are_done(cast, at_noon):
    """At noon, it would tell who had not said so, or answer the one who announced it."""
    monday = datetime(2026, 3, 9, 8, tzinfo=COPENHAGEN)
    with time_machine.travel(monday + timedelta(days=1), tick=False):
        world = open_round_of(cast.forum, closes_when_all_done=True)
    Participation.objects.exclude(pk=world.participations[0].pk).update(done_at=monday)
    closed = []

    for hours in (17, 28, 28.1, 39.9, 40, 40.1):
        with time_machine.travel(monday + timedelta(hours=hours), tick=False):
            if hours == 28:
                at_noon(world)
            call_command("clock")
        world.round.refresh_from_db()
        closed.append(world.round.closes_at <= monday + timedelta(hours=hours))

    assert closed == [False, False, False, False, True, True]
