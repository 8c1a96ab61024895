"""Frameworks as files in the administration: down, up, seen first and kept only when confirmed."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.enums import EditionStatus
from assessments.framework_files import FOLDER, LARGEST, parse_framework
from assessments.framework_writing import toml_of
from assessments.models import Edition, Framework, Goal
from assessments.operations.as_file import file_of
from assessments.operations.frameworks import new_draft
from forums.models import Municipality
from tests.factories import AdministratorFactory, EditionFactory, UserFactory

GOOD = (FOLDER / "norddjurs-plf.toml").read_text("utf-8")
UPLOAD = "/admin/assessments/framework/hent/"


@pytest.fixture
def edition(cast):
    return EditionFactory(
        framework__municipality=cast.municipality,
        framework__slug="vores-maal",
        framework__name="Vores mål",
    )


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def place(cast):
    return {"municipality": cast.municipality.pk}


def look(client, content, **data):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(UPLOAD, {"file": SimpleUploadedFile("vores.toml", content), **data})


def confirm(client, page, **changes):
    """What the preview's button sends."""
    shown = page.context
    return client.post(
        UPLOAD,
        {
            "content": shown["content"],
            "municipality": shown["form"]["municipality"].value() or "",
            "as_read": shown["as_read"],
            "confirm": "1",
            **changes,
        },
    )


def own_file(edition, *changes):
    text = toml_of(file_of(edition))
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def texts(edition):
    goals = Goal.objects.filter(pillar__edition=edition)
    return list(goals.order_by("pillar__position", "position").values_list("text", flat=True))


# --- down ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["draft", "in_use", "retired"])
def test_any_edition_is_downloaded_as_its_file(cast, client, status):
    edition = EditionFactory(framework__municipality=cast.municipality, status=status)

    answer = client.get(reverse("admin:edition_download", args=[edition.pk]))

    slug = edition.framework.slug
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{slug}-udgave-1.toml"'
    assert parse_framework(answer.content) == file_of(edition)


def test_a_shared_framework_is_downloaded_and_another_municipality_s_is_not_there(cast, client):
    shared = EditionFactory(framework__municipality=None)
    theirs = EditionFactory(framework__municipality=cast.other_municipality)

    found, missing = (
        client.get(reverse("admin:edition_download", args=[edition.pk])).status_code
        for edition in (shared, theirs)
    )

    assert (found, missing) == (200, 404)


def test_export_framework_writes_what_is_in_use_or_the_edition_asked_for(edition, capsys):
    draft = new_draft(edition=edition)
    Goal.objects.filter(pillar__edition=draft).update(help="Nyt")

    call_command("export_framework", "vores-maal")
    in_use = capsys.readouterr().out
    call_command("export_framework", "vores-maal", edition=2)

    assert parse_framework(in_use.encode()) == file_of(edition)
    assert parse_framework(capsys.readouterr().out.encode()) == file_of(draft)


@pytest.mark.parametrize("asked", [{}, {"edition": 9}])
def test_export_framework_says_what_it_does_not_find(db, asked):
    with pytest.raises(CommandError, match="findes ikke"):
        call_command("export_framework", "ingen", **asked)


# --- up: a new framework ------------------------------------------------------------------------


def test_a_new_framework_is_shown_and_nothing_is_kept(client, place):
    page = look(client, GOOD, **place)

    assert page.status_code == 200
    assert (page.context["framework"], page.context["base"]) == (None, None)
    assert [row.change for row in page.context["pillars"]] == ["new"] * 5
    assert page.context["unread"] == ["language", "owner"]
    assert "Vi ser uenighed som en styrke" in page.content.decode()
    assert not Framework.objects.exists()


def test_a_new_framework_is_kept_when_confirmed_and_is_a_draft_of_the_municipality_s(
    cast, client, place
):
    answer = confirm(client, look(client, GOOD, **place))

    draft = Edition.objects.get()
    assert answer.headers["Location"] == reverse(
        "admin:assessments_edition_change", args=[draft.pk]
    )
    assert (draft.framework.municipality, draft.status) == (cast.municipality, EditionStatus.DRAFT)
    assert draft.framework.slug == "norddjurs-plf"
    assert len(texts(draft)) == 24


@pytest.mark.parametrize("owner", [None, "other"])
def test_a_framework_that_is_not_ours_is_not_touched_but_ours_is_made_beside_it(
    cast, client, place, owner
):
    theirs = EditionFactory(
        framework__slug="norddjurs-plf",
        framework__municipality=cast.other_municipality if owner else None,
    )
    before = texts(theirs)

    page = look(client, GOOD, **place)
    confirm(client, page)

    assert page.context["framework"] is None
    ours = Framework.objects.get(municipality=cast.municipality)
    assert ours.slug == "norddjurs-plf-2"
    assert texts(theirs) == before
    assert theirs.framework.editions.count() == 1


def test_another_municipality_is_not_given_a_framework(cast, client):
    page = look(client, GOOD, municipality=cast.other_municipality.pk)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"municipality"}
    assert not Framework.objects.exists()


def test_the_system_administrator_may_share_a_framework(cast, client_of):
    client = client_of(UserFactory(is_staff=True, is_superuser=True))

    confirm(client, look(client, GOOD, municipality=""))

    assert Framework.objects.get().municipality is None


def test_who_administers_two_is_asked_which(cast, client, place):
    AdministratorFactory(user=cast.administrator, municipality=cast.other_municipality)

    page = look(client, GOOD, municipality="")

    assert set(page.context["form"].errors) == {"municipality"}
    assert (
        Municipality.objects.count() == page.context["form"].fields["municipality"].queryset.count()
    )


# --- up: a framework that is there --------------------------------------------------------------


def test_a_file_is_shown_goal_by_goal_beside_what_is_in_use(client, edition, place):
    first, second, third, fourth = texts(edition)
    file = own_file(
        edition,
        (f'  "{first}",\n', ""),
        (second, f"{second}, hver dag"),
        (f'  "{third}",\n  "{fourth}",\n', f'  "{fourth}",\n  "{third}",\n  "Noget nyt",\n'),
        ("Slet ikke", "Nej"),
    )

    page = look(client, file, **place)

    one, two = page.context["pillars"]
    assert page.context["base"] == edition
    assert [goal.change for goal in one.goals] == ["changed"]
    assert one.removed == [first]
    assert [goal.change for goal in two.goals] == ["moved", "same", "new"]
    assert len(page.context["own_changes"]) == 1
    assert Edition.objects.count() == 1


def test_a_confirmed_file_becomes_a_draft_beside_what_is_in_use(client, edition, place):
    before = texts(edition)
    page = look(client, own_file(edition, (before[0], f"{before[0]} hver dag")), **place)

    confirm(client, page)

    draft = edition.framework.editions.get(status=EditionStatus.DRAFT)
    assert texts(draft) == [f"{before[0]} hver dag", *before[1:]]
    assert texts(edition) == before
    told = LogEntry.objects.get(object_id=str(draft.pk)).change_message
    assert f"{before[0]}" in told
    assert f"{before[0]} hver dag" in told
    assert before[1] not in told


def test_a_removed_heading_and_what_a_goal_is_told_with_are_shown(client, edition, place):
    _first, second, third, fourth = texts(edition)
    one, two = edition.pillars.order_by("position")
    moved = (
        f'  {{ text = "{third}", help = "Hjælp", show_help = true, descriptors = ["a", "b"] }},\n'
    )
    text = own_file(edition, (f'  "{second}",\n', f'  "{second}",\n{moved}'))
    text = text[: text.index("\n[[pillars]]", text.index(one.code))] + "\n"

    page = look(
        client,
        text.replace(f'name = "{one.name}"', 'name = "Nyt navn"\ndescription = "Om"'),
        **place,
    )

    (row,) = page.context["pillars"]
    assert [len(goal.details) for goal in row.goals] == [0, 0, 3]
    assert [goal.moved_from for goal in row.goals] == ["", "", two.name]
    assert len(row.details) == 2
    assert [
        (gone.name, [goal.text for goal in gone.goals]) for gone in page.context["removed"]
    ] == [(two.name, [fourth])]


def test_a_file_goes_into_the_draft_that_is_there(client, edition, place):
    draft = new_draft(edition=edition)
    page = look(client, own_file(edition, ("Tillid", "Mod")), **place)

    confirm(client, page)

    draft.refresh_from_db()
    assert page.context["base"] == draft
    assert draft.values == ["Udvikling", "Mod"]


def test_a_file_that_says_the_same_has_no_button(client, edition, place):
    page = look(client, own_file(edition), **place)

    assert page.context["nothing_new"]
    assert 'name="confirm"' not in page.content.decode()


def test_a_file_with_another_name_keeps_the_framework_s(client, edition, place):
    page = look(client, own_file(edition, ('name = "Vores mål"', 'name = "Andet navn"')), **place)

    assert "Andet navn" in page.content.decode()
    assert Framework.objects.get().name == "Vores mål"


def test_a_framework_without_editions_gets_its_first_from_a_file(client, edition, place):
    text = own_file(edition)
    draft = EditionFactory(
        framework__municipality=edition.framework.municipality,
        framework__slug="tom",
        status=EditionStatus.DRAFT,
    )
    draft.delete()

    page = look(client, text.replace('"vores-maal"', '"tom"'), **place)
    confirm(client, page)

    assert page.context["base"] is None
    assert texts(Edition.objects.get(framework__slug="tom")) == texts(edition)


def test_a_draft_that_changed_meanwhile_is_shown_again_and_nothing_is_kept(client, edition, place):
    page = look(client, own_file(edition, ("Tillid", "Mod")), **place)
    draft = new_draft(edition=edition)

    again = confirm(client, page)

    draft.refresh_from_db()
    assert again.status_code == 200
    assert again.context["base"] == draft
    assert draft.values == ["Udvikling", "Tillid"]


# --- refused ------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "file"),
        (b"x" * (LARGEST + 1), "vores.toml: filen er for stor: højst 256 kB"),
        ("æøå".encode("cp1252"), "vores.toml: linje 1: filen er ikke gemt som UTF-8"),
        (
            GOOD.replace('"Vi ser uenighed som en styrke"', '""'),
            "vores.toml: søjle 3, mål 4: teksten mangler",
        ),
        (GOOD.replace('"grad-5"', '"grad-9"'), "vores.toml: skalaen »grad-9« kender vi ikke"),
    ],
)
def test_a_wrong_file_is_refused_at_its_field(client, place, content, said):
    page = look(client, content, **place)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"file"}
    assert said in page.content.decode()
    assert not Framework.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("sent", [{}, {"content": "vrøvl", "confirm": "1"}])
def test_no_file_and_a_forged_one_are_refused(client, place, sent):
    page = client.post(UPLOAD, place | sent)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"file"}


def test_the_page_is_for_administrators(cast, client_of):
    statuses = [
        client_of(cast.person(who)).get(UPLOAD).status_code
        for who in ("administrator", "outsider", "chief", "facilitator")
    ]

    assert statuses == [200, 200, 403, 403]


@pytest.mark.parametrize("goals_each", [2, 6])
def test_the_preview_asks_the_same_however_many_goals(cast, client, place, goals_each):
    edition = EditionFactory(
        framework__municipality=cast.municipality, pillar_count=goals_each, goals_each=goals_each
    )
    file = own_file(edition, ("Tillid", "Mod"))

    with CaptureQueriesContext(connection) as queries:
        look(client, file, **place)

    assert len(queries) == 12
