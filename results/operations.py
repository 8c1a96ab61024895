"""What is done with a result after the seal."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.models import RoundForum

if TYPE_CHECKING:
    from accounts.models import User


class ResultIsNotSealed(Exception):
    """There is no result to release yet."""


@transaction.atomic
def release_result(*, round_forum: RoundForum, by: "User", now: datetime) -> bool:
    """Let the chief above see a forum's result. False where someone released it first.

    Refuses with ResultIsNotSealed. A released result is never taken back.
    """
    rows = RoundForum.objects.filter(pk=round_forum.pk, round__sealed_at__isnull=False)
    if rows.filter(released_at=None).update(released_at=now, released_by=by):
        return True
    if not rows.exists():
        raise ResultIsNotSealed
    return False
