"""The environment of a PLF on one's own machine: where things lie, and its lasting secret."""

from __future__ import annotations

import os
import secrets

from tools.bootstrap import ROOT

VAR = ROOT / "var"
SECRET = VAR / "secret_key"


def environment(**more: str) -> dict[str, str]:
    """The caller's environment, with what the settings need to run the demo here."""
    inherited = dict(os.environ)
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # a warm start lives on compiled modules
    return {
        "SECRET_KEY": lasting_secret(),
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "plf.settings",
        **inherited,
        **more,
    }


def lasting_secret() -> str:
    """Made on the first run and kept, so that a restart signs nobody out."""
    VAR.mkdir(exist_ok=True)
    if not SECRET.exists():
        descriptor = os.open(SECRET, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
    return SECRET.read_text(encoding="ascii")
