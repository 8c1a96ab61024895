"""A browser with which a person has signed in before.

A cookie says so, and nothing is stored on the server. It opens no door: it only keeps others'
failed attempts from counting against this browser. It holds no address that can be read.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

AGE = 180 * 24 * 60 * 60
SALT = "accounts.known_browser"


def remember(response: HttpResponse, email: str) -> None:
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        _mark_of(email),
        max_age=AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def knows(request: HttpRequest, email: str) -> bool:
    mark = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    return constant_time_compare(mark, _mark_of(email))


def _mark_of(email: str) -> str:
    return salted_hmac(SALT, email.lower(), algorithm="sha256").hexdigest()
