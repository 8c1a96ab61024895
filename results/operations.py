"""What is done with a result after the seal."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Mail
from accounts.operations import Letter, post_mails
from assessments.deeds import result_deed
from assessments.mails import absolute, result_url
from assessments.models import Round, RoundForum
from assessments.models.rounds import chief_as_member
from audit.enums import Kind
from audit.operations import log
from plf.lib.collation import InDanish

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

RELEASED, RELEASED_ITSELF = "released", "released_itself"
# A release longer ago is no news: after an outage, and where old rounds are taken over.
NEWS = timedelta(days=7)


class ResultIsNotSealed(Exception):
    """There is no result to release yet."""


@transaction.atomic
def release_result(*, round_forum: RoundForum, by: "User", now: datetime) -> bool:
    """Let the chief above see a forum's result, and write to them. False where someone was first.

    Refuses with ResultIsNotSealed. A released result is never taken back.
    """
    rows = RoundForum.objects.filter(pk=round_forum.pk, round__sealed_at__isnull=False)
    if rows.filter(released_at=None).update(released_at=now, released_by=by):
        # The clock writes its file anew, so that a restored database knows of the release.
        Round.objects.filter(pk=round_forum.round_id).update(filed_at=None)
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
        letter = Letter(
            to=chief,
            kind=RELEASED,
            occasion=f"round-forum-{round_forum.pk}",
            subject=_("%(forum)s has released its result") % {"forum": forum},
            body=_(
                "The result of %(round)s is released to you. Everyone in the forum sees the same "
                "as you.\n\nSign in to see it, and agree with the forum when you talk about it."
            )
            % {"round": round_forum.round.name},
            url=result_url(round_forum),
            button=_("See the result"),
        )
        post_mails(letters=[letter], now=now)


def tell_released(*, now: datetime) -> int:
    """Write to the chiefs above when results open to them though nobody released them.

    One mail for a round, however many forums; returns how many. Called by the clock.
    """
    letters = [
        _letter_of_round(chief, list(rows))
        for (_round, chief), rows in groupby(
            _released_by_themselves(now), key=lambda row: (row.round, row.forum.chief)
        )
        if chief is not None
    ]
    post_mails(letters=letters, now=now)
    return len(letters)


def _released_by_themselves(now: datetime) -> "QuerySet[RoundForum]":
    """Those of the last days of which the chief, who is no member, was not told."""
    occasion = Concat(Value("round-"), Cast(OuterRef("round_id"), CharField()))
    told = Mail.objects.filter(
        to=OuterRef("forum__chief"), kind=RELEASED_ITSELF, occasion=occasion
    ).order_by()
    return (
        RoundForum.objects.filter(
            ~Exists(told),
            ~Exists(chief_as_member(now)),
            forum__chief__isnull=False,
            released_at=None,
            releases_itself_at__lte=now,
            releases_itself_at__gt=now - NEWS,
        )
        .select_related("round", "forum__chief")
        .order_by("round", F("forum__chief"), InDanish("forum__name"), "pk")
    )


def _letter_of_round(chief: "User", rows: list[RoundForum]) -> Letter:
    """In the chief's language. It carries no figure."""
    first, round_ = rows[0], rows[0].round
    names = "\n".join(f"– {row.forum.name}" for row in rows)
    overview = absolute(reverse("dashboards:overview_round", args=[round_.pk]))
    with translation.override(chief.language):
        return Letter(
            to=chief,
            kind=RELEASED_ITSELF,
            occasion=f"round-{round_.pk}",
            subject=_("You can see the result of %(round)s now") % {"round": round_.name},
            body=_(
                "The time has come that was set when the round was planned. You can now see the "
                "result of:\n\n%(forums)s\n\n"
                "Everyone in the forum sees the same as you. Agree with the forum when you talk "
                "about it."
            )
            % {"forums": names},
            url=result_url(first) if len(rows) == 1 else overview,
            button=_("See the result"),
        )
