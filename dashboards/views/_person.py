from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User


def person(request: HttpRequest) -> "User":
    """The signed-in person; login is the default, so there is one."""
    return cast("User", request.user)
