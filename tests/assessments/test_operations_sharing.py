from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.enums import RoundKind
from assessments.models import RoundForum, SharedRating
from assessments.operations.answering import (
    NotInvited,
    NotOnTheScale,
    RoundIsClosed,
    RoundIsNotOpen,
    UnknownGoal,
)
from assessments.operations.changing import cancel_round
from assessments.operations.sharing import (
    SharedInput,
    finish_shared,
    save_shared_ratings,
)
from tests.factories import GoalFactory
from tests.worlds import open_round_of


@pytest.fixture
def world(cast):
    return open_round_of(cast.team, kind=RoundKind.SHARED)


@pytest.fixture
def now():
    return timezone.now()


def save(world, now, *ratings):
    save_shared_ratings(round_forum=world.round_forum, ratings=ratings, now=now)


def stored():
    rows = SharedRating.objects.order_by("pk")
    return {row.goal_id: (row.level, row.differs, row.note) for row in rows}


def test_save_keeps_level_difference_and_note(world, now):
    first, second, third, _rest = (goal.pk for goal in world.goals)

    save(
        world,
        now,
        SharedInput(first, level=4, note="Vi gør det"),
        SharedInput(second, differs=True),
        SharedInput(third, note="Tages op igen"),
    )

    assert stored() == {
        first: (4, False, "Vi gør det"),
        second: (None, True, ""),
        third: (None, False, "Tages op igen"),
    }


def test_two_who_type_at_once_keep_both_level_and_note(world, now):
    goal = world.goals[0].pk

    save(world, now, SharedInput(goal, level=4, note=None))
    save(world, now, SharedInput(goal, note="Skrevet ved den anden maskine", keeps_level=True))
    save(world, now, SharedInput(goal, differs=True, note=None))

    assert stored() == {goal: (None, True, "Skrevet ved den anden maskine")}


def test_nothing_to_save_stores_nothing(world, now):
    save(world, now, SharedInput(world.goals[0].pk, note=None, keeps_level=True))

    assert stored() == {}


def test_cleared_goal_is_deleted(world, now):
    first, second, *_rest = (goal.pk for goal in world.goals)
    save(world, now, SharedInput(first, level=4), SharedInput(second, level=4))

    save(world, now, SharedInput(first))

    assert stored() == {second: (4, False, "")}


@pytest.mark.parametrize("wrong", [{"level": 6}, {"level": 0}, {"level": 3, "differs": True}])
def test_level_off_the_scale_refuses(world, now, wrong):
    with pytest.raises(NotOnTheScale):
        save(world, now, SharedInput(world.goals[0].pk, **wrong))

    assert stored() == {}


def test_goal_of_another_edition_refuses_and_keeps_nothing(world, now):
    with pytest.raises(UnknownGoal):
        save(world, now, SharedInput(world.goals[0].pk, 3), SharedInput(GoalFactory().pk, 3))

    assert stored() == {}


def test_closed_round_refuses(world):
    too_late = world.round.closes_at + timedelta(minutes=6)

    with pytest.raises(RoundIsClosed):
        save(world, too_late, SharedInput(world.goals[0].pk, 3))
    with pytest.raises(RoundIsClosed):
        finish_shared(round_forum=world.round_forum, now=too_late)


def test_round_that_has_not_opened_refuses(cast, now):
    world = open_round_of(cast.team, kind=RoundKind.SHARED, opened_at=None)

    with pytest.raises(RoundIsNotOpen):
        save(world, now, SharedInput(world.goals[0].pk, 3))


def test_finished_keeps_its_first_time_and_can_still_be_changed(world, now):
    finish_shared(round_forum=world.round_forum, now=now)
    finish_shared(round_forum=world.round_forum, now=now + timedelta(hours=1))
    save(world, now, SharedInput(world.goals[0].pk, 3))

    assert RoundForum.objects.get(pk=world.round_forum.pk).finished_at == now
    assert stored() == {world.goals[0].pk: (3, False, "")}


def test_round_that_was_cancelled_meanwhile_keeps_nothing_and_says_so(world, now):
    cancel_round(round_=world.round, now=now)

    with pytest.raises(NotInvited):
        save(world, now, SharedInput(world.goals[0].pk, level=3))
    with pytest.raises(NotInvited):
        finish_shared(round_forum=world.round_forum, now=now)
