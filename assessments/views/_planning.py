"""Who may plan what, and what the pages of a round show of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import Http404, HttpRequest, QueryDict
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Mail
from accounts.requests import person
from assessments.enums import RoundState
from assessments.models import Participation, Round, RoundForum
from assessments.models.rounds import chief_as_member
from assessments.operations.inviting import INVITATION, MOVED, RESTORED, RESULTS, topic_of
from assessments.operations.local_wordings import wordable_forums
from assessments.operations.rounds import (
    RoundCannotBePlanned,
    require_openable,
    to_be_asked,
)
from forums.enums import HIERARCHY, Role
from forums.permissions import plannable
from plf.lib.collation import InDanish, danish_key

# Those that go to all invited. Reminders are not counted: one goes with its receiver when they are
# erased, so that the number would tell whether that one had answered.
MAIL_NAMES: Mapping[str, Promise] = {
    INVITATION: gettext_lazy("Invitations"),
    MOVED: gettext_lazy("New closing time"),
    RESTORED: gettext_lazy("The round goes on after a restore"),
    RESULTS: gettext_lazy("The result is open"),
}


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty form that was sent is not one that was only shown."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True, slots=True)
class Place:
    """A round as one person meets it: their forums in it, and whether they may change it."""

    round: Round
    rows: list[RoundForum]
    may_plan: bool
    is_invited: bool


def place_or_404(request: HttpRequest, round_id: int, now: datetime) -> Place:
    """For those invited, and for those who may plan rounds in one of its forums.

    To change it, one must be allowed to plan in all of them.
    """
    user = person(request)
    invited = Participation.objects.visible_to(user, now).filter(round_forum=OuterRef("pk"))
    plans = plannable(user, now).filter(pk=OuterRef("forum")).order_by()
    words = wordable_forums(user, now).filter(pk=OuterRef("forum")).order_by()
    rows: list[Any] = list(
        RoundForum.objects.filter(round=round_id)
        .select_related("round__edition__framework", "round__municipality", "forum__municipality")
        .annotate(
            is_invited=Exists(invited),
            may_plan=Exists(plans),
            may_word=Exists(words),
            chief_is_member=Exists(chief_as_member(now)),
            releaser=F("released_by__name"),
        )
        .order_by(InDanish("forum__name"), "pk")
    )
    seen = [row for row in rows if row.is_invited or row.may_plan]
    if not seen:
        raise Http404
    return Place(
        round=seen[0].round,
        rows=seen,
        may_plan=all(row.may_plan for row in rows),
        is_invited=any(row.is_invited for row in rows),
    )


def planner_place(
    request: HttpRequest, round_id: int, now: datetime, *states: RoundState
) -> Place | None:
    """The round, to change it; None where it is in none of the states any more."""
    place = place_or_404(request, round_id, now)
    if not place.may_plan:
        raise PermissionDenied
    return place if place.round.state(now) in states else None


def why_late(place: Place, now: datetime) -> str:
    """What keeps a round from opening, though its time has come."""
    if place.round.closes_at <= now:
        return _("Its time has gone by. Change the plan, or cancel the round.")
    try:
        require_openable(place.round, list(place.round.forums.order_by("pk")), now)
    except RoundCannotBePlanned as refusal:
        return str(refusal.messages[0])
    return _("It opens in a few minutes.")


# --- what is shown ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ForumStanding:
    """`chief`: when the forum's chief sees its result, in a sentence; empty where there is none."""

    row: RoundForum
    standing: str
    chief: str
    people: list[tuple[str, str]]


def standings(place: Place, now: datetime) -> list[ForumStanding]:
    """Each forum's line, and who is invited in which role; before opening, who would be."""
    people = _people(place, now)
    return [
        ForumStanding(
            row,
            _standing(place.round, row),
            _chief(place.round, row, now),
            people.get(row.forum_id, []),
        )
        for row in place.rows
    ]


def _people(place: Place, now: datetime) -> dict[int, list[tuple[str, str]]]:
    round_ = place.round
    if round_.opened_at is None:
        asked = to_be_asked(
            [row.forum for row in place.rows], now, invites_chief=round_.invites_chief
        )
        found = list(asked.order_by("pk").values_list("forum", "user__name", "role"))
    else:
        invited = Participation.objects.filter(round_forum__in=[row.pk for row in place.rows])
        found = list(invited.order_by("pk").values_list("round_forum__forum", "user__name", "role"))
    found.sort(key=lambda row: (HIERARCHY.index(Role(row[2])), danish_key(row[1])))
    people: dict[int, list[tuple[str, str]]] = {}
    for forum, name, role in found:
        people.setdefault(forum, []).append((name, round_.municipality.role_word(role)))
    return people


def _standing(round_: Round, row: RoundForum) -> str:
    if round_.opened_at is None or round_.lost_at is not None:
        return ""
    if not row.invited:
        return _("Nobody is invited yet")
    if round_.is_shared:
        return _("The team is done") if row.finished_at else _("Under way")
    words = {"answered": row.answered, "invited": row.invited}
    if round_.sealed_at is not None:
        return _("%(answered)s of %(invited)s answered") % words
    if row.counted_at is None:
        return _("How many have answered is counted every midnight, for the first time tonight")
    return _("%(answered)s of %(invited)s have answered (at midnight)") % words


def _chief(round_: Round, row: Any, now: datetime) -> str:
    if row.forum.chief_id is None or round_.lost_at is not None:
        return ""
    if row.chief_is_member:
        return _("The chief is in the forum and sees the same as the others, at the same time.")
    opens = [at for at in (row.released_at, row.releases_itself_at) if at is not None]
    if round_.sealed_at is None or not opens:
        return _chief_above_later(round_)
    since = _("The chief above the forum has been able to see the result since %(date)s.")
    later = _(
        "The chief above the forum sees the result when the forum releases it, and on %(date)s at"
        " the latest."
    )
    at = min(opens)
    date = formats.date_format(timezone.localtime(at), "DATE_FORMAT")
    told = (since if at <= now else later) % {"date": date}
    if row.releaser and at == row.released_at:
        told += " " + _("%(who)s released it.") % {"who": row.releaser}
    return told


def _chief_above_later(round_: Round) -> str:
    """Before the seal, from which the days are counted, there is no date yet."""
    days = round_.release_delay_days
    by_itself = round_.closes_at + timedelta(days=days)
    if max(round_.closes_at, round_.results_open_at or round_.closes_at) >= by_itself:
        return _("The chief above the forum sees the result when the forum does.")
    return ngettext(
        "The chief above the forum sees the result when the forum releases it, and %(days)s day"
        " after closing at the latest.",
        "The chief above the forum sees the result when the forum releases it, and %(days)s days"
        " after closing at the latest.",
        days,
    ) % {"days": days}


@dataclass(frozen=True, slots=True)
class MailCount:
    name: str
    sent: int
    waiting: int


@dataclass(frozen=True, slots=True)
class MailsSent:
    counts: list[MailCount]
    undelivered: list[str]


def mails_sent(round_: Round) -> MailsSent:
    """How many mails of each kind, and where no invitation could be delivered."""
    mails = Mail.objects.filter(topic=topic_of(round_), kind__in=MAIL_NAMES)
    found = {
        row["kind"]: row
        for row in mails.values("kind")
        .annotate(
            sent=Count("pk", filter=Q(sent_at__isnull=False)),
            waiting=Count("pk", filter=Q(sent_at=None, given_up_at=None)),
        )
        .order_by("kind")
    }
    counts = [
        MailCount(str(name), found[kind]["sent"], found[kind]["waiting"])
        for kind, name in MAIL_NAMES.items()
        if kind in found
    ]
    refused = Q(given_up_at__isnull=False) | Q(tries__gte=2, claimed_at=None)
    undelivered = mails.filter(refused, kind=INVITATION, sent_at=None).order_by("to__email")
    return MailsSent(counts, list(undelivered.values_list("to__email", flat=True)))
