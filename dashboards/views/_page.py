"""What the pages about one forum's result have in common."""

from datetime import datetime
from typing import TYPE_CHECKING

from dashboards.queries.lookup import Found
from forums.permissions import Permission, permissions_in

if TYPE_CHECKING:
    from accounts.models import User


def menu(user: "User", *, overview: bool) -> dict[str, bool]:
    """The menu's links, where the page's own query has told what they need."""
    return {"overview": overview, "admin": user.is_staff}


def common(user: "User", found: Found, now: datetime) -> dict[str, object]:
    row = found.round_forum
    waits = found.waits_for_release(now)
    return {
        "nav": menu(user, overview=found.reads_overview),
        "round_forum": row,
        "edition": row.round.edition,
        "waits_for_release": waits,
        "may_release": waits and Permission.RELEASE_RESULT in permissions_in(user, row.forum),
    }
