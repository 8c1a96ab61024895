"""Why a result is not shown yet, and when it will be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assessments.enums import RoundState
from assessments.models import RoundForum
from dashboards import texts
from dashboards.queries.editions import Editions, load_editions
from dashboards.queries.lookup import Found


class Why(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    BEING_SEALED = "being_sealed"
    OPENS_LATER = "opens_later"
    NOT_RELEASED = "not_released"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Waiting:
    """`at`: when it changes, where that is known. `editions`: for the outline of the house."""

    why: Why
    at: datetime | None
    participation_text: str
    editions: Editions | None


def waiting_for(found: Found, now: datetime) -> Waiting:
    row = found.round_forum
    why, at = (Why.LOST, None) if found.may_see else why_not_shown(row, now)
    return Waiting(
        why=why,
        at=at,
        participation_text=participation_text(row, why),
        editions=load_editions([row.round.edition]) if why is Why.OPEN else None,
    )


def participation_text(row: RoundForum, why: Why) -> str:
    """As of last midnight; empty before the first, and where the round is not open or is shared."""
    if why is not Why.OPEN or row.round.is_shared or row.counted_at is None:
        return ""
    return texts.participation_text(row.answered, row.invited)


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
