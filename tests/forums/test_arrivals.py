"""Who comes into a municipality where they were not before is told by mail, whatever the door."""

import re
from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail, User
from forums.enums import Role
from forums.models import Administrator, Forum
from forums.operations import add_member, appoint
from plf.lib.local_time import moment_of
from tests.factories import AdministratorFactory, ForumFactory, MembershipFactory, UserFactory
from tests.forums.member_files import HEADINGS, confirm, csv_bytes, send
from tests.pages import form_of

KIND = "came_to_municipality"
ROW = ("Bo Ærø", "chef@nabo.example", "Lederforum", "aftaleholder")


def told():
    return list(Mail.objects.filter(kind=KIND).order_by("pk").values_list("to__email", flat=True))


def seated(user, forum, role=Role.STAFF, **times):
    return add_member(user=user, forum=forum, role=role, now=timezone.now(), **times)


# --- what the mail says -------------------------------------------------------------------------


def test_mail_says_where_who_sees_it_and_what_to_do(cast):
    cast.municipality.privacy_contact = "Databeskyttelse, dpo@test.example"
    cast.municipality.save()

    seated(cast.outsider, Forum.objects.get(pk=cast.team.pk))

    mail = Mail.objects.get()
    assert (mail.to, mail.language) == (cast.outsider, "da")
    assert mail.subject == "Du har fået en plads i Testkommune"
    assert mail.body.split("\n\n") == [
        "Hej Chef i nabokommunen",
        "Du har nu en plads i Ledelsesteam, Børneby Nord i Testkommune.",
        "Administratorerne i Testkommune kan se dit navn og din mailadresse. "
        "Deres log kan også vise, når du logger ind.",
        "Kender du ikke til det? Så skriv til Databeskyttelse, dpo@test.example.",
    ]
    assert mail.url == "http://localhost:8000/konto/mine-data/"
    assert mail.button == "Se alle dine pladser"


def test_without_a_contact_the_mail_points_to_an_administrator(cast):
    seated(cast.outsider, cast.team)

    assert Mail.objects.get().body.endswith(
        "Kender du ikke til det? Så skriv til en administrator. Du finder dem under »Mine data«."
    )


def test_mail_is_in_the_person_s_own_language(cast):
    cast.outsider.language = "en"
    cast.outsider.save()

    seated(cast.outsider, cast.team)

    mail = Mail.objects.get()
    assert (mail.language, mail.subject) == ("en", "You have a place in Testkommune")


@pytest.mark.parametrize("by_saml", [False, True])
def test_one_whom_their_own_municipality_signs_in_is_told_of_the_other_ways(
    cast, settings, by_saml
):
    if by_saml:
        settings.SAML = dict.fromkeys(settings.SAML, "x")
        cast.other_municipality.cvr = "29189986"
    else:
        cast.other_municipality.sign_in_server = "https://login.example"
        cast.other_municipality.sign_in_client = "plf"
    cast.other_municipality.save()

    seated(cast.outsider, cast.team)

    assert "Den ene kommunes login åbner ikke den andens sider." in Mail.objects.get().body


# --- what begins later --------------------------------------------------------------------------

LATER = moment_of(date(2027, 3, 1), time(8))


def posted(person, municipality, starts_at):
    appoint(
        administrator=Administrator(municipality=municipality, user=person, starts_at=starts_at),
        now=timezone.now(),
    )


@pytest.mark.parametrize(
    ("language", "day", "now"), [("da", "1. marts 2027", "nu"), ("en", "March 1, 2027", "now")]
)
@pytest.mark.parametrize("role", [Role.STAFF, Role.FACILITATOR, "administrator"])
def test_mail_says_from_which_day_what_begins_later(cast, role, language, day, now):
    cast.outsider.language = language
    cast.outsider.save()

    if role == "administrator":
        posted(cast.outsider, cast.municipality, LATER)
    else:
        seated(cast.outsider, cast.team, role, starts_at=LATER)

    told_first = Mail.objects.get().body.split("\n\n")[1]
    assert day in told_first
    assert now not in re.findall(r"\w+", told_first)


def test_mail_says_what_is_to_come_in_its_receiver_s_words(cast):
    cast.outsider.language = "en"
    cast.outsider.save()

    posted(cast.outsider, cast.municipality, LATER)

    mail = Mail.objects.get()
    assert mail.subject == "You are getting a place in Testkommune"
    assert "\n\nYou are an administrator in Testkommune from March 1, 2027.\n\n" in mail.body


def test_import_tells_apart_what_begins_now_and_what_begins_later(cast, client):
    cast.outsider.language = "en"
    cast.outsider.save()
    headings = (*HEADINGS, "Fra")
    third = ForumFactory(municipality=cast.municipality, name="Netværket")
    rows = [
        (*ROW[:2], cast.team.name, ROW[3], "01-03-2027"),
        (*ROW[:2], third.name, ROW[3], "01-03-2027"),
        (*ROW, ""),
    ]

    confirm(client, send(client, csv_bytes(*rows, headings=headings)))

    mail = Mail.objects.get(kind=KIND)
    assert mail.subject == "You have a place in Testkommune"
    assert mail.body.split("\n\n")[1] == (
        "You have a place in Lederforum in Testkommune now. You have a place in Ledelsesteam, "
        "Børneby Nord and Netværket in Testkommune from March 1, 2027."
    )


# --- the doors ----------------------------------------------------------------------------------


def test_person_added_by_hand_is_told(cast, client):
    data = {"name": "Bo", "email": "chef@nabo.example", "forum": cast.team.pk, "role": "staff"}

    client.post("/admin/accounts/user/add/", data)

    assert told() == ["chef@nabo.example"]


def test_import_tells_each_once_with_all_their_forums(cast, client):
    MembershipFactory(forum=Forum.objects.get(name="Naboens forum"), user__email="to@nabo.example")
    rows = [
        ROW,
        (*ROW[:2], cast.team.name, ROW[3]),
        ("To", "to@nabo.example", *ROW[2:]),
        ("Ny", "helt.ny@test.example", *ROW[2:]),
        ("Her", cast.department_head.email, *ROW[2:]),
    ]

    confirm(client, send(client, csv_bytes(*rows, headings=HEADINGS)))

    assert sorted(told()) == ["chef@nabo.example", "to@nabo.example"]
    mail = Mail.objects.get(kind=KIND, to=cast.outsider)
    assert "i Ledelsesteam, Børneby Nord og Lederforum i Testkommune." in mail.body


def test_one_who_is_made_administrator_is_told(cast):
    appoint(
        administrator=Administrator(municipality=cast.municipality, user=cast.outsider),
        now=timezone.now(),
    )

    assert told() == ["chef@nabo.example"]
    assert "Du er nu administrator i Testkommune.\n" in Mail.objects.get().body


@pytest.mark.parametrize("is_new", [True, False])
def test_one_who_becomes_the_chief_of_a_forum_is_told(cast, system, is_new):
    url = reverse(
        "admin:forums_forum_add" if is_new else "admin:forums_forum_change",
        args=[] if is_new else [cast.team.pk],
    )
    own = {"municipality": cast.municipality.pk, "name": "Chefteam", "name_in_sentence": "teamet"}

    answer = system.post(
        url, form_of(system, url, "forum_form") | own | {"chief": cast.outsider.pk}
    )

    assert answer.status_code == 302
    assert told() == ["chef@nabo.example"]
    said = "Du er nu den chef, der ser resultaterne fra Chefteam i Testkommune.\n"
    assert said in Mail.objects.get().body


# --- who is not told ----------------------------------------------------------------------------


def test_somebody_new_to_the_system_gets_the_invitation_alone(cast):
    seated(User(name="Bo", email="bo@test.example"), cast.team)

    assert list(Mail.objects.values_list("kind", flat=True)) == ["sign_in_invitation"]


def test_second_place_in_the_municipality_is_no_news(cast):
    reader = UserFactory()
    ForumFactory(municipality=cast.municipality, chief=reader)
    former = MembershipFactory(forum=cast.team, ends_at=timezone.now() + timedelta(seconds=1)).user

    for person in (cast.unit_head, cast.administrator, reader, former):
        forum = ForumFactory(municipality=cast.municipality)
        seated(person, forum)
        seated(person, ForumFactory(municipality=cast.municipality))
    post = Administrator(municipality=cast.municipality, user=cast.unit_head)
    appoint(administrator=post, now=timezone.now())
    appoint(administrator=post, now=timezone.now())

    assert told() == []


def test_chief_who_stays_and_a_forum_without_one_are_no_news(cast, system):
    url = reverse("admin:forums_forum_change", args=[cast.team.pk])
    data = form_of(system, url, "forum_form")

    system.post(url, data | {"name_in_sentence": "teamet"})
    system.post(url, data | {"chief": ""})

    cast.team.refresh_from_db()
    assert (cast.team.name_in_sentence, cast.team.chief) == ("vores ledelsesteam", None)
    assert told() == []


def test_post_that_has_ended_and_access_that_is_closed_are_no_news(cast):
    now = timezone.now()
    closed = MembershipFactory(user__is_active=False).user

    appoint(
        administrator=AdministratorFactory.build(
            municipality=cast.municipality,
            user=cast.outsider,
            starts_at=now - timedelta(days=9),
            ends_at=now - timedelta(days=1),
        ),
        now=now,
    )
    seated(closed, cast.team)

    assert told() == []


def test_several_municipalities_are_told_of_each(cast):
    for forum in (cast.team, ForumFactory(), cast.forum):
        seated(cast.outsider, forum)

    assert told() == ["chef@nabo.example"] * 2
