"""The server and its database going away under an open page. docs/faults.md lists all faults."""

import re
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from assessments.operations.answering import ratings_of
from tests.attack.real_server import (
    RealServer,
    database_away,
    headers_of,
    running_server,
    session_of,
)
from tests.cast import make_cast
from tests.e2e.acts import choose
from tests.e2e.conftest import Visitor
from tests.worlds import OpenRound, open_round_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

AWAY = "Serveren svarer ikke lige nu."


@pytest.fixture(scope="module")
def started(django_db_setup) -> Iterator[RealServer]:
    """One server for all these tests: none of them leaves it otherwise than it was."""
    with running_server() as server:
        yield server


class Scene:
    """A confidential round, and one page of it before a server in a process of its own."""

    def __init__(self, server: RealServer, browser: Browser) -> None:
        self.server = server
        self.cast = make_cast()
        self.world: OpenRound = open_round_of(self.cast.forum)
        self.goals = [goal.pk for goal in self.world.goals]
        where = [self.world.round.pk, self.cast.forum.pk]
        self.address = reverse("assessments:rate", args=where)
        self.save = reverse("assessments:save", args=where)
        self.headers = headers_of(self.cast.unit_head)
        context = browser.new_context(locale="en-US")
        context.set_default_timeout(20_000)
        session = session_of(self.cast.unit_head)
        context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
        self.visitor = Visitor(context, server.url)

    def open_page(self) -> Page:
        page = self.visitor.page
        page.goto(self.server.url + self.address)
        return page

    def stored(self) -> dict[int, int | None]:
        kept = ratings_of(self.world.participation_of(self.cast.unit_head))
        return {goal: row.value for goal, row in kept.items()}


@pytest.fixture
def scene(transactional_db, browser: Browser, started: RealServer) -> Iterator[Scene]:
    if started.process is None:  # a test that killed it has failed
        started.start()
    scene = Scene(started, browser)
    yield scene
    scene.visitor.context.close()
    assert scene.visitor.unexpected() == []


def expect_nothing_waits(page: Page) -> None:
    page.wait_for_function("() => !Object.keys(localStorage).length")


def expect_all_sent(page: Page) -> None:
    expect_nothing_waits(page)
    expect(page.locator(".rate-saved")).to_contain_text(re.compile(r"Gemt kl\."))


def test_page_sends_again_by_itself_when_a_killed_server_is_back(scene):
    cut = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_SOCKET_NOT_CONNECTED")
    scene.visitor.may_meet(*cut)
    page = scene.open_page()
    scene.server.kill()
    choose(page, scene.goals[0], 4)
    choose(page, scene.goals[1], 2)
    expect(page.locator(".rate-saved")).to_contain_text(AWAY)
    assert scene.stored() == {}

    scene.server.start()

    expect_all_sent(page)
    assert scene.stored() == {scene.goals[0]: 4, scene.goals[1]: 2}


def outage(scene: Scene, *, seconds: float) -> None:
    """Everything that asks meanwhile has its answer within 3 s; afterwards all works as before."""
    scene.visitor.may_meet("503")
    page = scene.open_page()
    field = {"goal": str(scene.goals[1]), "value": "3"}
    with database_away():
        back_at = time.monotonic() + seconds
        choose(page, scene.goals[0], 4)
        expect(page.locator(".rate-saved")).to_contain_text(AWAY)
        html = {**scene.headers, "Accept": "text/html"}
        for ask in (
            lambda: scene.server.get(scene.address, **html),
            lambda: scene.server.post(scene.save, field, **scene.headers),
            lambda: scene.server.post(scene.address, {"reason-1": "fra formularen"}, **html),
        ):
            asked_at = time.monotonic()
            answer = ask()
            assert time.monotonic() - asked_at < 3
            assert answer.status == 503
            assert answer.headers is not None
            assert int(answer.headers["Retry-After"]) > 0
        assert 'name="reason-1" value="fra formularen"' in answer.text
        expect(page.locator(f"#goal-{scene.goals[0]} input[value='4']")).to_be_checked()
        time.sleep(max(0.0, back_at - time.monotonic()))  # how long it is away is the fault itself

    expect_all_sent(page)
    assert scene.stored() == {scene.goals[0]: 4}
    assert scene.server.post(scene.save, field, **scene.headers).status == 200


def test_database_away_for_five_seconds_loses_nothing_and_recovers_without_a_restart(scene):
    outage(scene, seconds=5)


@pytest.mark.prove
def test_database_away_for_thirty_seconds_loses_nothing_and_recovers_without_a_restart(scene):
    outage(scene, seconds=30)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the database")
def test_save_waits_for_another_writer_that_holds_sqlite_for_six_seconds(scene):
    """A second more than Python's own patience, which is five."""
    page = scene.open_page()
    name = str(connection.settings_dict["NAME"])
    with (
        ThreadPoolExecutor(1) as pool,
        closing(sqlite3.connect(name, isolation_level=None)) as writer,
    ):
        writer.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        choose(page, scene.goals[0], 4)
        field = {"goal": str(scene.goals[1]), "value": "3"}
        save = pool.submit(scene.server.post, scene.save, field, **scene.headers)
        time.sleep(6)  # how long it is locked is the fault itself
        assert not save.done()
        writer.execute("ROLLBACK")

        assert save.result().status == 200
    assert time.monotonic() - started >= 6
    expect_nothing_waits(page)  # which of the two came first is the database's choice
    assert scene.stored() == {scene.goals[0]: 4, scene.goals[1]: 3}
