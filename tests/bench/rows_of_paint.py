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
SLOWER = 4  # times, the phone's processor than the budgets' machine
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


def paint_rows(stand: Stand, *, slower: float) -> Iterator[Row]:
    """The rating page as one meets it who has never been here: nothing is cached.

    This machine is so many times slower than the budgets': the phone is as slow on either. What it
    would be with a phone four times slower than this machine is told beside it.
    """
    invited = stand.people[0]
    phone = max(1.0, SLOWER / slower)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(),
            args=[*chromium.ARGUMENTS, f"--host-resolver-rules=MAP {HOST} 127.0.0.1"],
        )
        mine = (browser, stand.ours.port, invited.rate, invited.session)
        ours, floor, slowest = [], [], []
        for _turn in range(TURNS):
            ours.append(_visit(*mine, slower=phone))
            floor.append(_visit(browser, stand.floor.port, stand.least.page(invited), slower=phone))
            slowest.append(_visit(*mine, slower=SLOWER))
        browser.close()
    paint, least, longest = (_middle(visits, "paint") / 1000 for visits in (ours, floor, slowest))
    here = f"{SLOWER} gange langsommere end denne maskine"
    yield Row(
        "11",
        "største flade på en langsom telefon, mod LimeSurvey",
        paint / LIMESURVEY,
        Limit(0.35, 0.25),
        f"{paint:.2f} s, gulv {least:.2f} s, LimeSurvey {LIMESURVEY} s; processor {phone:.1f} "
        f"gange langsommere end denne, {SLOWER} end budgettets; {here}: {longest:.2f} s",
    )
    yield Row("11", "… forskydning, mens siden kommer", _middle(ours, "shift"), Limit(0.02, 0))
    told = f"gulv {_middle(floor, 'blocked'):.0f} ms; {here}: {_middle(slowest, 'blocked'):.0f} ms"
    yield Row(
        "11", "… tid, hvor siden ikke svarer, ms", _middle(ours, "blocked"), Limit(150, 80), told
    )


def _middle(visits: Sequence[Mapping[str, float]], what: str) -> float:
    return statistics.median(visit[what] for visit in visits)


def _visit(
    browser: Browser, port: int, path: str, session: str = "", *, slower: float
) -> dict[str, float]:
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
    slow.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    answer = page.goto(f"http://{HOST}:{port}{path}", wait_until="load")
    assert answer, "the page did not come"
    assert answer.ok, answer.status
    assert page.locator("fieldset").count(), "it is not the form"
    page.wait_for_timeout(SETTLED)
    seen: dict[str, Any] = page.evaluate("() => window.seen")
    context.close()
    return seen
