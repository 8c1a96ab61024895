"""What people have rated never changes: the database refuses it, whoever asks."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from assessments.enums import EditionStatus
from assessments.models import Edition, Goal, Pillar
from assessments.operations.frameworks import new_draft
from assessments.operations.removing import removal_allowed
from tests.factories import EditionFactory, GoalFactory, PillarFactory
from tests.worlds import open_round_of

EDITION_FIELDS = {
    "number": 9,
    "shape": "list",
    "question": "Et andet spørgsmål",
    "stem": True,
    "motto": "x",
    "why": ["x"],
    "roof": "x",
    "values": ["x"],
    "foundation_name": "x",
    "foundation": ["x"],
    "pillar_word": "x",
    "pillar_words": "x",
    "goal_word": "x",
    "goal_words": "x",
    "levels": ["x", "y"],
    "no_answer": "x",
    "local_translation": True,
    "extra": {"x": 1},
}
PILLAR_FIELDS = {"position": 9, "code": "x", "name": "x", "description": "x", "colour": 4}
GOAL_FIELDS = {
    "position": 9,
    "text": "x",
    "help": "x",
    "show_help": True,
    "descriptors": ["x"],
}
FROZEN = [EditionStatus.IN_USE, EditionStatus.RETIRED]


def refused(action, *args, **fields):
    with pytest.raises(DatabaseError, match="an edition in use is frozen"), transaction.atomic():
        action(*args, **fields)


def edition_that_is(status):
    edition = EditionFactory()
    Edition.objects.filter(pk=edition.pk).exclude(status=status).update(status=status)
    return edition


@pytest.fixture(params=FROZEN)
def edition(db, request):
    return edition_that_is(request.param)


@pytest.mark.parametrize("field", EDITION_FIELDS)
def test_edition_s_own_words_are_frozen(edition, field):
    refused(Edition.objects.filter(pk=edition.pk).update, **{field: EDITION_FIELDS[field]})


def test_every_field_of_an_edition_is_frozen_or_says_when_it_was():
    may_change = {"id", "framework", "status", "in_use_at", "in_use_by"}

    fields = {field.name for field in Edition._meta.concrete_fields}

    assert fields - may_change == set(EDITION_FIELDS)


@pytest.mark.parametrize("field", PILLAR_FIELDS)
def test_pillars_are_frozen(edition, field):
    refused(Pillar.objects.filter(edition=edition).update, **{field: PILLAR_FIELDS[field]})


@pytest.mark.parametrize("field", GOAL_FIELDS)
def test_goals_are_frozen(edition, field):
    refused(Goal.objects.filter(pillar__edition=edition).update, **{field: GOAL_FIELDS[field]})


def test_every_field_of_pillars_and_goals_is_frozen_but_what_joins_trends():
    pillar = {field.name for field in Pillar._meta.concrete_fields}
    goal = {field.name for field in Goal._meta.concrete_fields}

    assert pillar - {"id", "edition"} == set(PILLAR_FIELDS)
    assert goal - {"id", "pillar", "same_as"} == set(GOAL_FIELDS)


def test_nothing_is_added_to_a_frozen_edition(edition):
    refused(PillarFactory, edition=edition)
    refused(GoalFactory, pillar=edition.pillars.order_by("pk")[0])


def test_nothing_moves_out_of_a_frozen_edition(edition):
    draft = EditionFactory(status=EditionStatus.DRAFT)

    refused(Pillar.objects.filter(edition=edition).update, edition=draft)
    refused(
        Goal.objects.filter(pillar__edition=edition).update,
        pillar=draft.pillars.order_by("pk")[0],
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [("in_use", "draft"), ("retired", "in_use"), ("retired", "draft")],
)
def test_status_never_goes_back(db, before, after):
    edition = edition_that_is(before)

    refused(Edition.objects.filter(pk=edition.pk).update, status=after)


def test_a_draft_is_free(db):
    draft = EditionFactory(status=EditionStatus.DRAFT)

    Edition.objects.filter(pk=draft.pk).update(**EDITION_FIELDS)
    Goal.objects.filter(pillar__edition=draft).update(**GOAL_FIELDS)
    pillar = draft.pillars.order_by("pk")[0]
    Pillar.objects.filter(pk=pillar.pk).update(**PILLAR_FIELDS)

    draft.refresh_from_db()
    assert draft.question == "Et andet spørgsmål"


def test_a_frozen_goal_may_still_be_joined_to_another(edition):
    first, second = Goal.objects.filter(pillar__edition=edition).order_by("pk")[:2]

    Goal.objects.filter(pk=first.pk).update(same_as=second)

    first.refresh_from_db()
    assert first.same_as == second


# --- nothing is deleted -------------------------------------------------------------------------


def kept(delete):
    with (
        pytest.raises(DatabaseError, match="an edition in use keeps its goals"),
        transaction.atomic(),
    ):
        delete()


def by_hand(table, pks):
    """What somebody writes at the database's own prompt."""
    with connection.cursor() as cursor:
        for pk in pks:
            cursor.execute(f"DELETE FROM assessments_{table} WHERE id = %s", [pk])  # noqa: S608 -- ours


def test_goals_and_pillars_of_a_frozen_edition_are_not_deleted(edition):
    goals = Goal.objects.filter(pillar__edition=edition)

    kept(goals.delete)
    kept(edition.pillars.all().delete)
    kept(edition.delete)
    kept(edition.framework.delete)

    assert (goals.count(), edition.pillars.count()) == (4, 2)


@pytest.mark.parametrize("table", ["edition", "pillar", "goal"])
def test_nothing_of_a_frozen_edition_is_deleted_past_django(edition, table):
    pks = {
        "edition": [edition.pk],
        "pillar": [pillar.pk for pillar in edition.pillars.order_by("pk")],
        "goal": [goal.pk for goal in Goal.objects.filter(pillar__edition=edition)],
    }

    kept(lambda: by_hand(table, pks[table]))

    assert Goal.objects.filter(pillar__edition=edition).count() == 4


def test_a_draft_is_deleted(db):
    draft = EditionFactory(status=EditionStatus.DRAFT)

    draft.delete()

    assert not Pillar.objects.exists()


def test_framework_that_may_go_takes_its_editions_along_and_leaves_the_others_guarded(edition):
    new_draft(edition=edition)
    other = EditionFactory()

    with removal_allowed():
        edition.framework.delete()

    assert list(Edition.objects.all()) == [other]
    assert Goal.objects.exclude(pillar__edition=other).count() == 0
    kept(other.delete)


def test_framework_never_goes_while_a_round_stands_on_it(cast):
    world = open_round_of(cast.forum)

    with pytest.raises(ProtectedError), removal_allowed():
        world.round.edition.framework.delete()

    assert Goal.objects.filter(pillar__edition=world.round.edition).exists()
    kept(world.goals[0].delete)


@pytest.mark.django_db(transaction=True)
def test_flush_empties_frozen_editions_whatever_the_order_of_the_tables():
    edition = EditionFactory()

    call_command("flush", interactive=False, verbosity=0)

    assert not Goal.objects.exists()
    assert not Edition.objects.filter(pk=edition.pk).exists()
    kept(EditionFactory().delete)
