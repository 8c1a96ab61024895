import pytest
from django.utils import timezone

from assessments.enums import EditionStatus
from assessments.framework_files import FOLDER, read_framework, read_scale
from assessments.models import Framework, Goal
from assessments.operations.frameworks import (
    Change,
    EditionIsEmpty,
    EditionIsFrozen,
    begin_framework,
    compare,
    copy_framework,
    load_framework,
    new_draft,
    take_in_use,
)
from tests.factories import (
    EditionFactory,
    FrameworkFactory,
    GoalFactory,
    MunicipalityFactory,
    PillarFactory,
    UserFactory,
)

FRAMEWORKS = (
    "norddjurs-plf",
    "hoeje-taastrup-ledelsesgrundlag",
    "plf-nord-ledere-af-ledere",
    "aarhus-slf",
    "kl-temaer",
)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def scale():
    return read_scale(FOLDER / "scale.toml")


def goals_of(edition):
    return list(
        Goal.objects.filter(pillar__edition=edition).order_by("pillar__position", "position")
    )


def reword(goal, text):
    goal.text = text
    goal.save(update_fields=["text"])


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_load_framework_takes_the_file_in_use_as_it_stands(db, scale, now, name):
    file = read_framework(FOLDER / f"{name}.toml")

    edition = load_framework(file=file, scale=scale, municipality=None, now=now)

    pillars = edition.pillars.order_by("position").prefetch_related("goals")
    assert edition.status == EditionStatus.IN_USE
    assert edition.in_use_at == now
    assert [pillar.name for pillar in pillars] == [pillar.name for pillar in file.pillars]
    assert [goal.text for pillar in pillars for goal in pillar.goals.all()] == [
        goal.text for pillar in file.pillars for goal in pillar.goals
    ]


def test_load_framework_keeps_what_is_there(db, scale, now):
    file = read_framework(FOLDER / "aarhus-slf.toml")
    first = load_framework(file=file, scale=scale, municipality=None, now=now)
    new_draft(edition=first)

    again = load_framework(file=file, scale=scale, municipality=None, now=now)

    assert again == first
    assert Framework.objects.count() == 1


def test_load_framework_gives_the_draft_where_nothing_is_in_use(db, scale, now):
    file = read_framework(FOLDER / "aarhus-slf.toml")
    draft = EditionFactory(framework__slug=file.slug, status=EditionStatus.DRAFT)

    assert load_framework(file=file, scale=scale, municipality=None, now=now) == draft


def test_load_framework_without_do_not_know_offers_none(db, scale, now):
    silent = scale.model_copy(update={"no_answer": None})
    file = read_framework(FOLDER / "aarhus-slf.toml")

    edition = load_framework(file=file, scale=silent, municipality=None, now=now)

    assert edition.no_answer == ""


def test_begin_framework_makes_an_empty_draft(db, scale):
    framework = Framework(slug="nyt", name="Nyt", municipality=MunicipalityFactory())

    draft = begin_framework(framework=framework, question="Lykkes vi?", scale=scale)

    assert (draft.number, draft.status, draft.question) == (1, "draft", "Lykkes vi?")
    assert draft.levels[0] == "Slet ikke"


def test_copy_framework_begins_every_trend_anew(db):
    shared = EditionFactory()
    municipality = MunicipalityFactory()

    draft = copy_framework(edition=shared, municipality=municipality, slug="vores", name="Vores")

    assert draft.framework.municipality == municipality
    assert [goal.text for goal in goals_of(draft)] == [goal.text for goal in goals_of(shared)]
    assert [goal.same_as for goal in goals_of(draft)] == [None] * 4


def test_new_draft_copies_and_each_goal_remembers_its_origin(db):
    edition = EditionFactory(extra={"motto": "x"})

    draft = new_draft(edition=edition)

    assert (draft.number, draft.status, draft.in_use_at) == (2, "draft", None)
    assert draft.extra == {"motto": "x"}
    assert [goal.same_as for goal in goals_of(draft)] == goals_of(edition)


def test_new_draft_gives_the_draft_that_is_there(db):
    edition = EditionFactory()

    assert new_draft(edition=edition) == new_draft(edition=edition)


def test_compare_tells_same_changed_new_and_removed(db):
    edition = EditionFactory()
    draft = new_draft(edition=edition)
    first, second, third, fourth = goals_of(draft)
    reword(second, "Vi gør det på en anden måde")
    third.delete()
    new = GoalFactory(pillar=fourth.pillar, text="Vi fejrer det")

    comparison = compare(draft)

    assert [(change.goal, change.change) for change in comparison.goals] == [
        (first, Change.SAME),
        (second, Change.CHANGED),
        (fourth, Change.SAME),
        (new, Change.NEW),
    ]
    assert comparison.removed == (goals_of(edition)[2],)
    assert [change.goal for change in comparison.of(Change.SAME)] == [first, fourth]
    assert comparison.in_use == edition
    assert not comparison.other_scale


def test_compare_joins_a_goal_that_was_deleted_and_written_again(db):
    edition = EditionFactory()
    draft = new_draft(edition=edition)
    old = goals_of(edition)[0]
    first = goals_of(draft)[0]
    first.delete()
    again = GoalFactory(pillar=first.pillar, text=old.text)

    comparison = compare(draft)

    assert [change.old for change in comparison.goals if change.goal == again] == [old]
    assert comparison.removed == ()


def test_compare_without_anything_in_use_has_only_new_goals(db):
    draft = EditionFactory(status=EditionStatus.DRAFT)

    comparison = compare(draft)

    assert comparison.in_use is None
    assert {change.change for change in comparison.goals} == {Change.NEW}


def test_take_in_use_freezes_and_retires_the_one_before(db, now):
    edition, by = EditionFactory(), UserFactory()
    draft = new_draft(edition=edition)

    take_in_use(edition=draft, by=by, now=now)

    edition.refresh_from_db()
    assert edition.status == EditionStatus.RETIRED
    assert (draft.status, draft.in_use_at, draft.in_use_by) == (EditionStatus.IN_USE, now, by)


def test_take_in_use_joins_equal_wording_and_what_is_said_to_be_the_same(db, now):
    edition = EditionFactory()
    draft = new_draft(edition=edition)
    first, second, third, fourth = goals_of(draft)
    reword(second, "Vi siger det bedre")
    reword(third, "Vi siger noget andet")
    fourth.delete()
    again = GoalFactory(pillar=fourth.pillar, text=fourth.text)
    old = goals_of(edition)

    take_in_use(edition=draft, by=None, now=now, still_the_same={second.pk})

    origins = {goal.pk: goal.same_as for goal in goals_of(draft)}
    assert origins == {first.pk: old[0], second.pk: old[1], third.pk: None, again.pk: old[3]}


def test_take_in_use_parts_a_goal_of_equal_wording_that_is_said_to_begin_anew(db, now):
    draft = new_draft(edition=EditionFactory())
    first, *_rest = goals_of(draft)

    take_in_use(edition=draft, by=None, now=now, begin_anew={first.pk})

    assert [goal.same_as is not None for goal in goals_of(draft)] == [False, True, True, True]


def test_take_in_use_parts_every_goal_where_the_scale_is_another(db, now):
    draft = new_draft(edition=EditionFactory())
    draft.levels = ["Nej", "Ja"]
    draft.save()
    goals = goals_of(draft)

    take_in_use(edition=draft, by=None, now=now, still_the_same={goals[0].pk})

    assert [goal.same_as for goal in goals_of(draft)] == [None] * 4


def test_take_in_use_refuses_an_edition_without_goals(db, now):
    draft = EditionFactory(status=EditionStatus.DRAFT, pillar_count=0)
    PillarFactory(edition=draft)

    with pytest.raises(EditionIsEmpty):
        take_in_use(edition=draft, by=None, now=now)


def test_take_in_use_refuses_a_heading_without_goals(db, now):
    draft = EditionFactory(status=EditionStatus.DRAFT)
    PillarFactory(edition=draft)

    with pytest.raises(EditionIsEmpty):
        take_in_use(edition=draft, by=None, now=now)


def test_take_in_use_refuses_twice_and_changes_nothing(db, now):
    edition = EditionFactory()
    draft = new_draft(edition=edition)
    take_in_use(edition=draft, by=None, now=now)

    with pytest.raises(EditionIsFrozen):
        take_in_use(edition=edition, by=None, now=now)

    draft.refresh_from_db()
    assert draft.status == EditionStatus.IN_USE


def test_other_frameworks_are_left_alone(db, now):
    other = EditionFactory()
    draft = EditionFactory(framework=FrameworkFactory(), status=EditionStatus.DRAFT)

    take_in_use(edition=draft, by=None, now=now)

    other.refresh_from_db()
    assert other.status == EditionStatus.IN_USE
