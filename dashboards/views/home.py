"""The front page: what waits for me, in the order I would do it."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import person
from dashboards.queries.home import home_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    waiting = home_of(person(request), timezone.now())
    return TemplateResponse(request, "dashboards/home.html", {"home": waiting})
