"""A forum's own words: frozen once published, held at a moment, carried into the next edition."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assessments.models import Goal, LocalWording, Round, RoundForum
from assessments.models.local_wordings import local_words
from assessments.operations.asked import goals_of
from assessments.operations.frameworks import new_draft, take_in_use
from assessments.operations.local_wordings import (
    keep_drafts,
    publish_drafts,
    wordable_editions,
    wordable_forums,
)
from tests.factories import EditionFactory, ForumFactory, LocalWordingFactory


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def edition(cast):
    return EditionFactory(framework__municipality=cast.municipality, local_translation=True)


@pytest.fixture
def goals(edition):
    return list(Goal.objects.filter(pillar__edition=edition))


def words(edition, forum, at):
    """By both ways of asking, which say the same."""
    row = RoundForum(round=Round(edition=edition, opened_at=at), forum=forum)
    found = {goal.pk: goal.local for goal in goals_of(edition, row) if getattr(goal, "local", "")}
    assert found == local_words(edition=edition, forum_id=forum.pk, at=at)
    return found


def publish(cast, edition, texts, now, forum=None):
    forum = forum or cast.forum
    keep_drafts(forum=forum, edition=edition, texts=texts)
    return publish_drafts(forum=forum, edition=edition, by=cast.unit_head, now=now)


def test_draft_is_shown_to_nobody_until_it_is_published(cast, edition, goals, now):
    keep_drafts(forum=cast.forum, edition=edition, texts={goals[0].pk: "Vi spiser sammen"})
    assert words(edition, cast.forum, now) == {}

    assert publish_drafts(forum=cast.forum, edition=edition, by=cast.unit_head, now=now) == 1

    assert words(edition, cast.forum, now) == {goals[0].pk: "Vi spiser sammen"}
    assert words(edition, cast.team, now) == {}
    assert LocalWording.objects.get().published_by == cast.unit_head


def test_words_are_those_of_the_moment_asked_about(cast, edition, goals, now):
    day = timedelta(days=1)
    publish(cast, edition, {goals[0].pk: "Først", goals[1].pk: "Begge dage"}, now)
    publish(cast, edition, {goals[0].pk: "Siden"}, now + day)
    publish(cast, edition, {goals[0].pk: ""}, now + 2 * day)

    assert [
        words(edition, cast.forum, now + days * day).get(goals[0].pk) for days in (-1, 0, 1, 2)
    ] == [None, "Først", "Siden", None]
    assert words(edition, cast.forum, now + 3 * day) == {goals[1].pk: "Begge dage"}


def test_draft_that_says_what_is_published_is_none(cast, edition, goals, now):
    publish(cast, edition, {goals[0].pk: "Vi spiser sammen"}, now)

    keep_drafts(forum=cast.forum, edition=edition, texts={goals[0].pk: "Andet", goals[1].pk: ""})
    assert LocalWording.objects.drafts().get().text == "Andet"
    keep_drafts(forum=cast.forum, edition=edition, texts={goals[0].pk: "Vi spiser sammen"})

    assert not LocalWording.objects.drafts().exists()


def test_edition_that_allows_none_shows_none(cast, now):
    edition = EditionFactory(framework__municipality=cast.municipality)
    goal = Goal.objects.filter(pillar__edition=edition).first()
    LocalWordingFactory(forum=cast.forum, goal=goal)

    assert words(edition, cast.forum, now) == {}


@pytest.mark.parametrize(
    "change", [{"text": "Andet"}, {"published_at": None}, {"goal": 1}, {"forum": 1}]
)
def test_published_wording_never_changes(cast, goals, change):
    row = LocalWordingFactory(forum=cast.forum, goal=goals[0])
    change = {
        name: {"goal": goals[1], "forum": cast.team}.get(name, value)
        for name, value in change.items()
    }

    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        LocalWording.objects.filter(pk=row.pk).update(**change)

    row.refresh_from_db()
    assert row.text == "Hos os spiser vi sammen"
    assert str(row) == f"{cast.forum.pk} · {goals[0].pk}"


def test_one_who_published_may_be_deleted_and_the_words_stay(cast, edition, goals, now):
    publish(cast, edition, {goals[0].pk: "Vi spiser sammen"}, now)

    cast.unit_head.delete()

    assert words(edition, cast.forum, now) == {goals[0].pk: "Vi spiser sammen"}


def test_words_follow_the_goal_into_the_next_edition_where_it_is_the_same(
    cast, edition, goals, now
):
    same, changed, joined, gone = goals
    texts = {goal.pk: f"Hos os {place}" for place, goal in enumerate(goals)}
    publish(cast, edition, texts, now)
    publish(cast, edition, {gone.pk: ""}, now + timedelta(hours=1))
    keep_drafts(forum=cast.forum, edition=edition, texts={same.pk: "Kladde"})
    draft = new_draft(edition=edition)
    copies = {goal.same_as_id: goal for goal in Goal.objects.filter(pillar__edition=draft)}
    for goal in (changed, joined):
        copies[goal.pk].text += ", og mere"
        copies[goal.pk].save()

    later = now + timedelta(days=1)
    take_in_use(edition=draft, by=None, now=later, still_the_same=[copies[joined.pk].pk])

    assert words(draft, cast.forum, later) == {
        copies[same.pk].pk: "Hos os 0",
        copies[joined.pk].pk: "Hos os 2",
    }
    assert LocalWording.objects.drafts().get(goal=copies[same.pk]).text == "Kladde"
    assert words(edition, cast.forum, later)[same.pk] == "Hos os 0"


def test_words_of_one_edition_do_not_change_those_of_another(cast, edition, goals, now):
    publish(cast, edition, {goals[0].pk: "Før"}, now)
    draft = new_draft(edition=edition)
    take_in_use(edition=draft, by=None, now=now + timedelta(hours=1))
    copy = Goal.objects.get(same_as=goals[0])

    publish(cast, draft, {copy.pk: "Efter"}, now + timedelta(hours=2))

    later = now + timedelta(days=1)
    assert words(edition, cast.forum, later)[goals[0].pk] == "Før"
    assert words(draft, cast.forum, later)[copy.pk] == "Efter"


def test_own_and_shared_editions_may_be_worded_and_others_not(cast, edition, now):
    shared = EditionFactory(local_translation=True)
    EditionFactory(framework__municipality=cast.other_municipality, local_translation=True)
    EditionFactory(framework__municipality=cast.municipality)

    assert set(wordable_editions(cast.municipality.pk)) == {edition, shared}


def test_only_leads_have_forums_to_word_and_only_with_something_to_word(cast, edition, now):
    ForumFactory(municipality=cast.municipality)

    assert list(wordable_forums(cast.unit_head, now)) == [cast.team, cast.forum]
    assert not wordable_forums(cast.chief, now).exists()
    assert not wordable_forums(cast.facilitator, now).exists()
    assert not wordable_forums(cast.administrator, now).exists()
    edition.framework.municipality = cast.other_municipality
    edition.framework.save()
    assert not wordable_forums(cast.unit_head, now).exists()
