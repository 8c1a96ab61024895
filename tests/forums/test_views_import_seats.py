"""Members in bulk: roles, leads and times."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from audit.enums import Kind
from audit.models import Entry
from forums.enums import Role
from forums.models import Membership
from plf.lib.local_time import COPENHAGEN
from tests.factories import MembershipFactory
from tests.forums.member_files import (
    BO,
    HEADINGS,
    LEAD,
    TIMES,
    confirm,
    csv_bytes,
    seat,
    send,
    xlsx_bytes,
)


def test_new_role_ends_one_seat_and_begins_another(cast, client):
    page = send(
        client, csv_bytes(("Aftaleholder 2", "aftaleholder2@test.example", "LEDERFORUM", "Chefer"))
    )
    assert page.context["plan"].changed[0].details == ["Rolle: aftaleholder → chef"]

    confirm(client, page)

    seats = Membership.objects.filter(user=cast.members[2]).order_by("pk")
    assert [(row.role, row.ends_at is None) for row in seats] == [
        ("unit_head", False),
        ("chief", True),
    ]


def test_lead_passes_to_whom_the_file_names(cast, client):
    rows = csv_bytes(
        ("Aftaleholder 2", "aftaleholder2@test.example", "Lederforum", "aftaleholder", "x"),
        headings=LEAD,
    )

    page = send(client, rows)
    assert [row.details for row in page.context["plan"].changed] == [
        ["Er ikke længere tovholder"],
        ["Bliver tovholder"],
    ]
    confirm(client, page)

    leads = Membership.objects.filter(forum=cast.forum, is_lead=True)
    assert [row.user for row in leads] == [cast.members[2]]


def test_new_member_may_come_as_the_lead(cast, client):
    confirm(client, send(client, csv_bytes((*BO, "x"), headings=LEAD)))

    lead = Membership.objects.get(forum=cast.forum, is_lead=True)
    assert lead.user.email == "bo@test.example"
    assert Entry.objects.filter(kind=Kind.LEAD_MADE, subject=lead.user.log_key).count() == 1


def test_column_that_is_left_out_changes_nothing_and_one_that_is_empty_does(cast, client):
    own = ("Aftaleholder 1", "aftaleholder1@test.example", "Lederforum", "aftaleholder")
    assert send(client, csv_bytes(own)).context["plan"].is_empty

    confirm(client, send(client, csv_bytes((*own, ""), headings=LEAD)))

    assert not seat(cast, cast.unit_head).is_lead


def test_facilitator_s_assignment_has_a_first_and_a_last_day(cast, client):
    today = timezone.localdate()
    first, last = today + timedelta(days=10), today + timedelta(days=20)
    row = (
        "Kim",
        "kim@test.example",
        "Lederforum",
        "Læringspartner",
        f"{first:%d.%m.%Y}",
        str(last),
    )

    page = send(client, csv_bytes(row, headings=TIMES))
    confirm(client, page)

    own = Membership.objects.get(user__email="kim@test.example")
    assert len(page.context["plan"].new[0].details) == 2
    assert timezone.localtime(own.starts_at).date() == first
    assert timezone.localtime(own.starts_at).time() == datetime.min.time()
    assert timezone.localtime(own.ends_at) == timezone.make_aware(
        datetime.combine(last + timedelta(days=1), datetime.min.time())
    )


def test_times_of_one_who_has_not_begun_may_change_and_role_too(cast, client):
    begins = timezone.now() + timedelta(days=30)
    coming = MembershipFactory(forum=cast.forum, starts_at=begins, user__name="Kim")
    earlier = timezone.localdate() + timedelta(days=5)
    row = ("Kim", coming.user.email, "Lederforum", "chef", str(earlier), "-")

    confirm(client, send(client, csv_bytes(row, headings=TIMES)))

    coming.refresh_from_db()
    assert (coming.role, timezone.localdate(coming.starts_at)) == (Role.CHIEF, earlier)
    assert Membership.objects.filter(user=coming.user).count() == 1


def test_first_day_of_one_who_is_there_is_kept_as_it_was(cast, client):
    row = ("Aftaleholder 2", "aftaleholder2@test.example", "Lederforum", "aftaleholder")

    page = send(client, csv_bytes((*row, "5-8-2024"), headings=(*HEADINGS, "Fra")))

    assert page.context["plan"].is_empty


def test_end_is_set_moved_and_taken_away(cast, client):
    own = ("Aftaleholder 2", "aftaleholder2@test.example", "Lederforum", "aftaleholder", "")
    day = timezone.localdate() + timedelta(days=20)

    def imported(until):
        page = send(client, csv_bytes((*own, until), headings=TIMES))
        confirm(client, page)
        return [row.details for row in page.context["plan"].changed]

    assert len(imported(str(day))) == 1
    assert Membership.objects.get(user=cast.members[2]).ends_at is not None
    assert imported("") == [["Har ikke længere en slutdato"]]
    assert Membership.objects.get(user=cast.members[2]).ends_at is None


def test_time_that_is_over_means_leaving_now_or_nothing(cast, client):
    rows = [
        (
            "Aftaleholder 2",
            "aftaleholder2@test.example",
            "Lederforum",
            "aftaleholder",
            "",
            "1/2-2024",
        ),
        ("Var her", "var@test.example", "Lederforum", "aftaleholder", "", "31-12-2024"),
    ]

    page = send(client, csv_bytes(*rows, headings=TIMES))
    assert page.context["plan"].unchanged == 1
    confirm(client, page)

    assert Membership.objects.get(user=cast.members[2]).ends_at <= timezone.now()
    assert not User.objects.filter(email="var@test.example").exists()


# --- days that nobody can mean ------------------------------------------------------------------


@pytest.mark.parametrize("until", ["31-12-9999", "9999-12-31"])
def test_calendar_s_last_day_means_no_end_as_an_empty_cell_does(cast, client, until):
    coming = MembershipFactory(forum=cast.forum, ends_at=timezone.now() + timedelta(days=20))
    rows = [
        (*BO, "", until),
        (coming.user.name, coming.user.email, "Lederforum", "aftaleholder", "", until),
    ]

    page = send(client, csv_bytes(*rows, headings=TIMES))
    confirm(client, page)

    assert [row.details for row in page.context["plan"].changed] == [
        ["Har ikke længere en slutdato"]
    ]
    coming.refresh_from_db()
    assert coming.ends_at is None
    assert Membership.objects.get(user__email=BO[1]).ends_at is None


def test_last_day_that_excel_knows_means_no_end_too(cast, client):
    page = send(client, xlsx_bytes((*BO, None, date(9999, 12, 31)), headings=TIMES))

    assert [row.ends_at for row in page.context["plan"].new] == [None]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("01-01-0001", ""),
        ("31-12-1899", ""),
        ("01-01-2101", ""),
        ("31-12-9999", ""),
        ("31-12-9999", "31-12-9999"),
        ("", "30-12-9999"),
        ("", "1-1-2101"),
        ("", "01-01-0001"),
    ],
)
def test_day_of_no_year_that_can_be_meant_is_refused_at_its_row(cast, client, first, last):
    page = send(client, csv_bytes((*BO, first, last), headings=TIMES))

    assert page.status_code == 422
    (refused,) = page.context["plan"].refused
    assert refused.number == 2
    assert (first or last) in refused.reason


@pytest.mark.parametrize(("first", "last"), [("01-01-1900", ""), ("", "31-12-2100")])
def test_first_and_last_day_that_can_be_meant_are_taken(cast, client, first, last):
    answer = confirm(client, send(client, csv_bytes((*BO, first, last), headings=TIMES)))

    assert answer.status_code == 302
    assert Membership.objects.filter(user__email=BO[1]).exists()


# --- a seat that has not begun ------------------------------------------------------------------


@pytest.fixture
def coming(cast):
    """From the first of September 2099 until the end of that month."""
    return MembershipFactory(
        forum=cast.forum,
        starts_at=datetime(2099, 9, 1, tzinfo=COPENHAGEN),
        ends_at=datetime(2099, 10, 1, tzinfo=COPENHAGEN),
        user__name="Kim",
    )


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ((*HEADINGS, "Til"), ["31-08-2099"]),
        (TIMES, ["", "31-08-2099"]),
        (TIMES, ["", "30-08-2099"]),
        (TIMES, ["01-09-2099", "31-08-2099"]),
        ((*HEADINGS, "Fra"), ["01-10-2099"]),
        ((*HEADINGS, "Fra"), ["02-10-2099"]),
    ],
)
def test_seat_that_would_end_before_it_begins_is_refused_at_its_row(
    cast, client, coming, headings, cells
):
    row = ("Kim", coming.user.email, "Lederforum", "chef", *cells)

    page = send(client, csv_bytes(row, headings=headings))

    assert page.status_code == 422
    assert [row.number for row in page.context["plan"].refused] == [2]
    assert page.context["plan"].changed == ()


@pytest.mark.parametrize(
    ("headings", "cells", "days"),
    [
        ((*HEADINGS, "Til"), ["01-09-2099"], (date(2099, 9, 1), date(2099, 9, 2))),
        ((*HEADINGS, "Fra"), ["30-09-2099"], (date(2099, 9, 30), date(2099, 10, 1))),
        (TIMES, ["02-10-2099", "02-10-2099"], (date(2099, 10, 2), date(2099, 10, 3))),
    ],
)
def test_seat_of_a_single_day_is_taken(cast, client, coming, headings, cells, days):
    row = ("Kim", coming.user.email, "Lederforum", "aftaleholder", *cells)

    answer = confirm(client, send(client, csv_bytes(row, headings=headings)))

    assert answer.status_code == 302
    coming.refresh_from_db()
    assert (timezone.localdate(coming.starts_at), timezone.localdate(coming.ends_at)) == days
