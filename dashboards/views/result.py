"""One forum's result, and its release to the chief above."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import person
from assessments.models import Edition
from dashboards import drawn, words
from dashboards.charts import scale_classes
from dashboards.queries.lookup import Found, find
from dashboards.queries.orders import Order, arrange, chosen_order
from dashboards.queries.result import forum_result
from dashboards.queries.shared import shared_result
from dashboards.queries.shown import ForumResult
from dashboards.queries.waiting import waiting_for
from dashboards.screens import result_screens, shared_screens
from dashboards.views._page import common
from dashboards.views._seen import note_result
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
    commented = [goal for goal in shown.goals if goal.comments]
    note_result(request, row, now, has_comments=bool(commented))
    if _is_big(request) and not shown.everything_withheld:
        return _big(request, found, shown, now)
    levels = len(shown.levels)
    order = chosen_order(request.GET.get("orden"))
    arranged = arrange(shown.goals, order)
    return TemplateResponse(
        request,
        "dashboards/result.html",
        common(person(request), found, now)
        | {
            "result": shown,
            "sentences": _sentences(shown, edition),
            "house": drawn.result_house(shown, edition, request.path),
            "differing": words.differing(shown.goals, shown.levels),
            "alike": words.alike(shown.goals, shown.levels),
            "order": order,
            "orders": Order.choices,
            "ranked": drawn.goal_rows(arranged.ranked, levels),
            "unranked": drawn.goal_rows(arranged.unranked, levels),
            "scale": list(zip(scale_classes(levels), shown.levels, strict=True)),
            "table": drawn.table_rows(shown.goals, levels),
            "pillar_rows": drawn.pillar_rows(shown.pillars, levels),
            "commented": commented,
            "reasons": sum(len(goal.comments) for goal in commented),
        },
    )


def _is_big(request: HttpRequest) -> bool:
    return request.GET.get("visning") == "stor"


def _big(request: HttpRequest, found: Found, shown: ForumResult, now: datetime) -> HttpResponse:
    """The same for a wall: one thing a screen."""
    edition = found.round_forum.round.edition
    levels = len(shown.levels)
    house = drawn.result_house(shown, edition)
    return TemplateResponse(
        request,
        "dashboards/result_big.html",
        common(person(request), found, now)
        | {
            "result": shown,
            "sentences": _sentences(shown, edition),
            "house": house,
            "scale": list(zip(scale_classes(levels), shown.levels, strict=True)),
            "screens": result_screens(
                differing=words.differing(shown.goals, shown.levels),
                alike=words.alike(shown.goals, shown.levels),
                house=house,
                pillars=drawn.pillar_rows(shown.pillars, levels),
                levels=levels,
                goal_word=edition.goal_word,
            ),
        },
    )


def _sentences(shown: ForumResult, edition: Edition) -> tuple[SafeString, ...]:
    return words.summary(
        shown.pillars,
        levels=len(shown.levels),
        pillar_words=edition.pillar_words,
        goal_words=edition.goal_words,
        compared=shown.compared_with is not None,
    )


def _shared(request: HttpRequest, found: Found, now: datetime) -> HttpResponse:
    edition = found.round_forum.round.edition
    shown = shared_result(found.round_forum, now)
    note_result(request, found.round_forum, now)
    pillars = drawn.shared_rows(shown.pillars)
    page = common(person(request), found, now) | {
        "result": shown,
        "steps": drawn.steps(len(shown.levels)),
    }
    if _is_big(request):
        house = drawn.shared_house(shown, edition)
        screens = shared_screens(shown, house, pillars, goal_word=edition.goal_word)
        return TemplateResponse(
            request,
            "dashboards/result_big.html",
            page | {"sentences": (), "house": house, "screens": screens},
        )
    house = drawn.shared_house(shown, edition, request.path)
    return TemplateResponse(
        request, "dashboards/shared_result.html", page | {"house": house, "pillars": pillars}
    )


def _wait(request: HttpRequest, found: Found, now: datetime) -> HttpResponse:
    waiting = waiting_for(person(request), found, now)
    return TemplateResponse(
        request,
        "dashboards/result_waiting.html",
        {
            "nav": found.nav,
            "round_forum": found.round_forum,
            "waiting": waiting,
            "house": drawn.outline_house(waiting.editions, found.round_forum.round.edition)
            if waiting.editions
            else None,
        },
    )


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
