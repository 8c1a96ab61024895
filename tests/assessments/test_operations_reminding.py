"""Reminders to those who were invited lately: a mail about the same, a day old at most."""

from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import Mail, User
from assessments.enums import RoundKind
from assessments.models import Participation, Round
from assessments.operations.answering import say_done
from assessments.operations.changing import add_forgotten
from assessments.operations.inviting import HALFWAY, LAST_DAY
from assessments.operations.reminding import post_due_reminders
from assessments.operations.rounds import open_due_rounds, plan_round
from plf.lib.local_time import COPENHAGEN
from tests.cast import Cast
from tests.factories import EditionFactory, MembershipFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=COPENHAGEN)


def opened(cast: Cast, **times) -> Round:
    """Monday 1 March at 8 to Tuesday 16 March at 16; half time is Tuesday the 9th."""
    times = {"opens_at": at(1, 8), "closes_at": at(16, 16)} | times
    with time_machine.travel(at(1, 7), tick=False):
        round_ = plan_round(
            municipality=cast.municipality,
            edition=EditionFactory(framework__municipality=cast.municipality),
            name="Forår",
            kind=RoundKind.CONFIDENTIAL,
            forums=[cast.forum],
            now=at(1, 7),
            **times,
        )
    open_due_rounds(now=round_.opens_at)
    round_.refresh_from_db()
    return round_


def invited_late(cast: Cast, round_: Round, now: datetime) -> User:
    with time_machine.travel(now, tick=False):
        membership = MembershipFactory(forum=cast.forum)
        add_forgotten(round_forum=round_.round_forums.get(), membership=membership, now=now)
    return membership.user


def reminded(kind: str, *moments: datetime) -> set[int]:
    for now in moments:
        post_due_reminders(now=now)
    return set(Mail.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def all_but(user: User) -> set[int]:
    others = Participation.objects.exclude(user=user).order_by("pk")
    return set(others.values_list("user", flat=True))


def all_are_done(round_: Round, now: datetime) -> None:
    for row in Participation.objects.filter(round_forum__round=round_).order_by("pk"):
        say_done(participation=row, now=now)


def test_one_who_was_invited_within_a_day_of_half_time_is_left_out(cast):
    late = invited_late(cast, opened(cast), at(8, 9, 1))

    assert reminded(HALFWAY, at(9, 9), at(9, 9, 1), at(10, 12)) == all_but(late)
    assert late.pk in reminded(LAST_DAY, at(16, 9))


def test_one_who_was_invited_a_day_before_half_time_is_reminded_with_the_others(cast):
    late = invited_late(cast, opened(cast), at(8, 9))

    assert late.pk in reminded(HALFWAY, at(9, 9))


def test_the_only_one_to_remind_is_not_reminded_the_day_they_are_invited(cast):
    round_ = opened(cast)
    all_are_done(round_, at(8, 9))
    late = invited_late(cast, round_, at(10, 10))

    assert reminded(HALFWAY, at(10, 10, 1), at(11, 9, 59)) == set()
    assert reminded(HALFWAY, at(11, 10)) == {late.pk}


def test_last_reminder_comes_within_a_day_of_the_invitation_too(cast):
    late = invited_late(cast, opened(cast), at(15, 15))

    assert late.pk in reminded(LAST_DAY, at(16, 9))


def test_one_who_is_invited_after_the_last_reminder_s_time_is_not_reminded_at_once(cast):
    round_ = opened(cast, closes_at=at(14, 16))  # a Sunday: the last working day is the 12th
    all_are_done(round_, at(8, 9))
    invited_late(cast, round_, at(12, 10))

    assert reminded(LAST_DAY, at(12, 10, 1), at(12, 23)) == set()
