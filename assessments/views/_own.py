"""A member's own answers, as their own pages show them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import person
from assessments.enums import RoundState
from assessments.forms import NO_ANSWER
from assessments.models import Participation
from assessments.operations.answering import KeptRating, ratings_of
from assessments.views._page import Stored, not_open_page, still_taken
from forums.menu import menu_of


def is_own_page(request: HttpRequest, participation: Participation) -> bool:
    """False where somebody else has signed in on this browser since the page was fetched."""
    sent = request.GET if request.method == "GET" else request.POST
    return sent.get("as", "") in ("", str(participation.pk))


def menu(request: HttpRequest, participation: Participation) -> dict[str, Any]:
    """For a page's context: the menu as it came with the invitation. Where that was looked up for
    saving, without it, the page asks itself."""
    if not hasattr(participation, "has_post"):
        return {}
    return {"nav": menu_of(person(request), participation)}


def stored_rows(kept: dict[int, KeptRating]) -> dict[int, Stored]:
    return {
        goal_id: Stored(NO_ANSWER if row.no_answer else str(row.value or ""), row.reason)
        for goal_id, row in kept.items()
    }


def closed_page(
    request: HttpRequest, participation: Participation, now: datetime, *, status: int = 200
) -> HttpResponse:
    """Between closing and the seal with what counts; after it nothing is left to tell."""
    round_forum = participation.round_forum
    if round_forum.round.state(now) in (RoundState.PLANNED, RoundState.SEALED):
        return not_open_page(request, round_forum, now, status=status)
    where = (round_forum.round_id, round_forum.forum_id)
    sending: dict[str, Any] = {}
    if round_forum.round.accepts_answers(now):
        stored = stored_rows(ratings_of(participation))
        save_url = reverse("assessments:save", args=where)
        sending = still_taken(save_url, stored)
        sending["participation"] = participation
    return not_open_page(
        request,
        round_forum,
        now,
        what_counts=what_counts(participation),
        copy_url=reverse("assessments:own_copy", args=where),
        status=status,
        **sending,
    )


def what_counts(participation: Participation) -> str:
    edition = participation.round_forum.round.edition
    answered = sum(row.is_rated for row in ratings_of(participation).values())
    if not answered:
        return _("You did not answer this time.")
    return ngettext(
        "You answered %(goals)s in time. Your answer counts.",
        "You answered %(goals)s in time. They count.",
        answered,
    ) % {"goals": edition.counted(answered)}
