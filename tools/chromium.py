"""Where this machine's Chromium is, if it has one, and how it is started."""

from __future__ import annotations

import os
import shutil

NAMES = (
    # Debian's Chromium without windows: the same pages in two thirds of the time.
    "chromium-headless-shell",
    "/usr/bin/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Chromium heeds the last such list alone: Playwright's own comes first, then what is ours.
WITHOUT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "AimEnabled"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
    # Each window else loads these pages for an address bar that nobody sees: 0.8 s of work.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
)
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    f"--disable-features={','.join(WITHOUT)}",
]


def find() -> str | None:
    """$CHROMIUM when it is set (set and empty: none is wanted), else the first one found."""
    chosen = os.environ.get("CHROMIUM")
    if chosen is not None:
        return shutil.which(chosen)
    return next((path for path in map(shutil.which, NAMES) if path), None)
