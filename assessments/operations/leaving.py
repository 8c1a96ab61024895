"""Members who leave a forum, or were forgotten, while a round is open."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.operations import post_mail
from assessments.enums import RoundKind
from assessments.models import Participation, Round, RoundForum
from assessments.operations.inviting import occasion_of
from assessments.operations.rounds import RoundCannotBePlanned, require_asked_once
from forums.models import Membership

# A forgotten member can be added until so long before closing.
LAST_CALL = timedelta(hours=24)


class TooLateToInvite(Exception):
    """The round closes within 24 hours, has closed, or has not opened."""


@transaction.atomic
def remove_leavers(*, now: datetime, round_: Round | None = None) -> int:
    """Delete the invitations, and with them the answers, of those who are no longer members.

    For every round that is open, or for one. One who leaves between closing and seal counts: what
    was answered in time is counted. They are told, in the same words whether they
    had answered or not; the number invited follows at midnight. Returns how many left.
    """
    still_there = (
        Membership.objects.current(now)
        .who_rate()
        .filter(forum=OuterRef("round_forum__forum"), user=OuterRef("user"))
    )
    taking = (
        Q(round_forum__round__closes_at__gt=now) if round_ is None else Q(round_forum__round=round_)
    )
    gone = list(
        Participation.objects.of_unsettled()
        .filter(taking)
        .exclude(Exists(still_there))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not gone:
        return 0
    left = Participation.objects.filter(pk__in=gone)
    for participation in left.select_related(
        "user", "round_forum__forum", "round_forum__round"
    ).order_by("pk"):
        _tell(participation, now)
    left.delete()
    return len(gone)


@transaction.atomic
def invite_forgotten(*, round_forum: RoundForum, membership: Membership, now: datetime) -> None:
    """Invite a member who was not one when the round opened; all invited see the longer list.

    Refuses with TooLateToInvite, and with RoundCannotBePlanned where the person is asked in another
    forum of a confidential round, or in another one so near that the two results would tell what
    they answered. Who else has come and gone since the opening keeps nobody out.
    """
    round_ = round_forum.round
    if round_.opened_at is None or now > round_.closes_at - LAST_CALL:
        raise TooLateToInvite
    if membership.forum_id != round_forum.forum_id:
        raise RoundCannotBePlanned(_("Choose a member of the forum."))
    if round_.kind == RoundKind.CONFIDENTIAL:
        require_asked_once(round_forum, membership.user_id, now)
    Participation.objects.bulk_create(
        [Participation(round_forum=round_forum, user_id=membership.user_id, role=membership.role)],
        ignore_conflicts=True,
    )
    _count_invited(round_forum)


def _count_invited(round_forum: RoundForum) -> None:
    """Upwards alone: of those who have left, the number tells at midnight."""
    count = round_forum.participations.count()
    RoundForum.objects.filter(pk=round_forum.pk, invited__lt=count).update(invited=count)


def _tell(participation: Participation, now: datetime) -> None:
    forum = participation.round_forum.forum.name
    with translation.override(participation.user.language):
        post_mail(
            to=participation.user,
            kind="left",
            occasion=occasion_of(participation),
            subject=_("You are no longer in %(forum)s") % {"forum": forum},
            body=_(
                "You have left %(forum)s while the round %(round)s is open. If you had answered, "
                "your answers are deleted and do not count."
            )
            % {"forum": forum, "round": participation.round_forum.round.name},
            now=now,
        )
