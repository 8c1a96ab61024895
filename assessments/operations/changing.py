"""What can still be done with a round that is open. All invited are told of it, in one mail each.

Nothing here answers differently to whoever asks because of who has answered: closing early takes
24 hours' notice always; that all are done is looked at by the clock alone, at midnight, as the
number of answers is; and cancelling works whether anybody has answered or not.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.deeds import result_deed, round_deed
from assessments.enums import RoundKind, RoundState
from assessments.mails import dated_time
from assessments.models import Participation, Round, RoundForum
from assessments.operations.inviting import (
    forget_mails,
    post_cancelled,
    post_invitations,
    post_moved,
)
from assessments.operations.leaving import invite_forgotten
from assessments.operations.rounds import (
    QUIET_DAYS,
    asked_in,
    overlapping,
    told_of,
    too_near,
)
from audit.enums import Kind
from audit.operations import log
from forums.models import Membership
from plf.lib.local_time import last_midnight

NOTICE = timedelta(hours=24)


class RoundIsNotRunning(Exception):
    """It has not opened, or it has closed: in the meantime, perhaps."""


class ClosingRefused(ValueError):
    """Carries the reason in the user's language."""


def _lock_running(round_: Round, now: datetime) -> Round:
    """As the seal locks it. Saves that are under way come first, and both cannot happen."""
    found = Round.objects.select_for_update(of=("self",)).select_related("edition", "municipality")
    running = found.filter(pk=round_.pk).first()
    if running is None or running.state(now) != RoundState.OPEN:
        raise RoundIsNotRunning
    return running


@transaction.atomic
def postpone_closing(*, round_: Round, closes_at: datetime, now: datetime) -> None:
    """Close later than announced; results that would open before, open when it closes.

    Refuses with RoundIsNotRunning or ClosingRefused.
    """
    running = _lock_running(round_, now)
    if closes_at <= running.closes_at:
        raise ClosingRefused(_("Choose a later time than the one announced."))
    before, running.closes_at = running.closes_at, closes_at
    taken = overlapping(running, list(running.forums.order_by("pk")))
    if taken is not None and taken.round.opens_at >= before:
        raise ClosingRefused(
            _("%(forum)s has the round “%(round)s” from %(opens)s. Close this one before it opens.")
            % {
                "forum": taken.forum.name,
                "round": taken.round.name,
                "opens": date_format(timezone.localtime(taken.round.opens_at)),
            }
        )
    if running.kind == RoundKind.CONFIDENTIAL:
        other = too_near(running, asked_in(running, now), now)
        if other is not None and other.opens_at > before:
            latest = other.opens_at - timedelta(days=QUIET_DAYS)
            raise ClosingRefused(
                _(
                    "Some of the same people are asked in %(round)s. There must be 60 days "
                    "between them: the latest closing is %(date)s."
                )
                % {"round": told_of(other, running), "date": dated_time(latest)}
            )
    running.closes_when_all_done = False
    _move(running, now)
    log(round_deed(Kind.ROUND_POSTPONED, running), now=now)


@transaction.atomic
def close_early(*, round_: Round, closes_at: datetime, when_all_done: bool, now: datetime) -> None:
    """Close before the time announced, 24 hours from now at the earliest.

    With `when_all_done`, also at the first midnight before which all have said that they are done.
    Refuses with RoundIsNotRunning or ClosingRefused.
    """
    running = _lock_running(round_, now)
    if closes_at < now + NOTICE:
        raise ClosingRefused(
            _("All invited get 24 hours' notice. Choose a time at least 24 hours from now.")
        )
    if closes_at >= running.closes_at:
        raise ClosingRefused(_("Choose an earlier time than the one announced."))
    running.closes_at = closes_at
    running.closes_when_all_done = when_all_done
    _move(running, now)
    log(round_deed(Kind.ROUND_CLOSED_EARLY, running), now=now)


def _move(round_: Round, now: datetime) -> None:
    if round_.results_open_at is not None:
        round_.results_open_at = max(round_.results_open_at, round_.closes_at)
    round_.save(update_fields=["closes_at", "results_open_at", "closes_when_all_done"])
    post_moved(round_=round_, now=now)


@transaction.atomic
def close_finished_rounds(*, now: datetime) -> int:
    """Close the rounds that were announced to close when all are done, as of last midnight.

    Returns how many. Called by the clock before it counts and removes those who have left: a round
    that is counted since midnight waits for the next. During the day it would tell who was the last
    one not done, or answer the one who announced it.
    """
    midnight = last_midnight(now)
    not_counted = RoundForum.objects.filter(
        Q(counted_at=None) | Q(counted_at__lt=midnight), round=OuterRef("pk")
    )
    waiting = Participation.objects.filter(round_forum__round=OuterRef("pk")).exclude(
        done_at__lt=midnight
    )
    unfinished = RoundForum.objects.filter(round=OuterRef("pk")).exclude(finished_at__lt=midnight)
    running = Round.objects.unsettled().filter(
        Exists(not_counted), closes_when_all_done=True, opened_at__lt=midnight, closes_at__gt=now
    )
    alone = running.filter(~Exists(waiting), kind=RoundKind.CONFIDENTIAL)
    together = running.filter(~Exists(unfinished), kind=RoundKind.SHARED)
    return alone.update(closes_at=now) + together.update(closes_at=now)


@transaction.atomic
def cancel_round(*, round_: Round, now: datetime) -> None:
    """Take the round away. If it is open, its answers are deleted uncounted and all are told.

    Refuses with RoundIsNotRunning once it has closed.
    """
    found = Round.objects.select_for_update().filter(pk=round_.pk).first()
    if found is None or found.state(now) not in (RoundState.PLANNED, RoundState.OPEN):
        raise RoundIsNotRunning
    if found.opened_at is not None:
        post_cancelled(round_=found, now=now)
    forget_mails(round_=found)
    log(round_deed(Kind.ROUND_CANCELLED, found), now=now)
    found.delete()


@transaction.atomic
def add_forgotten(*, round_forum: RoundForum, membership: Membership, now: datetime) -> None:
    """Invite a member who was forgotten, by mail too; refuses as `invite_forgotten` does."""
    invite_forgotten(round_forum=round_forum, membership=membership, now=now)
    invited = Participation.objects.filter(round_forum=round_forum, user=membership.user_id)
    post_invitations(round_=round_forum.round, invited=list(invited.order_by("pk")), now=now)
    deed = replace(result_deed(Kind.MEMBER_INVITED, round_forum), subject=membership.user)
    log(deed, now=now)
