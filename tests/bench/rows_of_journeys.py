"""Rows 2, 3, 4 and 12: what a leader's journey costs, and how many there are in a second."""

import asyncio
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from assessments.models import Participation
from assessments.operations.answering import RatingInput, save_ratings
from tests.bench.journeys import Floor, Invited, Journey, Product, forget, ratings_kept
from tests.bench.load import Load, Site, by_clients, by_the_clock, p95
from tests.bench.servers import Server
from tests.bench.table import Limit, Row

CLIENTS = 16
TURNS = 7  # each site's, in turn with the other's
FORMS, STEPS = 5, 1  # journeys a client and turn: in one form, and goal by goal
# What the budgets' machine did in a second: the peers, and the floor beside them. Today's machine
# may be slower or busier: its floor says by how much.
LIMESURVEY, FORM_SURVEYS, FLOOR_THEN = 6.7, 42.0, 89.0
COUNTRY = 29_400 / 3600  # journeys a second in the deadline hour

RAW = (
    "SELECT r.* FROM assessments_round r JOIN assessments_roundforum f ON f.round_id = r.id"
    " JOIN assessments_participation p ON p.round_forum_id = f.id"
    " WHERE p.id = %(invited)s FOR SHARE OF r FOR NO KEY UPDATE OF p",
    "SELECT id FROM assessments_goal WHERE id = ANY(%(goals)s)",
    "INSERT INTO assessments_answer (key, participation_id) VALUES (%(key)s, %(invited)s)",
    "INSERT INTO assessments_rating (answer_id, goal_id, value, no_answer, reason, saved_at)"
    " VALUES {rows} ON CONFLICT (answer_id, goal_id)"
    " DO UPDATE SET value = excluded.value, reason = excluded.reason, saved_at = excluded.saved_at",
    "UPDATE assessments_participation SET answered_at = %(now)s WHERE id = %(invited)s",
)


@dataclass(frozen=True)
class Stand:
    """The two sites on the same database, and who is invited to the open round."""

    ours: Server
    floor: Server
    people: Sequence[Invited]
    product: Product
    least: Floor


def _loaded(site: Site, server: Server, people: Sequence[Invited], *, steps: bool) -> Load:
    journey = site.goal_by_goal if steps else site.whole_form
    forget(people)
    cpu, start = server.cpu(), time.perf_counter()
    tally = asyncio.run(
        by_clients(
            site,
            journey,
            server.port,
            people,
            clients=CLIENTS,
            turns=STEPS if steps else FORMS,
        )
    )
    seconds = time.perf_counter() - start
    kept = ratings_kept(people)
    each = len({who.participation for who in people[: CLIENTS * FORMS]}) * len(site.goals)
    if not tally.wrong and kept != min(tally.ratings, each):
        tally.wrong.append(f"{kept} ratings are kept of {tally.ratings}")
    return Load(seconds, server.cpu() - cpu, tally)


def _by_turns(stand: Stand, *, steps: bool) -> tuple[list[Load], list[Load]]:
    """The first of each only warms up."""
    ours, floor = [], []
    for _turn in range(TURNS + 1):
        ours.append(_loaded(stand.product, stand.ours, stand.people, steps=steps))
        floor.append(_loaded(stand.least, stand.floor, stand.people, steps=steps))
    return ours[1:], floor[1:]


def _middle(loads: Sequence[Load], figure: Callable[[Load], float]) -> float:
    return statistics.median(figure(load) for load in loads)


@dataclass(frozen=True)
class Measured:
    """One kind of journey through the product and the floor, asked by turns: the middle turn of
    each. CPU in milliseconds a journey, rates in journeys a second."""

    kind: str
    cpu: float
    least: float
    rate: float
    most: float
    faults: int


def measure(stand: Stand) -> tuple[Measured, Measured]:
    """The whole form in one, and goal by goal."""
    return _measure(stand, "hele skemaet"), _measure(stand, "mål for mål", steps=True)


def _measure(stand: Stand, kind: str, *, steps: bool = False) -> Measured:
    ours, floor = _by_turns(stand, steps=steps)
    cpu, least = (_middle(loads, lambda load: load.cpu_each) for loads in (ours, floor))
    rate, most = (_middle(loads, lambda load: load.per_second) for loads in (ours, floor))
    faults = sum(len(load.tally.wrong) for load in (*ours, *floor))
    return Measured(kind, cpu, least, rate, most, faults)


def slower_than_then(whole: Measured) -> float:
    """How many times slower than the budgets' machine this one is, by the floor's whole form."""
    return FLOOR_THEN / whole.most


def journey_rows(measured: Sequence[Measured]) -> Iterator[Row]:
    slower = slower_than_then(measured[0])
    for one in measured:
        yield Row(
            "2",
            f"CPU for en besvarelse, {one.kind}, mod gulvet",
            one.cpu / one.least,
            Limit(2, 1),
            f"{one.cpu:.1f} ms, gulv {one.least:.1f} ms",
        )
        then = one.rate * slower
        told = (
            f"{one.rate:.1f}/s, gulv {one.most:.1f}/s; {one.faults} fejl; "
            f"på budgettets maskine {then:.0f}/s"
        )
        if one is measured[0]:
            for peer, did, limit in (
                ("LimeSurvey", LIMESURVEY, Limit(6, 13, at_least=True)),
                ("form-surveys", FORM_SURVEYS, Limit(1.2, 2, at_least=True)),
            ):
                yield Row(
                    "3", f"besvarelser pr. sekund, 16 klienter, mod {peer}", then / did, limit, told
                )
        yield Row(
            "12", f"besvarelser pr. sekund, {one.kind}, på budgettets maskine", then,
            Limit(25, 0.6 * FLOOR_THEN, at_least=True), told,
        )  # fmt: skip


def saving_rows(stand: Stand) -> Iterator[Row]:
    """In one process, on one connection: the operation, and the statements it comes down to."""
    keys = [who.participation for who in stand.people[:60]]
    invited = Participation.objects.select_related("round_forum__round__edition").in_bulk(keys)
    ours, raw = [], []
    for _time in range(3):
        forget(stand.people[:60])
        for turn, row in enumerate(invited.values()):
            if turn % 2:
                ours.append(_seconds(partial(_save, row, stand.product.goals)))
            else:
                raw.append(_seconds(partial(_save_raw, row, stand.product.goals)))
    mine, least = statistics.median(ours), statistics.median(raw)
    yield Row(
        "4",
        "24 mål gemt, mod den samme transaktion i rå SQL",
        least / mine,
        Limit(0.40, 0.60, at_least=True),
        f"{1000 * mine:.1f} ms, rå {1000 * least:.1f} ms; 0 fejl",
    )


def _save(row: Participation, goals: Sequence[int]) -> None:
    ratings = [RatingInput(goal, 4) for goal in goals]
    save_ratings(participation=row, ratings=ratings, now=timezone.now())


def _save_raw(row: Participation, goals: Sequence[int]) -> None:
    """As many parameters as the operation sends."""
    values: dict[str, Any] = {"invited": row.pk, "goals": list(goals), "now": timezone.now()}
    values["key"] = uuid.uuid4()
    values |= {f"goal{place}": goal for place, goal in enumerate(goals)}
    values |= {f"value{place}": 4 for place in range(len(goals))}
    one = "(%(key)s, %(goal{0})s, %(value{0})s, false, '', %(now)s)"
    rows = ", ".join(one.format(place) for place in range(len(goals)))
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in RAW:
            cursor.execute(statement.replace("{rows}", rows), values)


def _seconds(ask: Callable[[], None]) -> float:
    start = time.perf_counter()
    ask()
    return time.perf_counter() - start


def deadline_rows(stand: Stand, *, seconds: float, slower: float) -> Iterator[Row]:
    """The country's deadline hour, by the clock: people come whether or not others are done.

    A machine so many times slower than the budgets' is asked for as much less.
    """
    runs: list[tuple[int, str, Journey]] = [
        (1, "mål for mål", stand.product.goal_by_goal),
        (4, "hele skemaet", stand.product.whole_form),
    ]
    for times, kind, journey in runs:
        rate = COUNTRY * times
        here = rate / max(1.0, slower)
        forget(stand.people)
        start = time.perf_counter()
        tally = asyncio.run(
            by_the_clock(
                stand.product, journey, stand.ours.port, stand.people, rate=here, seconds=seconds
            )
        )
        taken = time.perf_counter() - start
        wanted = len(stand.product.goals) * min(len(stand.people), tally.journeys)
        lost = wanted - ratings_kept(stand.people)
        seen = (
            f"her {here:.1f}/s efter gulvet: {tally.journeys} besvarelser på {taken:.0f} s; "
            f"p95 for at gemme {p95(tally.saves):.2f} s; {len(tally.wrong)} fejl, {lost} svar tabt"
        )
        what = f"landets frist × {times} ({rate:.1f}/s), {kind}: sekunder bagefter"
        yield Row("12", what, max(0.0, taken - seconds), Limit(10, 2), seen)
