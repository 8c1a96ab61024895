"""An edition shown as a member meets it, in the administration's frames and nowhere else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Goal
from forums.models import Forum
from tests.factories import EditionFactory, ForumFactory, UserFactory


@pytest.fixture
def draft(cast):
    return EditionFactory(framework__municipality=cast.municipality, status="draft")


def shown(client, edition):
    return client.get(reverse("assessments:as_member", args=[edition.pk]))


def framed(client, edition):
    return client.get(reverse("admin:edition_preview", args=[edition.pk]))


def test_a_draft_is_shown_with_its_words_and_takes_no_answer(cast, client_of, draft):
    page = shown(client_of(cast.administrator), draft)

    content = page.content.decode()
    forum = Forum.objects.filter(municipality=cast.municipality).order_by("name").first()
    assert f"vi i {forum.name_in_sentence} lykkes" in content
    assert all(goal.text in content for goal in Goal.objects.filter(pillar__edition=draft))
    assert "<form" not in content
    assert " checked" not in content
    assert "disabled" in content


def test_only_our_own_pages_may_frame_it(cast, client_of, draft):
    client = client_of(cast.administrator)

    inner, outer = shown(client, draft), framed(client, draft)

    assert inner.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in inner.headers["Content-Security-Policy"]
    assert outer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in outer.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in outer.headers["Content-Security-Policy"]
    assert outer.content.decode().count(f'<iframe src="/grundlag/{draft.pk}/vis/"') == 2


@pytest.mark.parametrize(("status", "link"), [("draft", True), ("in_use", False)])
def test_a_draft_s_preview_leads_on_to_taking_it_in_use(cast, client_of, status, link):
    edition = EditionFactory(framework__municipality=cast.municipality, status=status)

    page = framed(client_of(cast.administrator), edition)

    take = reverse("admin:edition_take_in_use", args=[edition.pk])
    assert (take in page.content.decode()) is link


@pytest.mark.parametrize("see", [shown, framed])
def test_shared_editions_are_shown_to_every_administrator_and_no_one_else_s(cast, client_of, see):
    shared = EditionFactory(framework__municipality=None)
    theirs = EditionFactory(framework__municipality=cast.other_municipality)
    client = client_of(cast.administrator)

    assert (see(client, shared).status_code, see(client, theirs).status_code) == (200, 404)


@pytest.mark.parametrize("who", ["chief", "unit_head", "facilitator", "newcomer"])
def test_others_are_told_that_it_is_not_theirs(cast, client_of, who):
    shared = EditionFactory(framework__municipality=None)

    assert shown(client_of(cast.person(who)), shared).status_code == 403


def test_without_a_forum_it_is_shown_for_one_that_could_be(db, client_of):
    draft = EditionFactory(framework__municipality=None, status="draft")
    client = client_of(UserFactory(is_staff=True, is_superuser=True))

    page = shown(client, draft)

    assert page.status_code == 200
    assert "{forum}" not in page.content.decode()


@pytest.mark.parametrize("size", [1, 3])
def test_it_asks_the_same_however_many_goals_and_forums(cast, client_of, size):
    edition = EditionFactory(
        framework__municipality=cast.municipality,
        status="draft",
        pillar_count=size,
        goals_each=size * 2,
    )
    ForumFactory.create_batch(size, municipality=cast.municipality)
    client = client_of(cast.administrator)

    with CaptureQueriesContext(connection) as queries:
        shown(client, edition)

    assert len(queries) == 6
