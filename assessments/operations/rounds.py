"""Planning and opening rounds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from assessments.enums import EditionStatus, RoundKind
from assessments.models import Edition, Participation, Round, RoundForum
from forums.enums import HIERARCHY
from forums.models import Forum, Membership, Municipality

SMALLEST_CONFIDENTIAL = 6
QUIET_DAYS = 60


class RoundCannotBePlanned(ValidationError):
    """Carries the reason in the user's language."""


def plan_round(
    *,
    municipality: Municipality,
    edition: Edition,
    name: str,
    kind: str,
    forums: Sequence[Forum],
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    results_open_at: datetime | None = None,
    release_delay_days: int = 14,
) -> Round:
    """Plan a round of an edition in use for forums of one municipality.

    Refuses with RoundCannotBePlanned (two rules of confidentiality) or ValidationError (times).
    """
    round_ = Round(
        municipality=municipality,
        edition=edition,
        name=name,
        kind=kind,
        opens_at=opens_at,
        closes_at=closes_at,
        results_open_at=results_open_at,
        release_delay_days=release_delay_days,
    )
    round_.full_clean()
    require_plannable(round_=round_, forums=forums, now=now)
    with transaction.atomic():
        round_.save()
        RoundForum.objects.bulk_create(
            RoundForum(round=round_, forum=forum, municipality=municipality) for forum in forums
        )
    return round_


def require_plannable(*, round_: Round, forums: Sequence[Forum], now: datetime) -> None:
    """Refuse a round that the rules do not allow, and say why and what can be done."""
    if not forums:
        raise RoundCannotBePlanned(_("Choose at least one forum."))
    if round_.edition.status != EditionStatus.IN_USE:
        raise RoundCannotBePlanned(_("Choose an edition that is in use."))
    if any(forum.municipality_id != round_.municipality_id for forum in forums):
        raise RoundCannotBePlanned(_("Choose forums of this municipality."))
    if round_.kind == RoundKind.CONFIDENTIAL:
        for forum in forums:
            _require_size(forum, now)
        _require_disjoint(forums, now)
        _require_quiet(round_, forums, now)


def _require_size(forum: Forum, now: datetime) -> None:
    roles = list(
        Membership.objects.current(now)
        .who_rate()
        .filter(forum=forum)
        .order_by("pk")
        .values_list("role", flat=True)
    )
    highest = next((role for role in HIERARCHY if role in roles), None)
    others = len(roles) - (1 if roles.count(str(highest)) == 1 else 0)
    if others < SMALLEST_CONFIDENTIAL:
        raise RoundCannotBePlanned(
            _(
                "%(forum)s is too small for a confidential round: it takes at least 6 besides the "
                "one at the top, and here are %(count)s. Choose a shared round instead."
            )
            % {"forum": forum.name, "count": others}
        )


def _members(forums: Sequence[Forum], now: datetime) -> Sequence[int]:
    return list(
        Membership.objects.current(now)
        .who_rate()
        .filter(forum__in=forums)
        .order_by("pk")
        .values_list("user", flat=True)
    )


def _require_disjoint(forums: Sequence[Forum], now: datetime) -> None:
    members = _members(forums, now)
    if len(members) != len(set(members)):
        raise RoundCannotBePlanned(
            _(
                "Two of the forums have a member in common. Nobody is asked twice in a confidential "
                "round: choose one of them, or plan two rounds at least 60 days apart."
            )
        )


def _require_quiet(round_: Round, forums: Sequence[Forum], now: datetime) -> None:
    """Nobody is in two confidential rounds on one framework within sixty days (either way)."""
    gap = timedelta(days=QUIET_DAYS)
    near = (
        Round.objects.filter(
            kind=RoundKind.CONFIDENTIAL,
            edition__framework=round_.edition.framework_id,
            closes_at__gt=round_.opens_at - gap,
            opens_at__lt=round_.closes_at + gap,
        )
        .exclude(pk=round_.pk)
        .order_by("-closes_at", "-pk")
    )
    members = set(_members(forums, now))
    for other in near:
        if members.intersection(_members(list(other.forums.order_by("pk")), now)) or (
            Participation.objects.filter(round_forum__round=other, user__in=members).exists()
        ):
            raise RoundCannotBePlanned(
                _(
                    "Somebody here is also asked in the confidential round “%(round)s”. Two results "
                    "so close to each other could show what one person answered. The first "
                    "possible opening is %(date)s."
                )
                % {"round": other.name, "date": f"{other.closes_at + gap:%d.%m.%Y}"}
            )


@transaction.atomic
def open_round(*, round_: Round, now: datetime) -> bool:
    """Fix who is invited, and in which role. False where someone else opened it first."""
    if not Round.objects.filter(pk=round_.pk, opened_at=None).update(opened_at=now):
        return False
    round_forums = {row.forum_id: row for row in round_.round_forums.order_by("pk")}
    members = (
        Membership.objects.current(now).who_rate().filter(forum__in=round_forums).order_by("pk")
    )
    Participation.objects.bulk_create(
        Participation(round_forum=round_forums[m.forum_id], user_id=m.user_id, role=m.role)
        for m in members
    )
    for row in RoundForum.objects.filter(round=round_).annotate(
        invitations=Count("participations")
    ):
        row.invited = row.invitations
        row.save(update_fields=["invited"])
    return True


def open_due_rounds(*, now: datetime) -> int:
    """Open every round whose time has come; returns how many."""
    return sum(
        open_round(round_=round_, now=now)
        for round_ in Round.objects.due_to_open(now).order_by("pk")
    )
