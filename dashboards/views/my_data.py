"""My data: what is stored about me; take it along, correct it, ask to be erased."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import person
from audit.enums import Kind
from audit.operations import Deed
from dashboards.forms import NameForm
from dashboards.operations.erasing import (
    CannotBeErased,
    ask_for_erasure,
    can_be_erased,
    correct_name,
    erase_person,
    take_back_wish,
)
from dashboards.queries.my_data import as_document, my_data
from dashboards.views._own import own_or_403
from dashboards.views._seen import note
from forums.belonging import municipalities_ever
from forums.models import Administrator
from plf.lib.collation import InDanish


@require_http_methods(["GET", "HEAD", "POST"])
def my_data_page(request: HttpRequest) -> HttpResponse:
    """All of it on one page, and the form that corrects the name."""
    user, now = person(request), timezone.now()
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": user.name})
    if form.is_valid():
        correct_name(user=user, name=form.cleaned_data["name"])
        deeds = [
            Deed(kind=Kind.NAME_CORRECTED, municipality_id=row.pk)
            for row in municipalities_ever(user)
        ]
        note(request, deeds, now)
        messages.success(request, _("Your name is corrected."))
        return redirect("dashboards:my_data")
    own = list(municipalities_ever(user))
    helpers = Administrator.objects.current(now).filter(municipality__in=own).select_related("user")
    return TemplateResponse(
        request,
        "dashboards/my_data.html",
        {
            "form": form,
            "data": my_data(user, now),
            "municipalities": own,
            "helpers": [row.user for row in helpers.order_by(InDanish("user__name"), "pk")],
        },
        status=422 if form.is_bound else 200,
    )


@require_safe
def my_data_json(request: HttpRequest) -> HttpResponse:
    user = person(request)
    document = as_document(user, my_data(user, timezone.now()))
    content = json.dumps(document, ensure_ascii=False, indent=1)
    return _file(content, "mine-data.json", "application/json")


@require_safe
def my_data_html(request: HttpRequest) -> HttpResponse:
    """A page of its own, that can be read without anything else."""
    user, now = person(request), timezone.now()
    context = {"person": user, "data": my_data(user, now), "now": now}
    content = render_to_string("dashboards/my_data_file.html", context)
    return _file(content, "mine-data.html", "text/html; charset=utf-8")


def _file(content: str, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def my_erasure(request: HttpRequest) -> HttpResponse:
    """What erasure means, the button that asks for it, and the one that takes the wish back."""
    user = person(request)
    if request.method != "POST":
        return TemplateResponse(request, "dashboards/my_erasure.html", {})
    if "take_back" in request.POST:
        take_back_wish(user=user)
        messages.info(request, _("You have taken your wish back. Nothing is erased."))
    else:
        ask_for_erasure(user=user, now=timezone.now())
        messages.success(request, _("Your municipality has been told. You hear from them."))
    return redirect("dashboards:my_data")


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, user_id: int) -> HttpResponse:
    """For administrators: who it is, what goes, and the button. 404 for people of others."""
    own, now = own_or_403(request), timezone.now()
    user = User.objects.filter(pk=user_id).first()
    theirs = set(municipalities_ever(user)) if user else set()
    if user is None or not (theirs & set(own) or person(request).is_superuser):
        raise Http404
    elsewhere = not person(request).is_superuser and bool(theirs - set(own))
    possible = not elsewhere and user != person(request) and can_be_erased(user, now)
    if request.method == "POST":
        return _erase(request, user, possible=possible)
    return TemplateResponse(
        request,
        "dashboards/erase.html",
        {
            "erased": user,
            "elsewhere": elsewhere,
            "possible": possible,
        },
    )


def _erase(request: HttpRequest, user: User, *, possible: bool) -> HttpResponse:
    if not possible:
        raise PermissionDenied
    try:
        erase_person(user=user, now=timezone.now())
    except CannotBeErased:
        raise PermissionDenied from None
    messages.success(request, _("The person is erased."))
    return redirect("admin:index")
