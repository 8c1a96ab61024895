"""Pages that belong to no app: errors, and the monitor's question."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone
from django.views.decorators.http import require_safe

from plf.lib.middleware import what_can_be_sent_again
from plf.operation.health import health


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 where the database, the migrations, the clock and the mails are well; else 503."""
    found = health(now=timezone.now())
    status = 200 if found["ok"] else 503
    return JsonResponse(found, status=status, headers={"Cache-Control": "no-store"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was typed is kept and can be sent again."""
    sent = what_can_be_sent_again(request)
    return render(request, "403_csrf.html", {"sent": sent}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context: nothing that may be what broke is asked again."""
    return HttpResponseServerError(get_template("500.html").render())
