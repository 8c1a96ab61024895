from dataclasses import replace

import pytest
from django.utils import timezone

from assessments.enums import EditionStatus
from assessments.models import Edition, Goal
from assessments.operations.drafts import (
    DraftHasChanged,
    GoalInput,
    PillarInput,
    contents_of,
    fingerprint,
    lock_draft,
    save_draft,
)
from assessments.operations.frameworks import EditionIsFrozen, new_draft, take_in_use
from tests.factories import EditionFactory


@pytest.fixture
def draft(db):
    return EditionFactory(status=EditionStatus.DRAFT)


def save(draft, pillars):
    save_draft(edition=draft, pillars=pillars, as_read=fingerprint(draft.pk))


def test_save_draft_of_what_was_read_changes_nothing(draft):
    before = fingerprint(draft.pk)

    save(draft, contents_of(draft))

    assert fingerprint(draft.pk) == before


def test_save_draft_keeps_the_edition_s_own_words(draft):
    draft.question = "Lykkes vi i {forum}?"

    save(draft, contents_of(draft))

    assert Edition.objects.get(pk=draft.pk).question == "Lykkes vi i {forum}?"


def test_save_draft_changes_moves_adds_and_deletes(draft):
    first, second = contents_of(draft)
    moved, gone = first.goals
    stays, reworded = second.goals
    new = GoalInput(None, "Vi fejrer det", "Også det små", True, ("aldrig", "altid"))

    save(
        draft,
        [
            replace(second, goals=(replace(reworded, text="Vi siger det bedre"), stays, moved)),
            PillarInput(None, "Øvrige mål", "", 3, (new,)),
        ],
    )

    after = contents_of(draft)
    assert [pillar.name for pillar in after] == [second.name, "Øvrige mål"]
    assert [goal.id for goal in after[0].goals] == [reworded.id, stays.id, moved.id]
    assert after[0].goals[0].text == "Vi siger det bedre"
    assert replace(after[1].goals[0], id=None) == new
    assert not Goal.objects.filter(pk=gone.id).exists()
    assert draft.pillars.get(pk=after[1].id).code == "oevrige-maal"


def test_save_draft_gives_new_pillars_of_one_name_a_short_name_each(draft):
    save(draft, [PillarInput(None, name, "", 1, ()) for name in ("Mål", "Mål", "???")])

    codes = draft.pillars.order_by("position").values_list("code", flat=True)
    assert list(codes) == ["maal", "maal-2", "gruppe"]


def test_save_draft_gives_no_pillar_a_short_name_that_is_an_address_already(draft):
    save(draft, [PillarInput(None, name, "", 1, ()) for name in ("Svar", "PDF")])

    codes = draft.pillars.order_by("position").values_list("code", flat=True)
    assert list(codes) == ["svar-2", "pdf-2"]


def test_save_draft_remembers_which_goal_each_one_continues(db):
    draft = new_draft(edition=EditionFactory())
    origins = set(Goal.objects.filter(pillar__edition=draft).values_list("pk", "same_as"))

    save(draft, list(reversed(contents_of(draft))))

    assert set(Goal.objects.filter(pillar__edition=draft).values_list("pk", "same_as")) == origins


def test_save_draft_leaves_another_edition_s_goals_alone(draft):
    other = EditionFactory()
    stolen = contents_of(other)[0]

    save(draft, [stolen])

    assert contents_of(other)[0] == stolen
    assert contents_of(draft)[0].goals[0].id != stolen.goals[0].id


def test_save_draft_refuses_what_somebody_changed_meanwhile(draft):
    as_read = fingerprint(draft.pk)
    Goal.objects.filter(pillar__edition=draft).update(help="imens")

    with pytest.raises(DraftHasChanged):
        save_draft(edition=draft, pillars=[], as_read=as_read)

    assert Goal.objects.filter(pillar__edition=draft).count() == 4


def test_save_draft_refuses_what_was_taken_in_use_meanwhile(draft):
    as_read = fingerprint(draft.pk)
    take_in_use(edition=draft, by=None, now=timezone.now())

    with pytest.raises(EditionIsFrozen):
        save_draft(edition=draft, pillars=[], as_read=as_read)


def test_draft_that_was_deleted_while_its_page_was_made_has_nothing_to_be_known_by(draft):
    """The page is shown, and what is sent from it is refused."""
    key = draft.pk
    draft.delete()

    as_read = fingerprint(key)

    assert as_read == ""
    with pytest.raises(EditionIsFrozen):
        lock_draft(edition_id=key, as_read=as_read)
