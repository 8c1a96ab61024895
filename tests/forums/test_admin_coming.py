"""Places that begin later, given and moved in the administration."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Mail, User
from audit.enums import Kind
from audit.models import Entry
from forums.models import Administrator, Membership
from forums.operations import add_member, appoint, remove_posts, remove_seats
from forums.permissions import Standing, standings_of
from tests.factories import AdministratorFactory, MembershipFactory
from tests.pages import form_of

DAY = timedelta(days=1)
ADD = "/admin/accounts/user/add/"


def page_of(forum):
    return reverse("admin:forums_forum_change", args=[forum.pk])


def typed(moment) -> str:
    """As the browser's own field sends it."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def minute(moment):
    return moment.replace(second=0, microsecond=0)


def seat(client, forum, person, **fields):
    data = form_of(client, page_of(forum), "forum_form")
    row = {"user": person.pk, "role": "facilitator", **fields}
    return client.post(
        page_of(forum), data | {f"memberships-2-0-{name}": value for name, value in row.items()}
    )


def row_of(data, row):
    """The start of the names of its fields in the form."""
    ids = {value: name for name, value in data.items() if name.endswith("-id")}
    return ids[str(row.pk)].removesuffix("-id")


def change(client, row, **fields):
    """Each field as the row has it, but these."""
    data = form_of(client, page_of(row.forum), "forum_form")
    number = row_of(data, row)
    return client.post(
        page_of(row.forum), data | {f"{number}-{name}": value for name, value in fields.items()}
    )


def errors_of(page, number: int) -> list[dict]:
    formset = page.context["inline_admin_formsets"][number].formset
    return [dict(errors) for errors in formset.errors if errors]


@pytest.fixture
def partner(cast):
    """Facilitator of the lederforum, and of no team yet."""
    return cast.facilitator


@pytest.fixture
def coming(cast, partner):
    return MembershipFactory(
        forum=cast.team,
        user=partner,
        role="facilitator",
        starts_at=minute(timezone.now() + 3 * DAY),
        ends_at=minute(timezone.now() + 9 * DAY),
    )


def test_facilitator_s_place_begins_when_the_administrator_says(cast, client, partner):
    now = timezone.now()

    answer = seat(client, cast.team, partner, starts_at=typed(now + 2 * DAY))

    assert answer.status_code == 302
    assert Membership.objects.get(user=partner, forum=cast.team).starts_at == minute(now + 2 * DAY)
    assert standings_of(partner, cast.team) == set()
    with time_machine.travel(now + 3 * DAY, tick=False):
        assert standings_of(partner, cast.team) == {Standing.FACILITATOR}


def test_place_of_which_nothing_is_said_begins_now(cast, client, partner):
    before = timezone.now()

    seat(client, cast.team, partner, starts_at="")

    assert before <= Membership.objects.get(user=partner, forum=cast.team).starts_at
    assert standings_of(partner, cast.team) == {Standing.FACILITATOR}


@pytest.mark.parametrize("starts_at", ["2026-01-01T12:00", "i morgen", "9999-12-31T23:59"])
def test_place_does_not_begin_in_the_past_or_when_nobody_can_mean(cast, client, partner, starts_at):
    page = seat(client, cast.team, partner, starts_at=starts_at)

    assert [list(errors) for errors in errors_of(page, 1)] == [["starts_at"]]
    assert not Membership.objects.filter(user=partner, forum=cast.team).exists()


def test_place_that_has_not_begun_is_moved(cast, client, coming):
    later = minute(timezone.now() + 12 * DAY)

    answer = change(client, coming, starts_at=typed(later), ends_at=typed(later + DAY))

    assert answer.status_code == 302
    coming.refresh_from_db()
    assert (coming.starts_at, coming.ends_at) == (later, later + DAY)


def test_place_that_has_not_begun_gets_another_role_and_time_in_one_save(cast, client, coming):
    sooner = minute(timezone.now() + DAY)

    change(client, coming, starts_at=typed(sooner), role="staff", ends_at="")

    (row,) = Membership.objects.filter(user=coming.user, forum=cast.team)
    assert (row.pk, row.starts_at, row.ends_at, row.role) == (coming.pk, sooner, None, "staff")


@pytest.mark.parametrize("starts_at", ["", "2026-01-01T12:00"])
def test_place_that_has_not_begun_is_not_moved_into_the_past(cast, client, coming, starts_at):
    page = change(client, coming, starts_at=starts_at)

    assert [list(errors) for errors in errors_of(page, 0)] == [["starts_at"]]


def test_place_does_not_end_before_it_begins(cast, client, coming):
    page = change(client, coming, starts_at=typed(coming.ends_at + DAY))

    assert [list(errors) for errors in errors_of(page, 0)] == [["__all__"]]


def test_when_a_place_began_is_told_and_not_asked_for(cast, client, coming):
    page = client.get(page_of(coming.forum))

    shown = {
        form.instance.pk: str(form["starts_at"])
        for form in page.context["inline_admin_formsets"][0].formset.forms
    }
    began = Membership.objects.filter(forum=coming.forum).exclude(pk=coming.pk)
    assert began
    assert "<input" in shown.pop(coming.pk)
    assert shown == {
        row.pk: date_format(timezone.localtime(row.starts_at), "SHORT_DATETIME_FORMAT")
        for row in began
    }


def test_place_that_has_begun_keeps_its_beginning(cast, client):
    row = Membership.objects.get(forum=cast.team, user=cast.department_head)
    Membership.objects.filter(pk=row.pk).update(starts_at=timezone.now() - DAY)
    row.refresh_from_db()

    answer = change(
        client, row, starts_at=typed(timezone.now() + DAY), ends_at=typed(timezone.now() + 9 * DAY)
    )

    assert answer.status_code == 302
    before, row = row, Membership.objects.get(pk=row.pk)
    assert row.starts_at == before.starts_at
    assert row.ends_at is not None


def test_history_tells_that_a_place_was_moved(cast, client, coming):
    change(client, coming, starts_at=typed(coming.starts_at + DAY))

    page = client.get(reverse("admin:forums_forum_history", args=[cast.team.pk]))
    assert f"{coming.user.name} · Fra: ændret fra »" in page.content.decode()


def test_new_person_s_place_begins_when_the_administrator_says(cast, client):
    at = timezone.now() + 2 * DAY
    data = form_of(client, f"{ADD}?forum={cast.team.pk}", "user_form")
    new = {"name": "Bo", "email": "bo@test.example", "role": "facilitator"}

    answer = client.post(ADD, data | new | {"starts_at": typed(at)})

    assert answer.status_code == 302
    bo = User.objects.get(email="bo@test.example")
    assert bo.memberships.get().starts_at == minute(at)
    assert standings_of(bo, cast.team) == set()
    assert Mail.objects.get(to=bo).kind == "sign_in_invitation"


def test_new_person_s_place_does_not_begin_in_the_past(cast, client):
    data = form_of(client, f"{ADD}?forum={cast.team.pk}", "user_form")
    new = {"name": "Bo", "email": "bo@test.example", "role": "facilitator"}

    page = client.post(ADD, data | new | {"starts_at": "2026-01-01T12:00"})

    assert set(page.context["adminform"].form.errors) == {"starts_at"}


# --- a place that shall not be ------------------------------------------------------------------


def test_place_that_has_not_begun_is_removed(cast, client, coming):
    answer = change(client, coming, DELETE="on")

    assert answer.status_code == 302
    assert not Membership.objects.filter(pk=coming.pk).exists()
    left = Entry.objects.get(kind=Kind.MEMBER_LEFT)
    assert (left.name, left.detail) == (cast.team.name, "facilitator")
    assert not Entry.objects.filter(kind=Kind.ROLE_CHANGED).exists()


def test_history_tells_that_a_coming_place_was_removed(cast, client, coming):
    change(client, coming, DELETE="on", role="staff")

    page = client.get(reverse("admin:forums_forum_history", args=[cast.team.pk]))
    (line,) = LogEntry.objects.get().change_message.splitlines()
    assert line.startswith(f"{coming.user.name} · ")
    assert line in page.content.decode()


def test_removed_lead_makes_way_for_another_in_the_same_save(cast, client):
    Membership.objects.filter(forum=cast.team).update(is_lead=False)
    lead = MembershipFactory(forum=cast.team, is_lead=True, starts_at=timezone.now() + DAY)
    next_one = Membership.objects.get(forum=cast.team, user=cast.department_head)
    data = form_of(client, page_of(cast.team), "forum_form")
    rows = {value: name.removesuffix("-id") for name, value in data.items() if name[-3:] == "-id"}

    answer = client.post(
        page_of(cast.team),
        data | {f"{rows[str(lead.pk)]}-DELETE": "on", f"{rows[str(next_one.pk)]}-is_lead": "on"},
    )

    assert answer.status_code == 302
    assert list(Membership.objects.filter(forum=cast.team, is_lead=True)) == [next_one]


def test_only_what_has_not_begun_is_offered_for_removal(cast, client, coming):
    offered = re.compile(r'type="checkbox" name="[^"]+-DELETE"')
    with_one = client.get(page_of(cast.team)).content.decode()
    coming.delete()
    with_none = client.get(page_of(cast.team)).content.decode()

    assert (len(offered.findall(with_one)), len(offered.findall(with_none))) == (1, 0)


@pytest.mark.parametrize("others_come", [True, False])
def test_place_that_has_begun_meanwhile_is_not_removed(cast, client, coming, others_come):
    begun = Membership.objects.get(forum=cast.team, user=cast.department_head)
    if not others_come:
        coming.delete()

    page = change(client, begun, DELETE="on")

    assert [list(errors) for errors in errors_of(page, 0)] == [["__all__"]]
    assert Membership.objects.filter(pk=begun.pk, ends_at=None).exists()


def test_place_that_begins_while_it_is_removed_ends(cast, coming):
    now = coming.starts_at + DAY

    remove_seats(seats=[coming], now=now)

    coming.refresh_from_db()
    assert coming.ends_at == now


def test_place_that_somebody_else_has_removed_is_logged_once(coming):
    for _administrator in "12":
        remove_seats(seats=[coming], now=timezone.now())

    assert Entry.objects.filter(kind=Kind.MEMBER_LEFT).count() == 1


def test_removed_person_who_gets_another_place_is_told_of_it(cast, client):
    for day in (30, 60):
        at = timezone.now() + day * DAY
        add_member(
            user=cast.outsider, forum=cast.team, role="staff", starts_at=at, now=timezone.now()
        )
        assert date_format(timezone.localtime(at), "j. F") in Mail.objects.get().body
        change(client, Membership.objects.get(forum=cast.team, user=cast.outsider), DELETE="on")

    assert not Mail.objects.exists()


def test_mail_about_another_place_stays(cast, client, coming):
    now = timezone.now()
    for forum, starts_at in ((cast.forum, now), (cast.team, now + DAY)):
        add_member(user=cast.outsider, forum=forum, role="staff", starts_at=starts_at, now=now)

    change(client, Membership.objects.get(forum=cast.team, user=cast.outsider), DELETE="on")

    assert Mail.objects.get().to == cast.outsider


def test_administrator_s_post_that_has_not_begun_is_removed(cast, system):
    now = timezone.now()
    post = Administrator(municipality=cast.municipality, user=cast.newcomer, starts_at=now + DAY)
    appoint(administrator=post, now=now)
    url = reverse("admin:forums_municipality_change", args=[cast.municipality.pk])
    data = form_of(system, url, "municipality_form")

    answer = system.post(url, data | {f"{row_of(data, post)}-DELETE": "on"})

    assert answer.status_code == 302
    assert not Administrator.objects.filter(user=cast.newcomer).exists()
    assert not User.objects.get(pk=cast.newcomer.pk).is_staff
    assert not Mail.objects.exists()
    assert Entry.objects.filter(kind=Kind.ADMINISTRATOR_ENDED).count() == 1


def test_post_that_begins_while_it_is_removed_ends(cast):
    now = timezone.now()
    post = AdministratorFactory()

    remove_posts(posts=[post], now=now)
    post.delete()
    remove_posts(posts=[post], now=now)

    assert Entry.objects.filter(kind=Kind.ADMINISTRATOR_ENDED).count() == 1
