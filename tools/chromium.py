"""Where this machine's Chromium is, if it has one."""

from __future__ import annotations

import os
import shutil

NAMES = (
    "/usr/bin/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def find() -> str | None:
    """$CHROMIUM when it is set (set and empty: none is wanted), else the first one found."""
    chosen = os.environ.get("CHROMIUM")
    if chosen is not None:
        return shutil.which(chosen)
    return next((path for path in map(shutil.which, NAMES) if path), None)
