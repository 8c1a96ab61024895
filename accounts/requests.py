"""Who asks."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User


def person(request: HttpRequest) -> "User":
    """The one who is signed in; the middleware has sent all others to the sign-in page."""
    return cast("User", request.user)
