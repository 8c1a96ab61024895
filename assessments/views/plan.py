"""Planning a round, and changing the plan until it opens."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import person
from assessments.enums import RoundKind, RoundState
from assessments.forms import DIFFERS, NO_ANSWER
from assessments.information import information_of
from assessments.mails import long_time
from assessments.models import Edition, Round, RoundForum
from assessments.operations.asked import goals_of
from assessments.operations.rounds import RoundHasOpened, change_plan, open_round, plan_round
from assessments.round_forms import PlanForm, first_plan, offered_editions, plan_of
from assessments.views import _page
from assessments.views._planning import planner_place, sent
from forums.models import Forum, Municipality
from forums.permissions import plannable


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """A new round for forums in which the person may plan."""
    now = timezone.now()
    forums = _forums_or_403(request, now)
    form = PlanForm(sent(request), forums=forums, now=now, initial=first_plan(now))
    if form.is_valid():
        round_ = _plan(form, now)
        if round_ is not None:
            messages.success(request, _receipt(round_))
            return redirect("assessments:round", round_.pk)
    return _plan_page(request, form, None)


def _forums_or_403(request: HttpRequest, now: datetime) -> list[Forum]:
    forums = list(plannable(person(request), now))
    if not forums:
        raise PermissionDenied
    return forums


def _plan(form: PlanForm, now: datetime) -> Round | None:
    fields = dict(form.cleaned_data)
    forums = fields.pop("forums")
    try:
        round_ = plan_round(municipality=forums[0].municipality, forums=forums, now=now, **fields)
        _open_if_due(round_, now)
    except ValidationError as refusal:
        form.refuse(refusal)
        return None
    return round_


def _receipt(round_: Round) -> str:
    """What has been done, and what happens next without anybody's doing."""
    if round_.opened_at is not None:
        return _("The round is open, and all invited get a mail about it now.")
    return _(
        "The round is planned. It opens by itself on %(opens)s, and then all members get a mail. "
        "Until then you can change it or cancel it."
    ) % {"opens": long_time(round_.opens_at)}


def _open_if_due(round_: Round, now: datetime) -> None:
    if round_.opens_at <= now:
        open_round(round_=round_, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, round_id: int) -> HttpResponse:
    """The plan, until it opens."""
    now = timezone.now()
    place = planner_place(request, round_id, now, RoundState.PLANNED)
    if place is None:
        return _has_opened(request, round_id)
    form = PlanForm(
        sent(request),
        forums=_forums_or_403(request, now),
        now=now,
        initial=plan_of(place.round),
    )
    if form.is_valid():
        try:
            _change(place.round, form, now)
        except RoundHasOpened:
            return _has_opened(request, round_id)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _receipt(place.round))
            return redirect("assessments:round", round_id)
    return _plan_page(request, form, place.round)


def _change(round_: Round, form: PlanForm, now: datetime) -> None:
    fields = dict(form.cleaned_data)
    forums = fields.pop("forums")
    for name, value in fields.items():
        setattr(round_, name, value)
    change_plan(round_=round_, forums=forums, now=now)
    _open_if_due(round_, now)


def _has_opened(request: HttpRequest, round_id: int) -> HttpResponse:
    messages.info(request, _("The round has opened: what was announced stays."))
    return redirect("assessments:round", round_id)


def _plan_page(request: HttpRequest, form: PlanForm, round_: Round | None) -> HttpResponse:
    context = {
        "form": form,
        "round": round_,
        "editions": list(form.fields["edition"].queryset),  # type: ignore[attr-defined]
        "to_fill": _to_fill(request, form),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "assessments/plan.html", context, status=status)


def _to_fill(request: HttpRequest, form: PlanForm) -> list[Forum]:
    """The forums with nobody to invite, for whoever adds their members."""
    if not form.empty_forums:
        return []
    own = set(Municipality.objects.administered_by(person(request)).values_list("pk", flat=True))
    return [forum for forum in form.empty_forums if forum.municipality_id in own]


@require_safe
def preview(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The page that a member will rate on, each alone or together; nothing can be answered here."""
    now = timezone.now()
    forums = _forums_or_403(request, now)
    edition = get_object_or_404(
        offered_editions({forum.municipality_id for forum in forums}), pk=edition_id
    )
    shown = _as_planned(request, edition, forums, now)
    goals = goals_of(edition, shown)
    together = shown.round.is_shared
    context: dict[str, Any] = _page.page_context(shown, goals, {}, now) | {
        "pillars": _page.pillar_rows(edition, goals, {}, {}),
        "beside": DIFFERS if together else NO_ANSWER,
        "beside_label": _("We see it differently") if together else edition.no_answer,
    }
    return TemplateResponse(request, "assessments/preview.html", context)


def _as_planned(
    request: HttpRequest, edition: Edition, forums: list[Forum], now: datetime
) -> RoundForum:
    """For the forum that is asked for, or the first that may be asked about the edition."""
    owner = edition.framework.municipality_id
    asked = [forum for forum in forums if owner in (None, forum.municipality_id)]
    chosen = (forum for forum in asked if str(forum.pk) == request.GET.get("forum"))
    forum = next(chosen, asked[0])
    return _page.as_if_open(
        edition,
        forum,
        now,
        kind=RoundKind.SHARED if request.GET.get("form") == "faelles" else RoundKind.CONFIDENTIAL,
        smallest_group=forum.municipality.smallest_group,
        information=information_of(forum.municipality),
    )
