"""Middleware that belongs to no app."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone, translation

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)


class ChosenLanguageMiddleware:
    """Danish, unless this browser has chosen another language.

    Django's own middleware asks the browser's languages first: a Danish leader with an English
    computer would meet an English page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.languages = {code for code, _ in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in self.languages else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SecurityHeadersMiddleware:
    """Headers that Django does not know: which of a device's doors stay shut, and to whom."""

    SHUT = (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
    # Passkeys are asked for on our own pages; a link from the clipboard is copied there.
    OURS = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        doors = [f"{door}=()" for door in self.SHUT] + [f"{door}=(self)" for door in self.OURS]
        self.headers = {
            "Permissions-Policy": ", ".join(doors),
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """django-csp's own; but the policy that nearly every response has is written once."""

    OF_ITS_OWN = {"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"}

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if settings.DEBUG or not self.OF_ITS_OWN.isdisjoint(vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.policy)
        return response


SINCE, SEEN = "since", "seen"


def start_clock(request: HttpRequest) -> None:
    """Somebody has signed in: from now on their time runs."""
    request.session[SINCE] = request.session[SEEN] = _seconds_now()


def renew(request: HttpRequest) -> None:
    """Somebody is here: an hour more, but never beyond the longest time."""
    session = request.session
    session[SEEN] = _seconds_now()
    session.set_expiry(max(min(settings.SESSION_COOKIE_AGE, _seconds_of_longest(request)), 1))
    request.is_renewed = True  # type: ignore[attr-defined]


def seconds_left(request: HttpRequest) -> int:
    """Until the person is signed out, if nothing more is heard from them."""
    idle: int = request.session.get(SEEN, 0) + settings.SESSION_COOKIE_AGE - _seconds_now()
    return max(min(idle, _seconds_of_longest(request)), 0)


def can_renew(request: HttpRequest) -> bool:
    return _seconds_of_longest(request) > seconds_left(request)


def _seconds_of_longest(request: HttpRequest) -> int:
    since: int = request.session.get(SINCE, 0)
    longest: int = settings.SESSION_LONGEST
    return since + longest - _seconds_now()


def _seconds_now() -> int:
    return int(timezone.now().timestamp())


class SessionLimitsMiddleware:
    """Signs a person out after twelve hours whatever happens, and lets an hour begin anew at each
    request that somebody makes; the session's own end signs out who was idle that long.

    A script that asks for JSON is nobody. The session is written at most once a minute.
    """

    MINUTE = 60

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        if not request.user.is_authenticated:
            return
        if SINCE not in request.session:
            start_clock(request)
        if _seconds_of_longest(request) <= 0:
            logout(request)
        elif self._somebody_asks(request) and self._is_due(request):
            renew(request)

    def _is_due(self, request: HttpRequest) -> bool:
        return bool(_seconds_now() - request.session.get(SEEN, 0) >= self.MINUTE)

    @staticmethod
    def _somebody_asks(request: HttpRequest) -> bool:
        return request.method != "GET" or request.headers.get("Accept") != "application/json"


class SignInMiddleware(LoginRequiredMiddleware):
    """To the sign-in page; but what a person typed while their session ended is kept in a page, and
    sent again by its button. The script keeps it itself, and asks for no page."""

    def handle_no_permission(  # type: ignore[override] # Django's own answers by redirect alone
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        answer = super().handle_no_permission(request, view_func)
        asks_for_page = "text/html" in request.headers.get("Accept", "")
        sent = what_can_be_sent_again(request) if asks_for_page else []
        if not sent:
            return answer
        page = render(request, "signed_out.html", {"sent": sent, "sign_in": answer.url}, status=403)
        page.headers["Cache-Control"] = "no-store"
        return page


class SentAgainMiddleware:
    """A form that was kept while its session ended is taken with the key of then: signing in has
    made a new one. The browser itself says that the form stood on one of our pages, which no other
    site can make it say; where it does not, the key is asked for as ever.

    Stands before what asks for the key.
    """

    MARK = "sent_again"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        browser_says = request.headers.get("Sec-Fetch-Site") == "same-origin"
        if browser_says and comes_from_here(request) and self.MARK in request.POST:
            # As Django's own marks a request whose key it has looked at; no type knows of it.
            request.csrf_processing_done = True  # type: ignore[attr-defined]


class PrivatePagesMiddleware:
    """Keep pages of a signed-in person out of every cache, the browser's own included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response


class DatabaseAwayMiddleware:
    """503 with Retry-After while the database is away; it recovers by itself when that is back.

    Stands after what puts the person on the request, and before what asks who that is.
    """

    AWAY = (OperationalError, InterfaceError)
    RETRY_AFTER = 5  # seconds

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Who it is, is asked here first: a middleware that fails cannot be caught by another."""
        try:
            bool(request.user.is_authenticated)
        except self.AWAY as error:
            return self.answer(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return self.answer(request, error) if isinstance(error, self.AWAY) else None

    def answer(self, request: HttpRequest, error: Exception) -> HttpResponse:
        logger.error("The database is away: %s", type(error).__name__)
        request.user = AnonymousUser()  # nobody asks the database again on the way out
        headers = {"Retry-After": str(self.RETRY_AFTER), "Cache-Control": "no-store"}
        if "text/html" not in request.headers.get("Accept", ""):
            return JsonResponse({"ok": False, "away": True}, status=503, headers=headers)
        page = get_template("503.html").render({"sent": what_was_sent(request)})
        return HttpResponse(page, status=503, headers=headers)


def what_was_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form held, so that it can be sent once more; never a password."""
    if request.method != "POST" or any("password" in name for name in request.POST):
        return []
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]


def what_can_be_sent_again(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed on a page of ours, without that page's key; nothing of what another site
    sends: one press would do what it wants."""
    sent = what_was_sent(request) if comes_from_here(request) else []
    ours = ("csrfmiddlewaretoken", SentAgainMiddleware.MARK)
    return [(name, value) for name, value in sent if name not in ours]


def comes_from_here(request: HttpRequest) -> bool:
    """Whether the form stood on one of our own pages, as the browser says."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin)[:2] == (request.scheme, request.get_host())
