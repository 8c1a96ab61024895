"""The end of the self-assessment: read through, say done, take a copy."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.enums import RoundState
from assessments.models import Participation
from assessments.operations.answering import RoundTakesNoAnswers, ratings_of, say_done
from assessments.operations.asked import goals_of
from assessments.views import _own_copy, _page
from assessments.views._lookup import invitation_or_404, unknown_is_404
from assessments.views._own import closed_page, is_own_page, menu, stored_rows


@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def done(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    """What is unanswered, one click from each; and "Jeg er færdig", which ends the reminders."""
    now = timezone.now()
    participation = invitation_or_404(request, round_id, forum_id, now)
    if request.method == "POST":
        return _say_done(request, participation, now)
    if participation.round_forum.round.state(now) != RoundState.OPEN:
        return closed_page(request, participation, now)
    context = _context(participation, now) | menu(request, participation)
    return TemplateResponse(request, "assessments/done.html", context)


def _say_done(request: HttpRequest, participation: Participation, now: datetime) -> HttpResponse:
    round_forum = participation.round_forum
    try:
        if is_own_page(request, participation):
            say_done(participation=participation, now=now)
    except RoundTakesNoAnswers:
        return closed_page(request, participation, now, status=409)
    return redirect("assessments:done", round_forum.round_id, round_forum.forum_id)


@require_safe
def own_copy(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    """The person's answers as a file, as long as they exist: until the round is sealed."""
    now = timezone.now()
    participation = invitation_or_404(request, round_id, forum_id, now)
    round_forum = participation.round_forum
    if round_forum.round.state(now) not in (RoundState.OPEN, RoundState.CLOSED):
        return redirect("assessments:rate", round_id, forum_id)
    context = _context(participation, now)
    copy = _own_copy.text(round_forum, context["question"], context["pillars"], now)
    name = _own_copy.file_name(round_forum, now)
    return HttpResponse(
        copy,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _context(participation: Participation, now: datetime) -> dict[str, Any]:
    edition = participation.round_forum.round.edition
    goals = goals_of(edition, participation.round_forum)
    stored = stored_rows(ratings_of(participation))
    context = _page.page_context(participation.round_forum, goals, stored, now)
    unanswered = len(goals) - context["answered"]
    return context | {
        "participation": participation,
        "pillars": _page.pillar_rows(edition, goals, stored, {}),
        "unanswered": unanswered,
        "unanswered_goals": edition.counted(unanswered),
    }
