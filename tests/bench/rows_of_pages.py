"""Rows 1, 5, 6, 7 and 10: statements, dashboards with history and in a country, the first visit."""

import asyncio
import contextlib
import re
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import psycopg2
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from forums.models import Forum
from tests.bench.browser import Browser
from tests.bench.journeys import Invited, expect, forget
from tests.bench.people import chief_of, newest_result, session_of, signed_in
from tests.bench.servers import PROXIED, Server
from tests.bench.table import Limit, Row

TIMES = 25
ALONE = "one_municipality"
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
RAW_COUNT = """
SELECT round, role, goal, value, count(*) FROM bench_raw WHERE forum = %s GROUP BY 1, 2, 3, 4
"""
RAW_ANSWERS = """
INSERT INTO bench_raw
SELECT part.forum_id, part.round_id, CASE WHEN invited.role = 'department_head' THEN 1 ELSE 0 END,
goal, 1 + floor(5 * random())::int
FROM assessments_roundforum part
JOIN assessments_participation invited ON invited.round_forum_id = part.id
CROSS JOIN generate_series(1, 24) AS goal
WHERE part.municipality_id = %s ORDER BY part.round_id
"""


def statements(ask: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert ask().status_code < 400
    return [query["sql"] for query in queries]


def statement_rows(forum: Forum, invited: Invited, goals: Sequence[int]) -> Iterator[Row]:
    """In the country's database, with 40 rounds of history."""
    forget([invited])
    member = signed_in(User.objects.get(email=invited.email))
    chief = signed_in(chief_of(forum))
    one = {"goal": str(goals[0]), "value": "4"}
    whole = {f"goal-{goal}": "4" for goal in goals}
    member.get(invited.rate)
    yield Row(
        "1", "SQL: åbn skemaet", len(statements(lambda: member.get(invited.rate))), Limit(8, 5)
    )
    saved = [
        len(statements(lambda: member.post(f"{invited.rate}gem/", one))),
        len(statements(lambda: member.post(invited.rate, whole))),
    ]
    yield Row("1", "SQL: gem et mål, gem alle mål", max(saved), Limit(12, 8), f"{saved}")
    pages = {
        "resultat": newest_result(forum),
        "udvikling": reverse("dashboards:trend", args=[forum.pk]),
        "overblik": reverse("dashboards:overview"),
        "forside": reverse("dashboards:home"),
    }
    chief.get(pages["forside"])
    counts = {name: len(statements(partial(chief.get, url))) for name, url in pages.items()}
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    yield Row("1", "SQL: det dashboard, der spørger mest", max(counts.values()), Limit(12, 6), told)


def middles(*asked: tuple[int, str, str]) -> list[float]:
    """The median milliseconds of each page from its server, asked by turns with a session."""
    browsers = [
        Browser(port, cookies={settings.SESSION_COOKIE_NAME: session})
        for port, session, _url in asked
    ]

    async def by_turns() -> list[float]:
        taken: list[list[float]] = [[] for _page in asked]
        for turn in range(TIMES + 8):  # all the servers' threads have met the page by then
            for place, (_port, _session, url) in enumerate(asked):
                said = expect(await browsers[place].get(url))
                if turn >= 8:
                    taken[place].append(1000 * said.seconds)
        for browser in browsers:
            await browser.end()
        return [statistics.median(one) for one in taken]

    return asyncio.run(by_turns())


def history_row(server: Server, young: Forum, old: Forum) -> Row:
    few, many = middles(
        (server.port, session_of(chief_of(young)), newest_result(young)),
        (server.port, session_of(chief_of(old)), newest_result(old)),
    )
    seen = f"{many:.1f} ms, {few:.1f} ms"
    return Row("5", "et resultat med 40 runders historie mod 8", many / few, Limit(1.25, 1.1), seen)


def country_row(country: Server, alone: Server, forum: Forum) -> Row:
    """The same page from a database of the one municipality, and from the country's."""
    url, session = newest_result(forum), session_of(chief_of(forum))
    _copy_session(session)
    many, one = middles((country.port, session, url), (alone.port, session, url))
    seen = f"{many:.1f} ms, {one:.1f} ms"
    return Row(
        "6", "et resultat i landets database mod kommunens", many / one, Limit(1.5, 1.2), seen
    )


def _copy_session(key: str) -> None:
    row = Session.objects.get(pk=key)
    parameters = {**connection.get_connection_params(), "dbname": ALONE}
    with contextlib.closing(psycopg2.connect(**parameters)) as beside, beside:
        beside.cursor().execute(
            "INSERT INTO django_session VALUES (%s, %s, %s)",
            [row.session_key, row.session_data, row.expire_date],
        )


def change_rows(forum: Forum) -> Iterator[Row]:
    _raw_answers(forum)
    chief = signed_in(chief_of(forum))
    url = reverse("dashboards:trend", args=[forum.pk])
    chief.get(url)
    reading = ("SELECT", "EXECUTE")
    asked = [sql for sql in statements(lambda: chief.get(url)) if sql.startswith(reading)]
    counted = [sql for sql in asked if "results_publication" in sql]
    assert len(counted) == 1
    sets = (asked, counted, [RAW_COUNT % forum.pk])
    times = [[_database_time(one) for one in sets] for _turn in range(TIMES)]
    whole, kept, raw = map(statistics.median, zip(*times, strict=True))
    yield Row(
        "7",
        "udvikling over 40 runder: databasens tid, ms",
        whole,
        Limit(10, 3),
        f"{len(asked)} forespørgsler",
    )
    yield Row(
        "7",
        "… tallene alene, mod at tælle rå svar: gange hurtigere",
        raw / kept,
        Limit(10, 30, at_least=True),
        f"{kept:.1f} ms, rå svar {raw:.1f} ms",
    )


def _raw_answers(forum: Forum) -> None:
    """What one would keep without a seal: every rating of the municipality's rounds, indexed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_raw (forum int, round int, role int, goal int, value int)"
        )
        cursor.execute(RAW_ANSWERS, [forum.municipality_id])
        cursor.execute("CREATE INDEX bench_raw_forum ON bench_raw (forum, round)")
        cursor.execute("ANALYZE bench_raw")


def _database_time(asked: Sequence[str]) -> float:
    with connection.cursor() as cursor:
        start = time.perf_counter()
        for statement in asked:
            cursor.execute(statement)
            cursor.fetchall()
        return 1000 * (time.perf_counter() - start)


def first_visit_rows(server: Server) -> Iterator[Row]:
    """As a browser fetches it from gunicorn: the front page and what it asks for."""
    page = _fetch(server, "/log-ind/", "gzip")
    html = _fetch(server, "/log-ind/", "identity").decode()
    files = {path: _fetch(server, path, "br") for path in set(ASSET.findall(html))}
    kilobytes = (len(page) + sum(map(len, files.values()))) / 1000
    script = sum(len(body) for path, body in files.items() if path.endswith(".js")) / 1000
    yield Row("10", "første besøg, kB", kilobytes, Limit(60, 40))
    yield Row("10", "første besøg, forespørgsler", 1 + len(files), Limit(6, 4))
    yield Row("10", "første besøg, kB script", script, Limit(25, 20))


def _fetch(server: Server, path: str, encoding: str) -> bytes:
    headers = {**PROXIED, "Accept-Encoding": encoding}
    asked = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=headers)
    with urllib.request.urlopen(asked) as response:  # noqa: S310
        content: bytes = response.read()
    return content
