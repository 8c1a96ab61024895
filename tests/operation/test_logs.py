"""The log tells what happened and where, with the request's number, and nothing about people."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from plf.lib.logs import HEADER, JsonFormatter, RequestNumberMiddleware, current_request
from tests.cast import make_cast
from tests.worlds import open_round_of

ROOT = Path(__file__).resolve().parents[2]
CANARY = "Kanariefugl 4c1d"


@login_not_required
def fail(request, key):
    raise ValueError(f"{CANARY} {key} {request.POST.get('reason')}")


urlpatterns = [path("fejl/<str:key>/", fail, name="fail")]
handler500 = "plf.views.server_error"


@pytest.fixture
def lines():
    """All that is logged meanwhile, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def formatted(error: Exception, *, name: str = "plf", said: str = "It failed: %s") -> dict:
    try:
        raise error
    except type(error):
        record = logging.LogRecord(name, 40, "", 1, said, (CANARY,), sys.exc_info())
    return json.loads(JsonFormatter().format(record))


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("number", ["01HF-abcdef-9", ""])
def test_error_in_a_request_is_one_line_without_what_was_sent(lines, number):
    client = Client(raise_request_exception=False, headers={HEADER: number} if number else {})

    response = client.post(f"/fejl/{CANARY}/?q={CANARY}", {"reason": CANARY})

    (line,) = lines()
    assert response.status_code == 500
    assert response.headers[HEADER] == line["request"]
    assert line["request"] == number or len(line["request"]) == 32
    assert (line["method"], line["route"], line["status"]) == ("POST", "fejl/<str:key>/", 500)
    assert line["message"] == "Internal Server Error"
    assert line["errors"][0]["kind"] == "builtins.ValueError"
    assert line["errors"][0]["at"][-1].startswith("tests/operation/test_logs.py:")
    assert CANARY not in json.dumps(line, ensure_ascii=False)
    assert current_request.get() == ""


@pytest.mark.once
@pytest.mark.parametrize("given", ["kort", "med mellemrum her", "a" * 65, "navn@kommune.dk"])
def test_number_that_could_be_somebody_s_words_is_not_taken(given):
    request = RequestFactory().get("/", headers={HEADER: given})

    response = RequestNumberMiddleware(lambda request: HttpResponse())(request)

    assert re.fullmatch(r"[0-9a-f]{32}", response.headers[HEADER])


@pytest.mark.django_db
def test_pages_leave_no_line(lines, client_of):
    """Who looked at what, answered or withdrew is in no log."""
    cast = make_cast()
    world = open_round_of(cast.forum)
    where = [world.round.pk, cast.forum.pk]
    client = client_of(cast.unit_head)

    for name in ("rate", "save", "done", "withdraw"):
        client.get(reverse(f"assessments:{name}", args=where))
        client.post(reverse(f"assessments:{name}", args=where), {"goal": "x"})
    client.get("/findes-ikke/")

    assert lines() == []


@pytest.mark.once
def test_text_of_an_error_is_left_out_but_that_of_the_database_s_state():
    stored = formatted(IntegrityError(f"Failing row contains ({CANARY})"))
    state = formatted(OperationalError("database or disk is full\nDETAIL: row"))

    assert CANARY not in json.dumps(stored)
    assert stored["message"] == "It failed: %s"
    assert state["errors"][0]["said"] == "database or disk is full"


@pytest.mark.once
def test_error_behind_the_error_is_told_too():
    error = OperationalError("no connection")
    error.__cause__ = Http404(CANARY)

    kinds = [told["kind"].rpartition(".")[2] for told in formatted(error)["errors"]]

    assert kinds == ["OperationalError", "Http404"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plf.clock", "sealed 3 rounds"),
        ("audit.operations", "sealed 3 rounds"),
        ("another.package", "sealed %s rounds"),
    ],
)
def test_only_our_own_sentences_are_filled_in(name, said):
    record = logging.LogRecord(name, 20, "", 1, "sealed %s rounds", (3,), None)

    line = json.loads(JsonFormatter().format(record))

    assert line["message"] == said
    assert "request" not in line


@pytest.mark.once
def test_no_address_carries_a_goal_or_a_value():
    """Walks every address: what stands in one is written down by proxies and browsers."""

    def walk(patterns: list, before: str = "") -> set[str]:
        found = set()
        for pattern in patterns:
            address = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                found |= walk(pattern.url_patterns, address)
            elif isinstance(pattern, URLPattern):
                found.add(address)
        return found

    addresses = walk(get_resolver("plf.urls").url_patterns)
    ours = {address for address in addresses if not address.startswith("admin/")}
    variables = {name for address in ours for name in re.findall(r"<(?:\w+:)?(\w+)>", address)}

    assert len(ours) > 40
    assert not any(re.search(r"goal|value|rating|level|reason", name) for name in variables)
    assert not any(re.search(r"answer|participation|rating/", address) for address in addresses)


@pytest.mark.once
def test_log_of_a_public_installation_is_json():
    """Also what the web server itself says."""
    command = (
        "import logging, django; django.setup(); logging.getLogger('gunicorn.error').error('Hej')"
    )

    done = subprocess.run(
        [sys.executable, "-c", command],
        check=True,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "plf.settings",
            "SECRET_KEY": "x",
            "ALLOWED_HOSTS": "plf.kommune.dk",
        },
        capture_output=True,
        text=True,
    )

    assert json.loads(done.stderr)["message"] == "Hej"
