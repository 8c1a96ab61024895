"""One forum's result, and its release to the chief above."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from dashboards import drawn, words
from dashboards.charts import scale_classes
from dashboards.queries.lookup import Found, find
from dashboards.queries.orders import Order, arrange, chosen_order
from dashboards.queries.result import forum_result
from dashboards.queries.shared import shared_result
from dashboards.queries.waiting import waiting_for
from dashboards.views._person import person
from forums.permissions import Permission, permissions_in
from results.operations import release_result


@require_safe
def result(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    """The dashboard of one forum, or a page that says when it will be there."""
    now = timezone.now()
    found = find(person(request), round_id, forum_id, now)
    if not found.may_see:
        return _wait(request, found, now)
    if found.round_forum.round.is_shared:
        return _shared(request, found, now)
    return _confidential(request, found, now)


def _confidential(request: HttpRequest, found: Found, now: datetime) -> HttpResponse:
    row = found.round_forum
    edition = row.round.edition
    shown = forum_result(row, now)
    if shown is None:
        return _wait(request, found, now)
    levels = len(shown.levels)
    order = chosen_order(request.GET.get("orden"))
    arranged = arrange(shown.goals, order)
    return TemplateResponse(
        request,
        "dashboards/result.html",
        _common(person(request), found, now)
        | {
            "result": shown,
            "sentences": words.summary(
                shown.pillars,
                levels=levels,
                pillar_words=edition.pillar_words,
                compared=shown.compared_with is not None,
            ),
            "house": drawn.result_house(shown, edition),
            "differing": words.differing(shown.goals, shown.levels),
            "alike": words.alike(shown.goals, shown.levels),
            "order": order,
            "orders": Order.choices,
            "ranked": drawn.goal_rows(arranged.ranked, levels),
            "unranked": drawn.goal_rows(arranged.unranked, levels),
            "scale": list(zip(scale_classes(levels), shown.levels, strict=True)),
            "table": drawn.table_rows(shown.goals, levels),
            "pillar_rows": drawn.pillar_rows(shown.pillars, levels),
            "commented": [goal for goal in shown.goals if goal.comments],
        },
    )


def _shared(request: HttpRequest, found: Found, now: datetime) -> HttpResponse:
    row = found.round_forum
    shown = shared_result(row, now)
    return TemplateResponse(
        request,
        "dashboards/shared_result.html",
        _common(person(request), found, now)
        | {
            "result": shown,
            "house": drawn.shared_house(shown, row.round.edition),
            "pillars": drawn.shared_rows(shown.pillars),
            "steps": [
                (css, level) for level, css in enumerate(scale_classes(len(shown.levels)), start=1)
            ],
        },
    )


def _wait(request: HttpRequest, found: Found, now: datetime) -> HttpResponse:
    waiting = waiting_for(found, now)
    return TemplateResponse(
        request,
        "dashboards/result_waiting.html",
        {
            "round_forum": found.round_forum,
            "waiting": waiting,
            "house": drawn.outline_house(waiting.editions, found.round_forum.round.edition)
            if waiting.editions
            else None,
        },
    )


def _common(user: User, found: Found, now: datetime) -> dict[str, object]:
    row = found.round_forum
    waits = found.waits_for_release(now)
    return {
        "round_forum": row,
        "edition": row.round.edition,
        "smallest_group": row.municipality.smallest_group,
        "waits_for_release": waits,
        "may_release": waits and Permission.RELEASE_RESULT in permissions_in(user, row.forum),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    """What it means to release a result, and the button that does it."""
    now = timezone.now()
    found = find(person(request), round_id, forum_id, now)
    row = found.round_forum
    if Permission.RELEASE_RESULT not in permissions_in(person(request), row.forum):
        raise PermissionDenied
    if request.method == "POST":
        _release(request, found, now)
        return redirect("dashboards:result", round_id=round_id, forum_id=forum_id)
    return TemplateResponse(
        request,
        "dashboards/release.html",
        {
            "round_forum": row,
            "found": found,
            "waits_for_release": found.may_see and found.waits_for_release(now),
        },
    )


def _release(request: HttpRequest, found: Found, now: datetime) -> None:
    """Only what the forum itself can see is released, and only where somebody waits for it."""
    if not found.may_see:
        messages.warning(request, _("There is no result to release yet."))
    elif not found.read_above:
        messages.info(
            request,
            _("Nobody above the forum reads its results, so there is nothing to release."),
        )
    elif release_result(round_forum=found.round_forum, by=person(request), now=now):
        messages.success(request, _("The result is released. The chief can see it now."))
    else:
        messages.info(request, _("The result was released already."))
