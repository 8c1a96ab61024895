"""My account: who I am here, my forums, my language."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """A forum that the person is in, with their role in the municipality's own word."""

    forum: str
    municipality: str
    role: str
    is_lead: bool


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, and which language I read."""
    places = places_of(request.user) if isinstance(request.user, User) else []
    return TemplateResponse(
        request,
        "accounts/account.html",
        {"places": places, "password_url": _password_url()},
    )


def places_of(user: User) -> list[Place]:
    """The organisation stands in an app above this one, so it is reached through the person."""
    memberships = (
        user.memberships.current(timezone.now())
        .select_related("forum__municipality")
        .order_by("forum__name", "pk")
    )
    return [
        Place(
            forum=membership.forum.name,
            municipality=membership.forum.municipality.name,
            role=membership.forum.municipality.role_word(membership.role),
            is_lead=membership.is_lead,
        )
        for membership in memberships
    ]


def _password_url() -> str:
    """Where one changes one's password; empty where the installation signs in another way."""
    try:
        return reverse("account_change_password")
    except NoReverseMatch:
        return ""
