"""All forums that a chief reads, side by side and never ranked; or those of one round."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import person
from assessments.deeds import result_deed
from assessments.models import Round
from audit.enums import Kind
from dashboards.queries.overview import overview_for
from dashboards.queries.overview_rows import Overview
from dashboards.views._seen import note
from forums.models import Forum


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Everybody may know of the page; it is empty for who reads no forum, so they get 403."""
    sort = request.GET.get("sorter", "")
    now = timezone.now()
    shown = overview_for(person(request), now, sort=sort)
    if not shown.count:
        raise PermissionDenied
    _note(request, shown, now)
    return TemplateResponse(request, "dashboards/overview.html", _page(shown) | {"round": None})


@require_safe
def overview_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """The person's forums in one round; 404 where none of them is in it."""
    user, now = person(request), timezone.now()
    round_ = (
        Round.objects.filter(pk=round_id, forums__in=Forum.objects.read_by_chief(user, now))
        .select_related("edition")
        .order_by("pk")
        .first()
    )
    if round_ is None:
        raise Http404
    sort = request.GET.get("sorter", "")
    shown = overview_for(user, now, sort=sort, round_=round_)
    _note(request, shown, now)
    whose = {"round": round_, "round_closed": round_.closes_at <= now}
    return TemplateResponse(request, "dashboards/overview.html", _page(shown) | whose)


def _note(request: HttpRequest, shown: Overview, now: datetime) -> None:
    """A row of the log for each forum whose figures stand here, in one statement."""
    seen = [row.round_forum for table in (*shown.confidential, *shown.shared) for row in table.rows]
    note(request, [result_deed(Kind.RESULT_READ, row, detail="overview") for row in seen], now)


def _page(shown: Overview) -> dict[str, object]:
    return {"nav": shown.nav, "overview": shown}
