"""Changes to who sits where."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from forums.models import Administrator, Forum, Membership

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add_member(*, user: "User", forum: Forum, role: str, now: datetime) -> Membership:
    """Seat the person in the forum from now on; a new person is saved with it.

    A new person has no password and chooses one when signing in for the first time.
    """
    if user._state.adding:
        user.set_unusable_password()
        user.save()
    return Membership.objects.create(forum=forum, user=user, role=role, starts_at=now)


@transaction.atomic
def change_role(*, membership: Membership, role: str, now: datetime) -> Membership:
    """End the membership and begin another, so that one can see who was what, and when."""
    ends_at = membership.ends_at
    Membership.objects.filter(pk=membership.pk).update(ends_at=now)
    return Membership.objects.create(
        forum_id=membership.forum_id,
        user_id=membership.user_id,
        role=role,
        is_lead=membership.is_lead,
        starts_at=now,
        ends_at=ends_at,
    )


@transaction.atomic
def appoint(*, administrator: Administrator) -> None:
    """Let the person administer the municipality, and into the administration."""
    administrator.save()
    user = administrator.user
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
