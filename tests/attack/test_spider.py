"""The attacker reads every page as every kind of person, while the round is open and afterwards."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pypdf import PdfWriter

from accounts.models import User
from assessments.models import Round
from audit.models import Entry
from forums.models import Membership
from tests.attack.reading import NUMBER, Known, Reading, read_all
from tests.attack.solver import NO_ANSWER, Answered, Choice, Counts, NearlyAll, Rated, leaks
from tests.attack.spider import (
    Page,
    Seen,
    UnknownType,
    crawl_all,
    different,
    links_of,
    parse,
    read_text,
    tidy,
    try_each_others,
)
from tests.attack.stage import ROLE_WORDS, Stage, add_bystanders, client_of, goal_names, set_stage

pytestmark = pytest.mark.django_db

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
FULL, NEAR, FEW, BACK, CAMPS, ALIKE = GOALS = goal_names(6)
FORUM = "Ledergruppen"
EXPORTS = {
    "text/csv",
    "application/json",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN_WORDS, WITHHELD_WORDS = "Vi er på vej", "Ord om det tilbageholdte mål"
HEADS = [f"Aftaleholder {name}" for name in "ABCDEFGH"]
OTHERS = [f"Afdelingsleder {name}" for name in "ABCDEFGHI"]
ROLES = {
    "Chefen": "chief",
    **dict.fromkeys(HEADS, "unit_head"),
    **dict.fromkeys(OTHERS, "department_head"),
}


def answers() -> dict[str, dict[str, Choice]]:
    """Two groups; one goal near-unanimous, one withheld, one that falls back to the forum."""
    chosen: dict[str, dict[str, Choice]] = {}
    for place, name in enumerate([*HEADS, *OTHERS]):
        head = place < len(HEADS)
        chosen[name] = {
            FULL: place % 5 + 1,
            NEAR: 2 if place in (3, 11) else 5,
            CAMPS: (1, 4)[place % 2],
            ALIKE: 3 if place != 5 else NO_ANSWER,
            FEW: 4 if place < 3 else NO_ANSWER,
        }
        if head or place < 12:
            chosen[name][BACK] = place % 4 + 1
    del chosen[OTHERS[-1]]
    return chosen


@dataclass
class Siege:
    """The stage with one open round, and a signed-in browser for everybody of interest."""

    stage: Stage
    round: Round
    users: dict[str, User]
    clock: Any

    @property
    def known(self) -> Known:
        return Known(FORUM, ROLES, ROLE_WORDS, self.stage.levels, self.stage.pillars)

    def clients(self, *names: str) -> dict[str, Client]:
        """Browsers in which these people sign in now; of all who watch, and of a stranger."""
        clients = {name: client_of(self.users[name]) for name in names or self.users}
        return clients if names else clients | {"anonymous": client_of(None)}

    def pass_to(self, now: datetime) -> None:
        self.clock.move_to(now)
        self.stage.tick(now)

    def submit(self, name: str, choices: Mapping[str, Choice]) -> None:
        """As a leader does: sign in, open the page, choose, say done."""
        client = client_of(self.stage.people[name])
        address = f"/runder/{self.stage.where(self.round, FORUM)}"
        assert client.get(address).status_code == 200
        for goal, choice in choices.items():
            fields = self.stage.form_fields(goal, choice)
            assert client.post(f"{address}gem/", fields).status_code == 200
        assert client.post(f"{address}faerdig/").status_code == 302

    def seal(self) -> None:
        """All answer, the round closes, and a month passes."""
        self.stage.answer(self.round, answers(), reasons={FEW: WITHHELD_WORDS, FULL: SHOWN_WORDS})
        self.pass_to(self.stage.seal(self.round) + timedelta(days=30))


@pytest.fixture
def siege(caplog):
    caplog.set_level("CRITICAL", "django")  # addresses that are refused are no news here
    with time_machine.travel(OPENS, tick=False) as clock:
        stage = set_stage({FORUM: ROLES}, GOALS)
        users = {name: stage.people[name] for name in ("Chefen", HEADS[0], OTHERS[0])}
        users |= add_bystanders(stage, FORUM)
        round_ = stage.plan([FORUM], opens_at=OPENS)
        stage.tick(OPENS)
        siege = Siege(stage, round_, users, clock)
        siege.pass_to(OPENS + timedelta(days=2))
        yield siege


def figures_in_mails() -> list[str]:
    """Figures, which have decimals, in any mail."""
    return [
        number
        for message in mail.outbox
        for number in NUMBER.findall(f"{message.subject} {message.body}")
        if "," in number
    ]


def read(seen: Seen, known: Known) -> dict[str, Reading]:
    return {
        name: read_all((page for page in pages.values() if page.status == 200), known)
        for name, pages in seen.items()
    }


@pytest.mark.once
def test_pages_while_open_do_not_change_when_somebody_answers(siege):
    clients = siege.clients("Chefen", HEADS[0], "facilitator", "administrator")
    start = len(logged())
    before = crawl_all(clients)
    crawled = logged()[start:]

    siege.submit(HEADS[3], answers()[HEADS[3]])
    siege.stage.tick(timezone.now())
    assert logged()[start:] == crawled
    after = crawl_all(clients)

    # The log tells what the attackers themselves did, once more and nothing else.
    changed = different(before, after)
    assert {address for _who, address in changed if not address.startswith(LOG_PAGES)} == set()
    assert sorted(logged()[start + len(crawled) :]) == sorted(crawled)
    assert figures_in_mails() == []


# The pages that show the log: to an administrator, and to each person their own rows.
LOG_PAGES = ("/log/", "/konto/mine-data/")


def logged() -> list[str]:
    """What stands in the log, in order, without when."""
    rows: list[dict[str, object]] = [dict(row) for row in Entry.objects.order_by("pk").values()]
    return [repr([row[key] for key in sorted(row.keys() - {"id", "at"})]) for row in rows]


def test_sealed_pages_tell_nobody_s_rating(siege):
    siege.seal()
    clients = siege.clients("Chefen", HEADS[0], "facilitator", "administrator", "neighbour")
    clients["anonymous"] = client_of(None)
    seen = crawl_all(clients)
    curious = ("Chefen", "administrator", "anonymous")
    try_each_others(seen, {name: clients[name] for name in curious})

    readings = read(seen, siege.known)

    assert_understood(readings["Chefen"])
    assert {name for name, reading in readings.items() if any(reading.by_goal.values())} == {
        "Chefen",
        HEADS[0],
        "facilitator",
    }
    united = Reading()
    for reading in readings.values():
        assert reading.unexplained == set()
        united.unite(reading)
    assert leaks(united.evidence(siege.known), answers()) == set()
    assert figures_in_mails() == []
    assert {page.kind for page in seen["Chefen"].values()} >= EXPORTS
    texts = [page.text for pages in seen.values() for page in pages.values()]
    assert any(SHOWN_WORDS in text for text in texts)
    assert not any(WITHHELD_WORDS in text for text in texts)


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


@pytest.mark.once
def test_sealed_pages_stay_when_a_member_moves_and_another_is_erased(siege):
    siege.seal()
    clients = siege.clients("Chefen")
    before = results_of(crawl_all(clients))

    Membership.objects.filter(user=siege.stage.people[OTHERS[1]]).update(ends_at=timezone.now())
    siege.stage.people[HEADS[3]].delete()
    siege.stage.people[OTHERS[-1]].delete()

    assert len(before["Chefen"]) > 1
    assert different(before, results_of(crawl_all(clients))) == set()


def results_of(seen: Seen) -> Seen:
    return {
        name: {
            address: page
            for address, page in pages.items()
            if address.startswith(("/resultater/", "/overblik/", "/udvikling/"))
        }
        for name, pages in seen.items()
    }


@pytest.mark.prove
def test_pages_while_open_do_not_change_after_each_submission(siege):
    clients = siege.clients()
    before = crawl_all(clients)
    for name, choices in answers().items():
        siege.submit(name, choices)
        siege.stage.tick(timezone.now())

        after = crawl_all(clients)
        assert {key for key in different(before, after) if key[0] != name} == set()
        before = after


@pytest.mark.prove
def test_sealed_pages_tell_nothing_to_whoever_tries_every_address(siege):
    siege.seal()
    clients = siege.clients()
    seen = crawl_all(clients, deep=True)
    try_each_others(seen, clients, deep=True)

    for name, reading in read(seen, siege.known).items():
        assert reading.unexplained == set(), name
        assert leaks(reading.evidence(siege.known), answers()) == set()


# --- the spider itself --------------------------------------------------------------------------


@pytest.mark.once
def test_spider_follows_links_redirects_and_forms_that_ask():
    html = (
        '<a href="?orden=a#x">A</a>'
        '<form action="/find/">'
        '<select name="s"><option value="1"><option value="2"></select></form>'
        '<form method="post" action="/slet/"></form><img src="/kort.svg" alt="3 af 5">'
    )
    page = Page(200, "text/html", html.encode(), location="/videre/")

    found = [tidy(address) for address in links_of(page, "/her/")]

    assert found == [
        "/videre/",
        "/her/?orden=a",
        "/find/",
        "/find/?s=1",
        "/find/?s=2",
        "/kort.svg",
    ]
    assert "3 af 5" in parse(html).text


@pytest.mark.once
@pytest.mark.parametrize("address", ["https://example.org/", "mailto:a@b.dk", "/static/a.css"])
def test_spider_leaves_others_and_static_files_alone(address):
    assert tidy(address) is None


@pytest.mark.once
def test_spider_fails_on_a_type_that_it_cannot_read():
    with pytest.raises(UnknownType, match="application/zip"):
        read_text("application/zip", b"")


@pytest.mark.once
def test_spider_fails_on_a_pdf_without_text():
    blank = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(blank)

    with pytest.raises(UnknownType, match="text cannot be read"):
        read_text("application/pdf", blank.getvalue())


@pytest.mark.once
def test_spider_reads_tables_of_numbers():
    assert (
        read_text("text/csv", "Mål;Svar\nVi øver os;7\n".encode()) == "Mål | Svar\nVi øver os | 7"
    )
    assert read_text("application/json", b'{"n": 7}') == '{"n": 7}'
