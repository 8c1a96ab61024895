"""The seal: what it counts, publishes, keeps and deletes."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assessments.answers import Answer, Rating
from assessments.enums import RoundKind
from assessments.models import Participation, Round
from assessments.operations.answering import RatingInput, RoundIsClosed, save_ratings
from forums.enums import Role
from results.models import FORUM_ROW, Comment, Publication
from results.seal import seal_due_rounds, seal_round, seal_side_by_side
from tests.factories import ForumFactory, MembershipFactory, PublicationFactory
from tests.worlds import believe_empty, open_round_of

pytestmark = pytest.mark.django_db


def cells(place: int) -> list[object]:
    return Publication.objects.get(place=place).cells


def test_seal_publishes_one_histogram_for_each_goal(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3, None])

    world.seal()

    assert cells(1) == [[1, 1, 2, 1, 1, 1]] * 4
    publication = Publication.objects.get()
    assert (publication.roles, publication.invited) == (["chief", "unit_head"], 9)
    assert world.round_forum.answered == 7


def test_seal_hides_the_level_of_a_near_unanimous_goal(cast):
    world = open_round_of(cast.forum)
    world.answer([4, 4, 4, 4, 4, 4, 2])

    world.seal()

    assert cells(1) == ["u7"] * 4


def test_seal_withholds_a_goal_that_fewer_than_five_rated(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])
    few = world.goals[2]
    for participation in world.participations[:2]:
        world.rate(participation, {few: None}, reason="Det ved jeg ikke")

    world.seal()

    assert [cell is None for cell in cells(1)] == [False, False, True, False]
    assert cells(FORUM_ROW) == [None, None, "few", None]
    assert not Comment.objects.exists()


def test_seal_publishes_nothing_of_a_forum_with_four_answers_beside_its_chief(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5], reason="Læs det ikke")

    world.seal()

    assert cells(FORUM_ROW) == ["few"] * 4
    assert Publication.objects.count() == 1
    assert not Comment.objects.exists()


def test_seal_parts_a_large_forum_in_atoms():
    forum = ForumFactory()
    for role, count in ((Role.UNIT_HEAD, 8), (Role.DEPARTMENT_HEAD, 9)):
        MembershipFactory.create_batch(count, forum=forum, role=role)
    world = open_round_of(forum)
    world.answer([1, 2] * 4 + [3, 4, 5] * 3)

    world.seal()

    rows = Publication.objects.order_by("place").values_list("place", "roles", "cells")
    assert list(rows) == [
        (1, ["unit_head"], [[4, 4, 0, 0, 0, 0]] * 4),
        (2, ["department_head"], [[0, 0, 3, 3, 3, 0]] * 4),
    ]


def test_seal_keeps_reasons_sorted_by_their_words(cast):
    world = open_round_of(cast.forum)
    goal = world.goals[0]
    for participation, value, reason in zip(
        world.participations, (1, 2, 3, 4, 5, None), ("c", "a", "", "b", "e", "d"), strict=False
    ):
        world.rate(participation, {goal: value}, reason=reason)

    world.seal()

    assert [comment.text for comment in Comment.objects.all()] == ["a", "b", "c", "d", "e"]
    assert {comment.goal_id for comment in Comment.objects.all()} == {goal.pk}


def test_reason_without_a_rating_is_kept_and_not_counted(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3, 2])
    alone = RatingInput(world.goals[0].pk, None, False, "Jeg har kun ord")
    save_ratings(participation=world.participations[7], ratings=[alone], now=world.round.opens_at)

    world.seal()

    assert [comment.text for comment in Comment.objects.all()] == ["Jeg har kun ord"]
    assert cells(1)[0] == [1, 2, 2, 1, 1, 0]


def test_seal_deletes_every_answer_and_who_took_part(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])
    Participation.objects.update(done_at=world.round.opens_at)

    world.seal()

    assert not Answer.objects.exists()
    assert not Rating.objects.exists()
    assert Participation.objects.count() == 9
    assert not Participation.objects.exclude(answered_at=None, done_at=None).exists()


def test_seal_leaves_other_rounds_alone(cast):
    world = open_round_of(cast.forum)
    other = open_round_of(ForumFactory(), edition=world.round.edition)
    MembershipFactory(forum=other.round_forum.forum)
    world.answer([1, 2, 3, 4, 5, 3])
    bystander = open_round_of(cast.team, edition=world.round.edition)
    bystander.answer([2, 3])

    world.seal()

    assert Answer.objects.count() == 2
    assert Rating.objects.count() == 8


def test_seal_twice_changes_nothing(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])
    now = world.seal()

    again = seal_round(round_=world.round, now=now + timedelta(days=1))

    assert again is False
    assert Publication.objects.count() == 1
    assert world.round.sealed_at == now


@pytest.mark.parametrize(("minutes", "sealed"), [(-1, 0), (5, 0), (6, 1)])
def test_seal_waits_until_five_minutes_past_closing(cast, minutes, sealed):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])

    count = seal_due_rounds(now=world.round.closes_at + timedelta(minutes=minutes))

    assert count == sealed


def test_seal_and_save_never_both(cast):
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])
    world.seal()

    with pytest.raises(RoundIsClosed):
        save_ratings(participation=world.participations[0], ratings=[], now=world.round.closes_at)


def test_seal_of_a_shared_round_keeps_what_the_team_agreed(cast):
    world = open_round_of(cast.team, kind=RoundKind.SHARED)

    now = world.seal()

    assert not Publication.objects.exists()
    assert world.round.sealed_at == now
    assert world.round_forum.releases_itself_at == now + timedelta(days=14)


def test_seal_sets_when_the_chief_above_sees_it_at_the_latest(cast):
    world = open_round_of(cast.forum, release_delay_days=3)
    world.answer([1, 2, 3, 4, 5, 3])

    now = world.seal()

    assert world.round_forum.releases_itself_at == now + timedelta(days=3)


def test_a_goal_in_the_forum_s_row_and_in_an_atom_s_is_refused_by_the_database():
    atom = PublicationFactory(place=1, cells=[None, [1, 1, 1, 1, 1, 0]])

    with pytest.raises(DatabaseError, match="never both"), transaction.atomic():
        PublicationFactory(
            forum=atom.forum, round=atom.round, place=0, cells=["few", [1, 1, 1, 1, 1, 0]]
        )
    PublicationFactory(forum=atom.forum, round=atom.round, place=0, cells=["few", None])

    assert Publication.objects.count() == 2


def test_a_publication_is_never_changed():
    publication = PublicationFactory(cells=["few"])

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(invited=12)

    publication.refresh_from_db()
    assert publication.invited == 11


@pytest.mark.parametrize(("today", "kept", "shown"), [(5, 7, True), (7, 7, True), (8, 8, False)])
def test_the_threshold_is_the_one_promised_or_a_higher_one(cast, today, kept, shown):
    """Lowered while the round is open, the municipality's figure changes nothing for it."""
    world = open_round_of(cast.forum, smallest_group=7)
    world.answer([1, 2, 3, 4, 5, 3, 2, 4])
    cast.municipality.smallest_group = today
    cast.municipality.save()

    world.seal()

    assert world.round.smallest_group == kept
    assert (cells(1 if shown else FORUM_ROW)[0] != "few") is shown


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no such sizes")
@pytest.mark.django_db(transaction=True)
def test_planner_that_takes_full_tables_for_empty_is_put_right_before_the_count(cast):
    """With what it believed the night before, one count among 144,000 ratings took ten minutes."""
    world = open_round_of(cast.forum)
    world.answer([1, 2, 3, 4, 5, 3])
    believe_empty()
    seen = []

    with connection.execute_wrapper(lambda run, *asked: seen.append(believed()) or run(*asked)):
        assert seal_due_rounds(now=world.round.closes_at + timedelta(minutes=6)) == 1

    assert (seen[0], seen[-1]) == (0, 24)


def believed():
    """How many ratings the planner expects."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'assessments_rating'")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("side_by_side", [True, False])
def test_seals_all_rounds_that_are_due(cast, side_by_side):
    worlds = [open_round_of(cast.forum, days_ago=16) for _ in range(3)]
    for world in worlds:
        world.answer([1, 2, 3, 4, 5, 3, 2, 4])
    now = timezone.now()

    if side_by_side:
        sealed = seal_side_by_side(list(Round.objects.due_to_seal(now).order_by("pk")), now)
    else:
        sealed = seal_due_rounds(now=now)

    assert sealed == 3

    assert not Round.objects.filter(sealed_at=None).exists()
    assert Publication.objects.count() == 3
    assert not Rating.objects.exists()
