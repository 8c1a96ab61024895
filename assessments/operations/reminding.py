"""Reminders, and what is asked again of every mail of a round at the moment of sending.

A mail that is no longer wanted is deleted, so that no trace tells why.
"""

import re
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Mail
from accounts.operations import Checks
from assessments.answers import Rating
from assessments.enums import MailKind, RoundKind
from assessments.models import Goal, Participation, Round, RoundForum, SharedRating
from assessments.operations.inviting import (
    HALFWAY,
    INVITATION,
    LAST_DAY,
    MOVED,
    RESTORED,
    RESULTS,
    occasion_of,
    post,
    topic_of,
    whole,
)
from plf.lib.local_time import moment_of
from plf.lib.working_days import is_working_day, working_day_at_or_before

REMINDED_AT = time(9)
# Nobody is reminded at half time of what came so lately.
QUIET = timedelta(hours=24)
OCCASION = re.compile(r"round-forum-([0-9]+)(?:/.*)?")


@transaction.atomic
def post_due_reminders(*, now: datetime) -> None:
    """Remind those who have neither answered all goals nor said that they are done.

    Once at half time and once on the last working day, at nine; on working days only.
    """
    if not is_working_day(timezone.localdate(now)):
        return
    running = Round.objects.unsettled().filter(
        sends_reminders=True, opened_at__isnull=False, closes_at__gt=now
    )
    for round_ in running.order_by("pk"):
        kind = due_reminder(round_, now)
        if kind is not None and not _is_reminded(round_, kind):
            _remind(round_, kind, now)


def _is_reminded(round_: Round, kind: str) -> bool:
    """Once for all: one who is invited later is not reminded at once."""
    return Mail.objects.filter(topic=topic_of(round_), kind=kind).exists()


def _remind(round_: Round, kind: str, now: datetime) -> None:
    """All who are waiting, but those whose invitation came too lately for a reminder to be one.

    Half time leaves them a day. The last reminder goes to all who were invited before its time.
    """
    text = MailKind.REMINDER_SHARED if round_.is_shared else MailKind.REMINDER
    waiting = still_waiting(now).filter(round_forum__round=round_).order_by("pk")
    since = now - QUIET if kind == HALFWAY else _last_time(round_)
    lately = set(
        Mail.objects.filter(topic=topic_of(round_), kind=INVITATION, created_at__gt=since)
        .order_by("pk")
        .values_list("occasion", flat=True)
    )
    post(text, kind, [row for row in whole(waiting) if occasion_of(row) not in lately], now)


def due_reminder(round_: Round, now: datetime) -> str | None:
    """Which reminder's time it is, none before nine.

    The last-day reminder takes precedence over the halfway one.
    """
    opened_at = round_.opened_at or round_.opens_at
    last = _last_time(round_)
    half = _at_nine(opened_at + (round_.closes_at - opened_at) / 2)
    if opened_at < last <= now:
        return LAST_DAY
    return HALFWAY if opened_at < half <= now and half < last else None


def _last_time(round_: Round) -> datetime:
    """Nine o'clock on the last working day before the closing."""
    last = _at_nine(round_.closes_at)
    if last < round_.closes_at:
        return last
    return _at_nine(round_.closes_at - timedelta(days=1))


def _at_nine(moment: datetime) -> datetime:
    """Nine o'clock on that day, or on the nearest earlier working day."""
    return moment_of(working_day_at_or_before(timezone.localdate(moment)), REMINDED_AT)


# --- asked again at the moment of sending -------------------------------------------------------


def still_waiting(now: datetime) -> QuerySet[Participation]:
    """Invited to a round that is open, and neither done nor through with all goals."""
    rated = Rating.objects.filter(answer__participation=OuterRef("pk"))
    agreed = SharedRating.objects.filter(round_forum=OuterRef("round_forum"))
    goals = Goal.objects.filter(pillar__edition=OuterRef("round_forum__round__edition"))
    confidential = Q(
        round_forum__round__kind=RoundKind.CONFIDENTIAL, done_at=None, rated__lt=F("goals")
    )
    shared = Q(
        round_forum__round__kind=RoundKind.SHARED,
        round_forum__finished_at=None,
        agreed__lt=F("goals"),
    )
    return (
        _invited(now)
        .annotate(
            rated=_number(rated.exclude(value=None, no_answer=False), "answer"),
            agreed=_number(agreed.exclude(level=None, differs=False), "round_forum"),
            goals=_number(goals, "pillar__edition"),
        )
        .filter(confidential | shared)
    )


def _number(
    rows: "QuerySet[Rating] | QuerySet[SharedRating] | QuerySet[Goal]", by: str
) -> Coalesce:
    count = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def _invited(now: datetime) -> QuerySet[Participation]:
    """Invited to a round that is open."""
    return Participation.objects.of_unsettled().filter(
        round_forum__round__opened_at__lte=now, round_forum__round__closes_at__gt=now
    )


def _round_forum_of(mail: Mail) -> int | None:
    found = OCCASION.fullmatch(mail.occasion)
    return int(found[1]) if found else None


def _is_among(rows: QuerySet[Participation], mail: Mail) -> bool:
    round_forum = _round_forum_of(mail)
    return (
        round_forum is not None and rows.filter(round_forum=round_forum, user=mail.to_id).exists()
    )


def _may_be_invited(mail: Mail, now: datetime) -> bool:
    return _is_among(_invited(now), mail)


def _may_be_reminded(mail: Mail, now: datetime) -> bool:
    waiting = still_waiting(now).filter(round_forum__round__sends_reminders=True)
    return is_working_day(timezone.localdate(now)) and _is_among(waiting, mail)


def _may_see_result(mail: Mail, now: datetime) -> bool:
    """The link leads to the result: not for one who has left the forum since."""
    round_forum = _round_forum_of(mail)
    opened = RoundForum.objects.result_open_to(mail.to, now)
    return round_forum is not None and opened.filter(pk=round_forum).exists()


MAIL_CHECKS: Checks = {
    INVITATION: _may_be_invited,
    MOVED: _may_be_invited,
    RESTORED: _may_be_invited,
    HALFWAY: _may_be_reminded,
    LAST_DAY: _may_be_reminded,
    RESULTS: _may_see_result,
}
