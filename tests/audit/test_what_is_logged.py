"""Each change of a right, a round or a thing of the administration leaves its row."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from assessments.enums import RoundKind
from assessments.operations.changing import (
    add_forgotten,
    cancel_round,
    close_early,
    postpone_closing,
)
from assessments.operations.rounds import change_plan, open_round, plan_round
from audit.models import Entry
from forums.enums import Role
from forums.models import Administrator, Forum, Membership, Municipality
from forums.operations import add_member, appoint, change_role
from results.operations import release_result
from tests.factories import EditionFactory, MembershipFactory, UserFactory
from tests.pages import form_of
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(cast, client_of):
    client = client_of(cast.administrator)
    client.get("/admin/")
    return client


def kinds_after(since: int) -> list[str]:
    return list(Entry.objects.filter(pk__gt=since).order_by("pk").values_list("kind", flat=True))


def last() -> Entry:
    found = Entry.objects.order_by("pk").last()
    assert found is not None
    return found


def newest() -> int:
    found = Entry.objects.order_by("pk").last()
    return found.pk if found else 0


# --- rights -------------------------------------------------------------------------------------


def test_seats_and_posts(cast):
    now, user = timezone.now(), UserFactory.build(email="ny@example.org")
    since = newest()

    seat = add_member(user=user, forum=cast.forum, role=Role.UNIT_HEAD, now=now)
    change_role(membership=seat, role=Role.DEPARTMENT_HEAD, now=now + timedelta(days=1))
    post = Administrator(municipality=cast.municipality, user=user)
    appoint(administrator=post, now=now)
    post.ends_at = now + timedelta(seconds=1)
    appoint(administrator=post, now=now + timedelta(days=1))

    rows = Entry.objects.filter(pk__gt=since).order_by("pk")
    assert [(row.kind, row.detail, row.forum) for row in rows] == [
        ("member_joined", "unit_head", cast.forum.pk),
        ("role_changed", "department_head", cast.forum.pk),
        ("administrator_made", "", None),
        ("administrator_ended", "", None),
    ]
    assert {row.subject for row in rows} == {user.log_key}
    assert {row.municipality for row in rows} == {cast.municipality.pk}


def rows_of(form: dict) -> dict[int, str]:
    """What the fields of each seat begin with."""
    return {
        int(value): name.removesuffix("-id")
        for name, value in form.items()
        if name.startswith("memberships-") and name.endswith("-id") and value
    }


def test_leaver_whose_role_was_touched_too_is_logged_as_leaving_alone(cast, administrator):
    url = f"/admin/forums/forum/{cast.forum.pk}/change/"
    form = form_of(administrator, url, "forum_form")
    seat = Membership.objects.get(forum=cast.forum, user=cast.members[3])
    row = rows_of(form)[seat.pk]
    since = newest()

    administrator.post(
        url,
        form
        | {
            f"{row}-role": Role.DEPARTMENT_HEAD,
            f"{row}-ends_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        },
    )

    logged = Entry.objects.filter(pk__gt=since, subject=cast.members[3].log_key).order_by("pk")
    assert [(entry.kind, entry.detail) for entry in logged] == [("member_left", "unit_head")]


def test_members_and_chief_changed_in_the_administration(cast, administrator):
    url = f"/admin/forums/forum/{cast.forum.pk}/change/"
    form = form_of(administrator, url, "forum_form")
    rows = rows_of(form)
    lead, other, leaver, mover = (
        rows[Membership.objects.get(forum=cast.forum, user=user).pk] for user in cast.members[1:5]
    )
    newcomer = UserFactory()
    MembershipFactory(user=newcomer, forum=cast.team)
    added = next(name for name in form if name.endswith("2-0-user") or "-2-0-" in name)
    del form[f"{lead}-is_lead"]
    form |= {
        f"{other}-is_lead": "on",
        f"{leaver}-ends_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        f"{mover}-role": Role.DEPARTMENT_HEAD,
        "chief": str(cast.facilitator.pk),
        f"{added.rsplit('-', 1)[0]}-user": str(newcomer.pk),
        f"{added.rsplit('-', 1)[0]}-role": Role.UNIT_HEAD,
    }
    since = newest()

    assert administrator.post(url, form).status_code == 302

    found = Entry.objects.filter(pk__gt=since)
    told = {(row.kind, row.subject) for row in found}
    assert told == {
        ("chief_chosen", cast.facilitator.log_key),
        ("lead_ended", cast.members[1].log_key),
        ("lead_made", cast.members[2].log_key),
        ("member_left", cast.members[3].log_key),
        ("role_changed", cast.members[4].log_key),
        ("member_joined", newcomer.log_key),
        ("changed", None),
    }
    assert {row.actor for row in found} == {cast.administrator.log_key}
    assert {row.municipality for row in found} == {cast.municipality.pk}


def test_import_logs_each_right(cast, administrator):
    leaver, changed = cast.members[3], cast.members[4]
    rows = [
        (
            *(user.name, user.email, cast.forum.name),
            "afdelingsleder"
            if user == changed
            else "chef"
            if user == cast.chief
            else "aftaleholder",
            "ja" if user == cast.members[2] else "",
        )
        for user in cast.members
        if user != leaver
    ]
    rows.append(("Helt Ny", "helt-ny@example.org", cast.forum.name, "afdelingsleder", ""))
    partner = cast.municipality.role_word(Role.FACILITATOR)
    rows.append((cast.facilitator.name, cast.facilitator.email, cast.forum.name, partner, ""))
    lines = [("Navn", "E-mail", "Forum", "Rolle", "Tovholder"), *rows]
    content = "\r\n".join(";".join(line) for line in lines).encode("utf-8-sig")
    file = SimpleUploadedFile("m.csv", content)
    page = administrator.post(
        "/medlemmer/import/",
        {"file": file, "complete": "on", "municipality": str(cast.municipality.pk)},
    )
    assert page.status_code == 200, page.context["plan"].refused
    since = newest()

    done = administrator.post(
        "/medlemmer/import/",
        {"table": page.context["table"], "municipality": str(cast.municipality.pk)},
    )

    assert done.status_code == 302
    told = set(Entry.objects.filter(pk__gt=since).values_list("kind", "subject"))
    new = Membership.objects.get(user__email="helt-ny@example.org").user
    assert told == {
        ("member_joined", new.log_key),
        ("member_left", leaver.log_key),
        ("role_changed", changed.log_key),
        ("lead_ended", cast.members[1].log_key),
        ("lead_made", cast.members[2].log_key),
    }


# --- rounds and results -------------------------------------------------------------------------


def test_a_round_s_life(cast):
    now = timezone.now()
    since = newest()
    edition = EditionFactory(framework__municipality=cast.municipality)
    round_ = plan_round(
        municipality=Municipality.objects.get(pk=cast.municipality.pk),
        edition=edition,
        name="Forår",
        kind=RoundKind.CONFIDENTIAL,
        forums=[cast.forum],
        opens_at=now,
        closes_at=now + timedelta(days=14),
        now=now,
    )
    change_plan(round_=round_, forums=[cast.forum], now=now)
    open_round(round_=round_, now=now)
    forgotten = MembershipFactory(forum=cast.forum)
    add_forgotten(round_forum=round_.round_forums.get(), membership=forgotten, now=now)
    postpone_closing(round_=round_, closes_at=now + timedelta(days=20), now=now)
    close_early(round_=round_, closes_at=now + timedelta(days=2), when_all_done=False, now=now)
    cancel_round(round_=round_, now=now)

    assert kinds_after(since) == [
        *("round_planned", "round_changed", "round_opened", "member_invited"),
        *("round_postponed", "round_closed_early", "round_cancelled"),
    ]
    rows = Entry.objects.filter(pk__gt=since)
    assert {row.round for row in rows} == {round_.pk}
    assert rows.get(kind="member_invited").subject == forgotten.user.log_key


def test_release_is_logged_once(cast):
    world = open_round_of(cast.forum, days_ago=100)
    world.answer([1, 2, 3, 4, 5, 3])
    world.seal()
    since = newest()

    for _time in range(2):
        release_result(round_forum=world.round_forum, by=cast.unit_head, now=timezone.now())

    assert kinds_after(since) == ["result_released"]
    assert last().actor == cast.unit_head.log_key


@pytest.mark.parametrize(("reason", "kind"), [("Vi øver os", "comments_read"), ("", "result_read")])
@pytest.mark.parametrize("page", ["", "?visning=stor", "pillar"])
def test_reading_a_result_says_whether_reasons_stood_there(cast, client_of, reason, kind, page):
    world = open_round_of(cast.forum, days_ago=100)
    world.answer([1, 2, 3, 4, 5, 3], reason=reason)
    world.seal()
    here = f"/resultater/{world.round.pk}/{cast.forum.pk}/"
    page = f"{world.goals[0].pillar.code}/" if page == "pillar" else page
    client, since = client_of(cast.facilitator), 0

    since = newest()
    assert client.get(here + page).status_code == 200

    assert kinds_after(since) == [kind]
    assert (last().forum, last().round) == (cast.forum.pk, world.round.pk)
    assert reason == "" or reason not in repr(Entry.objects.values())


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "csv", "json"])
def test_a_file_that_is_taken_says_which_kind(cast, client_of, ending):
    world = open_round_of(cast.forum, days_ago=100)
    world.answer([1, 2, 3, 4, 5, 3])
    world.seal()
    client = client_of(cast.facilitator)
    since = newest()

    client.get(f"/resultater/{world.round.pk}/{cast.forum.pk}/{ending}/")

    assert kinds_after(since) == ["exported"]
    assert last().detail == ending


def test_result_that_is_not_there_yet_is_not_read(cast, client_of):
    world = open_round_of(cast.forum)
    client = client_of(cast.facilitator)
    since = newest()

    client.get(f"/resultater/{world.round.pk}/{cast.forum.pk}/")
    client.get(f"/resultater/{world.round.pk}/{cast.forum.pk}/csv/")
    client.get(f"/udvikling/{cast.forum.pk}/")

    assert kinds_after(since) == []


# --- the administration -------------------------------------------------------------------------


def test_things_added_changed_and_deleted(cast, administrator):
    typed = {"municipality": cast.municipality.pk, "name": "Ny Skole", "kind": "skole"}
    since = newest()
    administrator.post("/admin/forums/unit/add/", typed)
    unit = cast.municipality.units.get()
    administrator.post(f"/admin/forums/unit/{unit.pk}/change/", typed | {"kind": "børneby"})
    administrator.post(f"/admin/forums/unit/{unit.pk}/delete/", {"post": "yes"})

    rows = Entry.objects.filter(pk__gt=since).order_by("pk")
    assert [(row.kind, row.name, row.detail) for row in rows] == [
        ("added", "Ny Skole", "forums.unit"),
        ("changed", "Ny Skole", "forums.unit"),
        ("deleted", "Ny Skole", "forums.unit"),
    ]
    assert "børneby" not in repr(Entry.objects.values())
    page = administrator.get("/log/").content.decode()
    assert "Ny Skole" in page


def test_words_of_a_mail_changed_and_given_back(cast, administrator):
    here = f"/runder/mails/{cast.municipality.pk}/results/da/"
    typed = {"subject": "Kom og se", "body": "Ord, ingen skal kende"}
    since = newest()
    administrator.post(here, typed | {"preview": ""})
    administrator.post(here, typed)
    administrator.post(here, {"standard": ""})
    administrator.post(here, {"standard": ""})

    rows = Entry.objects.filter(pk__gt=since).order_by("pk")
    assert [(row.kind, row.name, row.detail, row.municipality) for row in rows] == [
        ("changed", "resultatet er åbent", "assessments.mailtext", cast.municipality.pk),
        ("deleted", "resultatet er åbent", "assessments.mailtext", cast.municipality.pk),
    ]
    assert "ingen skal kende" not in repr(Entry.objects.values())


def test_person_changed_is_logged_under_their_key(cast, administrator):
    url = f"/admin/accounts/user/{cast.unit_head.pk}/change/"
    since = newest()

    administrator.post(url, {"name": "Et Nyt Navn", "email": cast.unit_head.email})

    assert kinds_after(since) == ["changed"]
    assert (last().subject, last().name) == (cast.unit_head.log_key, "")
    assert "Et Nyt Navn" in administrator.get("/log/").content.decode()


def test_round_deleted_in_the_administration_is_logged_once(cast, administrator):
    world = open_round_of(cast.forum)
    planned = plan_round(
        municipality=cast.municipality,
        edition=world.round.edition,
        name="Fælles",
        kind=RoundKind.SHARED,
        forums=[Forum.objects.get(pk=cast.team.pk)],
        opens_at=timezone.now() + timedelta(days=2),
        closes_at=timezone.now() + timedelta(days=9),
        now=timezone.now(),
    )
    Forum.objects.filter(pk=cast.team.pk).update(closed_at=timezone.now())
    since = newest()

    administrator.post(f"/admin/assessments/round/{planned.pk}/delete/", {"post": "yes"})

    assert kinds_after(since) == ["round_cancelled"]
