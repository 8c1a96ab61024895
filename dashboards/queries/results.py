"""Every result that a person may see, forum by forum, in two queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from assessments.models import RoundForum
from forums.models import Forum, Membership
from plf.lib.collation import InDanish

if TYPE_CHECKING:
    from accounts.models import User

NEWEST = 3


@dataclass(frozen=True, slots=True)
class ForumResults:
    """A forum with its results, the newest first."""

    forum: Forum
    results: tuple[RoundForum, ...]

    @property
    def newest(self) -> tuple[RoundForum, ...]:
        return self.results[:NEWEST]

    @property
    def earlier(self) -> tuple[RoundForum, ...]:
        return self.results[NEWEST:]


@dataclass(frozen=True, slots=True)
class Results:
    """`reads_overview`: whether the person has forums on an overview, for the menu."""

    forums: tuple[ForumResults, ...]
    reads_overview: bool


def results_of(user: "User", now: datetime) -> Results:
    """The forums that the person is in come first, then those they read as the chief above."""
    own = Membership.objects.current(now).filter(user=user, forum=OuterRef("pk"))
    on_overview = Forum.objects.read_by_chief(user, now).filter(pk=OuterRef("pk"))
    forums: list[Any] = list(
        Forum.objects.visible_to(user, now)
        .annotate(own=Exists(own), on_overview=Exists(on_overview))
        .order_by("-own", InDanish("name"), "pk")
    )
    by_forum: dict[int, list[RoundForum]] = defaultdict(list)
    for row in (
        RoundForum.objects.result_open_to(user, now)
        .select_related("round")
        .order_by("-round__closes_at", "-pk")
    ):
        by_forum[row.forum_id].append(row)
    return Results(
        forums=tuple(ForumResults(forum, tuple(by_forum[forum.pk])) for forum in forums),
        reads_overview=any(forum.on_overview for forum in forums),
    )
