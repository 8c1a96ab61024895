"""Members in bulk, from the file to the change: nothing before the last step, all or nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail, User
from assessments.models import Participation
from assessments.operations.leaving import remove_leavers
from forums import operations
from forums.enums import Role
from forums.models import Membership
from plf.lib.collation import danish_key
from tests.factories import (
    AdministratorFactory,
    ForumFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
)
from tests.forums.member_files import (
    BO,
    HEADINGS,
    LEAD,
    URL,
    confirm,
    csv_bytes,
    seat,
    send,
    xlsx_bytes,
)
from tests.worlds import open_round_of

LONG = "b@" + ".".join(letter * 60 for letter in "wxyz") + ".vvvvvvvvv.dk"
TEAM = "Ledelsesteam, Børneby Nord"


def refused(page):
    return [(row.number, row.reason) for row in page.context["plan"].refused]


def everything():
    return (
        list(User.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
        LogEntry.objects.count(),
    )


# --- the steps ----------------------------------------------------------------------------------


def test_preview_writes_nothing_and_the_import_does(cast, client):
    before = everything()

    page = send(client, csv_bytes(BO))
    assert page.status_code == 200
    assert "<b>1</b> ny</li>" in page.content.decode()
    assert everything() == before

    answer = confirm(client, page)

    bo = User.objects.get(email="bo@test.example")
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert (bo.name, bo.has_usable_password(), bo.is_staff) == ("Bo Ærø", False, False)
    assert seat(cast, bo).role == Role.UNIT_HEAD
    assert LogEntry.objects.get().object_id == str(cast.forum.pk)
    assert [mail.to for mail in Mail.objects.all()] == [bo]


def test_same_import_twice_changes_nothing_the_second_time(cast, client):
    confirm(client, send(client, csv_bytes(BO)))

    page = send(client, xlsx_bytes(BO))

    assert page.context["plan"].is_empty
    assert page.context["plan"].unchanged == 1
    assert page.context["table"] == ""


def test_members_file_imported_again_changes_nothing(cast, client):
    MembershipFactory(
        forum=cast.team,
        role=Role.FACILITATOR,
        user__name="=Åse",
        ends_at=timezone.now() + timedelta(days=40, hours=3),
    )
    MembershipFactory(forum=cast.team, starts_at=timezone.now() + timedelta(days=9))
    file = client.get(reverse("dashboards:members_file", args=[cast.municipality.pk]))
    assert file["Content-Disposition"] == 'attachment; filename="medlemmer.csv"'

    page = send(client, file.content, complete="on")

    assert [row.reason for row in page.context["plan"].refused] == []
    # A name that a spreadsheet would work out comes back as text, with its mark.
    assert [row.new_name for row in page.context["plan"].changed] == ["'=Åse"]
    assert (page.context["plan"].new, page.context["plan"].leaving) == ((), ())


def test_database_that_changed_since_the_preview_is_noticed(cast, client):
    page = send(client, csv_bytes(BO, (*BO[:1], "bo2@test.example", *BO[2:])))
    MembershipFactory(forum=cast.forum, user__email="bo2@test.example", user__name="Bo Ærø")
    before = everything()

    shown = confirm(client, page)

    assert shown.status_code == 409
    assert shown.context["has_changed"]
    assert everything() == before
    assert [row.email for row in shown.context["plan"].new] == ["bo@test.example"]
    assert confirm(client, shown).status_code == 302


def test_person_who_comes_in_by_another_door_meanwhile_stops_it_kindly(cast, client, monkeypatch):
    """Between the plan and the rows: here when the import lets people leave."""
    page = send(client, csv_bytes(BO))
    before = everything()
    monkeypatch.setattr(
        operations, "_leave", lambda *_: UserFactory(email="bo@test.example", name="En anden")
    )

    shown = confirm(client, page)

    assert shown.status_code == 409
    assert shown.context["has_changed"]
    assert everything() == before


def test_row_that_became_wrong_since_the_preview_stops_it_all(cast, client):
    page = send(client, csv_bytes(BO))
    cast.forum.closed_at = timezone.now()
    cast.forum.save()

    shown = confirm(client, page)

    assert shown.status_code == 409
    assert not shown.context["may_import"]
    assert not User.objects.filter(email="bo@test.example").exists()


@pytest.mark.parametrize("table", ["", "no signature", None])
def test_preview_of_another_hour_person_or_hand_is_refused(cast, client, client_of, table):
    """None: the page of another administrator of the same municipality."""
    page = send(client, csv_bytes(BO))
    other = client
    if table is None:
        other = client_of(AdministratorFactory(municipality=cast.municipality).user)
        table = page.context["table"]

    answer = other.post(URL, {"table": table, "municipality": cast.municipality.pk})

    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert not User.objects.filter(email="bo@test.example").exists()


def test_preview_lasts_an_hour(cast, client):
    with time_machine.travel(timezone.now() - timedelta(minutes=61), tick=False):
        page = send(client, csv_bytes(BO))

    confirm(client, page)

    assert not User.objects.filter(email="bo@test.example").exists()


def test_preview_of_one_municipality_is_not_carried_out_in_another(cast, client):
    AdministratorFactory(municipality=cast.other_municipality, user=cast.administrator)
    page = send(client, csv_bytes(BO), municipality=cast.municipality.pk)
    table = page.context["table"]

    client.post(URL, {"table": table, "municipality": cast.other_municipality.pk})

    assert not User.objects.filter(email="bo@test.example").exists()
    assert client.post(URL, {"table": table, "municipality": "0"}).status_code == 404


def test_forum_of_another_municipality_is_unknown(cast, client):
    page = send(client, csv_bytes((*BO[:2], "Naboens forum", "chef")))

    assert page.status_code == 422
    assert refused(page) == [(2, "Forum »Naboens forum« kendes ikke her.")]
    assert "Chef i nabokommunen" not in page.content.decode()


def test_who_administers_several_chooses_and_the_system_administrator_may(cast, client_of):
    system = client_of(UserFactory(is_staff=True, is_superuser=True))
    nabo = csv_bytes((*BO[:2], "Naboens forum", "chef"))

    assert send(system, nabo).status_code == 422
    page = send(system, nabo, municipality=cast.other_municipality.pk)
    confirm(system, page)

    assert Membership.objects.get(user__email="bo@test.example").forum.name == "Naboens forum"
    assert [row.name for row in page.wsgi_request.user.administers.all()] == []


# --- people -------------------------------------------------------------------------------------


def test_person_of_another_municipality_looks_like_somebody_new_and_keeps_their_name(cast, client):
    known = csv_bytes(("Bo Ærø", "CHEF@nabo.example", *BO[2:]))
    unknown = csv_bytes(("Bo Ærø", "ukendt@nabo.example", *BO[2:]))

    def shown(data):
        page = send(client, data)
        text = page.content.decode().replace("ukendt@", "chef@")
        return page, text.split('id="confirm"')[0].split("<main")[1]

    page, text = shown(known)
    assert text == shown(unknown)[1]
    confirm(client, page)

    cast.outsider.refresh_from_db()
    assert cast.outsider.name == "Chef i nabokommunen"
    assert cast.outsider.has_usable_password()
    assert [mail.to for mail in Mail.objects.all()] == [cast.outsider]
    assert seat(cast, cast.outsider).role == Role.UNIT_HEAD


def test_person_of_both_municipalities_is_not_renamed(cast, client):
    MembershipFactory(forum=cast.forum, user=cast.outsider)

    page = send(client, csv_bytes(("Et andet navn", "chef@nabo.example", *BO[2:])))

    assert page.context["plan"].is_empty


def test_own_person_is_renamed_once_and_is_told_in_the_preview(cast, client):
    rows = [
        ("Anna Ås", "aftaleholder1@test.example", forum, "aftaleholder")
        for forum in ("Lederforum", TEAM)
    ]

    page = send(client, csv_bytes(*rows))
    confirm(client, page)

    cast.unit_head.refresh_from_db()
    assert [row.details for row in page.context["plan"].changed] == [
        ["Navn: Aftaleholder 1 → Anna Ås"]
    ]
    assert cast.unit_head.name == "Anna Ås"


def test_new_seat_and_new_name_come_together(cast, client):
    confirm(
        client,
        send(
            client,
            csv_bytes(("Ida", "afdelingsleder@test.example", "Lederforum", "afdelingsledere")),
        ),
    )

    cast.department_head.refresh_from_db()
    assert cast.department_head.name == "Ida"
    assert seat(cast, cast.department_head).role == Role.DEPARTMENT_HEAD


# --- leaving ------------------------------------------------------------------------------------


def test_only_with_the_tick_do_others_leave_and_only_the_forums_named(cast, client):
    chief = ("Chef", "chef@test.example", "Lederforum", "chef")
    MembershipFactory(forum=cast.forum, starts_at=timezone.now() + timedelta(days=9))
    assert send(client, csv_bytes(chief)).context["plan"].is_empty

    page = send(client, csv_bytes(chief), complete="on")
    assert len(page.context["plan"].leaving) == 10
    confirm(client, page)

    left = Membership.objects.current(timezone.now()).filter(forum=cast.forum)
    assert [row.user for row in left] == [cast.chief]
    assert Membership.objects.filter(forum=cast.forum).count() == 10  # who never came is gone
    assert Membership.objects.current(timezone.now()).filter(forum=cast.team).count() == 2


def test_one_who_leaves_an_open_round_leaves_it_as_others_do(cast, client):
    world = open_round_of(cast.forum)
    world.answer([3] * 9)
    rows = [
        (user.name, user.email, "Lederforum", "chef" if user == cast.chief else "aftaleholder")
        for user in cast.members[:-1]
    ]

    confirm(client, send(client, csv_bytes(*rows), complete="on"))
    remove_leavers(now=timezone.now())

    asked = Participation.objects.filter(round_forum=world.round_forum)
    assert set(asked.values_list("user", flat=True)) == {user.pk for user in cast.members[:-1]}


# --- refused ------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"Navn": ""}, "Navnet er ikke udfyldt."),
        ({"Navn": "x" * 121}, "Navnet er længere end 120 tegn."),
        ({"Navn": "=1+1"}, "Der er en formel i »Navn«. Skriv i stedet det, den giver."),
        ({"Forum": "-1"}, "Der er en formel i »Forum«. Skriv i stedet det, den giver."),
        ({"Navn": "Bo\x7f"}, "Der er et tegn i »Navn«, som ikke kan gemmes."),
        ({"E-mail": ""}, "Mailadressen er ikke udfyldt."),
        ({"E-mail": "bo.example"}, "»bo.example« er ikke en mailadresse."),
        ({"E-mail": LONG}, "Mailadressen er for lang."),
        ({"Forum": ""}, "»Forum« er ikke udfyldt."),
        ({"Forum": "Lederform"}, "Forum »Lederform« kendes ikke her. Er det »Lederforum«?"),
        ({"Forum": "Xyz"}, "Forum »Xyz« kendes ikke her."),
        ({"Rolle": "aftalholder"}, "Rolle »aftalholder« kendes ikke her. Er det »aftaleholder«?"),
        ({"Rolle": "pedel"}, "Rolle »pedel« kendes ikke her."),
        ({"Enhed": "Månen"}, "Enhed »Månen« kendes ikke her."),
        ({"Enhed": "Børneby Nord"}, "Lederforum hører ikke til Børneby Nord."),
        ({"Enhed": "Skolen", "Forum": ""}, "Skriv hvilket forum: Skolen har intet eller flere."),
        ({"Tovholder": "måske"}, "Skriv ja eller nej i »Tovholder«."),
        ({"Fra": "snart"}, "»snart« i »Fra« er ikke en dato. Skriv den som 31-12-2027."),
        ({"Til": "31-02-2027"}, "»31-02-2027« i »Til« er ikke en dato. Skriv den som 31-12-2027."),
        ({"Fra": "2027-05-02", "Til": "1.5.2027"}, "»Til« ligger før »Fra«."),
        ({"Andet": "0101801234"}, "Her står noget, der ligner et CPR-nummer. Fjern det fra filen."),
        ({"Andet": "101801234"}, "Her står noget, der ligner et CPR-nummer. Fjern det fra filen."),
    ],
)  # fmt: skip
def test_row_is_refused_with_its_number_and_the_reason(cast, client, changes, says):
    UnitFactory(municipality=cast.municipality, name="Skolen")
    cast.forum.unit = UnitFactory(municipality=cast.municipality, name="Skolen Vest")
    cast.forum.save()
    UnitFactory(municipality=cast.municipality, name="Børneby Nord")
    good = dict(zip(HEADINGS, BO, strict=True))
    row = good | changes
    before = everything()

    page = send(client, csv_bytes([*row.values()], headings=[*row]))

    assert page.status_code == 422
    assert refused(page) == [(2, says)]
    assert page.context["table"] == ""
    assert everything() == before


def test_row_with_a_cpr_number_is_not_shown(cast, client):
    page = send(client, csv_bytes(("Bo 010180-1234", *BO[1:])))

    assert page.context["plan"].refused[0].name == ""
    assert "010180" not in page.content.decode()


def test_unit_stands_for_its_only_forum(cast, client):
    cast.team.unit = UnitFactory(municipality=cast.municipality, name="Børneby Nord")
    cast.team.save()
    rows = (("Bo", "bo@test.example", "børneby nord", "Medarbejder"),)

    confirm(client, send(client, csv_bytes(*rows, headings=("Navn", "Mail", "Enhed", "Rolle"))))

    assert Membership.objects.get(user__email="bo@test.example").forum == cast.team


@pytest.mark.once
def test_rows_that_do_not_go_together_are_refused(cast, client):
    MembershipFactory(
        forum=cast.team,
        user=cast.department_head,
        starts_at=timezone.now() + timedelta(days=9),
        ends_at=timezone.now() + timedelta(days=19),
    )
    tomorrow = f"{timezone.localdate() + timedelta(days=1):%d-%m-%Y}"
    rows = [
        ("Bo", "bo@test.example", "Lederforum", "chef", "ja", ""),
        ("Bo", "BO@test.example", "lederforum", "aftaleholder", "", ""),
        ("Bob", "bo@test.example", TEAM, "chef", "", ""),
        ("Eva", "eva@test.example", "Lederforum", "aftaleholder", "ja", ""),
        ("A", "afdelingsleder@test.example", TEAM, "afdelingsleder", "", ""),
        ("C", "aftaleholder2@test.example", "Lederforum", "aftaleholder", "", tomorrow),
    ]  # fmt: skip

    page = send(client, csv_bytes(*rows, headings=(*LEAD, "Fra")))

    assert refused(page) == [
        (3, "Den samme person står også i række 2."),
        (4, "Den samme adresse står med et andet navn i række 2."),
        (5, "Række 2 nævner allerede forummets tovholder."),
        (6, "Personen har allerede to pladser i forummet. Ret dem på forummets egen side."),
        (7, "Personen er allerede i forummet. Lad »Fra« stå tom, eller ret datoen."),
    ]


@pytest.mark.once
def test_wrong_file_is_told_at_the_field(cast, client):
    page = send(client, b"%PDF-1.7\x00")

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["file"]
    assert list(client.post(URL).context["form"].errors) == ["file"]
    assert list(send(client, b"").context["form"].errors) == ["file"]


# --- lists and statements -----------------------------------------------------------------------


def test_lists_are_in_danish_order(cast, client):
    names = ["Åse", "Ærø", "Zoe", "Østen", "anders"]
    rows = [(name, f"n{place}@test.example", *BO[2:]) for place, name in enumerate(names)]
    ForumFactory(municipality=cast.municipality, name="Ålborg")
    rows.append(("Aa", "aa@test.example", "Ålborg", "chef"))

    page = send(client, csv_bytes(*rows))

    shown = [(row.forum.name, row.name) for row in page.context["plan"].new]
    assert shown == [
        *(("Lederforum", name) for name in sorted(names, key=danish_key)),
        ("Ålborg", "Aa"),
    ]


@pytest.mark.parametrize("size", [2, 40])
def test_statements_are_as_many_for_two_as_for_forty(cast, client, django_assert_num_queries, size):
    rows = [(f"Ny {n}", f"ny{n}@test.example", *BO[2:]) for n in range(size)]
    for n in range(size):
        user = MembershipFactory(forum=cast.forum, user__name=f"Gammel {n}").user
        rows.append((f"Ny gammel {n}", user.email, "Lederforum", "chef"))
    ContentType.objects.clear_cache()
    with django_assert_num_queries(8):
        page = send(client, csv_bytes(*rows))
    with django_assert_num_queries(25):
        confirm(client, page)

    assert (
        Membership.objects.current(timezone.now()).filter(forum=cast.forum).count() == 10 + 2 * size
    )


def test_five_thousand_rows_fit_in_the_page(cast, client, settings):
    rows = [(f"Ny {n}", f"ny{n}@test.example", *BO[2:]) for n in range(500)]

    page = send(client, csv_bytes(*rows))

    assert len(page.context["plan"].new) == 500
    assert 10 * len(page.context["table"]) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
