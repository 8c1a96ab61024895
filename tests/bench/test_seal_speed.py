"""What sealing costs: bytes and statements in every run, time in `make prove`.

Rows 8 and 9 of the budgets. To see the figures: `make prove ARGS="-k seal_of_the_country -s"`.
"""

import json
import statistics
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.answers import Rating
from results.models import Publication
from results.seal import seal_due_rounds, seal_round
from tests.bench.country import build_rounds
from tests.worlds import believe_empty

pytestmark = pytest.mark.django_db

BARE_COUNT = """
SELECT p.round_forum_id, p.role, r.goal_id, r.value, count(*)
FROM assessments_rating r
JOIN assessments_answer a ON a.key = r.answer_id
JOIN assessments_participation p ON p.id = a.participation_id
GROUP BY 1, 2, 3, 4
"""


def row_bytes(publication: Publication) -> int:
    """What a row weighs: its JSON as text, its roles, and 64 bytes for keys and the row's head."""
    return len(json.dumps([publication.cells, publication.roles])) + 64


def test_a_sealed_rating_weighs_at_most_twelve_bytes():
    (round_,) = build_rounds(municipalities=1, leaders=36)

    seal_round(round_=round_, now=timezone.now())

    stored = sum(row_bytes(row) for row in Publication.objects.all())
    assert stored / (36 * 24) <= 12


@pytest.mark.parametrize("leaders", [36, 72])
def test_statements_to_seal_a_round_do_not_grow_with_its_leaders(leaders):
    (round_,) = build_rounds(municipalities=1, leaders=leaders)

    with CaptureQueriesContext(connection) as queries:
        seal_round(round_=round_, now=timezone.now())

    assert len(queries) == (18 if connection.vendor == "postgresql" else 17)


def seconds_of(cursor, statement: str) -> float:
    start = time.perf_counter()
    cursor.execute(statement)
    cursor.fetchall()
    return time.perf_counter() - start


@pytest.mark.prove
@pytest.mark.django_db(transaction=True)
def test_seal_of_the_country_takes_at_most_five_times_the_bare_count():
    build_rounds(municipalities=98, leaders=300)
    ratings = Rating.objects.count()
    assert ratings == 98 * 300 * 24
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
        counted = [seconds_of(cursor, BARE_COUNT) for _time in range(4)]
    bare = statistics.median(counted[1:])  # the first only warms up
    if connection.vendor == "postgresql":
        believe_empty()  # as the planner may after last night's clean-up

    start = time.perf_counter()
    sealed = seal_due_rounds(now=timezone.now())
    seconds = time.perf_counter() - start

    print(  # noqa: T201 -- the figure is what this test is run for
        f"\n{ratings} ratings on {connection.vendor}: bare count {bare:.2f} s, "
        f"98 seals {seconds:.2f} s, {seconds / bare:.1f} times"
    )
    assert sealed == 98
    assert seconds <= 5 * bare
