from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from assessments.answers import Answer, Rating
from assessments.models import Participation
from assessments.operations.answering import (
    KeptRating,
    NotInvited,
    NotOnTheScale,
    RatingInput,
    RoundIsClosed,
    RoundIsNotOpen,
    UnknownGoal,
    lock_for_saving,
    ratings_of,
    save_ratings,
    say_done,
    with_goals_left,
    withdraw,
)
from tests.cast import make_cast
from tests.factories import EditionFactory, GoalFactory
from tests.worlds import open_round_of


@pytest.fixture
def world(cast):
    return open_round_of(cast.forum)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def mine(world):
    return world.participations[0]


def save(participation, now, *ratings):
    save_ratings(participation=participation, ratings=ratings, now=now)


def stored(participation):
    """What is kept, without its time."""
    return {
        goal_id: (row.value, row.no_answer, row.reason)
        for goal_id, row in ratings_of(participation).items()
    }


def answered_at(participation):
    return Participation.objects.get(pk=participation.pk).answered_at


def test_save_keeps_value_ved_ikke_and_reason(world, mine, now):
    first, second, third, _rest = (goal.pk for goal in world.goals)

    save(
        mine,
        now,
        RatingInput(first, 4, reason="Vi gør det"),
        RatingInput(second, no_answer=True),
        RatingInput(third, reason="Kun en begrundelse"),
    )

    assert ratings_of(mine) == {
        first: KeptRating(4, False, "Vi gør det", now),
        second: KeptRating(None, True, "", now),
        third: KeptRating(None, False, "Kun en begrundelse", now),
    }
    assert answered_at(mine) == now


def test_later_save_wins_and_leaves_other_goals(world, mine, now):
    first, second, *_rest = (goal.pk for goal in world.goals)
    save(mine, now, RatingInput(first, 4, reason="a"), RatingInput(second, 2))

    save(mine, now + timedelta(hours=1), RatingInput(first, 1, reason="b"))

    assert stored(mine) == {first: (1, False, "b"), second: (2, False, "")}
    assert answered_at(mine) == now


def test_value_and_reason_can_be_changed_apart(world, mine, now):
    goal = world.goals[0].pk
    save(mine, now, RatingInput(goal, 4, reason="a"))

    save(mine, now, RatingInput(goal, 2, reason=None))
    save(mine, now, RatingInput(goal, reason="b", keeps_value=True))
    save(mine, now, RatingInput(goal, reason=None, keeps_value=True))

    assert stored(mine) == {goal: (2, False, "b")}


def test_nothing_to_save_stores_nothing(mine, now):
    save(mine, now)

    assert Answer.objects.count() == 0
    assert answered_at(mine) is None


def test_reason_alone_is_no_answer_yet(world, mine, now):
    save(mine, now, RatingInput(world.goals[0].pk, reason="Tænker over det"))

    assert answered_at(mine) is None


def test_cleared_value_keeps_its_reason(world, mine, now):
    goal = world.goals[0].pk
    save(mine, now, RatingInput(goal, 4, reason="a"))

    save(mine, now, RatingInput(goal, reason=None))

    assert stored(mine) == {goal: (None, False, "a")}
    assert answered_at(mine) is None


def test_one_who_clears_the_last_value_and_writes_a_reason_has_not_answered(world, mine, now):
    goal = world.goals[0].pk
    save(mine, now, RatingInput(goal, 4))

    save(mine, now, RatingInput(goal, reason="Kun ord"))

    assert stored(mine) == {goal: (None, False, "Kun ord")}
    assert answered_at(mine) is None


def test_cleared_goal_is_deleted_and_the_others_still_count(world, mine, now):
    first, second, *_rest = (goal.pk for goal in world.goals)
    save(mine, now, RatingInput(first, 4), RatingInput(second, 4))

    save(mine, now, RatingInput(first))

    assert stored(mine) == {second: (4, False, "")}
    assert answered_at(mine) == now


def test_twenty_identical_saves_leave_one_set(world, mine, now):
    for _time in range(20):
        save(mine, now, *(RatingInput(goal.pk, 3) for goal in world.goals))

    assert Answer.objects.count() == 1
    assert Rating.objects.count() == len(world.goals)


def test_save_from_an_old_page_after_withdrawing_counts_as_answered(world, mine, now):
    goal = world.goals[0].pk
    save(mine, now, RatingInput(goal, 3))
    old_page = Participation.objects.select_related("round_forum__round__edition").get(pk=mine.pk)
    withdraw(participation=mine, now=now)

    save(old_page, now, RatingInput(goal, 5))

    assert stored(mine) == {goal: (5, False, "")}
    assert answered_at(mine) == now


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=5)])
def test_save_counts_until_five_minutes_past_closing(world, mine, late):
    save(mine, world.round.closes_at + late, RatingInput(world.goals[0].pk, 3))

    assert Rating.objects.count() == 1


def test_closed_round_refuses(world, mine):
    too_late = world.round.closes_at + timedelta(minutes=5, seconds=1)

    with pytest.raises(RoundIsClosed):
        save(mine, too_late, RatingInput(world.goals[0].pk, 3))
    with pytest.raises(RoundIsClosed):
        say_done(participation=mine, now=too_late)

    assert Rating.objects.count() == 0


def test_sealed_round_refuses_whatever_the_clock_says(world, mine, now):
    world.seal()

    with pytest.raises(RoundIsClosed):
        save(mine, now, RatingInput(world.goals[0].pk, 3))
    with pytest.raises(RoundIsClosed):
        withdraw(participation=mine, now=now)


def test_round_that_has_not_opened_refuses(cast, now):
    world = open_round_of(cast.forum, opened_at=None)

    with pytest.raises(RoundIsNotOpen):
        save(world.participations[0], now, RatingInput(world.goals[0].pk, 3))


def test_invitation_that_is_gone_refuses(world, mine, now):
    Participation.objects.filter(pk=mine.pk).delete()

    with pytest.raises(NotInvited):
        save(mine, now, RatingInput(world.goals[0].pk, 3))


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 6},
        {"value": 0},
        {"value": -1},
        {"value": 3, "no_answer": True},
    ],
)
def test_value_off_the_scale_refuses_and_keeps_nothing(world, mine, now, wrong):
    first, second, *_rest = (goal.pk for goal in world.goals)

    with pytest.raises(NotOnTheScale):
        save(mine, now, RatingInput(first, 3), RatingInput(second, **wrong))

    assert Rating.objects.count() == 0


def test_ved_ikke_refuses_where_the_edition_does_not_offer_it(cast, now):
    world = open_round_of(cast.forum, edition=EditionFactory(no_answer=""))

    with pytest.raises(NotOnTheScale):
        save(world.participations[0], now, RatingInput(world.goals[0].pk, no_answer=True))


def test_goal_of_another_edition_refuses_and_keeps_nothing(world, mine, now):
    foreign = GoalFactory()

    with pytest.raises(UnknownGoal):
        save(mine, now, RatingInput(world.goals[0].pk, 3), RatingInput(foreign.pk, 3))
    with pytest.raises(UnknownGoal):
        save(mine, now, RatingInput(foreign.pk, 3))

    assert Rating.objects.count() == 0


def test_done_keeps_its_first_time_and_leaves_answers(world, mine, now):
    save(mine, now, RatingInput(world.goals[0].pk, 3))

    say_done(participation=mine, now=now)
    say_done(participation=mine, now=now + timedelta(hours=1))

    assert Participation.objects.get(pk=mine.pk).done_at == now
    assert Rating.objects.count() == 1


def test_withdraw_leaves_no_row_and_touches_nobody_else(world, mine, now):
    other = world.participations[1]
    for participation in (mine, other):
        save(participation, now, *(RatingInput(g.pk, 3, reason="x") for g in world.goals))
        say_done(participation=participation, now=now)

    withdraw(participation=mine, now=now)

    assert not Answer.objects.filter(participation=mine).exists()
    assert Rating.objects.count() == len(world.goals)
    row = Participation.objects.get(pk=mine.pk)
    assert (row.answered_at, row.done_at) == (None, None)
    assert len(ratings_of(other)) == len(world.goals)


def test_lock_gives_the_round(world):
    assert lock_for_saving(world.round.pk) == world.round


def test_own_ratings_are_own(world, mine, now):
    save(mine, now, RatingInput(world.goals[0].pk, 3))

    assert ratings_of(world.participations[1]) == {}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's writers wait in turn")
def test_save_locks_the_round_shared_and_the_invitation_for_itself(
    world, mine, now, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as queries:
        save(mine, now, RatingInput(world.goals[0].pk, 3))

    locks = [query["sql"] for query in queries if "FOR SHARE OF r" in query["sql"]]
    assert len(locks) == 1
    assert "FOR NO KEY UPDATE OF p" in locks[0]


@pytest.mark.django_db(transaction=True)
def test_twenty_saves_and_a_withdrawal_at_the_same_moment():
    world = open_round_of(make_cast().forum)
    mine, now = world.participations[0], timezone.now()
    start = Barrier(21)

    def change(number):
        start.wait()
        try:
            if number:
                save(mine, now, *(RatingInput(goal.pk, 3) for goal in world.goals))
            else:
                withdraw(participation=mine, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(21) as threads:
        list(threads.map(change, range(21)))

    # The withdrawal came somewhere among them: all of the later saves are there, or none was later.
    kept = len(ratings_of(mine))
    assert kept in (0, len(world.goals))
    assert Answer.objects.count() == (1 if kept else 0)
    assert answered_at(mine) == (now if kept else None)


def test_goals_left_are_those_that_one_has_not_rated_oneself(world, mine, now):
    first, second, third, _rest = (goal.pk for goal in world.goals)
    save(
        mine,
        now,
        RatingInput(first, 4),
        RatingInput(second, no_answer=True),
        RatingInput(third, reason="kun en begrundelse"),
    )

    rows = with_goals_left(Participation.objects.order_by("pk"))

    assert [row.goals_left for row in rows] == [2] + [4] * 8
    assert [row.next_goal for row in rows] == [third] + [first] * 8
    assert {row.goals for row in rows} == {4}
