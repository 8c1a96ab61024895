"""The self-assessment: each member alone, in a confidential round."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import person
from assessments.enums import RoundState
from assessments.forms import NO_ANSWER, GoalForm
from assessments.models import Goal, Participation
from assessments.operations import answering
from assessments.operations.answering import (
    RatingInput,
    RoundTakesNoAnswers,
    WithdrawnSince,
    ratings_of,
    save_ratings,
)
from assessments.operations.asked import goals_of, own_words
from assessments.views import _page, _script
from assessments.views._lookup import (
    TO_RATE,
    find_invitation,
    invitation_or_404,
    round_forum_or_404,
    unknown_is_404,
)
from assessments.views._own import closed_page, is_own_page, menu, stored_rows, what_counts
from forums.enums import HIERARCHY
from forums.permissions import Permission, permissions_in
from plf.lib.collation import danish_key
from plf.lib.prepared import Prepared, number


@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def rate(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    """All goals on one page. Without the script, the whole form is sent and saved at once."""
    now = timezone.now()
    participation = find_invitation(request, round_id, forum_id, now, page=TO_RATE)
    if participation is None:
        return _without_invitation(request, round_id, forum_id, now)
    if participation.round_forum.round.is_shared:
        return redirect("assessments:team", round_id, forum_id)
    if request.method == "POST":
        return _save_form(request, participation, now)
    if _script.asks_what_is_stored(request):
        return _what_is_stored(request, participation, now)
    if participation.round_forum.round.state(now) != RoundState.OPEN:
        return closed_page(request, participation, now)
    round_forum = participation.round_forum
    goals = goals_of(round_forum.round.edition, round_forum)
    return _rating_page(request, participation, goals, {}, now)


def _without_invitation(
    request: HttpRequest, round_id: int, forum_id: int, now: datetime
) -> HttpResponse:
    """Members are invited when the round opens: until then they are told when that is."""
    round_forum = round_forum_or_404(request, round_id, forum_id, now)
    if Permission.RATE not in permissions_in(person(request), round_forum.forum):
        raise Http404
    if round_forum.round.is_shared:
        return redirect("assessments:team", round_id, forum_id)
    if round_forum.round.state(now) != RoundState.PLANNED:
        raise Http404
    return _page.not_open_page(request, round_forum, now)


def _what_is_stored(
    request: HttpRequest, participation: Participation, now: datetime
) -> HttpResponse:
    if not is_own_page(request, participation):
        return _script.signed_out_json()
    if not participation.round_forum.round.accepts_answers(now):
        return _script.closed_json(what_counts(participation))
    stored = stored_rows(ratings_of(participation))
    key = participation.key
    return _script.stored_json(request, participation.round_forum.round, stored, now, key=key)


def _save_form(request: HttpRequest, participation: Participation, now: datetime) -> HttpResponse:
    round_forum = participation.round_forum
    edition, where = round_forum.round.edition, (round_forum.round_id, round_forum.forum_id)
    if not is_own_page(request, participation):
        return redirect("assessments:rate", *where)
    goals = goals_of(edition, round_forum)
    beside = NO_ANSWER if edition.no_answer else ""
    levels = len(edition.levels)
    forms = list(_page.changed_goals(request.POST, goals, levels=levels, beside=beside))
    try:
        save_ratings(
            participation=participation, ratings=[_rating(form) for form in forms], now=now
        )
    except RoundTakesNoAnswers:
        return closed_page(request, participation, now, status=409)
    refused = {form.goal_id: form for form in forms if not form.is_valid}
    if refused or _page.has_foreign_goal(request.POST, goals):
        return _rating_page(request, participation, goals, refused, now, status=422)
    here, end = reverse("assessments:rate", args=where), reverse("assessments:done", args=where)
    return redirect(_page.next_address(request.POST, here, end, _unanswered(participation, goals)))


def _unanswered(participation: Participation, goals: Iterable[Goal]) -> Iterator[Goal]:
    """Asked where somebody goes on to the first of them."""
    stored = ratings_of(participation)
    yield from (goal for goal in goals if goal.pk not in stored or not stored[goal.pk].is_rated)


def _rating_page(
    request: HttpRequest,
    participation: Participation,
    goals: list[Goal],
    refused: dict[int, GoalForm],
    now: datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    kept = ratings_of(participation)
    stored = stored_rows(kept)
    saved_at = max((row.saved_at for row in kept.values()), default=None)
    round_forum = participation.round_forum
    context = _page.page_context(round_forum, goals, stored, now) | menu(request, participation)
    context |= {
        "participation": participation,
        "pillars": _page.pillar_rows(round_forum.round.edition, goals, stored, refused),
        "refused": len(refused),
        "has_foreign_goal": status != 200 and not refused,
        "saved_text": _page.saved_text(saved_at, now) if saved_at else "",
        "invited": _invited(participation),
        "beside": NO_ANSWER,
        "beside_label": round_forum.round.edition.no_answer,
        "own_words": own_words(round_forum),
    }
    return TemplateResponse(request, "assessments/rate.html", context, status=status)


def _invited(participation: Participation) -> list[str]:
    """Name and role of all who are invited, so that nobody can be added unseen."""
    round_forum = participation.round_forum
    rows = list(INVITED.rows(round_forum=round_forum.pk))
    rows.sort(key=lambda row: (HIERARCHY.index(row[1]), danish_key(row[0])))
    municipality = round_forum.forum.municipality
    word = {role: municipality.role_word(role) for role in {role for _name, role in rows}}
    return [f"{name}, {word[role]}" for name, role in rows]


INVITED = Prepared(
    lambda: (
        Participation.objects.filter(round_forum=number("round_forum"))
        .order_by("pk")
        .values_list("user__name", "role")
    )
)


@require_POST
@unknown_is_404
def save(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    """One goal, as soon as it is chosen or written."""
    now = timezone.now()
    participation = invitation_or_404(request, round_id, forum_id, now)
    if not is_own_page(request, participation):
        return _script.signed_out_json()
    edition = participation.round_forum.round.edition
    beside = NO_ANSWER if edition.no_answer else ""
    form = _page.one_goal(request.POST, levels=len(edition.levels), beside=beside)
    if form is None:
        return _script.no_goal_json()
    try:
        made = request.POST.get("made", "")
        save_ratings(participation=participation, ratings=[_rating(form)], now=now, made=made)
    except RoundTakesNoAnswers:
        return _script.closed_json(what_counts(participation))
    except WithdrawnSince:
        participation.refresh_from_db(fields=["key"])
        return _script.withdrawn_json(participation.key)
    if not form.is_valid:
        return _script.refused_json(form)
    return _script.saved_json(
        request.POST,
        form,
        participation.round_forum.round,
        lambda: stored_rows(ratings_of(participation)),
        now,
        key=participation.key,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def withdraw(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    """Delete everything the person has answered. No trace of it is kept.

    Signing in again leads to the address at which the session ended: to where the button stands.
    """
    now = timezone.now()
    participation = invitation_or_404(request, round_id, forum_id, now)
    if request.method != "POST":
        return redirect("assessments:done", round_id, forum_id)
    try:
        if not is_own_page(request, participation):
            return redirect("assessments:rate", round_id, forum_id)
        answering.withdraw(participation=participation, now=now)
    except RoundTakesNoAnswers:
        return closed_page(request, participation, now, status=409)
    text = _("Your answers are deleted. You can answer again until the round closes.")
    messages.success(request, text)
    # At the message itself, which so gets the focus, without the script too.
    return redirect(reverse("assessments:rate", args=(round_id, forum_id)) + "#besked")


def _rating(form: GoalForm) -> RatingInput:
    return RatingInput(
        form.goal_id,
        value=form.level,
        no_answer=form.choice == NO_ANSWER and not form.choice_error,
        reason=form.valid_reason,
        keeps_value=form.keeps_choice,
    )
