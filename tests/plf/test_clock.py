"""The clock opens, counts and seals what is due, and running it again changes nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from assessments.enums import RoundState
from assessments.models import Participation
from assessments.operations.counting import count_answered
from forums.models import Administrator
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
