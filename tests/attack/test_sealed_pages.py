"""The attacker reads every page as every kind of person after the round was sealed.

On PostgreSQL, and on both in `make prove`: while the round is open (test_spider.py) on SQLite.
"""

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from forums.models import Membership
from tests.attack.evidence import Answered, leaks
from tests.attack.reading import Known, Reading, read_all
from tests.attack.siege import (
    BACK,
    FEW,
    FULL,
    HEADS,
    NEAR,
    OTHERS,
    SHOWN_WORDS,
    WITHHELD_WORDS,
    answers,
    besieged,
    figures_in_mails,
)
from tests.attack.solver import Counts, NearlyAll, Rated
from tests.attack.spider import Seen, crawl_all, different, fetch, try_each_others
from tests.attack.stage import client_of

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the same pages, and `make prove` reads them here too"
)

EXPORTS = {
    "text/csv",
    "application/json",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.fixture(scope="module")
def siege(module_db):
    mail.outbox.clear()
    with besieged() as siege:
        siege.seal()
        siege.figures_in_mails = figures_in_mails()  # each test begins with an empty outbox
        yield siege


@pytest.fixture(scope="module")
def seen(siege) -> Seen:
    """All that three of them find."""
    return crawl_all(siege.clients("Chefen", HEADS[0], "administrator"))


def read(seen: Seen, known: Known) -> dict[str, Reading]:
    return {
        name: read_all((page for page in pages.values() if page.status == 200), known)
        for name, pages in seen.items()
    }


@on_postgresql
def test_sealed_pages_tell_nobody_s_rating(siege, seen):
    seen = seen | {"neighbour": {}, "anonymous": {}}
    curious = siege.clients("administrator", "neighbour") | {"anonymous": client_of(None)}
    try_each_others(seen, curious)

    assert_told(seen, siege.known, {"Chefen", HEADS[0]})
    assert siege.figures_in_mails == []
    assert {page.kind for page in seen["Chefen"].values()} >= EXPORTS
    texts = [page.text for pages in seen.values() for page in pages.values()]
    assert any(SHOWN_WORDS in text for text in texts)
    assert not any(WITHHELD_WORDS in text for text in texts)


def assert_told(seen: Seen, known: Known, told: set[str]) -> None:
    """These were told the result, nobody else was, and it gives nobody away."""
    readings = read(seen, known)
    assert_understood(readings["Chefen"])
    assert {name for name, reading in readings.items() if any(reading.by_goal.values())} == told
    united = Reading()
    for reading in readings.values():
        assert reading.unexplained == set()
        united.unite(reading)
    assert leaks(united.evidence(known), answers()) == set()


def assert_understood(reading: Reading) -> None:
    """What was read is what was answered: who understands nothing finds nothing either."""
    told = reading.by_goal
    heads, others = frozenset(["Chefen", *HEADS]), frozenset(OTHERS)
    everyone = heads | others
    assert told[FULL] == {
        Counts(heads, (2, 2, 2, 1, 1), 0),
        Counts(others, (2, 1, 1, 2, 2), 0),
        Counts(everyone, (4, 3, 3, 3, 3), 0),
    }
    assert told[NEAR] == {NearlyAll(heads, (4, 5), 8, 1), NearlyAll(others, (4, 5), 8, 1)}
    assert told[FEW] == {Rated(everyone, 0, 4)}
    assert told[BACK] == {Counts(everyone, (3, 3, 3, 3, 0), 0)}
    assert reading.answered == {Answered(everyone, 16)}


@on_postgresql
def test_sealed_pages_stay_when_a_member_moves_and_another_is_erased(siege, seen):
    results = ("/resultater/", "/overblik/", "/udvikling/")
    before = {a: page for a, page in seen["Chefen"].items() if a.startswith(results)}
    client = siege.clients("Chefen")["Chefen"]

    Membership.objects.filter(user=siege.stage.people[OTHERS[1]]).update(ends_at=timezone.now())
    siege.stage.people[HEADS[3]].delete()
    siege.stage.people[OTHERS[-1]].delete()
    after = {address: fetch(client, address) for address in before}

    assert {page.kind for page in before.values()} >= EXPORTS
    assert different({"Chefen": before}, {"Chefen": after}) == set()


@pytest.mark.prove
def test_sealed_pages_tell_nothing_to_whoever_tries_every_address(siege):
    clients = siege.clients()
    seen = crawl_all(clients, deep=True)
    try_each_others(seen, clients, deep=True)

    assert_told(seen, siege.known, {"Chefen", HEADS[0], OTHERS[0], "facilitator"})
    for reading in read(seen, siege.known).values():
        assert leaks(reading.evidence(siege.known), answers()) == set()
