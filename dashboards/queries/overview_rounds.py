"""The rounds of the forums on the overview: what is on its way, and all that there were."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Q

from assessments.enums import RoundKind
from assessments.models import Round, RoundForum
from dashboards.queries.overview_rows import Coming, RoundRow
from dashboards.queries.waiting import Why, participation_text, why_not_shown
from forums.models import Forum

if TYPE_CHECKING:
    from accounts.models import User

RELEASED_LATER = frozenset({Why.NOT_RELEASED, Why.OPENS_LATER, Why.BEING_SEALED})
UNDER_WAY = frozenset({Why.PLANNED, Why.OPEN})


def coming_of(
    user: "User", forums: Sequence[Forum], now: datetime, round_: Round | None
) -> dict[int, tuple[Coming, ...]]:
    """For each forum the first round whose result waits, and the first that is under way.

    A round that was lost is named only where no other is on its way.
    """
    rows = (
        RoundForum.objects.filter(Q(round=round_) if round_ else Q(), forum__in=forums)
        .exclude(pk__in=RoundForum.objects.result_open_to(user, now).values("pk"))
        .select_related("round")
        .order_by(F("round__lost_at").desc(nulls_first=True), "round__opens_at", "pk")
    )
    found: dict[int, dict[bool, Coming]] = defaultdict(dict)
    for row in rows:
        why, at = why_not_shown(row, now)
        if why is Why.LOST and found[row.forum_id]:
            continue
        coming = Coming(row, why, at, participation_text(row, why))
        found[row.forum_id].setdefault(why in UNDER_WAY, coming)
    return {forum: tuple(stages.values()) for forum, stages in found.items()}


def rounds_of(forums: Sequence[Forum], now: datetime) -> tuple[RoundRow, ...]:
    """The newest first; `forums` stand in the order in which each round names them."""
    asked = (
        RoundForum.objects.filter(forum__in=forums)
        .order_by("-round__closes_at", "-round_id", "pk")
        .values_list("round_id", "round__name", "round__kind", "round__closes_at", "forum_id")
    )
    own: dict[tuple[int, str, str, datetime], set[int]] = defaultdict(set)
    for pk, name, kind, closes_at, forum_id in asked:
        own[pk, name, kind, closes_at].add(forum_id)
    return tuple(
        RoundRow(
            pk=pk,
            name=name,
            kind=RoundKind(kind),
            closes_at=closes_at,
            closed=closes_at <= now,
            forums=tuple(forum.name for forum in forums if forum.pk in found),
        )
        for (pk, name, kind, closes_at), found in own.items()
    )
