"""Row 11: what a person with a slow phone waits for, in a real Chromium."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, sync_playwright

from tests.bench.rows_of_journeys import Stand
from tests.bench.servers import HOST
from tests.bench.table import Limit, Row
from tools import chromium

TURNS = 5  # each site's, in turn with the other's
LIMESURVEY = 3.3  # seconds to the largest paint of its form, on the budgets' machine
SLOWER = 4  # times, the processor
# Lighthouse's slow 4G: bytes in a second, and milliseconds there and back.
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8,
    "uploadThroughput": 750 * 1024 / 8,
}
WATCH = """
window.seen = { paint: 0, shift: 0, blocked: 0 };
const watch = (type, note) => {
  const watcher = new PerformanceObserver((all) => all.getEntries().forEach(note));
  watcher.observe({ type, buffered: true });
};
watch("largest-contentful-paint", (entry) => { seen.paint = entry.startTime; });
watch("layout-shift", (entry) => { seen.shift += entry.hadRecentInput ? 0 : entry.value; });
watch("longtask", (entry) => { seen.blocked += Math.max(0, entry.duration - 50); });
"""
SETTLED = 1500  # ms after all has come


def paint_rows(stand: Stand) -> Iterator[Row]:
    """The rating page as one meets it who has never been here: nothing is cached."""
    invited = stand.people[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(),
            args=[*chromium.ARGUMENTS, f"--host-resolver-rules=MAP {HOST} 127.0.0.1"],
        )
        ours, floor = [], []
        for _turn in range(TURNS):
            ours.append(_visit(browser, stand.ours.port, invited.rate, invited.session))
            floor.append(_visit(browser, stand.floor.port, stand.least.page(invited)))
        browser.close()
    paint, least = (_middle(visits, "paint") / 1000 for visits in (ours, floor))
    yield Row(
        "11",
        "største flade på en langsom telefon, mod LimeSurvey",
        paint / LIMESURVEY,
        Limit(0.35, 0.25),
        f"{paint:.2f} s, gulv {least:.2f} s; LimeSurvey {LIMESURVEY} s på budgettets maskine",
    )
    yield Row("11", "… forskydning, mens siden kommer", _middle(ours, "shift"), Limit(0.02, 0))
    told = f"gulv {_middle(floor, 'blocked'):.0f} ms"
    yield Row(
        "11", "… tid, hvor siden ikke svarer, ms", _middle(ours, "blocked"), Limit(150, 80), told
    )


def _middle(visits: Sequence[Mapping[str, float]], what: str) -> float:
    return statistics.median(visit[what] for visit in visits)


def _visit(browser: Browser, port: int, path: str, session: str = "") -> dict[str, float]:
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        extra_http_headers={"X-Forwarded-Proto": "https", "Cookie": cookie},
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    slow = context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", NETWORK)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    answer = page.goto(f"http://{HOST}:{port}{path}", wait_until="load")
    assert answer, "the page did not come"
    assert answer.ok, answer.status
    assert page.locator("fieldset").count(), "it is not the form"
    page.wait_for_timeout(SETTLED)
    seen: dict[str, Any] = page.evaluate("() => window.seen")
    context.close()
    return seen
