"""Whoever must have a second factor is led to set it up, and opens nothing else before.

Asked when a person signs in and once a minute while they are here, so that a municipality's choice
and a new post hold at once without a question at every page.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from forums.models import Municipality
from plf.lib.prepared import Prepared, moment, number

STRICT = Prepared(
    lambda: (
        Municipality.objects.who_ask_a_second_factor()
        .of_post_or_facilitator(number("user"), moment("now"))
        .order_by("pk")
        .values_list("pk")
    )
)
FLAG = "needs_second_factor"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What one needs to set it up, or to leave.
OPEN = frozenset(
    {
        "accounts:account",
        "accounts:session",
        "accounts:sign_ins",
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "account_set_password",
        "dashboards:privacy",
        "healthz",
        "set_language",
    }
)


def listen() -> None:
    """Called when the product starts."""
    user_logged_in.connect(_ask, dispatch_uid="forums.second_factor")


def _ask(request: HttpRequest, user: User, **_rest: Any) -> None:
    if is_missing(request, user):
        request.session[FLAG] = True
    else:
        request.session.pop(FLAG, None)


def is_missing(request: HttpRequest, user: User) -> bool:
    """Required of the person, not set up here, and not left to the municipality's own sign-in."""
    if not _is_asked_for(user):
        return False
    if any(
        record["method"] == "socialaccount" for record in get_authentication_records(request, user)
    ):
        return False
    return not Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def _is_asked_for(user: User) -> bool:
    """The system administrator reaches into all municipalities, so any of them is enough."""
    if user.is_superuser:
        return Municipality.objects.who_ask_a_second_factor().exists()
    return STRICT.exists(user=user.pk, now=timezone.now())


class SecondFactorMiddleware:
    """Stands after what renews the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        if not isinstance(request.user, User):
            return None
        if FLAG in request.session or getattr(request, "is_renewed", False):
            _ask(request, request.user)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if FLAG not in request.session or name in OPEN or name.startswith("mfa_"):
            return None
        return HttpResponseRedirect(reverse("mfa_index"))
