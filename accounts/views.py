"""My account: who I am here, my forums, my language."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views import i18n
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Language
from accounts.models import User
from accounts.operations import choose_language
from plf.lib.collation import InDanish


@dataclass(frozen=True, slots=True)
class Place:
    """A forum that the person is in, with their role in the municipality's own word.

    `pk` is the forum's: the name leads to where its results are.
    """

    pk: int
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
        {"places": places},
    )


def places_of(user: User) -> list[Place]:
    """The organisation stands in an app above this one, so it is reached through the person."""
    memberships = (
        user.memberships.current(timezone.now())
        .select_related("forum__municipality")
        .order_by(InDanish("forum__name"), "pk")
    )
    return [
        Place(
            pk=membership.forum_id,
            forum=membership.forum.name,
            municipality=membership.forum.municipality.name,
            role=membership.forum.municipality.role_word(membership.role),
            is_lead=membership.is_lead,
        )
        for membership in memberships
    ]


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """For this browser, and for the mails of the one who is signed in."""
    chosen = request.POST.get("language", "")
    if isinstance(request.user, User) and chosen in Language.values:
        choose_language(user=request.user, language=chosen)
    response: HttpResponse = i18n.set_language(request)
    return response
