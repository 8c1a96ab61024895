"""Signing in through a municipality's own sign-in (Entra ID, Keycloak) by OpenID Connect, or by
SAML through KOMBIT's.

The municipality's server says whose address it is; a person who has that address here and belongs
to that municipality, and to no other, is signed in. Nobody is created, and nobody gets rights.
"""

import os
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from forums import context_handler
from forums.belonging import people_elsewhere
from forums.context_handler import ORGANIZATION
from forums.models import Administrator, Membership, Municipality
from plf.lib.collation import InDanish

PROVIDER = "openid_connect"


def secret_of(municipality: Municipality) -> str:
    """From the environment, as all secrets: OIDC_SECRET_NORDDJURS."""
    return os.environ.get(f"OIDC_SECRET_{municipality.slug.upper().replace('-', '_')}", "")


def origin_of(server: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(server))


def is_offered() -> bool:
    """Whether there is any way in but the product's own."""
    return context_handler.is_set_up() or Municipality.objects.with_own_sign_in().exists()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """One for each municipality that has a sign-in of its own, under its short name."""
        if provider == context_handler.PROVIDER:
            known = context_handler.is_set_up() and client_id in (None, ORGANIZATION)
            return [context_handler.app()] if known else []
        municipalities = Municipality.objects.with_own_sign_in().order_by("pk")
        if provider not in (None, PROVIDER):
            municipalities = municipalities.filter(slug=provider)
        if client_id is not None:
            municipalities = municipalities.filter(sign_in_client=client_id)
        return [
            SocialApp(
                provider=PROVIDER,
                provider_id=municipality.slug,
                name=municipality.name,
                client_id=municipality.sign_in_client,
                secret=secret_of(municipality),
                settings={
                    "server_url": municipality.sign_in_server,
                    "oauth_pkce_enabled": True,
                    "fetch_userinfo": False,
                },
            )
            for municipality in municipalities
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Ends here, whoever it is: what allauth would do next is to create an account."""
        slug, address = who_is_meant(sociallogin)
        person = person_of(slug, address)
        if request.user.is_authenticated:
            get_account_adapter().logout(request)
        if person is None:
            messages.error(request, _refusal(slug, address))
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        record_authentication(request, person, method="socialaccount", provider=slug)
        onward = sociallogin.get_redirect_url(request)
        raise ImmediateHttpResponse(perform_login(request, person, redirect_url=onward))


def who_is_meant(sociallogin: SocialLogin) -> tuple[str, str]:
    """The municipality, by its short name, and the address; empty where nobody vouches for it."""
    said = sociallogin.account.extra_data
    if sociallogin.account.provider == context_handler.PROVIDER:
        cvr = context_handler.cvr_in(said)
        own = Municipality.objects.filter(cvr=cvr).exclude(cvr="").order_by("pk").first()
        return (own.slug, context_handler.address_in(said)) if own else ("", "")
    slug = sociallogin.account.get_provider().app.provider_id
    return slug, verified_address(said.get("id_token") or {})


def verified_address(claims: dict[str, Any]) -> str:
    """The address, if the server vouches for it; Entra ID says so in a claim of its own."""
    vouched = claims.get("email_verified") is True or claims.get("xms_edov") in (True, "1", "true")
    return str(claims.get("email") or "") if vouched else ""


def person_of(slug: str, address: str) -> User | None:
    """That municipality's member or administrator with that address, who belongs to no other."""
    elsewhere = people_elsewhere(Municipality.objects.filter(slug=slug), now=timezone.now())
    return _people_of(slug, address).exclude(pk__in=elsewhere.values("pk")).first()


def _refusal(slug: str, address: str) -> str:
    """Told to somebody for whom the municipality vouches, so it may say what they are here."""
    if _people_of(slug, address).exists():
        return _(
            "You belong to more than one municipality here, and the sign-in of one does not open "
            "the other's pages. Get a code by mail instead, or use your password."
        )
    return _(
        "Your municipality has confirmed who you are, but nobody with that address "
        "belongs to a forum here. Ask the person who looks after PLF."
    )


def _people_of(slug: str, address: str) -> QuerySet[User]:
    if not address:
        return User.objects.none()
    now = timezone.now()
    seats = Membership.objects.current(now)
    posts = Administrator.objects.current(now)
    here = Q(pk__in=seats.filter(forum__municipality__slug=slug).values("user")) | Q(
        pk__in=posts.filter(municipality__slug=slug).values("user")
    )
    return User.objects.filter(here, email__iexact=address, is_active=True, is_superuser=False)


@login_not_required
@require_safe
def municipalities(request: HttpRequest) -> HttpResponse:
    """Whose sign-in do you use?"""
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("dashboards:home"))
    own = Municipality.objects.with_own_sign_in().order_by(InDanish("name"), "pk")
    return TemplateResponse(
        request,
        "forums/municipalities.html",
        {
            "municipalities": own,
            "onward": request.GET.get("next", ""),
            "kombit_url": reverse("saml_login", args=[ORGANIZATION])
            if context_handler.is_set_up()
            else "",
        },
    )


@login_not_required
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """A button, and what it posts is sent on to the municipality's server: from this page alone the
    browser may follow a form there."""
    municipality = get_object_or_404(Municipality.objects.with_own_sign_in(), slug=provider_id)
    response: HttpResponse = openid_connect.login(request, provider_id)
    return _may_follow(response, municipality.sign_in_server)


@login_not_required
def sign_in_at_kombit(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """As `sign_in`, by SAML; its package is there only where it is wished for."""
    view = import_string("allauth.socialaccount.providers.saml.views.login")
    response: HttpResponse = view(request, organization_slug=organization_slug)
    return _may_follow(response, settings.SAML["IDP_SSO_URL"])


def _may_follow(response: HttpResponse, server: str) -> HttpResponse:
    response._csp_update = {"form-action": [origin_of(server)]}  # type: ignore[attr-defined]
    return response
