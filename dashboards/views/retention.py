"""How long things are kept, and what would go now: the dry run, for administrators."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.operations.retention import due
from dashboards.views._own import own_or_403


@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    own, now = own_or_403(request), timezone.now()
    return TemplateResponse(
        request,
        "dashboards/retention.html",
        {"rows": [(municipality, due(municipality, now)) for municipality in own]},
    )
