"""The README's pictures: starts the product with the demo and photographs its two main pages.

Run by `make screenshots`; writes docs/images/*.png.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools import chromium

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PASSWORD = "plf-demo"  # noqa: S105 -- the demo's, written in the README


def main() -> int:
    browser_path = chromium.find()
    if not browser_path:
        sys.stderr.write("No Chromium found: set $CHROMIUM or install one.\n")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
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
            ["createcachetable"],
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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
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
        browser.close()


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
