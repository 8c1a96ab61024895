"""All forums that a chief reads, side by side and never ranked."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.queries.overview import overview_for
from dashboards.views._person import person


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Everybody may know of the page; it is empty for who reads no forum, so they get 403."""
    shown = overview_for(person(request), timezone.now())
    if not shown.count:
        raise PermissionDenied
    return TemplateResponse(request, "dashboards/overview.html", {"overview": shown})
