"""The pictures of the documents: starts the product with the demo and photographs the two main
pages for README.md, and a leader's whole journey on a phone for docs/journey.md.

Run by `make screenshots`; writes docs/images/*.png and docs/images/journey/*.jpg.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from tools import bootstrap, chromium
from tools.bootstrap import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

IMAGES = ROOT / "docs" / "images"
JOURNEY = IMAGES / "journey"
PASSWORD = "plf-demo"  # noqa: S105 -- the demo's, written in the README


def main() -> int:
    bootstrap.enter("tools.screenshots", dev=True)
    browser_path = chromium.find()
    if not browser_path:
        sys.stderr.write("No Chromium found: set $CHROMIUM or install one.\n")
        return 1
    JOURNEY.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {
            **os.environ,
            "PORT": str(port),
            "SECRET_KEY": "only-for-pictures",
            "DEMO": "1",
            "DATABASE_URL": f"sqlite:///{scratch}/plf.sqlite3",
            "FILES_DIR": f"{scratch}/results",
            "STATIC_ROOT": f"{scratch}/static",
        }
        for command in (
            ["migrate"],
            ["demo"],
            ["collectstatic", "--noinput"],
        ):
            subprocess.run(
                [sys.executable, "manage.py", *command, "-v", "0"],
                cwd=ROOT,
                env=environment,
                check=True,
            )
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "plf.wsgi", "-b", f"127.0.0.1:{port}"],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            _photograph(str(browser_path), f"http://localhost:{port}")
        finally:
            server.terminate()
            server.wait()
    return 0


def _photograph(browser_path: str, url: str) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- once its packages are there

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=chromium.ARGUMENTS)
        desk = browser.new_page(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
        _sign_in(desk, url, "chef@norddjurs.example")
        desk.goto(f"{url}/overblik/")
        desk.get_by_role("link", name="Lederforum", exact=False).first.click()
        desk.locator("figure, .house").first.scroll_into_view_if_needed()
        desk.screenshot(path=IMAGES / "house.png")
        phone = browser.new_page(viewport={"width": 390, "height": 844})
        _sign_in(phone, url, "aftaleholder3@norddjurs.example")
        phone.get_by_role("main").get_by_role("link").first.click()
        phone.locator("fieldset").first.scroll_into_view_if_needed()
        phone.screenshot(path=IMAGES / "rating.png")
        traveller = browser.new_page(
            viewport={"width": 390, "height": 844}, reduced_motion="reduce", has_touch=True
        )
        _sign_in(traveller, url, "aftaleholder3@norddjurs.example")
        _travel(traveller)
        browser.close()


def _travel(page: Page) -> None:
    """From the front page to "Jeg er færdig", losing the network on the way."""
    _picture(page, "1-home")
    page.get_by_role("main").get_by_role("link", name="Begynd").first.click()
    _picture(page, "2-who-sees-what")
    goals = page.locator("fieldset.goal")
    goals.nth(0).scroll_into_view_if_needed()
    for number in range(4):
        _choose(goals.nth(number), 3 + number % 3)
    page.wait_for_function("() => !localStorage.length")
    goals.nth(1).evaluate("goal => goal.scrollIntoView()")
    _picture(page, "3-saved-at-once")
    goals.nth(4).get_by_text("Tilføj begrundelse").click()
    goals.nth(4).get_by_role("textbox").fill("Vi inviterer hinanden ind, men ikke hver måned.")
    goals.nth(4).evaluate("goal => goal.scrollIntoView()")
    page.wait_for_timeout(1500)  # a reason is sent after a short pause
    _picture(page, "4-reason")
    page.context.set_offline(True)
    for number in range(5, 8):
        _choose(goals.nth(number), 2 + number % 3)
    goals.nth(6).evaluate("goal => goal.scrollIntoView()")
    page.wait_for_timeout(500)
    _picture(page, "5-no-network")
    page.context.set_offline(False)
    page.wait_for_function("() => !localStorage.length")
    _picture(page, "6-network-is-back")
    for number in range(8, 22):
        _choose(goals.nth(number), 2 + number % 4)
    page.wait_for_function("() => !localStorage.length")
    page.locator(".rate-end").get_by_role("button").first.click()
    _picture(page, "7-read-through")
    page.get_by_role("button", name="Jeg er færdig").click()
    _picture(page, "8-done")


def _choose(goal: Locator, value: int) -> None:
    goal.locator(f"input[value='{value}']").check(force=True)


def _picture(page: Page, name: str) -> None:
    page.screenshot(path=JOURNEY / f"{name}.jpg", quality=70)


def _sign_in(page: Page, url: str, email: str) -> None:
    for _ in range(50):
        try:
            page.goto(url)
            break
        except Exception:
            time.sleep(0.1)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log ind").click()
    page.wait_for_url(f"{url}/")


if __name__ == "__main__":
    sys.exit(main())
