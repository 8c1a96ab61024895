"""What is under way in the municipality: the administration's front page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from accounts.models import User
from assessments.enums import EditionStatus, RoundState
from assessments.models import Edition, Round, RoundForum
from assessments.operations.rounds import fewest_besides_the_top, others_in
from forums.admin_scope import administered
from forums.belonging import people_of
from forums.models import Forum, Membership
from plf.lib.collation import InDanish


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round that is planned, open, or closed and not yet sealed."""

    round: Round
    state: str
    standing: list[str]
    has_page: bool
    is_late: bool
    """Its opening has passed and it has not opened: members have changed, or time went by."""


@dataclass(frozen=True, slots=True)
class FrontPage:
    rounds: list[RoundLine]
    drafts: list[Edition]
    without_forum: list[User]
    too_small: list[Forum]
    want_erasure: list[User]
    """Those who have asked to be erased."""


def front_page(request: HttpRequest, now: datetime) -> FrontPage:
    """The same number of queries however large the municipality is."""
    own = administered(request)
    forums = list(
        Forum.objects.filter(municipality__in=own, closed_at=None)
        .select_related("municipality")
        .order_by(InDanish("name"), "pk")
    )
    return FrontPage(
        rounds=[_line(round_, now) for round_ in _rounds(own)],
        drafts=list(
            Edition.objects.filter(framework__municipality__in=own, status=EditionStatus.DRAFT)
            .select_related("framework")
            .order_by(InDanish("framework__name"), "pk")
        ),
        without_forum=list(_without_forum(own, now)),
        too_small=[
            forum
            for forum, others in others_in(forums, now)
            if others < fewest_besides_the_top(forum.municipality.smallest_group)
        ],
        want_erasure=list(_want_erasure(own)),
    )


def _rounds(own: frozenset[int]) -> QuerySet[Round]:
    rows = RoundForum.objects.select_related("forum").order_by(InDanish("forum__name"), "pk")
    return (
        Round.objects.unsettled()
        .filter(municipality__in=own)
        .prefetch_related(Prefetch("round_forums", rows))
        .order_by("closes_at", "pk")
    )


def _line(round_: Round, now: datetime) -> RoundLine:
    state = round_.state(now)
    return RoundLine(
        round=round_,
        state=str(RoundState(state).label),
        standing=[standing_of(round_, row) for row in round_.round_forums.all()],
        has_page=has_page(round_),
        is_late=state == RoundState.PLANNED and round_.opens_at <= now,
    )


def has_page(round_: Round) -> bool:
    """Whether it can be seen and changed where rounds are: not when its forums are all closed."""
    return any(row.forum.closed_at is None for row in round_.round_forums.all())


def _want_erasure(own: frozenset[int]) -> QuerySet[User]:
    return people_of(own).exclude(erasure_asked_at=None).order_by("erasure_asked_at", "pk")


def _without_forum(own: frozenset[int], now: datetime) -> QuerySet[User]:
    """Those who were in a forum of the municipality, and are in none of its open ones."""
    seats = Membership.objects.filter(forum__municipality__in=own)
    current = seats.current(now).filter(forum__closed_at=None)
    return (
        User.objects.filter(pk__in=seats.values("user"), is_active=True)
        .exclude(pk__in=current.values("user"))
        .order_by(InDanish("name"), "pk")
    )


def standing_of(round_: Round, row: RoundForum) -> str:
    """One forum's line: its name and, once a confidential round is counted, "9 af 11"."""
    if round_.opened_at is None:
        return row.forum.name
    if not row.invited:
        nobody = gettext("nobody is invited yet")
        return f"{row.forum.name}: {nobody}"
    if round_.is_shared:
        done = gettext("done") if row.finished_at else gettext("under way")
        return f"{row.forum.name}: {done}"
    if row.counted_at is None and round_.sealed_at is None:
        return row.forum.name
    count = gettext("%(answered)s of %(invited)s") % {
        "answered": row.answered,
        "invited": row.invited,
    }
    return f"{row.forum.name}: {count}"
