"""Row 4 of the budgets, the part that is free of noise: many save all their goals at once, nobody
meets an error, and every rating is there."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from assessments.answers import Rating
from assessments.operations.answering import RatingInput, save_ratings
from tests.cast import make_cast
from tests.factories import EditionFactory
from tests.worlds import open_round_of

AT_ONCE = 12


@pytest.mark.django_db(transaction=True)
def test_many_who_save_at_once_lose_nothing_and_meet_no_error():
    cast = make_cast(unit_heads=AT_ONCE - 1)
    world = open_round_of(cast.forum, edition=EditionFactory(pillar_count=4, goals_each=6))
    together = Barrier(AT_ONCE)

    def save(participation) -> None:
        try:
            together.wait()
            for value in (2, 4):
                ratings = [RatingInput(goal.pk, value) for goal in world.goals]
                save_ratings(participation=participation, ratings=ratings, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(save, world.participations))

    kept = Rating.objects.values_list("answer__participation", "goal", "value")
    assert sorted(kept) == sorted(
        (row.pk, goal.pk, 4) for row in world.participations for goal in world.goals
    )
