"""Why a result is not shown yet, and when it will be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from assessments.enums import RoundState
from assessments.models import Participation, RoundForum
from dashboards import texts
from dashboards.queries.editions import Editions, load_editions
from dashboards.queries.lookup import Found
from dashboards.queries.to_do import ToDo, asked, to_do
from forums.permissions import plannable

if TYPE_CHECKING:
    from accounts.models import User


class Why(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    BEING_SEALED = "being_sealed"
    OPENS_LATER = "opens_later"
    NOT_RELEASED = "not_released"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Waiting:
    """`at`: when it changes, where that is known. `editions`: for the outline of the house.

    `team_text`: where a team stands that rates together; how far it is, the team alone is told.
    `to_do`: where the round asks this person. `has_round_page`: whether they may see that page.
    """

    why: Why
    at: datetime | None
    participation_text: str
    team_text: str
    editions: Editions | None
    to_do: ToDo | None
    has_round_page: bool


def waiting_for(user: "User", found: Found, now: datetime) -> Waiting:
    row = found.round_forum
    why, at = (Why.LOST, None) if found.may_see else why_not_shown(row, now)
    is_open = why is Why.OPEN
    own = asked(user, now).filter(round_forum=row).first() if is_open else None
    own_to_do = to_do(own) if own else None
    return Waiting(
        why=why,
        at=at,
        participation_text=participation_text(row, why),
        team_text=_team_text(row, own_to_do) if is_open and row.round.is_shared else "",
        editions=load_editions([row.round.edition]) if is_open else None,
        to_do=own_to_do,
        has_round_page=own_to_do is not None or _has_round_page(user, row, now),
    )


def participation_text(row: RoundForum, why: Why) -> str:
    """As of last midnight; empty before the first, and where the round is not open or is shared."""
    if why is not Why.OPEN or row.round.is_shared or row.counted_at is None:
        return ""
    return texts.participation_text(row.answered, row.invited)


def _team_text(row: RoundForum, own: ToDo | None) -> str:
    if row.finished_at is not None:
        return _("The team is done")
    if own is None:
        return _("Under way")
    words = {"answered": own.answered, "goals": own.goals, "goal_words": own.goal_words}
    return _("You have rated %(answered)s of %(goals)s %(goal_words)s") % words


def _has_round_page(user: "User", row: RoundForum, now: datetime) -> bool:
    """For those invited, and for those who may plan rounds in the forum."""
    invited = Participation.objects.visible_to(user, now).filter(round_forum=OuterRef("pk"))
    plans = plannable(user, now).filter(pk=OuterRef("forum")).order_by()
    same = RoundForum.objects.filter(Exists(invited) | Exists(plans), pk=row.pk)
    return same.exists()


def why_not_shown(row: RoundForum, now: datetime) -> tuple[Why, datetime | None]:
    """Why somebody who may know of the round does not see its result, and until when."""
    round_ = row.round
    state = round_.state(now)
    if state is RoundState.LOST:
        return Why.LOST, None
    if state is RoundState.PLANNED:
        return Why.PLANNED, round_.opens_at
    if state is RoundState.OPEN:
        return Why.OPEN, round_.closes_at
    if state is RoundState.CLOSED:
        return Why.BEING_SEALED, None
    opens_at = round_.result_opens_at()
    if opens_at is not None and opens_at > now:
        return Why.OPENS_LATER, opens_at
    return Why.NOT_RELEASED, row.releases_itself_at
