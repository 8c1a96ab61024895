"""Every result that a person may see: where a forum's results are found."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.queries.results import results_of
from dashboards.views._page import menu
from dashboards.views._person import person


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    user = person(request)
    found = results_of(user, timezone.now())
    return TemplateResponse(
        request,
        "dashboards/results.html",
        {"nav": menu(user, overview=found.reads_overview), "forums": found.forums},
    )
