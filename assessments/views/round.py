"""A round: where it stands, who is invited, and what can be done with it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.enums import RoundState
from assessments.mails import calendar_file, form_url
from assessments.models import Participation, Round
from assessments.operations.changing import (
    NOTICE,
    ClosingRefused,
    RoundIsNotRunning,
    add_forgotten,
    cancel_round,
    close_early,
    postpone_closing,
)
from assessments.operations.leaving import LAST_CALL, TooLateToInvite
from assessments.operations.rounds import to_be_asked
from assessments.round_forms import CloseEarlyForm, ForgottenForm, PostponeForm, TypedNameForm
from assessments.views._planning import (
    Place,
    mails_sent,
    place_or_404,
    planner_place,
    sent,
    standings,
    why_late,
)
from plf.lib.collation import InDanish

PAGE = ["GET", "HEAD", "POST"]


@require_safe
def round_page(request: HttpRequest, round_id: int) -> HttpResponse:
    """For all who are invited, and for those who plan it."""
    now = timezone.now()
    place = place_or_404(request, round_id, now)
    round_, state = place.round, place.round.state(now)
    is_late = state == RoundState.PLANNED and round_.opens_at <= now
    is_open, opens_at = _result_opens(round_, now)
    context = {
        "round": round_,
        "place": place,
        "state_label": RoundState(state).label,
        "is_planned": state == RoundState.PLANNED,
        "is_open": state == RoundState.OPEN,
        "is_over": state in (RoundState.CLOSED, RoundState.SEALED, RoundState.LOST),
        "is_sealed": state == RoundState.SEALED,
        "is_lost": state == RoundState.LOST,
        "is_late": is_late,
        "why_late": why_late(place, now) if is_late else "",
        "result_is_open": is_open,
        "result_opens_at": opens_at,
        "can_close_early": round_.closes_at > now + NOTICE,
        "can_invite": state == RoundState.OPEN and now <= round_.closes_at - LAST_CALL,
        "standings": standings(place, now),
        "mails": mails_sent(round_) if place.may_plan else None,
    }
    return TemplateResponse(request, "assessments/round.html", context)


def _result_opens(round_: Round, now: datetime) -> tuple[bool, datetime | None]:
    """Whether the result has opened, and when it did or does; no time where it is not known."""
    at = round_.result_opens_at() or round_.results_open_at
    is_open = round_.sealed_at is not None and at is not None and at <= now
    return is_open, at if at is not None and (is_open or at > now) else None


@require_safe
def calendar(request: HttpRequest, round_id: int) -> HttpResponse:
    """The deadline, for a person's own calendar."""
    now = timezone.now()
    place = place_or_404(request, round_id, now)
    return HttpResponse(
        calendar_file(place.round, [row.forum for row in place.rows], form_url(place.rows[0]), now),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="frist.ics"'},
    )


@require_http_methods(PAGE)
def postpone(request: HttpRequest, round_id: int) -> HttpResponse:
    now = timezone.now()
    place = planner_place(request, round_id, now, RoundState.OPEN)
    if place is None:
        return _too_late(request, round_id)
    form = PostponeForm(sent(request), initial={"closes_at": place.round.closes_at})
    if form.is_valid():
        try:
            postpone_closing(round_=place.round, closes_at=form.cleaned_data["closes_at"], now=now)
        except ClosingRefused as refusal:
            form.add_error("closes_at", str(refusal))
        except RoundIsNotRunning:
            return _too_late(request, round_id)
        else:
            return _done(request, round_id, _("All invited get a mail with the new time."))
    return _form_page(request, "assessments/postpone.html", place, form, now)


@require_http_methods(PAGE)
def close(request: HttpRequest, round_id: int) -> HttpResponse:
    """Earlier than announced: with notice, and the name typed in."""
    now = timezone.now()
    place = planner_place(request, round_id, now, RoundState.OPEN)
    if place is None:
        return _too_late(request, round_id)
    form = CloseEarlyForm(sent(request), round_=place.round)
    if form.is_valid():
        try:
            close_early(
                round_=place.round,
                closes_at=form.cleaned_data["closes_at"],
                when_all_done=form.cleaned_data["when_all_done"],
                now=now,
            )
        except ClosingRefused as refusal:
            form.add_error("closes_at", str(refusal))
        except RoundIsNotRunning:
            return _too_late(request, round_id)
        else:
            return _done(request, round_id, _("All invited get a mail with the new time."))
    return _form_page(request, "assessments/close.html", place, form, now)


@require_http_methods(PAGE)
def cancel(request: HttpRequest, round_id: int) -> HttpResponse:
    """Take the round away, whether anybody has answered or not."""
    now = timezone.now()
    place = planner_place(request, round_id, now, RoundState.PLANNED, RoundState.OPEN)
    if place is None:
        return _too_late(request, round_id)
    form = TypedNameForm(sent(request), round_=place.round)
    if form.is_valid():
        try:
            cancel_round(round_=place.round, now=now)
        except RoundIsNotRunning:
            return _too_late(request, round_id)
        messages.success(request, _("The round is cancelled."))
        return redirect("dashboards:home")
    return _form_page(request, "assessments/cancel.html", place, form, now)


@require_http_methods(PAGE)
def forgotten(request: HttpRequest, round_id: int) -> HttpResponse:
    """Invite a member who was not one when the round opened."""
    now = timezone.now()
    place = planner_place(request, round_id, now, RoundState.OPEN)
    if place is None or now > place.round.closes_at - LAST_CALL:
        return _too_late(request, round_id)
    form = ForgottenForm(sent(request), members=_not_invited(place, now))
    if form.is_valid():
        membership = form.cleaned_data["member"]
        row = next(row for row in place.rows if row.forum_id == membership.forum_id)
        try:
            add_forgotten(round_forum=row, membership=membership, now=now)
        except ValidationError as refusal:
            form.add_error("member", refusal.messages)
        except TooLateToInvite:
            return _too_late(request, round_id)
        else:
            name = membership.user.name
            return _done(request, round_id, _("%(name)s is invited.") % {"name": name})
    return _form_page(request, "assessments/forgotten.html", place, form, now)


def _not_invited(place: Place, now: datetime) -> Any:
    """Members that the round would ask, had they been there."""
    invited = Participation.objects.filter(
        round_forum__round=place.round, round_forum__forum=OuterRef("forum"), user=OuterRef("user")
    )
    asked = to_be_asked(
        [row.forum for row in place.rows], now, invites_chief=place.round.invites_chief
    )
    return (
        asked.exclude(Exists(invited))
        .select_related("user", "forum")
        .order_by(InDanish("forum__name"), InDanish("user__name"), "pk")
    )


def _form_page(
    request: HttpRequest, template: str, place: Place, form: Form, now: datetime
) -> HttpResponse:
    state = RoundState(place.round.state(now))
    context = {
        "round": place.round,
        "forums": [row.forum.name for row in place.rows],
        "state_label": state.label,
        "form": form,
        "is_open": state == RoundState.OPEN,
    }
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)


def _done(request: HttpRequest, round_id: int, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("assessments:round", round_id)


def _too_late(request: HttpRequest, round_id: int) -> HttpResponse:
    messages.warning(request, _("That is not possible any more. This is where the round stands."))
    return redirect("assessments:round", round_id)
