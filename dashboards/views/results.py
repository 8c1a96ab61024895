"""Every result that a person may see: where a forum's results are found."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import person
from dashboards.queries.results import results_of


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    forums = results_of(person(request), timezone.now())
    return TemplateResponse(request, "dashboards/results.html", {"forums": forums})
