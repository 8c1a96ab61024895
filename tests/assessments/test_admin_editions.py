from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.admin.edition_form import EditionForm
from assessments.enums import EditionStatus
from assessments.models import Edition, Framework, Goal, Pillar
from assessments.operations.frameworks import new_draft, take_in_use
from tests.factories import (
    EditionFactory,
    FrameworkFactory,
    GoalFactory,
    PillarFactory,
    RoundFactory,
)
from tests.pages import form_of
from tests.worlds import open_round_of


@pytest.fixture
def edition(cast):
    return EditionFactory(framework__municipality=cast.municipality, framework__name="Vores mål")


@pytest.fixture
def draft(edition):
    return new_draft(edition=edition)


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.administrator)


def page_of(edition):
    return reverse("admin:assessments_edition_change", args=[edition.pk])


def take_page_of(edition):
    return reverse("admin:edition_take_in_use", args=[edition.pk])


def written(client, edition):
    return form_of(client, page_of(edition), "edition_form")


def texts(edition):
    goals = Goal.objects.filter(pillar__edition=edition)
    ordered = goals.order_by("pillar__position", "position")
    return list(ordered.values_list("text", flat=True))


def field_of(data, text):
    """The name of the field that holds the text."""
    return next(name for name, value in data.items() if value == text)


# --- writing in a draft -------------------------------------------------------------------------


def test_draft_saved_untouched_stays_as_it_is(client, draft):
    before = texts(draft)

    answer = client.post(page_of(draft), written(client, draft) | {"_continue": "1"})

    assert answer.status_code == 302
    assert texts(draft) == before


def test_help_of_two_lines_stays_as_it_is_however_the_browser_breaks_them(client, draft):
    goal = Goal.objects.filter(pillar__edition=draft).first()
    Goal.objects.filter(pk=goal.pk).update(help="Én linje\nog én til")
    data = {name: value.replace("\n", "\r\n") for name, value in written(client, draft).items()}

    answer = client.post(page_of(draft), data | {"_continue": "1"})

    goal.refresh_from_db()
    assert answer.status_code == 302
    assert goal.help == "Én linje\nog én til"


def test_draft_is_reworded_ordered_added_to_and_taken_from(client, draft):
    first, second, third, fourth = texts(draft)
    data = written(client, draft)
    reworded = field_of(data, second)
    data[reworded] = "Vi siger det bedre"
    data[reworded.replace("text", "position")] = "-0"
    data[field_of(data, first).replace("text", "position")] = "5"
    data[field_of(data, third).replace("text", "remove")] = "on"
    blank = next(name for name, value in data.items() if name.endswith("-text") and not value)
    data[blank] = "Vi fejrer det"
    data["levels"] = "Nej\n\nMåske\r\nJa"

    client.post(page_of(draft), data)

    assert texts(draft) == ["Vi siger det bedre", "Vi fejrer det", first, fourth]
    assert Edition.objects.get(pk=draft.pk).levels == ["Nej", "Måske", "Ja"]


def test_draft_takes_a_new_pillar_with_a_goal(client, draft):
    data = written(client, draft)
    number = int(data["pillars-TOTAL_FORMS"]) - 1
    data[f"pillars-{number}-name"] = "Øvrigt"
    goal = int(data["goals-TOTAL_FORMS"]) - 1
    data[f"goals-{goal}-text"] = "Vi begynder på noget nyt"

    client.post(page_of(draft), data)

    assert draft.pillars.latest("position").name == "Øvrigt"
    assert texts(draft)[-1] == "Vi begynder på noget nyt"


def test_draft_loses_a_pillar_with_its_goals(client, draft):
    data = written(client, draft) | {"pillars-0-remove": "on"}
    kept = texts(draft)[2:]

    client.post(page_of(draft), data)

    assert texts(draft) == kept


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"levels": "Kun ét"}, "levels"),
        ({"levels": "\n".join("12345678")}, "levels"),
        ({"levels": "x" * 41 + "\ny"}, "levels"),
        ({"question": "Lykkes {vi} i {forum}?"}, "question"),
        ({"question": ""}, "question"),
        ({"as_read": "noget gammelt"}, "__all__"),
    ],
)
def test_draft_refuses_beside_the_field_and_loses_nothing(client, draft, changes, where):
    before = texts(draft)
    data = written(client, draft) | changes
    data[field_of(data, before[0])] = "Vi skrev noget langt"

    page = client.post(page_of(draft), data)

    assert page.status_code == 200
    assert set(page.context["adminform"].form.errors) == {where}
    assert "Vi skrev noget langt" in page.content.decode()
    assert texts(draft) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"goals-0-text": ""}, ("goals", 0, "text")),
        ({"goals-0-pillar": "99"}, ("goals", 0, "pillar")),
        ({"pillars-0-name": ""}, ("pillars", 0, "name")),
        ({"pillars-0-colour": "9"}, ("pillars", 0, "colour")),
        ({"goals-5-text": "Et mål", "pillars-2-name": ""}, None),
    ],
)
def test_draft_refuses_goals_and_pillars_in_their_place(client, draft, changes, field):
    before = texts(draft)
    data = written(client, draft) | changes
    if field is None:
        number = int(data["goals-TOTAL_FORMS"]) - 1
        data[f"goals-{number}-text"] = "Et mål uden søjle"
        field = ("pillars", 2, "name")

    page = client.post(page_of(draft), data)

    list_name, number, name = field
    assert page.status_code == 200
    assert set(getattr(page.context["contents"], list_name).forms[number].errors) == {name}
    assert texts(draft) == before


def test_draft_with_more_than_a_page_can_ask_is_refused_and_loses_nothing(client, draft):
    data = written(client, draft)
    first = int(data["goals-TOTAL_FORMS"])
    data["goals-TOTAL_FORMS"] = str(first + 80)
    for number in range(first, first + 80):
        data |= {f"goals-{number}-text": f"Mål {number}", f"goals-{number}-pillar": "0"}
        data[f"goals-{number}-position"] = str(number)

    page = client.post(page_of(draft), data)

    assert page.status_code == 200
    assert page.context["contents"].problem
    assert "Mål 80" in page.content.decode()
    assert len(texts(draft)) == 4


def test_draft_saved_by_somebody_else_meanwhile_is_not_overwritten(client, draft):
    data = written(client, draft)
    GoalFactory(pillar=draft.pillars.order_by("pk")[0], text="Imens")

    page = client.post(page_of(draft), data)

    assert set(page.context["adminform"].form.errors) == {"__all__"}
    assert "Imens" in texts(draft)


def test_draft_taken_in_use_meanwhile_is_not_written_in(client, draft):
    data = written(client, draft)
    take_in_use(edition=draft, by=None, now=timezone.now())

    assert client.post(page_of(draft), data).status_code == 403


def test_draft_taken_in_use_between_opening_and_saving_is_refused(draft):
    form = EditionForm({"as_read": ""}, instance=draft)
    take_in_use(edition=draft, by=None, now=timezone.now())

    assert not form.is_valid()
    assert "__all__" in form.errors


def test_draft_can_be_deleted_and_an_edition_in_use_cannot(client, draft, edition):
    url = "admin:assessments_edition_delete"

    assert client.post(reverse(url, args=[draft.pk]), {"post": "yes"}).status_code == 302
    assert client.post(reverse(url, args=[edition.pk]), {"post": "yes"}).status_code == 403
    assert list(Edition.objects.all()) == [edition]


def test_history_says_what_was_done(client, draft):
    data = written(client, draft)
    data[field_of(data, texts(draft)[0])] = "Vi siger det bedre"
    client.post(page_of(draft), data)

    page = client.get(reverse("admin:assessments_edition_history", args=[draft.pk]))

    assert [str(entry.user) for entry in page.context["action_list"]] == ["Administrator"]


# --- a frozen edition ---------------------------------------------------------------------------


@pytest.mark.parametrize("retired", [False, True])
def test_frozen_edition_is_shown_and_cannot_be_written_in(client, draft, edition, retired):
    data = written(client, draft)
    if retired:
        take_in_use(edition=draft, by=None, now=timezone.now())
    before = texts(edition)

    page = client.get(page_of(edition))
    answer = client.post(page_of(edition), data)

    assert page.status_code == 200
    assert all(text in page.content.decode() for text in before)
    assert 'name="goals-0-text"' not in page.content.decode()
    assert answer.status_code == 403
    assert texts(edition) == before


def test_new_edition_is_a_draft_made_by_a_button(client, edition):
    url = reverse("admin:edition_new", args=[edition.pk])

    answer = client.post(url)

    draft = Edition.objects.get(status=EditionStatus.DRAFT)
    assert answer.headers["Location"] == page_of(draft)
    assert texts(draft) == texts(edition)
    assert client.get(url).status_code == 405


# --- shared frameworks --------------------------------------------------------------------------


def test_shared_framework_is_seen_and_not_changed(client):
    shared = EditionFactory(framework__municipality=None)
    draft = new_draft(edition=shared)
    framework = reverse("admin:assessments_framework_change", args=[shared.framework_id])

    assert client.get(page_of(shared)).status_code == 200
    assert client.get(page_of(draft)).status_code == 200
    assert client.get(framework).status_code == 200
    assert client.post(page_of(draft), {}).status_code == 403
    assert client.post(framework, {"name": "x"}).status_code == 403
    assert client.get(take_page_of(draft)).status_code == 403
    assert client.post(take_page_of(draft)).status_code == 403
    assert client.post(reverse("admin:edition_new", args=[shared.pk])).status_code == 403


def test_shared_framework_is_copied_to_the_own_municipality_only(cast, client):
    shared = EditionFactory(framework__municipality=None, framework__name="Fælles grundlag")
    url = reverse("admin:edition_copy", args=[shared.pk])

    client.post(url, {"municipality": cast.municipality.pk})
    refused = client.post(url, {"municipality": cast.other_municipality.pk})

    copy = Framework.objects.get(municipality=cast.municipality)
    assert copy.name == "Fælles grundlag (Testkommune)"
    assert copy.slug == "faelles-grundlag-testkommune"
    assert texts(copy.editions.get(status=EditionStatus.DRAFT)) == texts(shared)
    assert refused.status_code == 403
    assert not Framework.objects.filter(municipality=cast.other_municipality).exists()


def test_preview_saves_the_draft_first(client, draft):
    data = written(client, draft)
    old = texts(draft)
    data[field_of(data, old[0])] = "Vi siger det bedre"

    answer = client.post(page_of(draft), data | {"_preview": "1"})

    assert answer.headers["Location"] == reverse("admin:edition_preview", args=[draft.pk])
    assert texts(draft) == ["Vi siger det bedre", *old[1:]]


# --- taking in use ------------------------------------------------------------------------------


def test_page_before_taking_in_use_shows_what_changes(client, edition, draft):
    first, second, third, fourth = Goal.objects.filter(pillar__edition=draft).order_by("pk")
    Goal.objects.filter(pk=first.pk).update(text="Vi siger det bedre")
    second.delete()
    GoalFactory(pillar=third.pillar, text="Vi fejrer det")
    Edition.objects.filter(pk=draft.pk).update(
        question="Lykkes vi i {forum}?", stem=True, shape="list", levels=["Nej", "Ja"]
    )

    context = client.get(take_page_of(draft)).context

    assert [row.goal for row in context["changed"]] == [first]
    assert [entry.goal.text for entry in context["new"]] == ["Vi fejrer det"]
    assert {entry.goal for entry in context["same"]} == {third, fourth}
    assert [goal.text for goal in context["comparison"].removed] == [second.text]
    assert len(context["own_changes"]) == 4
    assert context["comparison"].other_scale


def test_page_before_taking_in_use_shows_what_changes_around_the_goals(client, edition, draft):
    first, second, third, fourth = Goal.objects.filter(pillar__edition=draft).order_by("pk")
    Goal.objects.filter(pk=first.pk).update(text="Vi siger det bedre", help="Tænk på i år")
    Goal.objects.filter(pk=second.pk).update(descriptors=["Aldrig", "Altid"])
    Goal.objects.filter(pk=third.pk).update(pillar=first.pillar, position=30_000)
    Pillar.objects.filter(pk=first.pillar_id).update(name="Åbne døre", description="Kom ind")
    emptied = PillarFactory(edition=draft, name="Mod", position=30_000)
    old = third.pillar.name

    context = client.get(take_page_of(draft)).context

    assert [[change.label for change in row.details] for row in context["changed"]] == [["Hjælp"]]
    around = [
        (row.goal, [change.label for change in row.details], row.moved_from)
        for row in context["around"]
    ]
    assert around == [(second, ["Det betyder hvert trin"], ""), (third, [], old)]
    assert [row.goal for row in context["same"]] == [fourth]
    headings = [
        (row.pillar.name, row.change, [change.label for change in row.details])
        for row in context["headings"]
    ]
    assert headings == [
        ("Åbne døre", "changed", ["Navn", "Beskrivelse"]),
        (emptied.name, "new", []),
    ]


def test_page_before_taking_in_use_names_the_planned_rounds_that_keep_the_old(
    cast, client, edition, draft
):
    later = timezone.now() + timedelta(days=3)
    planned = RoundFactory(
        municipality=cast.municipality, edition=edition, opens_at=later, opened_at=None
    )
    open_round_of(cast.forum, edition=edition)

    page = client.get(take_page_of(draft))

    assert page.context["planned"] == [planned]
    assert reverse("assessments:round", args=[planned.pk]) in page.content.decode()


def test_page_before_taking_in_use_names_the_headings_that_leave(client, edition, draft):
    gone = Pillar.objects.filter(edition=draft).order_by("position").first()
    gone.delete()

    page = client.get(take_page_of(draft))

    assert [pillar.name for pillar in page.context["steps"].removed] == [gone.name]
    assert f"<del>{gone.name}</del>" in page.content.decode()


def test_equal_wording_is_ticked_beforehand_and_begins_anew_without_its_tick(client, draft):
    first, second, third, fourth = Goal.objects.filter(pillar__edition=draft).order_by("pk")
    Goal.objects.filter(pk=first.pk).update(text="Vi siger det bedre")
    Goal.objects.filter(pk=second.pk).update(help="Tænk på i år")
    shown = form_of(client, take_page_of(draft), "take_form")
    ticked = [second.pk, third.pk, fourth.pk]

    client.post(take_page_of(draft), shown | {"still_the_same": ticked[:-1]})

    goals = Goal.objects.filter(pillar__edition=draft).order_by("pk")
    assert shown["still_the_same"] == [str(pk) for pk in ticked]
    assert [goal.same_as is not None for goal in goals] == [False, True, True, False]


def test_new_wording_in_use_leaves_the_old_round_its_own(cast, client, edition):
    world = open_round_of(cast.forum, edition=edition)
    old = texts(edition)
    client.post(reverse("admin:edition_new", args=[edition.pk]))
    draft = Edition.objects.get(status=EditionStatus.DRAFT)
    data = written(client, draft)
    data[field_of(data, old[0])] = "Vi siger det bedre"
    data[field_of(data, old[1])] = "Vi siger noget andet"
    answer = client.post(page_of(draft), data | {"_take": "1"})
    goals = list(Goal.objects.filter(pillar__edition=draft).order_by("pillar", "position"))

    shown = client.get(answer.headers["Location"]).context
    taken = client.post(
        take_page_of(draft),
        {"as_read": shown["as_read"], "still_the_same": [goals[0].pk, "vrøvl", "9" * 5000]},
    )

    draft.refresh_from_db()
    assert answer.headers["Location"] == take_page_of(draft)
    assert taken.headers["Location"] == page_of(draft)
    assert (draft.status, draft.in_use_by) == (EditionStatus.IN_USE, cast.administrator)
    assert texts(draft) == ["Vi siger det bedre", "Vi siger noget andet", *old[2:]]
    goals = Goal.objects.filter(pillar__edition=draft).order_by("pillar__position", "position")
    assert [goal.same_as is not None for goal in goals] == [True, False, True, True]
    rated = client_page_of_round(world)
    assert rated == old


def client_page_of_round(world):
    return texts(Edition.objects.get(pk=world.round.edition_id))


def test_taking_in_use_asks_again_where_the_draft_changed_meanwhile(client, draft):
    as_read = client.get(take_page_of(draft)).context["as_read"]
    Goal.objects.filter(pillar__edition=draft).update(help="imens")

    page = client.post(take_page_of(draft), {"as_read": as_read})

    draft.refresh_from_db()
    assert page.status_code == 200
    assert draft.status == EditionStatus.DRAFT


def test_taking_in_use_asks_for_a_goal_first(client, draft):
    Goal.objects.filter(pillar__edition=draft).delete()
    as_read = client.get(take_page_of(draft)).context["as_read"]

    page = client.post(take_page_of(draft), {"as_read": as_read})

    draft.refresh_from_db()
    assert page.status_code == 200
    assert draft.status == EditionStatus.DRAFT


def test_first_edition_is_taken_in_use_without_anything_before_it(cast, client):
    draft = EditionFactory(framework__municipality=cast.municipality, status=EditionStatus.DRAFT)
    shown = client.get(take_page_of(draft)).context

    client.post(take_page_of(draft), {"as_read": shown["as_read"]})

    draft.refresh_from_db()
    assert shown["own_changes"] == []
    assert draft.status == EditionStatus.IN_USE


def test_an_edition_in_use_has_no_page_to_take_it_in_use(client, edition):
    assert client.get(take_page_of(edition)).status_code == 403


# --- frameworks ---------------------------------------------------------------------------------


def test_new_framework_leads_to_its_empty_draft(cast, client):
    url = reverse("admin:assessments_framework_add")
    FrameworkFactory(slug="maal-for-aaret")
    data = form_of(client, url, "framework_form") | {"name": "Mål for året"}

    answer = client.post(url, data)

    framework = Framework.objects.get(slug="maal-for-aaret-2")
    draft = framework.editions.get()
    assert framework.municipality == cast.municipality
    assert answer.headers["Location"] == page_of(draft)
    assert "{forum}" in draft.question
    assert client.get(page_of(draft)).status_code == 200


def test_framework_of_two_lines_is_refused(client, edition):
    added = reverse("admin:assessments_framework_add")
    changed = reverse("admin:assessments_framework_change", args=[edition.framework_id])
    for page in (added, changed):
        data = form_of(client, page, "framework_form")

        answer = client.post(page, data | {"name": "Grund\nlag"})

        assert list(answer.context["adminform"].form.errors) == ["name"]


def test_framework_changes_name_and_keeps_its_short_name(client, edition):
    url = reverse("admin:assessments_framework_change", args=[edition.framework_id])
    slug = edition.framework.slug

    client.post(url, form_of(client, url, "framework_form") | {"name": "Et nyt navn"})

    framework = Framework.objects.get(pk=edition.framework_id)
    assert (framework.name, framework.slug) == ("Et nyt navn", slug)


def test_framework_is_deleted_only_where_nothing_was_taken_in_use(cast, client, edition):
    url = "admin:assessments_framework_delete"
    unused = EditionFactory(
        framework__municipality=cast.municipality, status=EditionStatus.DRAFT
    ).framework

    assert client.get(reverse(url, args=[unused.pk])).status_code == 200
    assert client.post(reverse(url, args=[unused.pk]), {"post": "yes"}).status_code == 302
    assert client.post(reverse(url, args=[edition.framework_id])).status_code == 403
    assert list(Framework.objects.all()) == [edition.framework]


# --- statements ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("page", "statements"), [("assessments_edition", 7), ("assessments_framework", 8)]
)
def test_lists_ask_the_same_for_one_row_and_three(cast, client, rows, page, statements):
    for _ in range(rows):
        EditionFactory(framework__municipality=cast.municipality)

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse(f"admin:{page}_changelist"))

    assert len(queries) == statements


@pytest.mark.parametrize("pillars", [1, 3])
@pytest.mark.parametrize("kind", ["draft", "frozen"])
def test_an_edition_s_page_asks_the_same_however_many_goals(cast, client, pillars, kind):
    status = EditionStatus.DRAFT if kind == "draft" else EditionStatus.IN_USE
    edition = EditionFactory(
        framework__municipality=cast.municipality,
        status=status,
        pillar_count=pillars,
        goals_each=pillars * 3,
    )
    client.get(page_of(edition))  # a process asks once for the model's content type

    with CaptureQueriesContext(connection) as queries:
        client.get(page_of(edition))

    assert len(queries) == {"draft": 11, "frozen": 8}[kind]
