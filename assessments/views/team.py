"""The shared round's page: a team sits together and agrees on one rating for each goal."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import person
from assessments.enums import RoundState
from assessments.forms import DIFFERS, GoalForm
from assessments.models import Goal, RoundForum, SharedRating
from assessments.operations.answering import RoundTakesNoAnswers
from assessments.operations.asked import goals_of
from assessments.operations.sharing import SharedInput, finish_shared, save_shared_ratings
from assessments.views import _page, _script
from assessments.views._lookup import round_forum_or_404, unknown_is_404
from forums.models import Membership
from forums.permissions import Permission, permissions_in


@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def team(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    """One set of ratings for the team. Who writes is whoever holds the keyboard."""
    now = timezone.now()
    round_forum, permissions = _shared_round(request, round_id, forum_id, now)
    if request.method == "POST":
        return _save_form(request, round_forum, permissions, now)
    if _script.asks_what_is_stored(request):
        return _what_is_stored(request, round_forum, now)
    if round_forum.round.state(now) != RoundState.OPEN:
        return _closed_page(request, round_forum, now)
    goals = goals_of(round_forum.round.edition, round_forum)
    return _team_page(request, round_forum, permissions, goals, {}, now)


def _shared_round(
    request: HttpRequest, round_id: int, forum_id: int, now: datetime
) -> tuple[RoundForum, frozenset[Permission]]:
    """404 for those who do not rate here, and for rounds where each answers alone."""
    round_forum = round_forum_or_404(request, round_id, forum_id, now)
    permissions = permissions_in(person(request), round_forum.forum)
    if Permission.RATE not in permissions or not round_forum.round.is_shared:
        raise Http404
    return round_forum, permissions


def _what_is_stored(request: HttpRequest, round_forum: RoundForum, now: datetime) -> HttpResponse:
    if not round_forum.round.accepts_answers(now):
        return _script.closed_json(_("What you agreed on counts."))
    return _script.stored_json(request, round_forum.round, _stored_rows(round_forum), now)


def _closed_page(
    request: HttpRequest, round_forum: RoundForum, now: datetime, *, status: int = 200
) -> HttpResponse:
    round_, sending = round_forum.round, {}
    if round_.accepts_answers(now):
        save_url = reverse("assessments:team_save", args=(round_.pk, round_forum.forum_id))
        sending = _page.still_taken(save_url, _stored_rows(round_forum))
    return _page.not_open_page(request, round_forum, now, status=status, **sending)


def _save_form(
    request: HttpRequest,
    round_forum: RoundForum,
    permissions: frozenset[Permission],
    now: datetime,
) -> HttpResponse:
    finishes = request.POST.get("next") == "finish"
    if finishes and Permission.FINISH_SHARED not in permissions:
        raise PermissionDenied
    edition = round_forum.round.edition
    goals = goals_of(edition, round_forum)
    levels = len(edition.levels)
    forms = list(_page.changed_goals(request.POST, goals, levels=levels, beside=DIFFERS))
    refused = {form.goal_id: form for form in forms if not form.is_valid}
    try:
        save_shared_ratings(round_forum=round_forum, ratings=_ratings(forms), now=now)
        if finishes and not refused:
            finish_shared(round_forum=round_forum, now=now)
    except RoundTakesNoAnswers:
        return _closed_page(request, round_forum, now, status=409)
    if refused or _page.has_foreign_goal(request.POST, goals):
        return _team_page(request, round_forum, permissions, goals, refused, now, status=422)
    messages.success(request, _page.saved_text(now, now))
    stored = _stored_rows(round_forum)
    unanswered = (goal for goal in goals if not stored.get(goal.pk, _page.NOTHING).choice)
    here = reverse("assessments:team", args=(round_forum.round_id, round_forum.forum_id))
    return redirect(_page.next_address(request.POST, here, f"{here}#end", unanswered))


@require_POST
@unknown_is_404
def save(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    """One goal, as soon as it is chosen or written."""
    now = timezone.now()
    round_forum, _permissions = _shared_round(request, round_id, forum_id, now)
    levels = len(round_forum.round.edition.levels)
    form = _page.one_goal(request.POST, levels=levels, beside=DIFFERS)
    if form is None:
        return _script.no_goal_json()
    try:
        save_shared_ratings(round_forum=round_forum, ratings=_ratings([form]), now=now)
    except RoundTakesNoAnswers:
        return _script.closed_json(_("What you agreed on counts."))
    if not form.is_valid:
        return _script.refused_json(form)
    return _script.saved_json(
        request.POST, form, round_forum.round, lambda: _stored_rows(round_forum), now
    )


def _team_page(
    request: HttpRequest,
    round_forum: RoundForum,
    permissions: frozenset[Permission],
    goals: list[Goal],
    refused: dict[int, GoalForm],
    now: datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    stored = _stored_rows(round_forum)
    may_finish = Permission.FINISH_SHARED in permissions
    context = _page.page_context(round_forum, goals, stored, now) | {
        "pillars": _page.pillar_rows(round_forum.round.edition, goals, stored, refused),
        "refused": len(refused),
        "has_foreign_goal": status != 200 and not refused,
        "saved_text": "",
        "beside": DIFFERS,
        "beside_label": _("We see it differently"),
        "may_finish": may_finish,
        "lead": None if may_finish else _lead(round_forum, now),
    }
    return TemplateResponse(request, "assessments/team.html", context, status=status)


def _lead(round_forum: RoundForum, now: datetime) -> str:
    """The name of the one who says when the team is done; empty where there is none."""
    leads = Membership.objects.current(now).filter(forum=round_forum.forum_id, is_lead=True)
    return leads.order_by("pk").values_list("user__name", flat=True).first() or ""


def _stored_rows(round_forum: RoundForum) -> dict[int, _page.Stored]:
    rows = SharedRating.objects.filter(round_forum=round_forum).order_by("pk")
    return {
        row.goal_id: _page.Stored(DIFFERS if row.differs else str(row.level or ""), row.note)
        for row in rows
    }


def _ratings(forms: Iterable[GoalForm]) -> list[SharedInput]:
    return [
        SharedInput(
            form.goal_id,
            level=form.level,
            differs=form.choice == DIFFERS and not form.choice_error,
            note=form.valid_reason,
            keeps_level=form.keeps_choice,
        )
        for form in forms
    ]
