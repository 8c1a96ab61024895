"""Pages that are open to all: help, and the accessibility statement that the law asks for."""

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.requests import person
from forums.belonging import municipalities_ever
from forums.models import Municipality
from plf.lib.collation import InDanish

SLUG = re.compile(r"[-\w]+")


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "dashboards/help.html", {})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What holds for the product, and whom each municipality names."""
    found = _municipalities(request)
    return TemplateResponse(
        request,
        "dashboards/accessibility.html",
        {"municipalities": found, "only": found[0] if len(found) == 1 else None},
    )


@login_not_required
@require_safe
def was(request: HttpRequest) -> HttpResponse:
    """The address that the law gives the statement: the municipality's own, where it has one."""
    found = _municipalities(request)
    if len(found) == 1 and found[0].was_address:
        return HttpResponseRedirect(found[0].was_address)
    return redirect("dashboards:accessibility")


def _municipalities(request: HttpRequest) -> list[Municipality]:
    """The one that is asked for by its short name, the person's own, or all there are."""
    slug = request.GET.get("kommune", "")
    if slug:
        known = SLUG.fullmatch(slug)  # PostgreSQL takes no NUL
        found = Municipality.objects.filter(slug=slug if known else "")
    elif request.user.is_authenticated:
        found = Municipality.objects.filter(
            pk__in=municipalities_ever(person(request)).values("pk")
        )
    else:
        found = Municipality.objects.all()
    return list(found.order_by(InDanish("name"), "pk"))
