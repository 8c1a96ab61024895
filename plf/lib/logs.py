"""The log: one JSON object for each line, to be searched by the number of a request.

A line holds what happened and where in the code. It never holds what a person typed or chose, who
they are, or the address they asked for: an address may carry a key that signs somebody in. What
other packages say is written without the values they put in, and of an error its kind and place,
since its text may repeat what was to be stored.
"""

import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# From the proxy before us; anything else could be somebody's words.
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
# Whose sentences are written whole: we know what we put in them.
OURS = ("plf", "audit", "accounts", "forums", "assessments", "results", "dashboards", "gunicorn")
ROOT = Path(__file__).resolve().parents[2]
DEEPEST = 12  # the places nearest to the error

current_request: ContextVar[str] = ContextVar("current_request", default="")


class RequestNumberMiddleware:
    """Gives each request a number: the proxy's, or a new one. The answer carries it too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if GIVEN.fullmatch(given) else uuid4().hex
        token = current_request.set(number)
        try:
            response = self.get_response(request)
        finally:
            current_request.reset(token)
        response.headers[HEADER] = number
        return response


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            "request": current_request.get(),
            **_asked(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["errors"] = [_told(error) for error in _chain(record.exc_info[1])]
        return json.dumps({name: value for name, value in line.items() if value != ""})


def _message(record: logging.LogRecord) -> str:
    status = getattr(record, "status_code", None)
    if status is not None:
        return HTTPStatus(status).phrase
    is_ours = record.name.partition(".")[0] in OURS and not record.exc_info
    return record.getMessage() if is_ours else str(record.msg)


def _asked(record: logging.LogRecord) -> dict[str, Any]:
    """The kind of page that was asked for: the pattern of its address, with nothing filled in."""
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest):
        return {}
    match = request.resolver_match
    return {
        "method": request.method,
        "route": match.route if match else "",
        "status": getattr(record, "status_code", ""),
    }


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _told(error: BaseException) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-DEEPEST:]
        ],
    }
    if isinstance(error, OperationalError):
        # Of the database as a whole, never of a row: the disk is full, the password is wrong.
        told["said"] = str(error).partition("\n")[0]
    return told


def _short(name: str) -> str:
    return name.removeprefix(f"{ROOT}/")
