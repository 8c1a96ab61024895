"""Middleware that belongs to no app."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils import translation

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
        page = get_template("503.html").render({"sent": self.sent(request)})
        return HttpResponse(page, status=503, headers=headers)

    @staticmethod
    def sent(request: HttpRequest) -> list[tuple[str, str]]:
        """What the form held, so that it can be sent once more; never a password."""
        if request.method != "POST" or any("password" in name for name in request.POST):
            return []
        return [(name, str(value)) for name, values in request.POST.lists() for value in values]
