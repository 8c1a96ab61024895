"""Pages of signing in that allauth does not have: the invitation, where one is signed in, and how
long that still lasts."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import InvitationForm
from accounts.invitations import invited_by
from accounts.models import User
from accounts.sessions import sign_ins_of, sign_out_elsewhere
from audit.enums import Kind
from plf.lib.middleware import can_renew, renew, seconds_left


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody new chooses a password, and is signed in with it."""
    person = invited_by(token)
    if person is None:
        return TemplateResponse(request, "accounts/invitation_gone.html", status=410)
    form = InvitationForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            get_adapter().note_change(user=person, kind=Kind.PASSWORD_CHOSEN, now=timezone.now())
        record_authentication(request, person, method="password", email=person.email)
        response: HttpResponse = perform_login(request, person, email=person.email)
        return response
    return TemplateResponse(
        request,
        "accounts/invitation.html",
        {"form": form, "person": person},
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Where I am signed in; signing out everywhere else."""
    user, key, now = cast(User, request.user), request.session.session_key or "", timezone.now()
    if request.method == "POST":
        ended = sign_out_elsewhere(user=user, session_key=key, now=now)
        told = ngettext(
            "You are signed out in one other place.",
            "You are signed out in {number} other places.",
            ended,
        )
        messages.success(
            request,
            told.format(number=ended) if ended else _("You were signed in nowhere else."),
        )
        return HttpResponseRedirect(reverse("accounts:sign_ins"))
    rows = [(sign_in, sign_in.pk == key) for sign_in in sign_ins_of(user, now)]
    return TemplateResponse(request, "accounts/sign_ins.html", {"sign_ins": rows})


@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """How many seconds are left before the person is signed out. Asking is not being here; posting
    is, and gives an hour more.

    With the token of now: signing in anew in another tab has made the page's own worthless."""
    if request.method == "POST":
        renew(request)
    return JsonResponse(
        {
            "left": seconds_left(request),
            "can_renew": can_renew(request),
            "person": request.user.pk,
            "token": get_token(request),
        }
    )
