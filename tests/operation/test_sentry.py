"""Errors are told to Sentry only where it is wished for, and with nothing personal in them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sentry_sdk

from plf.apps import PlfConfig
from plf.lib import sentry
from plf.lib.logs import HEADER

ROOT = Path(__file__).resolve().parents[2]
CANARY = "Kanariefugl-9f2b"
DSN = "https://key@sentry.example/1"
pytestmark = pytest.mark.once


def test_what_is_told_holds_nothing_that_was_typed():
    done = subprocess.run(
        [sys.executable, "-m", "tests.operation.sentry_stage", CANARY, "abcdef-123"],
        check=True,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "plf.settings",
            "SECRET_KEY": "x",
            "SENTRY_DSN": DSN,
            "ALLOWED_HOSTS": "localhost,testserver",
        },
        capture_output=True,
        text=True,
    )

    found = json.loads(done.stdout)
    assert found["status"] == 500
    errors = [event["exception"]["values"][0] for event in found["sent"] if "exception" in event]
    assert [error["type"] for error in errors] == ["ValueError"]
    assert errors[0]["stacktrace"]["frames"][-1]["function"] == "fail"
    assert {event["tags"][HEADER] for event in found["sent"]} == {"abcdef-123"}
    for private in (CANARY, "192.0.2.7", "cookie", "/fejl/", "vars"):
        assert private not in done.stdout


def test_event_keeps_the_kind_and_the_place_of_an_error():
    frame = {"filename": "a.py", "lineno": 3, "vars": {"reason": CANARY}, "context_line": CANARY}
    error = {"type": "ValueError", "value": CANARY, "stacktrace": {"frames": [frame]}}
    event = {
        "level": "error",
        "exception": {"values": [error, {"type": "KeyError"}]},
        "request": {"url": CANARY},
        "user": {"email": CANARY},
        "something_new": CANARY,
    }

    kept = sentry.scrub(event)

    assert kept["exception"]["values"][0]["stacktrace"]["frames"] == [
        {"filename": "a.py", "lineno": 3}
    ]
    assert set(kept) == {"level", "exception", "tags"}
    assert CANARY not in json.dumps(kept)
    assert sentry.scrub({"level": "error", "logentry": CANARY}) == {
        "level": "error",
        "tags": {HEADER: ""},
    }


@pytest.mark.parametrize("dsn", [DSN, ""])
def test_only_where_it_is_wished_for(monkeypatch, settings, dsn):
    told = []
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: told.append(options))
    monkeypatch.setattr("plf.checks.listen", lambda: None)
    settings.SENTRY_DSN = dsn

    PlfConfig.ready(None)

    assert [options["dsn"] for options in told] == ([dsn] if dsn else [])
    assert all(options["before_send"] is sentry.scrub for options in told)
