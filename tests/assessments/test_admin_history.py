"""The history says in words who changed what, and the past is never edited: only built on."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone, translation

from assessments.admin.history import changes_in_words, snapshot_of
from assessments.enums import EditionStatus
from assessments.models import Edition, Goal, Pillar
from assessments.operations.frameworks import Change, compare, new_draft, take_in_use
from forums.models import Forum, Membership
from tests.factories import EditionFactory, FrameworkFactory, GoalFactory
from tests.pages import form_of


@pytest.fixture
def edition(cast):
    return EditionFactory(framework__municipality=cast.municipality, framework__name="Vores mål")


@pytest.fixture
def draft(edition):
    return new_draft(edition=edition)


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.administrator)


def goals_of(edition):
    goals = Goal.objects.filter(pillar__edition=edition)
    return list(goals.order_by("pillar__position", "position"))


def told(edition, change):
    """The lines, in English, of what the change does to the edition."""
    with translation.override("en"):
        before = snapshot_of(edition)
        change()
        return changes_in_words(before, snapshot_of(Edition.objects.get(pk=edition.pk))).split("\n")


def address(page, edition):
    return reverse(f"admin:{page}", args=[edition.pk])


# --- in words -----------------------------------------------------------------------------------


def test_a_saved_draft_tells_old_and_new_wording_in_its_history(cast, client, draft):
    url = address("assessments_edition_change", draft)
    data = form_of(client, url, "edition_form")
    old = goals_of(draft)[0].text
    field = next(name for name, value in data.items() if value == old)

    client.post(url, data | {field: "Vi siger det bedre"})

    page = client.get(address("assessments_edition_history", draft))
    content = page.content.decode()
    assert old in content
    assert "Vi siger det bedre" in content
    assert cast.administrator.name in content
    assert goals_of(draft)[1].text not in content


def test_a_draft_saved_untouched_says_so(client, draft):
    url = address("assessments_edition_change", draft)

    client.post(url, form_of(client, url, "edition_form"))

    assert LogEntry.objects.get().change_message
    assert "»" not in LogEntry.objects.get().change_message


def test_every_change_of_a_goal_is_told(draft):
    first, second, third, fourth = goals_of(draft)
    pillar = Pillar.objects.get(pk=fourth.pillar_id)

    def change():
        Goal.objects.filter(pk=first.pk).update(text="Ny", help="Hjælp", show_help=True)
        Goal.objects.filter(pk=second.pk).update(pillar=pillar, position=30_000, descriptors=["a"])
        Goal.objects.filter(pk=third.pk).delete()
        GoalFactory(pillar=pillar, position=30_001, text="Helt ny")

    assert told(draft, change) == [
        f"Mål changed from “{first.text}” to “Ny”",
        "Help of “Ny” written: “Hjælp”",
        "Help is shown: “Ny”",
        f"What each level means of “{second.text}” written: “a”",
        f"Mål moved from “{first.pillar.name}” to “{pillar.name}”: “{second.text}”",
        "Mål added: “Helt ny”",
        f"Mål deleted: “{third.text}”",
    ]


def test_help_that_is_hidden_and_deleted_is_told(draft):
    first = goals_of(draft)[0]
    Goal.objects.filter(pk=first.pk).update(help="Hjælp", show_help=True)

    def change():
        Goal.objects.filter(pk=first.pk).update(help="", show_help=False)

    assert told(draft, change) == [
        f"Help of “{first.text}” deleted, was “Hjælp”",
        f"Help is no longer shown: “{first.text}”",
    ]


def test_every_change_of_a_heading_and_of_the_edition_is_told(draft):
    one, two = draft.pillars.order_by("position")
    _first, _second, third, fourth = goals_of(draft)

    def change():
        Edition.objects.filter(pk=draft.pk).update(values=["Mod"], pillar_word="tema")
        Pillar.objects.filter(pk=two.pk).update(position=0, name="Nyt", description="Om", colour=5)
        Pillar.objects.filter(pk=one.pk).update(position=1)
        Goal.objects.filter(pk=fourth.pk).update(position=0)
        Goal.objects.filter(pk=third.pk).update(position=30_000)

    lines = told(draft, change)

    assert lines[:2] == [
        "Values changed from “Udvikling · Tillid” to “Mod”",
        "Word for pillar changed from “søjle” to “tema”",
    ]
    assert lines[2:] == [
        f"Tema changed from “{two.name}” to “Nyt”",
        "Description of “Nyt” written: “Om”",
        "“Nyt” has another colour",
        "Tema moved: “Nyt”",
        f"Mål moved: “{fourth.text}”",
    ]


def test_headings_that_come_and_go_are_told_with_their_goals(draft):
    one, _two = draft.pillars.order_by("position")
    first, second, *_rest = goals_of(draft)

    def change():
        one.delete()
        Pillar.objects.create(edition=draft, position=9, code="ny", name="Ny")

    assert told(draft, change) == [
        "Søjle added: “Ny”",
        f"Søjle deleted: “{one.name}”",
        f"Mål deleted: “{first.text}”",
        f"Mål deleted: “{second.text}”",
    ]


def test_a_framework_s_history_tells_its_name_and_leads_to_its_editions(client, edition):
    url = address("assessments_framework_change", edition.framework)
    client.post(url, form_of(client, url, "framework_form") | {"name": "Nye mål"})

    page = client.get(reverse("admin:assessments_framework_history", args=[edition.framework_id]))

    content = page.content.decode()
    assert "Vores mål" in LogEntry.objects.get().change_message
    assert "Nye mål" in content
    assert address("assessments_edition_history", edition) in content


@pytest.mark.parametrize("pk", ["0", "vrøvl"])
def test_the_history_of_nothing_is_not_found(client, pk):
    url = reverse("admin:assessments_framework_history", args=[pk])

    assert client.get(url).status_code == 404


def test_a_new_framework_s_history_begins_with_that(client):
    url = reverse("admin:assessments_framework_add")
    client.post(url, form_of(client, url, "framework_form") | {"name": "Nye mål"})

    assert "[" not in LogEntry.objects.get().change_message


def test_a_forum_s_history_tells_from_and_to(cast, client):
    url = reverse("admin:forums_forum_change", args=[cast.forum.pk])
    old = cast.forum.name
    data = form_of(client, url, "forum_form")

    page = client.post(url, data | {"name": "Et nyt navn", "chief": cast.unit_head.pk})

    assert page.status_code == 302, page.context["errors"]
    message = LogEntry.objects.get().change_message
    assert Forum.objects.get(pk=cast.forum.pk).name == "Et nyt navn"
    assert all(
        text in message for text in (old, "Et nyt navn", cast.chief.name, cast.unit_head.name)
    )


def row_of(data, seat):
    """The beginning of the names of the fields that hold the seat."""
    ids = (name for name in data if name.endswith("-id"))
    return next(name for name in ids if data[name] == str(seat.pk)).removesuffix("-id")


def test_a_forum_s_history_tells_its_members_by_name_with_from_and_to(cast, client):
    url = reverse("admin:forums_forum_change", args=[cast.forum.pk])
    data = form_of(client, url, "forum_form")
    seat = Membership.objects.get(forum=cast.forum, user=cast.unit_head)
    row = row_of(data, seat)
    changes = {f"{row}-role": "department_head", "memberships-2-0-user": cast.department_head.pk}

    page = client.post(url, data | changes | {"memberships-2-0-role": "staff"})

    assert page.status_code == 302, page.context["errors"]
    assert LogEntry.objects.get().change_message.split("\n") == [
        f"{cast.unit_head.name} · Rolle: ændret fra »Aftaleholder« til »Afdelingsleder«",
        f"Tilføjet: {cast.department_head.name}",
    ]


def test_a_forum_s_history_says_yes_and_no(cast, client):
    Membership.objects.filter(forum=cast.forum).update(is_lead=False)
    url = reverse("admin:forums_forum_change", args=[cast.forum.pk])
    data = form_of(client, url, "forum_form")
    row = row_of(data, Membership.objects.get(forum=cast.forum, user=cast.chief))

    client.post(url, data | {f"{row}-is_lead": "on"})

    told = f"{cast.chief.name} · Tovholder: ændret fra »nej« til »ja«"
    assert LogEntry.objects.get().change_message == told


def test_history_pages_obey_the_content_security_policy(client, edition, draft):
    client.post(
        address("edition_take_in_use", draft),
        {"as_read": client.get(address("edition_take_in_use", draft)).context["as_read"]},
    )

    for page in (
        client.get(address("assessments_edition_history", draft)),
        client.get(reverse("admin:assessments_framework_history", args=[edition.framework_id])),
    ):
        assert " style=" not in page.content.decode()
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


# --- back to an older wording -------------------------------------------------------------------


@pytest.fixture
def second(edition, draft):
    """Edition 2: a goal reworded and still the same, one gone, one new."""
    first, gone, *_rest = goals_of(draft)
    Goal.objects.filter(pk=first.pk).update(text="Vi siger det bedre")
    gone.delete()
    GoalFactory(pillar=first.pillar, text="Helt ny", position=30_000)
    take_in_use(edition=draft, by=None, now=timezone.now(), still_the_same={first.pk})
    edition.refresh_from_db()
    return draft


def test_a_new_edition_is_made_from_an_older_one_and_nothing_of_the_past_changes(
    client, edition, second
):
    before = {row.pk: row.text for row in Goal.objects.all()}

    answer = client.post(address("edition_new", edition))

    third = Edition.objects.get(status=EditionStatus.DRAFT)
    assert answer.headers["Location"] == address("assessments_edition_change", third)
    assert third.number == 3
    assert [goal.text for goal in goals_of(third)] == [goal.text for goal in goals_of(edition)]
    kept = Goal.objects.filter(pk__in=before)
    assert {row.pk: row.text for row in kept} == before


def test_going_back_is_compared_with_what_is_in_use(edition, second):
    reworded, gone, *same = goals_of(edition)
    better, new, *_rest = goals_of(second)

    comparison = compare(new_draft(edition=edition))

    assert [(row.change, row.old) for row in comparison.goals] == [
        (Change.CHANGED, better),
        (Change.BACK, gone),
        *((Change.SAME, goal) for goal in goals_of(second)[2:]),
    ]
    assert comparison.removed == (new,)
    assert len(same) == 2
    assert reworded.text == comparison.goals[0].goal.text


def test_a_goal_that_comes_back_goes_on_where_it_was_left(client, edition, second):
    third = new_draft(edition=edition)
    shown = client.get(address("edition_take_in_use", third)).context

    client.post(address("edition_take_in_use", third), {"as_read": shown["as_read"]})

    gone = goals_of(edition)[1]
    assert [row.goal.text for row in shown["back"]] == [gone.text]
    assert goals_of(third)[1].same_as == gone
    assert goals_of(third)[0].same_as is None


def test_a_goal_does_not_go_on_from_a_scale_of_other_levels(db):
    edition = EditionFactory(levels=["Nej", "Måske", "Ja"])
    second = new_draft(edition=edition)
    Edition.objects.filter(pk=second.pk).update(levels=["Nej", "Ja"])
    goals_of(second)[0].delete()
    take_in_use(edition=second, by=None, now=timezone.now())
    edition.refresh_from_db()
    third = new_draft(edition=edition)
    Edition.objects.filter(pk=third.pk).update(levels=["Nej", "Ja"])

    comparison = compare(Edition.objects.get(pk=third.pk))

    assert comparison.goals[0].change == Change.NEW


def test_from_an_older_edition_the_draft_that_is_there_is_shown_and_kept(client, edition, second):
    existing = new_draft(edition=second)

    answer = client.post(address("edition_new", edition), follow=True)

    assert answer.redirect_chain[-1][0] == address("assessments_edition_change", existing)
    assert Edition.objects.filter(framework=edition.framework).count() == 3
    assert goals_of(existing)[0].text == "Vi siger det bedre"


def test_a_framework_of_another_is_not_in_the_history(cast, client):
    theirs = FrameworkFactory(municipality=cast.other_municipality)

    url = reverse("admin:assessments_framework_history", args=[theirs.pk])

    assert client.get(url).status_code == 404
