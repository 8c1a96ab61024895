"""Rows 8 and 9: a country's rounds that close in the same minute, and what is left of them."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection

from assessments.answers import Rating
from assessments.models import Edition, Round
from forums.models import Municipality
from results.seal import seal_due_rounds
from tests.bench.invented import answer_all, invite
from tests.bench.table import Limit, Row
from tests.bench.test_seal_speed import BARE_COUNT


def seal_rows(
    municipalities: Sequence[Municipality], edition: Edition, closes_at: datetime
) -> Iterator[Row]:
    of_open_rounds = Rating.objects.count()
    rounds = invite(municipalities, edition, closes_at)
    answer_all(rounds, edition)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_total_relation_size('results_publication')")
        (before,) = cursor.fetchone()
        bare = min(_bare_count() for _time in range(2))
    ratings = Rating.objects.count() - of_open_rounds
    full = _sizes()
    start = time.perf_counter()
    assert seal_due_rounds(now=closes_at + timedelta(minutes=6)) == len(rounds)
    seconds = time.perf_counter() - start
    assert Rating.objects.count() == of_open_rounds
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('results_publication')")
        (after,) = cursor.fetchone()
    seen = f"{seconds:.1f} s, optællingen alene {bare:.1f} s, {ratings:,} svar".replace(",", ".")
    yield Row("8", "landets runder lukkes på én gang, mod optællingen alene", seconds / bare,
              Limit(5, 2), seen)  # fmt: skip
    yield Row("9", "byte pr. svar efter lukning, med indeks", (after - before) / ratings,
              Limit(30, 12), f"{Round.objects.count()} runder i databasen; MB {full}")  # fmt: skip


def _bare_count() -> float:
    with connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute(BARE_COUNT)
        cursor.fetchall()
        return time.perf_counter() - start


def _sizes() -> str:
    """With everybody's answers in place."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format('%s %s', relname, pg_size_pretty(size)), ', ' ORDER BY size"
            " DESC) FROM (SELECT relname, pg_total_relation_size(oid) AS size FROM pg_class"
            " WHERE relkind = 'r' ORDER BY size DESC LIMIT 5) biggest"
        )
        told: str = cursor.fetchone()[0]
    return told
