"""Telling Sentry of errors, only where SENTRY_DSN is set and requirements-sentry.txt installed.

What leaves is the kind of the error, its place in the code, and the request's number. Whatever
else the package gathers (variables, the address, headers, cookies, what was typed, the error's own
text) is taken out here, since an error may happen with an answer in hand.
"""

from importlib import import_module
from typing import Any

from plf.lib.logs import HEADER, current_request

Event = dict[str, Any]
# What an event keeps; all the rest is left out, also what a later release of the package adds.
KEPT = {"event_id", "timestamp", "platform", "level", "logger", "exception", "sdk"}
KEPT_OF_FRAME = {"filename", "function", "module", "lineno", "in_app"}


def tell(dsn: str, **options: Any) -> None:
    """From now on, for every error of this process."""
    import_module("sentry_sdk").init(
        dsn=dsn,
        before_send=scrub,
        before_send_transaction=lambda event, hint: None,
        max_breadcrumbs=0,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="",
        **options,
    )


def scrub(event: Event, hint: object = None) -> Event:
    kept = {name: value for name, value in event.items() if name in KEPT}
    kept["tags"] = {HEADER: current_request.get()}
    if "exception" in kept:
        kept["exception"] = {"values": [_of(error) for error in event["exception"]["values"]]}
    return kept


def _of(error: Event) -> Event:
    frames = (error.get("stacktrace") or {}).get("frames", [])
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "stacktrace": {
            "frames": [
                {name: value for name, value in frame.items() if name in KEPT_OF_FRAME}
                for frame in frames
            ]
        },
    }
