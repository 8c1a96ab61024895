"""What the pages about one forum's result have in common."""

from datetime import datetime
from typing import TYPE_CHECKING

from dashboards.queries.lookup import Found
from forums.permissions import Permission, permissions_in

if TYPE_CHECKING:
    from accounts.models import User


def common(user: "User", found: Found, now: datetime) -> dict[str, object]:
    row = found.round_forum
    waits = found.waits_for_release(now)
    return {
        "nav": found.nav,
        "round_forum": row,
        "edition": row.round.edition,
        "waits_for_release": waits,
        "may_release": waits and Permission.RELEASE_RESULT in permissions_in(user, row.forum),
    }
