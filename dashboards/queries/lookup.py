"""The forum's part in a round that a page is about, with what decides how much of it is shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from assessments.models import RoundForum
from assessments.models.rounds import chief_as_member
from forums.menu import menu_of, with_menu
from plf.lib.prepared import Prepared, moment, number

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Found:
    """`may_see`: the result is open to this person. `read_above`: by a chief who is no member.

    `nav`: the menu's links.
    """

    round_forum: RoundForum
    may_see: bool
    read_above: bool
    nav: dict[str, bool]

    def waits_for_release(self, now: datetime) -> bool:
        """Whether the chief above has yet to be let in."""
        row = self.round_forum
        return (
            self.read_above
            and row.round.sealed_at is not None
            and row.released_at is None
            and (row.releases_itself_at is None or row.releases_itself_at > now)
        )


def find(user: "User", round_id: int, forum_id: int, now: datetime) -> Found:
    """The forum in the round, in one query; 404 for those who may not know of it."""
    row = ROUND_FORUM.first(user=user.pk, round_id=round_id, forum_id=forum_id, now=now)
    if row is None:
        raise Http404
    annotated: Any = row
    return Found(
        round_forum=row,
        may_see=annotated.may_see,
        read_above=row.forum.chief_id is not None and not annotated.chief_is_member,
        nav=menu_of(user, row),
    )


def _round_forum() -> QuerySet[RoundForum]:
    user, now = number("user"), moment("now")
    open_to = RoundForum.objects.result_open_to(user, now).filter(pk=OuterRef("pk"))
    rows = (
        RoundForum.objects.visible_to(user, now)
        .whole()
        .filter(round=number("round_id"), forum=number("forum_id"))
        .annotate(may_see=Exists(open_to), chief_is_member=Exists(chief_as_member(now)))
    )
    return with_menu(rows, user, now).order_by("pk")[:1]


ROUND_FORUM = Prepared(_round_forum)
