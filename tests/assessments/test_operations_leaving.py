"""Who leaves a forum while a round is open, and who was forgotten when it opened."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as sent
from django.core.management import call_command

from accounts.models import Mail
from accounts.operations import send_due_mails
from assessments.answers import Answer
from assessments.enums import RoundKind
from assessments.models import Participation, Round
from assessments.operations.changing import add_forgotten
from assessments.operations.counting import count_answered
from assessments.operations.inviting import post_invitations
from assessments.operations.leaving import (
    LAST_CALL,
    TooLateToInvite,
    invite_forgotten,
    remove_leavers,
)
from assessments.operations.reminding import MAIL_CHECKS
from assessments.operations.rounds import RoundCannotBePlanned
from forums.models import Membership
from results.models import Publication
from tests.factories import ForumFactory, MembershipFactory, RoundFactory, RoundForumFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


def leave(world, place: int, when) -> Participation:
    gone = world.participations[place]
    Membership.objects.filter(forum=world.round_forum.forum, user=gone.user).update(ends_at=when)
    return gone


def test_one_who_leaves_is_deleted_with_their_answers_and_told(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])
    now = world.round.opens_at + timedelta(days=2)
    gone = leave(world, 1, now)

    assert remove_leavers(now=now) == 1
    assert remove_leavers(now=now) == 0

    assert not Participation.objects.filter(pk=gone.pk).exists()
    assert Answer.objects.count() == 5
    (mail,) = Mail.objects.all()
    assert (mail.to, mail.subject) == (gone.user, "Du er ikke længere med i Lederforum")


def test_one_who_comes_back_is_invited_again_and_told_when_they_leave_again(cast):
    world = open_round_of(cast.forum)
    day = timedelta(days=1)
    now = world.round.opens_at + day
    user = leave(world, 1, now).user
    remove_leavers(now=now)
    seat = MembershipFactory(forum=cast.forum, user=user, starts_at=now)

    for _ in range(2):
        add_forgotten(round_forum=world.round_forum, membership=seat, now=now + day)
        now += timedelta(seconds=1)
    seat.ends_at = now + 2 * day
    seat.save()
    for _ in range(2):
        remove_leavers(now=now + 2 * day)
        now += timedelta(seconds=1)

    kinds = Mail.objects.filter(to=user).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["left", "invitation", "left"]


def test_mail_of_the_second_invitation_leaves(cast):
    """As it does for whoever was invited when the round opened, and has come back."""
    world = open_round_of(cast.forum)
    user = world.participations[1].user
    now = world.round.opens_at + timedelta(days=1)
    post_invitations(round_=world.round, invited=world.participations, now=now)
    send_due_mails(now=now, checks=MAIL_CHECKS)
    leave(world, 1, now)
    remove_leavers(now=now)
    seat = MembershipFactory(forum=cast.forum, user=user, starts_at=now)
    sent.outbox.clear()

    add_forgotten(round_forum=world.round_forum, membership=seat, now=now)
    send_due_mails(now=now, checks=MAIL_CHECKS)

    assert len([mail for mail in sent.outbox if mail.to == [user.email]]) == 2


def test_mail_is_the_same_for_one_who_had_not_answered(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3])
    now = world.round.opens_at + timedelta(days=2)
    for place in (1, 7):
        leave(world, place, now)

    remove_leavers(now=now)

    assert len(set(Mail.objects.values_list("body", flat=True))) == 1


def test_seal_does_not_count_one_who_left_before_closing(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3, 5])
    leave(world, 6, world.round.closes_at - timedelta(minutes=1))

    world.seal()

    assert Publication.objects.get().cells == [[1, 1, 2, 1, 1, 0]] * 4
    assert (world.round_forum.invited, world.round_forum.answered) == (8, 6)


@pytest.mark.django_db(transaction=True)
def test_clock_counts_one_who_leaves_between_closing_and_seal(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3, 5])
    leave(world, 6, world.round.closes_at + timedelta(minutes=1))

    for minutes in range(1, 7):
        with time_machine.travel(world.round.closes_at + timedelta(minutes=minutes), tick=False):
            call_command("clock")

    assert Publication.objects.get().cells == [[1, 1, 2, 1, 2, 0]] * 4


def test_nobody_is_told_that_they_left_a_round_that_was_lost(cast):
    world = open_round_of(cast.forum)
    now = world.round.opens_at + timedelta(days=2)
    Round.objects.update(lost_at=now)
    leave(world, 1, now)

    assert remove_leavers(now=now + timedelta(minutes=1)) == 0
    assert not Mail.objects.exists()


def test_sealed_rounds_keep_their_invitations(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])
    now = world.seal()
    leave(world, 1, now)

    assert remove_leavers(now=now + timedelta(days=1)) == 0
    assert Participation.objects.count() == 9


def test_forgotten_member_is_invited_once(cast):
    world = open_round_of(cast.forum)
    membership = MembershipFactory(forum=cast.forum)

    for _ in range(2):
        invite_forgotten(
            round_forum=world.round_forum,
            membership=membership,
            now=world.round.closes_at - LAST_CALL,
        )

    assert Participation.objects.filter(user=membership.user).count() == 1
    world.round_forum.refresh_from_db()
    assert world.round_forum.invited == 10


def test_forgotten_member_of_a_shared_round_is_invited_whatever_else_is_asked(cast):
    world = open_round_of(cast.team, kind=RoundKind.SHARED)
    membership = MembershipFactory(forum=cast.team)

    invite_forgotten(round_forum=world.round_forum, membership=membership, now=world.round.opens_at)

    assert Participation.objects.filter(user=membership.user).exists()


def test_forgotten_member_is_refused_within_a_day_of_closing_and_before_opening(cast):
    world = open_round_of(cast.forum)
    planned = RoundForumFactory(
        forum=cast.forum, round=RoundFactory(municipality=cast.municipality, opened_at=None)
    )
    membership = MembershipFactory(forum=cast.forum)
    late = world.round.closes_at - LAST_CALL + timedelta(minutes=1)

    for round_forum, now in ((world.round_forum, late), (planned, world.round.opens_at)):
        with pytest.raises(TooLateToInvite):
            invite_forgotten(round_forum=round_forum, membership=membership, now=now)

    assert not Participation.objects.filter(user=membership.user).exists()


def test_member_of_another_forum_is_not_invited(cast):
    world = open_round_of(cast.forum)

    with pytest.raises(RoundCannotBePlanned):
        invite_forgotten(
            round_forum=world.round_forum,
            membership=MembershipFactory(),
            now=world.round.opens_at,
        )


def test_forgotten_member_who_is_asked_elsewhere_is_refused(cast):
    elsewhere = open_round_of(cast.forum)
    membership = MembershipFactory(user=elsewhere.participations[0].user)
    MembershipFactory.create_batch(8, forum=membership.forum)
    forum = membership.forum
    Membership.objects.filter(pk=membership.pk).update(forum=cast.team)
    world = open_round_of(forum, edition=elsewhere.round.edition)
    Membership.objects.filter(pk=membership.pk).update(forum=forum)
    membership.refresh_from_db()

    with pytest.raises(RoundCannotBePlanned):
        invite_forgotten(
            round_forum=world.round_forum, membership=membership, now=world.round.opens_at
        )


def test_forgotten_member_is_invited_whoever_else_has_come_and_gone(cast):
    elsewhere = open_round_of(cast.forum)
    forum = ForumFactory(municipality=cast.municipality)
    members = MembershipFactory.create_batch(8, forum=forum)
    world = open_round_of(forum, edition=elsewhere.round.edition)
    now = world.round.opens_at + timedelta(hours=2)
    gone = [member.pk for member in members[:4]]
    Membership.objects.filter(pk__in=gone).update(ends_at=world.round.opens_at)
    MembershipFactory(forum=forum, user=elsewhere.participations[0].user)

    invite_forgotten(
        round_forum=world.round_forum,
        membership=(forgotten := MembershipFactory(forum=forum)),
        now=now,
    )

    assert world.round_forum.participations.filter(user=forgotten.user).exists()


def test_forgotten_member_who_is_asked_in_another_forum_of_the_round_is_refused(cast):
    world = open_round_of(cast.forum)
    other = RoundForumFactory(round=world.round, forum__municipality=cast.municipality)
    membership = MembershipFactory(forum=other.forum, user=world.participations[0].user)

    with pytest.raises(RoundCannotBePlanned):
        invite_forgotten(round_forum=other, membership=membership, now=world.round.opens_at)


def test_numbers_change_together_at_midnight_when_somebody_has_left(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3, 1, 2, 3])
    day = world.round.opens_at + timedelta(days=2)
    count_answered(now=day)
    leave(world, 1, day + timedelta(minutes=1))

    def numbers() -> tuple[int, int]:
        world.round_forum.refresh_from_db()
        return world.round_forum.answered, world.round_forum.invited

    before = numbers()
    remove_leavers(now=day + timedelta(minutes=2))
    after = numbers()
    count_answered(now=day + timedelta(days=1))

    assert (before, after, numbers()) == ((9, 9), (9, 9), (8, 8))


def test_numbers_of_those_who_left_wait_for_midnight_when_a_forgotten_member_is_invited(cast):
    """Counted at once beside the other number, it would read “9 of 8 have answered”."""
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3, 1, 2, 3])
    day = world.round.opens_at + timedelta(days=2)
    count_answered(now=day)
    for place in (1, 2):
        leave(world, place, day + timedelta(minutes=1))
    remove_leavers(now=day + timedelta(minutes=2))
    seat = MembershipFactory(forum=cast.forum, starts_at=day)

    invite_forgotten(round_forum=world.round_forum, membership=seat, now=day + timedelta(hours=1))

    world.round_forum.refresh_from_db()
    assert (world.round_forum.answered, world.round_forum.invited) == (9, 9)
    count_answered(now=day + timedelta(days=1))
    world.round_forum.refresh_from_db()
    assert (world.round_forum.answered, world.round_forum.invited) == (7, 8)
