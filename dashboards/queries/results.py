"""Every result that a person may see, forum by forum, in two queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

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


def results_of(user: "User", now: datetime) -> list[ForumResults]:
    """The forums that the person is in come first, then those they read as the chief above."""
    own = Membership.objects.current(now).filter(user=user, forum=OuterRef("pk"))
    forums = (
        Forum.objects.visible_to(user, now)
        .annotate(own=Exists(own))
        .order_by("-own", InDanish("name"), "pk")
    )
    by_forum: dict[int, list[RoundForum]] = defaultdict(list)
    for row in (
        RoundForum.objects.result_open_to(user, now)
        .select_related("round")
        .order_by("-round__closes_at", "-pk")
    ):
        by_forum[row.forum_id].append(row)
    return [ForumResults(forum, tuple(by_forum[forum.pk])) for forum in forums]
