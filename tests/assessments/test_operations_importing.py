from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis.extra.django import TestCase

from assessments.enums import EditionStatus
from assessments.framework_files import FOLDER, parse_framework, read_framework, read_scale
from assessments.framework_messages import FileIsWrong
from assessments.framework_writing import toml_of
from assessments.models import Edition, Goal
from assessments.operations.as_file import file_of
from assessments.operations.comparing import steps_between
from assessments.operations.drafts import DraftHasChanged, contents_of, fingerprint, own_fields
from assessments.operations.frameworks import compare, load_framework, new_draft, take_in_use
from assessments.operations.importing import (
    base_of,
    contents_from,
    import_as_draft,
    import_as_framework,
)
from tests.assessments.test_framework_files import SHIPPED, frameworks
from tests.factories import EditionFactory, FrameworkFactory, MunicipalityFactory

SCALE = read_scale(FOLDER / "scale.toml")


@pytest.fixture
def edition(db):
    return load_framework(
        file=read_framework(FOLDER / "norddjurs-plf.toml"),
        scale=SCALE,
        municipality=None,
        now="2026-01-01T00:00Z",
    )


def carried(edition):
    """All that an edition carries, but for its number and its rows' ids."""
    edition = Edition.objects.get(pk=edition.pk)
    own = {name: getattr(edition, name) for name in own_fields()}
    contents = [
        replace(pillar, id=None, goals=tuple(replace(goal, id=None) for goal in pillar.goals))
        for pillar in contents_of(edition)
    ]
    return own | {"extra": edition.extra}, contents


def read(edition, *changes):
    """The edition's own file, with some changes in its text."""
    text = toml_of(file_of(edition))
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse_framework(text.encode())


def imported(edition, file):
    base = base_of(edition.framework)
    return import_as_draft(
        file=file, scale=SCALE, framework=edition.framework, as_read=fingerprint(base.pk)
    )


def told(edition, file):
    """What the file changes, in short."""
    before = contents_of(edition)
    steps = steps_between(before, contents_from(file, before))
    return {
        "new": [goal.new.text for p in steps.pillars for goal in p.goals if goal.old is None],
        "changed": [goal.new.text for p in steps.pillars for goal in p.goals if goal.changed],
        "moved": [goal.new.text for p in steps.pillars for goal in p.goals if goal.moved],
        "removed": [goal.text for p in (*steps.pillars,) for goal in p.removed],
        "pillars": [p.new.code for p in steps.pillars if not p.is_same],
        "gone": [p.code for p in steps.removed],
    }


NOTHING: dict[str, list[str]] = {
    "new": [],
    "changed": [],
    "moved": [],
    "removed": [],
    "pillars": [],
    "gone": [],
}


# --- load(export(x)) = x ------------------------------------------------------------------------


class LoadOfExportTest(TestCase):
    @settings(max_examples=settings().max_examples // 15)
    @given(frameworks())
    def test_an_edition_comes_back_as_it_was(self, file):
        edition = import_as_framework(file=file, scale=SCALE, municipality=None, slug="den-ene")
        written = toml_of(file_of(edition))

        again = import_as_framework(
            file=parse_framework(written.encode()), scale=SCALE, municipality=None, slug="den-anden"
        )

        assert carried(again) == carried(edition)
        assert written == toml_of(file_of(again)).replace("den-anden", "den-ene", 1)


@pytest.mark.parametrize("name", SHIPPED)
def test_each_shipped_framework_comes_back_as_it_was(db, name):
    file = read_framework(FOLDER / f"{name}.toml")
    edition = load_framework(file=file, scale=SCALE, municipality=None, now="2026-01-01T00:00Z")

    again = import_as_framework(file=read(edition), scale=SCALE, municipality=None, slug="igen")

    assert carried(again) == carried(edition)
    assert (again.status, again.number) == (EditionStatus.DRAFT, 1)


def test_an_edition_s_own_file_changes_nothing(edition):
    assert told(edition, read(edition)) == NOTHING
    assert carried(imported(edition, read(edition))) == carried(edition)


def test_the_shipped_file_changes_nothing_though_it_names_its_scale_and_no_colours(edition):
    file = read_framework(FOLDER / "norddjurs-plf.toml")

    assert told(edition, file) == NOTHING


# --- what a file changes ------------------------------------------------------------------------

STYRKE = "Vi ser uenighed som en styrke"
RETNING = "Vi har en fælles retning for vores arbejde"


def test_a_reworded_goal_is_the_same_goal(edition):
    file = read(edition, (STYRKE, "Vi ser uenighed som en stor styrke"))

    draft = imported(edition, file)

    assert told(edition, file) == NOTHING | {
        "changed": ["Vi ser uenighed som en stor styrke"],
        "pillars": ["samarbejde"],
    }
    goal = Goal.objects.get(pillar__edition=draft, text="Vi ser uenighed som en stor styrke")
    assert goal.same_as.text == STYRKE
    assert [row.old.text for row in compare(draft).of("changed")] == [STYRKE]


def test_quite_another_sentence_is_a_new_goal_and_the_old_one_leaves(edition):
    file = read(edition, (STYRKE, "Hver onsdag går vi en tur i skoven"))

    assert told(edition, file) == NOTHING | {
        "new": ["Hver onsdag går vi en tur i skoven"],
        "removed": [STYRKE],
        "pillars": ["samarbejde"],
    }


def test_a_goal_that_moves_to_another_pillar_is_told_from_where(edition):
    file = read(
        edition, (f'  "{RETNING}",\n', ""), (f'  "{STYRKE}",\n', f'  "{STYRKE}",\n  "{RETNING}",\n')
    )
    before = contents_of(edition)
    steps = steps_between(before, contents_from(file, before))

    moved = [goal for step in steps.pillars for goal in step.goals if goal.moved]

    assert [(goal.new.text, goal.moved_from, goal.changed) for goal in moved] == [
        (RETNING, "Fælles værdier og visioner", False)
    ]
    assert told(edition, file)["removed"] == []


def test_only_what_moved_past_the_others_is_told_as_moved(edition):
    italesaetter = "Vi italesætter vores værdier og visioner"
    file = read(
        edition,
        (f'  "{italesaetter}",\n', ""),
        (f'  "{RETNING}",\n', f'  "{italesaetter}",\n  "{RETNING}",\n'),
    )

    assert told(edition, file)["moved"] == [italesaetter]


def test_a_pillar_comes_and_another_goes_with_its_goals(edition):
    file = read(edition, ('code = "samarbejde"', 'code = "faellesskab"'), (f'  "{STYRKE}",\n', ""))
    before = contents_of(edition)
    steps = steps_between(before, contents_from(file, before))

    draft = imported(edition, file)

    assert [step.code for step in steps.removed] == ["samarbejde"]
    assert [goal.text for step in steps.removed for goal in step.goals] == [STYRKE]
    assert [step.new.code for step in steps.pillars if step.old is None] == ["faellesskab"]
    assert "faellesskab" in draft.pillars.order_by("pk").values_list("code", flat=True)
    assert (
        carried(draft)[1]
        == carried(import_as_framework(file=file, scale=SCALE, municipality=None, slug="ny"))[1]
    )


def test_pillars_change_places(edition):
    file = file_of(edition)
    file.pillars.insert(0, file.pillars.pop())
    before = contents_of(edition)

    steps = steps_between(before, contents_from(file, before))

    assert [step.new.code for step in steps.pillars if step.moved] == [file.pillars[0].code]
    assert [p.code for p in imported(edition, file).pillars.order_by("position")] == [
        pillar.code for pillar in file.pillars
    ]


def test_twice_the_same_sentence_is_two_goals(edition):
    file = read(edition, (f'  "{STYRKE}",\n', f'  "{STYRKE}",\n  "{STYRKE}",\n'))

    assert told(edition, file)["new"] == [STYRKE]


# --- where it goes ------------------------------------------------------------------------------


def test_a_file_goes_into_the_draft_that_is_there(edition):
    draft = new_draft(edition=edition)

    again = imported(edition, read(edition, (STYRKE, "Vi ser uenighed som vores styrke")))

    assert again == draft
    assert Edition.objects.filter(framework=edition.framework).count() == 2


def test_the_edition_in_use_stays_as_it_is(edition):
    before = carried(edition)

    imported(edition, read(edition, (STYRKE, "Noget andet"), ('shape = "house"', 'shape = "list"')))

    assert carried(edition) == before


def test_a_file_s_own_keys_follow_it(edition):
    draft = imported(edition, read(edition, ('owner = "Norddjurs Kommune"', 'owner = "Os"')))

    draft.refresh_from_db()
    assert draft.extra == {"owner": "Os", "language": "da"}


def test_a_draft_that_somebody_wrote_in_meanwhile_is_not_overwritten(edition):
    as_read = fingerprint(edition.pk)
    new_draft(edition=edition).pillars.order_by("pk")[0].delete()

    with pytest.raises(DraftHasChanged):
        import_as_draft(
            file=read(edition), scale=SCALE, framework=edition.framework, as_read=as_read
        )


def test_a_draft_that_was_taken_in_use_meanwhile_is_shown_again(edition):
    draft = new_draft(edition=edition)
    as_read = fingerprint(draft.pk)
    Goal.objects.filter(pillar__edition=draft).update(help="Imens")
    take_in_use(edition=draft, by=None, now=timezone.now())

    with pytest.raises(DraftHasChanged):
        import_as_draft(
            file=read(edition), scale=SCALE, framework=edition.framework, as_read=as_read
        )

    assert Edition.objects.count() == 2


def test_a_scale_that_is_not_known_leaves_nothing_behind(edition):
    file = read_framework(FOLDER / "norddjurs-plf.toml").model_copy(update={"scale": "grad-9"})

    with pytest.raises(FileIsWrong):
        imported(edition, file)

    assert Edition.objects.count() == 1


def test_base_of_is_the_draft_or_what_is_in_use(db):
    draft = EditionFactory(status=EditionStatus.DRAFT)
    retired = EditionFactory(status=EditionStatus.RETIRED)
    in_use = EditionFactory(framework=retired.framework, number=2)

    assert base_of(draft.framework) == draft
    assert base_of(retired.framework) == in_use


def test_a_framework_whose_draft_was_deleted_gets_its_first_from_the_file(db):
    framework = FrameworkFactory()
    file = read_framework(FOLDER / "aarhus-slf.toml")

    draft = import_as_draft(file=file, scale=SCALE, framework=framework, as_read="")

    assert (draft.framework, draft.number, draft.status) == (framework, 1, "draft")
    assert draft.pillars.count() == 5


def test_a_new_framework_is_the_municipality_s_own(db):
    municipality = MunicipalityFactory()
    file = read_framework(FOLDER / "aarhus-slf.toml")

    draft = import_as_framework(file=file, scale=SCALE, municipality=municipality, slug="vores")

    assert (draft.framework.municipality, draft.framework.slug) == (municipality, "vores")
    assert draft.framework.name == file.name
    assert draft.status == EditionStatus.DRAFT
