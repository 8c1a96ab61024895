"""The lead words the goals; the words stand where the forum rates and where it sees the result."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.enums import RoundKind
from assessments.models import Goal, LocalWording
from assessments.models.local_wordings import LONGEST_WORDING
from assessments.operations.frameworks import new_draft, take_in_use
from tests.factories import EditionFactory, LocalWordingFactory
from tests.pages import form_of
from tests.worlds import open_round_of

OWN = "Hos os <b>spiser</b> vi sammen"
ESCAPED = "Hos os &lt;b&gt;spiser&lt;/b&gt; vi sammen"


@pytest.fixture
def edition(cast):
    return EditionFactory(
        framework__municipality=cast.municipality, framework__slug="skoler", local_translation=True
    )


@pytest.fixture
def goals(edition):
    return list(Goal.objects.filter(pillar__edition=edition))


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.unit_head)


@pytest.fixture
def url(cast):
    return reverse("assessments:local_words", args=[cast.forum.pk])


def rows(page):
    return [row for _pillar, rows in page.context["pillars"] for row in rows]


def stored():
    return {
        (row.goal_id, row.text, row.published_at is not None) for row in LocalWording.objects.all()
    }


def test_draft_is_kept_and_then_published(client, goals, url):
    data = form_of(client, url, "local-words")

    kept = client.post(url, data | {f"own-{goals[0].pk}": "  Vi spiser\r\nsammen "})
    assert (kept.status_code, kept["Location"]) == (302, f"{url}?grundlag=skoler")
    assert stored() == {(goals[0].pk, "Vi spiser sammen", False)}
    page = client.get(url)
    assert (page.context["drafts"], rows(page)[0].text) == (1, "Vi spiser sammen")

    client.post(url, form_of(client, url, "local-words") | {"publish": "1"})

    assert stored() == {(goals[0].pk, "Vi spiser sammen", True)}
    assert client.get(url).context["drafts"] == 0


def test_published_again_with_nothing_new_says_so(client, goals, url):
    page = client.post(url, form_of(client, url, "local-words") | {"publish": "1"}, follow=True)

    assert [str(message) for message in page.context["messages"]] == ["Alt er allerede udgivet."]


def test_empty_field_clears_what_was_published(cast, client, goals, url):
    LocalWordingFactory(forum=cast.forum, goal=goals[0])
    data = form_of(client, url, "local-words")
    assert data[f"own-{goals[0].pk}"] == "Hos os spiser vi sammen"

    client.post(url, data | {f"own-{goals[0].pk}": "", "publish": "1"})

    assert rows(client.get(url))[0].published == ""


@pytest.mark.parametrize("text", ["x" * (LONGEST_WORDING + 1), "nul\0"])
def test_wording_that_cannot_be_kept_stands_at_its_field_and_the_rest_is_kept(
    client, goals, url, text
):
    sent = {f"own-{goals[0].pk}": text, f"own-{goals[1].pk}": "y" * LONGEST_WORDING, "publish": "1"}

    page = client.post(url, form_of(client, url, "local-words") | sent)

    assert page.status_code == 422
    assert [(row.text, bool(row.error)) for row in rows(page)[:2]] == [
        (text, True),
        ("y" * LONGEST_WORDING, False),
    ]
    assert stored() == {(goals[1].pk, "y" * LONGEST_WORDING, False)}
    assert page.context["drafts"] == 1


def test_what_another_window_wrote_meanwhile_is_shown_and_not_overwritten(client, goals, url):
    mine, theirs = f"own-{goals[0].pk}", form_of(client, url, "local-words")
    client.post(url, theirs | {mine: "Deres"})

    page = client.post(url, theirs | {mine: "Mit", f"own-{goals[1].pk}": ""})
    assert page.status_code == 422
    assert "»Deres«" in rows(page)[0].error
    assert stored() == {(goals[0].pk, "Deres", False)}
    client.post(url, {mine: "Mit", "seen": page.context["seen"]})

    assert stored() == {(goals[0].pk, "Mit", False)}


def test_field_left_as_it_was_does_not_overwrite_what_is_newer(client, goals, url):
    old = form_of(client, url, "local-words")
    client.post(url, old | {f"own-{goals[0].pk}": "Nyere"})

    client.post(url, old | {f"own-{goals[1].pk}": "Andet"})

    assert stored() == {(goals[0].pk, "Nyere", False), (goals[1].pk, "Andet", False)}


def test_goals_of_another_edition_are_not_touched(cast, client, edition, url):
    foreign = Goal.objects.filter(pillar__edition=EditionFactory()).first()

    client.post(url, {f"own-{foreign.pk}": "Andet", "publish": "1"})

    assert stored() == set()


def test_editions_are_chosen_between_and_an_unknown_one_is_not_found(client, edition, url):
    other = EditionFactory(framework__name="Ab", framework__slug="aa", local_translation=True)

    assert client.get(url).context["edition"] == other
    assert client.get(f"{url}?grundlag=skoler").context["edition"] == edition
    assert client.get(f"{url}?grundlag=ukendt").status_code == 404


def test_where_no_edition_allows_it_the_page_says_so(client, url):
    assert "empty-state" in client.get(url).content.decode()
    assert client.post(url, {"own-1": "x"}).status_code == 200


def test_lead_finds_the_page_from_the_front_page_and_from_a_round(cast, client, edition, url):
    world = open_round_of(cast.forum, edition=edition)

    assert url in client.get("/").content.decode()
    assert url in client.get(reverse("assessments:round", args=[world.round.pk])).content.decode()


def test_member_is_shown_no_way_to_it(cast, client_of, edition, url):
    world = open_round_of(cast.forum, edition=edition)
    client = client_of(cast.members[3])

    assert url not in client.get("/").content.decode()
    round_page = client.get(reverse("assessments:round", args=[world.round.pk]))
    assert url not in round_page.content.decode()


# --- where the words are shown ------------------------------------------------------------------


@pytest.mark.parametrize("shared", [False, True])
def test_open_round_keeps_the_words_that_stood_when_it_opened(
    cast, client, edition, goals, url, shared
):
    kind = RoundKind.SHARED if shared else RoundKind.CONFIDENTIAL
    LocalWordingFactory(forum=cast.forum, goal=goals[0], text=OWN)
    LocalWordingFactory(forum=cast.team, goal=goals[1], text="Et andet forums ord")
    world = open_round_of(cast.forum, edition=edition, kind=kind)
    form = reverse(
        "assessments:team" if shared else "assessments:rate", args=[world.round.pk, cast.forum.pk]
    )
    sent = {f"own-{goals[0].pk}": "Nyt", f"own-{goals[1].pk}": "Nyt", "publish": "1"}

    assert client.get(url).context["has_open_round"]
    client.post(url, form_of(client, url, "local-words") | sent)
    page = client.get(form).content.decode()

    assert page.count("goal-local") == 1
    assert page.index(goals[0].text) < page.index(ESCAPED)
    assert "Nyt" not in page
    assert "Et andet forums ord" not in page


def test_words_stand_on_the_page_that_says_what_must_be_put_right(cast, client, edition, goals):
    LocalWordingFactory(forum=cast.forum, goal=goals[0], text=OWN)
    world = open_round_of(cast.forum, edition=edition)

    page = client.post(
        reverse("assessments:rate", args=[world.round.pk, cast.forum.pk]),
        {f"goal-{goals[0].pk}": "9"},
    )

    assert page.status_code == 422
    assert ESCAPED in page.content.decode()


@pytest.mark.parametrize("shared", [False, True])
def test_pillar_page_shows_the_words_that_were_rated(cast, client, edition, goals, url, shared):
    LocalWordingFactory(forum=cast.forum, goal=goals[0], text=OWN)
    kind = RoundKind.SHARED if shared else RoundKind.CONFIDENTIAL
    world = open_round_of(cast.forum, edition=edition, days_ago=20, kind=kind)
    if not shared:
        world.answer([1, 2, 3, 4, 5, 3])
    world.seal()
    LocalWordingFactory(
        forum=cast.forum,
        goal=goals[0],
        text="Nyt",
        published_at=timezone.now() - timedelta(days=1),
    )

    page = client.get(
        reverse("dashboards:pillar", args=[world.round.pk, cast.forum.pk, goals[0].pillar.code])
    ).content.decode()

    assert page.count("goal-local") == 1
    assert ESCAPED in page
    assert "Nyt" not in page


@pytest.mark.parametrize("each", [1, 5])
def test_statements_are_constant(cast, client, django_assert_num_queries, each):
    edition = EditionFactory(
        framework__municipality=cast.municipality, local_translation=True, goals_each=each
    )
    goals = list(Goal.objects.filter(pillar__edition=edition))
    for goal in goals:
        LocalWordingFactory(forum=cast.forum, goal=goal)
    world = open_round_of(cast.forum, edition=edition)
    url = reverse("assessments:local_words", args=[cast.forum.pk])

    with django_assert_num_queries(8):
        data = form_of(client, url, "local-words")
    with django_assert_num_queries(7):  # as many as without own words
        client.get(reverse("assessments:rate", args=[world.round.pk, cast.forum.pk]))
    with django_assert_num_queries(13):
        client.post(
            url, {name: f"{text}!" for name, text in data.items()} | {"seen": "", "publish": "1"}
        )


def test_page_from_before_a_new_edition_keeps_words_with_the_goals_that_go_on(
    cast, client, edition, goals, url
):
    first, second, *_ = (f"own-{goal.pk}" for goal in goals)
    data = form_of(client, url, "local-words")
    draft = new_draft(edition=edition)
    kept, reworded, *_ = Goal.objects.filter(pillar__edition=draft)
    Goal.objects.filter(pk=reworded.pk).update(text="Noget helt andet")
    take_in_use(edition=draft, by=cast.administrator, now=timezone.now())

    page = client.post(
        url, data | {first: "Vi spiser", second: "Vi synger", "publish": "1"}, follow=True
    )

    assert stored() == {(kept.pk, "Vi spiser", False)}
    (told,) = page.context["messages"]
    assert told.level_tag == "warning"
    assert "Vi synger" in told.message
    assert "Vi spiser" not in told.message
