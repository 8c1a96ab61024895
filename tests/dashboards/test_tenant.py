"""A municipality is taken along whole, and deleted whole; the others do not notice."""

import csv
import json
import zipfile
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from accounts.models import Mail, User
from assessments.answers import Answer, Rating
from assessments.enums import RoundKind
from assessments.models import Edition, Goal, Pillar
from audit.models import Entry
from dashboards.operations.tenant_deletion import delete_municipality
from dashboards.operations.tenant_export import export_files, tables_of
from forums.enums import Role
from forums.models import Forum, Membership, Municipality
from forums.operations import add_member
from results.filing import file_results
from results.models import Beat
from tests.cast import make_cast
from tests.factories import (
    AdministratorFactory,
    EditionFactory,
    EntryFactory,
    ForumFactory,
    LocalWordingFactory,
    MailFactory,
    MailTextFactory,
    MembershipFactory,
    MunicipalityFactory,
    SharedRatingFactory,
    UnitFactory,
    UserFactory,
)
from tests.worlds import OpenRound, open_round_of

pytestmark = pytest.mark.django_db


def dump() -> dict[str, list[tuple]]:
    quote = connection.ops.quote_name
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names()):
            if name == "sqlite_sequence":
                continue
            cursor.execute(f"SELECT * FROM {quote(name)}")  # noqa: S608 -- names from the database
            found[name] = sorted(cursor.fetchall(), key=repr)
    return found


def fill(word: str, slug: str) -> tuple[Municipality, OpenRound]:
    """A municipality with something of every kind, each thing with the word in its name."""
    municipality = MunicipalityFactory(name=f"{word} Kommune", slug=slug)
    unit = UnitFactory(municipality=municipality, name=f"{word} Skole")
    chief = UserFactory(name=f"{word} Chef", email=f"chef@{slug}.example")
    above = ForumFactory(municipality=municipality, name=f"{word} Lederforum", chief=chief)
    team = ForumFactory(municipality=municipality, name=f"{word} Team", parent=above, unit=unit)
    AdministratorFactory(municipality=municipality, user__name=f"{word} Administrator")
    for number in range(8):
        MembershipFactory(forum=above, user__name=f"{word} Leder {number}")
    MembershipFactory(forum=team, user=chief)
    edition = EditionFactory(framework__municipality=municipality, framework__name=f"{word} mål")
    sealed = open_round_of(above, edition=edition, days_ago=100, name=f"{word} runde")
    sealed.answer([1, 2, 3, 4, 5, 3, 4, 2], reason=f"{word} begrundelse")
    sealed.seal()
    shared = open_round_of(
        team, edition=edition, kind=RoundKind.SHARED, days_ago=90, name=f"{word} fælles"
    )
    SharedRatingFactory(round_forum=shared.round_forum, goal=edition_goal(edition), note=word)
    shared.round.sealed_at = timezone.now()
    shared.round.save()
    opened = open_round_of(above, edition=edition, name=f"{word} åben runde")
    opened.answer([2, 2, 3], reason=f"{word} endnu ikke talt")
    LocalWordingFactory(forum=team, goal=edition_goal(edition), text=f"{word} egne ord")
    MailTextFactory(municipality=municipality, subject=f"{word} emne")
    MailFactory(to=chief, subject=f"{word} mail", sent_at=timezone.now())
    MailFactory(to=chief, subject="Påmindelse", topic=f"round-{opened.round.pk}")
    EntryFactory(municipality=municipality.pk, name=f"{word} i loggen", actor=chief.log_key)
    changed(above, by=chief, name=f"{word} historik")
    return municipality, opened


def changed(thing: Model, *, by: User, name: str = "") -> None:
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(thing),
        object_id=str(thing.pk),
        object_repr=name or str(thing),
        action_flag=CHANGE,
        change_message="[]",
    )


def edition_goal(edition: Edition) -> Goal:
    return Goal.objects.filter(pillar__edition=edition).order_by("pk")[0]


# --- taken along --------------------------------------------------------------------------------


def test_export_holds_all_of_one_municipality_and_nothing_of_another(tmp_path):
    fill("Egen", "egen")
    fill("Fremmed", "fremmed")

    call_command("export_municipality", "egen", str(tmp_path / "ud"), stdout=StringIO())

    text = {
        str(path.relative_to(tmp_path / "ud")): path.read_text("utf-8")
        for path in (tmp_path / "ud").rglob("*")
        if path.is_file()
    }
    assert not [name for name, content in text.items() if "Fremmed" in content]
    assert not [name for name, content in text.items() if "endnu ikke talt" in content]
    assert not [name for name, content in text.items() if "md5$" in content]
    everything = "".join(text.values())
    for thing in (
        *("Skole", "Lederforum", "Team", "Leder 7", "mål", "runde", "begrundelse", "egne ord"),
        *("emne", "mail", "i loggen", "historik", "Administrator", "fælles"),
    ):
        assert f"Egen {thing}" in everything
    assert json.loads(text["municipality.json"])["slug"] == "egen"
    assert [name for name in text if name.startswith("frameworks/")]
    assert len([name for name in text if name.startswith("results/")]) == 2
    assert Entry.objects.filter(kind="copied").count() == 1


def test_export_does_not_tell_who_has_answered(tmp_path):
    _municipality, opened = fill("Egen", "egen")

    call_command("export_municipality", "egen", str(tmp_path / "ud"), stdout=StringIO())

    with (tmp_path / "ud" / "invitations.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert set(rows[0]) == {"id", "round_forum_id", "user_id", "role"}
    assert "Påmindelse" not in (tmp_path / "ud" / "mails.csv").read_text("utf-8")
    assert opened.round.sealed_at is None


def exported(municipality: Municipality, name: str) -> list[dict[str, str]]:
    files = {file.name: file.content for file in export_files(municipality, timezone.now())}
    return list(csv.DictReader(StringIO(files[name].decode())))


def test_export_tells_nothing_of_another_municipality_through_a_person_of_both(cast):
    """Of two leaders of both, one has answered in the other municipality's open round."""
    neighbours = Forum.objects.get(municipality=cast.other_municipality)
    answered, reminded = cast.members[2:4]
    for person in (answered, reminded):
        MembershipFactory(forum=neighbours, user=person)
    theirs = open_round_of(cast.forum)
    own = open_round_of(neighbours, name="Naboens runde")
    own.round.sealed_at = timezone.now()
    own.round.save()
    MailFactory(to=reminded, kind="halfway", topic=f"round-{theirs.round.pk}")
    MailFactory(to=answered, kind="erasure_asked", subject="Noget i Testkommune")
    told = MailFactory(to=reminded, kind="results", topic=f"round-{own.round.pk}")
    changed(cast.forum, by=reminded)
    changed(reminded, by=cast.administrator)
    changed(neighbours, by=cast.outsider)

    mails = exported(cast.other_municipality, "mails.csv")
    history = exported(cast.other_municipality, "history.csv")

    assert [row["id"] for row in mails] == [str(told.pk)]
    assert [row["object_repr"] for row in history] == ["Naboens forum"]


def test_mail_to_who_came_into_a_municipality_is_that_one_s_and_goes_with_it(cast):
    person = cast.members[2]
    add_member(
        user=person,
        forum=Forum.objects.get(municipality=cast.other_municipality),
        role=Role.STAFF,
        now=timezone.now(),
    )
    told = Mail.objects.get()

    mails = [
        exported(municipality, "mails.csv")
        for municipality in (cast.municipality, cast.other_municipality)
    ]
    delete_municipality(municipality=cast.other_municipality, now=timezone.now())

    assert [[row["id"] for row in rows] for rows in mails] == [[], [str(told.pk)]]
    assert not Mail.objects.filter(to=person).exists()


@pytest.mark.parametrize("kind", ["halfway", "last_day", "login_code"])
def test_export_holds_no_reminder_and_no_code(cast, kind):
    lost = open_round_of(cast.forum)
    lost.round.lost_at = timezone.now()
    lost.round.save()
    MailFactory(to=cast.chief, kind=kind, topic=f"round-{lost.round.pk}")
    MailFactory(to=cast.chief, kind=kind)
    told = MailFactory(to=cast.chief, kind="invitation", topic=f"round-{lost.round.pk}")

    mails = exported(cast.municipality, "mails.csv")

    assert [row["id"] for row in mails] == [str(told.pk)]


def test_export_holds_the_history_of_those_who_belong_here_alone(cast):
    changed(cast.members[2], by=cast.administrator)

    history = exported(cast.municipality, "history.csv")

    assert [row["object_repr"] for row in history] == [cast.members[2].name]


def test_export_as_one_file(tmp_path):
    fill("Egen", "egen")

    call_command("export_municipality", "egen", str(tmp_path / "ud.zip"), stdout=StringIO())

    with zipfile.ZipFile(tmp_path / "ud.zip") as archive:
        assert "Egen Lederforum" in archive.read("forums.csv").decode()


def test_round_that_was_lost_has_no_result_to_take_along(tmp_path):
    municipality, _opened = fill("Egen", "egen")
    world = open_round_of(ForumFactory(municipality=municipality), days_ago=300)
    world.round.sealed_at = timezone.now()
    world.round.save()

    call_command("export_municipality", "egen", str(tmp_path / "ud"), stdout=StringIO())

    assert len(list((tmp_path / "ud" / "results").iterdir())) == 2


def test_export_refuses_what_is_not_there_and_what_is(tmp_path):
    MunicipalityFactory(slug="egen")

    with pytest.raises(CommandError, match="no municipality"):
        call_command("export_municipality", "ukendt", str(tmp_path / "ud"))
    with pytest.raises(CommandError, match="there already"):
        call_command("export_municipality", "egen", str(tmp_path))


def test_every_table_is_taken_along_or_left_out_for_a_reason():
    left_out = {
        *(Answer, Rating),  # answers, until they are counted
        *(Pillar, Goal, Edition),  # in the framework's own files
        Municipality,  # a file of its own
        Beat,  # the clock's
        apps.get_model("accounts", "SignIn"),  # opens doors, and lives an hour
    }
    ours = {
        model
        for app in ("audit", "accounts", "forums", "assessments", "results")
        for model in apps.get_app_config(app).get_models()
    }
    taken = {rows.model for rows in tables_of(MunicipalityFactory()).values()}

    assert ours - left_out == taken - {LogEntry}


# --- and deleted --------------------------------------------------------------------------------


def test_deletion_leaves_the_others_as_if_it_had_never_been(settings):
    make_cast()
    fill("Fremmed", "fremmed")
    file_results(now=timezone.now())
    ContentType.objects.get_for_model(Municipality)
    before, files = dump(), set(settings.FILES_DIR.glob("round-*"))
    fill("Egen", "egen")
    file_results(now=timezone.now())
    assert set(settings.FILES_DIR.glob("round-*")) > files

    call_command("delete_municipality", "egen", confirm="egen", stdout=StringIO())

    after = dump()
    told = [row for row in after.pop("audit_entry") if row not in before["audit_entry"]]
    del before["audit_entry"]
    assert after == before
    assert len(told) == 1
    assert "Egen Kommune" in repr(told)


def test_files_of_the_results_go_once_it_has_held(settings, django_capture_on_commit_callbacks):
    fill("Egen", "egen")
    file_results(now=timezone.now())
    assert list(settings.FILES_DIR.glob("round-*"))

    with django_capture_on_commit_callbacks(execute=True):
        call_command("delete_municipality", "egen", confirm="egen", stdout=StringIO())

    assert not list(settings.FILES_DIR.glob("round-*"))


def test_person_of_two_municipalities_stays_in_the_other():
    municipality, _opened = fill("Egen", "egen")
    elsewhere = MembershipFactory()
    MembershipFactory(
        user=elsewhere.user, forum=ForumFactory(municipality=municipality, name="Et til")
    )
    system = UserFactory(is_superuser=True)
    MembershipFactory(user=system, forum=Forum.objects.get(name="Et til"))
    reader = UserFactory()
    MembershipFactory(user=reader, forum=Forum.objects.get(name="Et til"))
    ForumFactory(chief=reader)

    call_command("delete_municipality", "egen", confirm="egen", stdout=StringIO())

    assert Membership.objects.get(user=elsewhere.user) == elsewhere
    kept = {elsewhere.user.pk, system.pk, reader.pk}
    assert set(User.objects.filter(pk__in=kept).values_list("pk", flat=True)) == kept


@pytest.mark.parametrize(("typed", "goes"), [("egen", True), ("Egen", False), ("", False)])
def test_short_name_is_typed_once_more(monkeypatch, typed, goes):
    fill("Egen", "egen")
    monkeypatch.setattr("builtins.input", lambda _question: typed)

    if goes:
        call_command("delete_municipality", "egen", stdout=StringIO())
    else:
        with pytest.raises(CommandError, match="nothing is deleted"):
            call_command("delete_municipality", "egen", stdout=StringIO())

    assert Municipality.objects.filter(slug="egen").exists() is not goes


def test_dry_run_counts_and_deletes_nothing():
    fill("Egen", "egen")
    before, told = dump(), StringIO()

    call_command("delete_municipality", "egen", "--dry-run", stdout=told)

    assert "rounds: 3" in told.getvalue()
    assert "people: 10" in told.getvalue()
    assert dump() == before
    with pytest.raises(CommandError, match="no municipality"):
        call_command("delete_municipality", "ukendt")


# --- who saw it ---------------------------------------------------------------------------------


def test_who_saw_lists_readers_between_two_times(cast, client_of):
    world = open_round_of(cast.forum, days_ago=100)
    world.answer([1, 2, 3, 4, 5, 3])
    world.seal()
    here = f"/resultater/{world.round.pk}/{cast.forum.pk}/"
    client_of(cast.facilitator).get(here)
    client_of(cast.unit_head).get(f"{here}csv/")
    client_of(cast.chief).get(f"/udvikling/{cast.forum.pk}/")
    client_of(cast.chief).get("/overblik/")
    client_of(cast.department_head).get(here)
    now = timezone.localtime()
    hour = timedelta(hours=1)

    def told(what: str, first=now - hour, last=now + hour) -> str:
        out = StringIO()
        call_command(
            "who_saw", what, first=f"{first:%Y-%m-%dT%H:%M:%S}", last=last.isoformat(), stdout=out
        )
        return out.getvalue()

    for what in (f"forum-{cast.forum.pk}", f"round-{world.round.pk}", f"forum:{cast.forum.pk}"):
        for person in (cast.facilitator, cast.unit_head, cast.chief):
            assert person.name in told(what)
        assert cast.department_head.name not in told(what)
        assert "4 rows" in told(what)
        assert "127.0.0.1" in told(what)
    assert "0 rows" in told(f"forum-{cast.team.pk}")
    assert "0 rows" in told(f"round-{world.round.pk}", last=now - hour / 2)
    assert "0 rows" in told(f"round-{world.round.pk}", first=now + hour / 2)


@pytest.mark.parametrize(
    ("what", "first"),
    [
        ("result-1", "2026-03-01"),
        ("forum-1", "i går"),
        ("forum-1", "2026-13-01"),
        ("forum-1", "0001-01-01"),
    ],
)
def test_who_saw_refuses_what_it_cannot_read(what, first):
    with pytest.raises(CommandError):
        call_command("who_saw", what, first=first, last="2026-03-02")


def test_who_saw_takes_days(cast):
    EntryFactory(kind="exported", forum=cast.forum.pk, at=timezone.now())
    today = timezone.localdate()
    out = StringIO()

    call_command(
        "who_saw",
        f"forum-{cast.forum.pk}",
        first=str(today),
        last=str(today + timedelta(days=1)),
        stdout=out,
    )

    assert "1 rows" in out.getvalue()
    assert Mail.objects.count() == 0
