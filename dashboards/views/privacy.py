"""How answers are protected, and what is not promised. Open without signing in.

Who is signed in sees their own forums' numbers as an example.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import person
from dashboards.queries.example import examples_for


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    examples = (
        examples_for(person(request), timezone.now()) if request.user.is_authenticated else ()
    )
    return TemplateResponse(request, "dashboards/privacy.html", {"examples": examples})
