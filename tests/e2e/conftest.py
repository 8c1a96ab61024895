"""A real Chromium before a live server, with the demo in its database.

Every test fails on a message in the browser's console (a blocked style, a missing file, an error in
the script) and on a request to any other host.
"""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from plf.demo.build import build_demo
from tests.attack.real_server import session_of
from tests.e2e.scenes import Scene
from tools import chromium

PASSWORD = "plf-demo"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.find()), args=chromium.ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built_demo() -> list[sqlite3.Connection]:
    """A copy of the database that the first test built, for those after it."""
    return []


@pytest.fixture
def demo(transactional_db: None, built_demo: list[sqlite3.Connection]) -> None:
    if connection.vendor != "sqlite":
        build_demo(now=timezone.now())
        return
    connection.ensure_connection()
    if built_demo:
        built_demo[0].backup(connection.connection)
        return
    build_demo(now=timezone.now())
    built_demo.append(sqlite3.connect(":memory:"))
    connection.connection.backup(built_demo[0])


class Visitor:
    """One person at one device."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)

    def _listen(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _watch(self, request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.complaints.append(f"asked another host: {request.url}")

    def sign_in(self, user: User | str) -> Page:
        """With a session as signing in makes one. The page is still empty."""
        if isinstance(user, str):
            user = User.objects.get(email=user)
        session = {"name": "sessionid", "value": session_of(user), "url": self.url}
        self.context.add_cookies([session])  # type: ignore[list-item]
        return self.page

    def sign_in_by_form(self, email: str) -> Page:
        self.page.goto(self.url)
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Log ind").click()
        self.page.wait_for_url(f"{self.url}/")
        return self.page

    def may_meet(self, *texts: str) -> None:
        """Console messages that this test brings about on purpose."""
        self.expected += texts

    def unexpected(self) -> list[str]:
        return [
            text for text in self.complaints if not any(known in text for known in self.expected)
        ]


@pytest.fixture
def visitor(browser: Browser, live_server) -> Iterator[Callable[..., Visitor]]:
    """Make a visitor with a device of their own: `visitor(width=390)`."""
    visitors: list[Visitor] = []

    def visit(*, width: int = 1280, height: int = 900, **options) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-US", **options
        )
        context.set_default_timeout(8_000)
        visitors.append(Visitor(context, live_server.url))
        return visitors[-1]

    yield visit
    complaints = [text for one in visitors for text in one.unexpected()]
    for one in visitors:
        one.context.close()
    assert complaints == []


@pytest.fixture
def scene(transactional_db: None, visitor: Callable[..., Visitor]) -> Scene:
    """An open round, and who rates in it."""
    return Scene(visitor)
