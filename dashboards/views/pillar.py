"""One pillar of a forum's result, goal by goal."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import person
from dashboards import drawn
from dashboards.charts import scale_classes
from dashboards.queries.lookup import Found, find
from dashboards.queries.result import forum_result
from dashboards.queries.shared import shared_result
from dashboards.queries.shown import PillarResult, SharedPillar
from dashboards.views._page import common
from dashboards.views._seen import note_result

AnyPillar = TypeVar("AnyPillar", PillarResult, SharedPillar)


@require_safe
def pillar(request: HttpRequest, round_id: int, forum_id: int, code: str) -> HttpResponse:
    """Until there is a result, the result's own page says when there will be one."""
    now = timezone.now()
    found = find(person(request), round_id, forum_id, now)
    if not found.may_see:
        return redirect("dashboards:result", round_id=round_id, forum_id=forum_id)
    if found.round_forum.round.is_shared:
        return _shared(request, found, code, now)
    return _confidential(request, found, code, now)


def _confidential(request: HttpRequest, found: Found, code: str, now: datetime) -> HttpResponse:
    shown = forum_result(found.round_forum, now)
    if shown is None:
        raise Http404
    levels = len(shown.levels)
    before, own, after = _with_neighbours(shown.pillars, code)
    has_comments = any(goal.comments for goal in own.goals)
    note_result(request, found.round_forum, now, has_comments=has_comments)
    house = drawn.result_house(shown, found.round_forum.round.edition)
    return TemplateResponse(
        request,
        "dashboards/pillar.html",
        common(person(request), found, now)
        | {
            "result": shown,
            "pillar": own,
            "bar": house.rows[own.number - 1],
            "rows": drawn.goal_rows(own.goals, levels),
            "table": drawn.table_rows(own.goals, levels),
            "scale": list(zip(scale_classes(levels), shown.levels, strict=True)),
            "before": before,
            "after": after,
        },
    )


def _shared(request: HttpRequest, found: Found, code: str, now: datetime) -> HttpResponse:
    shown = shared_result(found.round_forum, now)
    before, own, after = _with_neighbours(shown.pillars, code)
    note_result(request, found.round_forum, now)
    house = drawn.shared_house(shown, found.round_forum.round.edition)
    return TemplateResponse(
        request,
        "dashboards/shared_pillar.html",
        common(person(request), found, now)
        | {
            "result": shown,
            "pillar": own,
            "bar": house.rows[own.number - 1],
            "steps": drawn.steps(len(shown.levels)),
            "before": before,
            "after": after,
        },
    )


def _with_neighbours(
    pillars: Sequence[AnyPillar], code: str
) -> tuple[AnyPillar | None, AnyPillar, AnyPillar | None]:
    """The pillar of this short name between those beside it; 404 where there is none."""
    place = next((n for n, row in enumerate(pillars) if row.code == code), None)
    if place is None:
        raise Http404
    before = pillars[place - 1] if place else None
    after = pillars[place + 1] if place + 1 < len(pillars) else None
    return before, pillars[place], after
