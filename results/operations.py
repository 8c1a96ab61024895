"""What is done with a result after the seal."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.operations import post_mail
from assessments.deeds import result_deed
from assessments.models import RoundForum
from audit.enums import Kind
from audit.operations import log

if TYPE_CHECKING:
    from accounts.models import User


class ResultIsNotSealed(Exception):
    """There is no result to release yet."""


@transaction.atomic
def release_result(*, round_forum: RoundForum, by: "User", now: datetime) -> bool:
    """Let the chief above see a forum's result, and write to them. False where someone was first.

    Refuses with ResultIsNotSealed. A released result is never taken back.
    """
    rows = RoundForum.objects.filter(pk=round_forum.pk, round__sealed_at__isnull=False)
    if rows.filter(released_at=None).update(released_at=now, released_by=by):
        log(replace(result_deed(Kind.RESULT_RELEASED, round_forum), by=by), now=now)
        if round_forum.forum.chief is not None:
            _write_to_chief(round_forum, round_forum.forum.chief, now)
        return True
    if not rows.exists():
        raise ResultIsNotSealed
    return False


def _write_to_chief(round_forum: RoundForum, chief: "User", now: datetime) -> None:
    """In the chief's language. It carries no figure."""
    forum = round_forum.forum.name
    with translation.override(chief.language):
        post_mail(
            to=chief,
            kind="released",
            occasion=f"round-forum-{round_forum.pk}",
            subject=_("%(forum)s has released its result") % {"forum": forum},
            body=_(
                "The result of %(round)s is released to you. Everyone in the forum sees the same "
                "as you.\n\nSign in to see it, and agree with the forum when you talk about it."
            )
            % {"round": round_forum.round.name},
            now=now,
        )
