"""`make bench`: the product and the floor on one throw-away PostgreSQL, and the table of budgets.

Started by tools/bench.py, which sets up the surroundings. Everything invented follows from a seed.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg2
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation

from tests.bench.first_start import start_row
from tools import chromium
from tools.bootstrap import say

django.setup()


from assessments.models import Edition, Goal, Round  # noqa: E402 -- the apps are loaded
from forums.models import Forum, Municipality  # noqa: E402
from tests.bench import rows_of_journeys, rows_of_pages, rows_of_paint, rows_of_seals  # noqa: E402
from tests.bench.invented import (  # noqa: E402
    APART,
    hold_rounds,
    invite,
    make_edition,
    make_municipalities,
    repeat_rounds,
    settle,
)
from tests.bench.journeys import Floor, Product, forget, ratings_kept  # noqa: E402
from tests.bench.load import morning, p95  # noqa: E402
from tests.bench.people import invited_to  # noqa: E402
from tests.bench.rows_of_journeys import Stand  # noqa: E402
from tests.bench.servers import Server, production, serving  # noqa: E402
from tests.bench.table import Limit, Row, heading, summary  # noqa: E402

ROUNDS, FEW = 40, 8
COUNTRY = 98
SIGNED_IN = 320
LEADERS = 500
PASSWORDS = ("--workers", "1", "--threads", "4")  # as deploy/debian/plf-sign-in.service
FLOOR = ("--config", "tests/bench/floor_gunicorn.py")


class Bench:
    """What has been measured, and how long it took."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.began = time.monotonic()

    def note(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows.append(row)
            say(str(row))

    def tell(self, what: str) -> None:
        say(f"     … {time.monotonic() - self.began:.0f} s: {what}")


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…")
    parser.add_argument("--full", action="store_true", help="hele landet gennem optællingen")
    parser.add_argument("--municipalities", type=int, default=COUNTRY, help="et mindre land")
    parser.add_argument("--deadline", action="store_true", help="fristtimen i 10 minutter")
    parser.add_argument("--started", type=float, action="append", help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    chosen = arguments(argv)
    bench = Bench()
    with translation.override("da"):
        edition = make_edition()
        young, old, others = country(bench, edition, chosen)
        municipalities = [young, old, *others]
        rounds = invite(municipalities, edition, timezone.now() + timedelta(days=7))
        settle()
        say(heading())
        bench.note([start_row(*chosen.started)])
        with sites() as (ours, passwords, floor, alone):
            stand = make_stand(ours, passwords, floor, rounds, edition)
            forum_of_young, forum_of_old = (
                Forum.objects.filter(municipality=one).order_by("pk")[0] for one in (young, old)
            )
            bench.note(
                rows_of_pages.statement_rows(forum_of_old, stand.people[0], stand.product.goals)
            )
            measured = rows_of_journeys.measure(stand)
            slower = rows_of_journeys.slower_than_then(measured[0])
            bench.note(rows_of_journeys.journey_rows(measured))
            bench.note(rows_of_journeys.saving_rows(stand))
            bench.note([rows_of_pages.history_row(ours, forum_of_young, forum_of_old)])
            bench.note([rows_of_pages.country_row(ours, alone, forum_of_old)])
            bench.note(rows_of_pages.change_rows(forum_of_old))
            bench.note(rows_of_pages.first_visit_rows(ours))
            if chromium.find():
                bench.note(rows_of_paint.paint_rows(stand, slower=slower))
            else:
                bench.tell("uden Chromium måles række 11 ikke")
            bench.note(
                rows_of_journeys.deadline_rows(
                    stand,
                    seconds=600 if chosen.deadline else 20,
                    slower=slower,
                )
            )
            bench.note(morning_rows(stand, edition, [0, 240] if chosen.deadline else [0]))
            forget(stand.people)
        bench.note(
            rows_of_seals.seal_rows(municipalities, edition, timezone.now() - timedelta(minutes=8))
        )
    say(summary(bench.rows))
    bench.tell("færdig")
    return int(any(row.is_missed for row in bench.rows))


# --- the country --------------------------------------------------------------------------------


def country(
    bench: Bench, edition: Edition, chosen: argparse.Namespace
) -> tuple[Municipality, Municipality, list[Municipality]]:
    """One young municipality, one with forty rounds, a copy of the database with these alone, and
    then the rest of the country with forty rounds."""
    newest = timezone.now() - timedelta(days=30)
    moments = [newest - APART * place for place in reversed(range(ROUNDS))]
    young, old = make_municipalities(0, 2)
    for place, closes_at in enumerate(moments):
        held = [old] if place < ROUNDS - FEW else [old, young]
        hold_rounds(held, edition, closes_at)
    settle()
    copy_database()
    bench.tell("to kommuner med historie, talt op af produktet selv")
    others = make_municipalities(2, chosen.municipalities - 2)
    for place, closes_at in enumerate(moments, start=1):
        if chosen.full:
            hold_rounds(others, edition, closes_at)
            bench.tell(f"{place} af {ROUNDS} runder i hele landet, talt op af produktet selv")
        else:
            repeat_rounds(others, edition, Round.objects.get(municipality=old, closes_at=closes_at))
    settle()
    how = "talt op af produktet selv" if chosen.full else "gentaget fra den ene kommune"
    bench.tell(f"{chosen.municipalities} kommuner, {ROUNDS} runder, {how}")
    return young, old, others


def copy_database() -> None:
    """The database as it is now, beside itself."""
    parameters = connection.get_connection_params()
    connection.close()
    name = parameters["dbname"]
    beside = psycopg2.connect(**{**parameters, "dbname": "template1"})
    beside.autocommit = True
    with beside.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {rows_of_pages.ALONE} TEMPLATE {name}")
    beside.close()


@contextlib.contextmanager
def sites() -> Iterator[tuple[Server, Server, Server, Server]]:
    """The product's pages and its passwords, and the floor, on the country's database; and the
    product on the one's."""
    address = os.environ["DATABASE_URL"]
    beside = urlsplit(address)._replace(path=f"/{rows_of_pages.ALONE}").geturl()
    scratch = Path(settings.STATIC_ROOT).parent
    with (
        serving(production(scratch, address)) as ours,
        serving(production(scratch, address), *PASSWORDS, niceness=10) as passwords,
        serving(production(scratch, address), *FLOOR) as floor,
        serving(production(scratch, beside)) as alone,
    ):
        yield ours, passwords, floor, alone


def make_stand(
    ours: Server, passwords: Server, floor: Server, rounds: Iterable[Round], edition: Edition
) -> Stand:
    goals = list(Goal.objects.filter(pillar__edition=edition).values_list("pk", flat=True))
    return Stand(
        ours=ours,
        floor=floor,
        people=invited_to(rounds, SIGNED_IN),
        product=Product(goals, passwords.port),
        least=Floor(goals, edition.pk),
    )


# --- the morning --------------------------------------------------------------------------------


def morning_rows(stand: Stand, edition: Edition, spans: Iterable[float]) -> Iterator[Row]:
    """500 who sign in with a password within so many seconds, rate and submit."""
    rounds = Round.objects.filter(edition=edition, sealed_at=None)
    people = invited_to(rounds, LEADERS, with_session=False)
    for within in spans:
        forget(people)
        found = asyncio.run(morning(stand.product, stand.ours.port, people, within=within))
        lost = len(people) * len(stand.product.goals) - ratings_kept(people)
        for wrong in found.tally.wrong[:3]:
            say(f"     {wrong}")
        told = (
            f"{found.tally.journeys} færdige på {found.seconds:.0f} s; at logge ind "
            f"p95 {p95(found.sign_ins):.1f} s; {len(found.tally.wrong)} fejl, {lost} svar tabt"
        )
        when = f"inden for {within:.0f} s" if within else "i samme sekund"
        what = f"{len(people)} logger ind {when}: p95 for at gemme, s"
        yield Row("–", what, p95(found.tally.saves), Limit(2, 1), told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
