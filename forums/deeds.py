"""What is done to members and rights, as the log tells it."""

from collections.abc import Iterable

from audit.enums import Kind
from audit.operations import Deed
from forums.models import Administrator, Forum, Membership


def seat_deed(kind: Kind, seat: Membership) -> Deed:
    """What happened to a person's seat; the role is the one they have now."""
    return Deed(
        kind=kind,
        municipality_id=seat.forum.municipality_id,
        subject=seat.user,
        name=seat.forum.name,
        detail=seat.role,
        forum_id=seat.forum_id,
    )


def changed_seat_deeds(
    seat: Membership, *, changed: Iterable[str], stays: bool = True
) -> list[Deed]:
    """For the columns that were changed; `stays`: the person is still in the forum."""
    kinds = []
    if "role" in changed:
        kinds.append(Kind.ROLE_CHANGED)
    if "is_lead" in changed:
        kinds.append(Kind.LEAD_MADE if seat.is_lead else Kind.LEAD_ENDED)
    if "ends_at" in changed and not stays:
        kinds.append(Kind.MEMBER_LEFT)
    return [seat_deed(kind, seat) for kind in kinds]


def chief_deed(forum: Forum) -> Deed:
    return Deed(
        kind=Kind.CHIEF_CHOSEN,
        municipality_id=forum.municipality_id,
        subject=forum.chief,
        name=forum.name,
        forum_id=forum.pk,
    )


def post_deed(administrator: Administrator, *, ended: bool) -> Deed:
    return Deed(
        kind=Kind.ADMINISTRATOR_ENDED if ended else Kind.ADMINISTRATOR_MADE,
        municipality_id=administrator.municipality_id,
        subject=administrator.user,
    )
