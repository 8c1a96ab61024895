"""Who is acting, and from which network address: the one whose request is being answered.

Operations that are logged are called from pages, from the administration and by the clock. None of
them is told by the others who acts; the clock and commands act for nobody.
"""

from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Protocol
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
_answered: ContextVar[HttpRequest | None] = ContextVar("answered", default=None)


class Person(Protocol):
    """All that the log knows of a person."""

    log_key: UUID


class ActingMiddleware:
    """Stands after what puts the person on the request; asks the database nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _answered.set(request)
        try:
            return self.get_response(request)
        finally:
            _answered.reset(before)


def acting_key() -> UUID | None:
    """The key of the signed-in person; None for the clock, a command and whoever is unknown."""
    request = _answered.get()
    user = getattr(request, "user", None)
    key: UUID | None = getattr(user, "log_key", None)
    return key


def acting_address() -> str | None:
    """As the throttling of sign-ins sees it; None where there is no request."""
    request = _answered.get()
    if request is None:
        return None
    try:
        return str(ip_address(get_adapter().get_client_ip(request)))
    except (PermissionDenied, ValueError):  # fewer proxies than there should be: nobody can say
        return None
