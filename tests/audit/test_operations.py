from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.acting import ActingMiddleware
from audit.enums import AREAS, Area, Kind
from audit.models import Entry
from audit.operations import Deed, forget_before, log, log_all, removal_allowed
from tests.factories import EntryFactory, UserFactory

pytestmark = pytest.mark.django_db


def acting_as(user: User, address: str, act) -> None:
    """Do something while a request of the person is answered."""
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    request.user = user
    ActingMiddleware(lambda request: act())(request)


def test_row_says_who_acted_and_from_where():
    user, other = UserFactory(), UserFactory()
    now = timezone.now()

    acting_as(
        user,
        "192.0.2.7",
        lambda: log(
            Deed(kind=Kind.LEAD_MADE, municipality_id=3, subject=other, name="Lederforum"), now=now
        ),
    )

    row = Entry.objects.get()
    assert (row.actor, row.subject, row.address) == (user.log_key, other.log_key, "192.0.2.7")
    assert (row.kind, row.municipality, row.name, row.at) == ("lead_made", 3, "Lederforum", now)


def test_clock_acts_for_nobody():
    log(Deed(kind=Kind.ROUND_OPENED, municipality_id=1), now=timezone.now())

    row = Entry.objects.get()
    assert (row.actor, row.address) == (None, None)


def test_address_that_is_none_is_left_out():
    acting_as(
        UserFactory(),
        "not an address",
        lambda: log(Deed(kind=Kind.EXPORTED, municipality_id=1), now=timezone.now()),
    )

    assert Entry.objects.get().address is None


def test_address_behind_a_proxy_that_is_not_there_is_left_out(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2

    acting_as(
        UserFactory(),
        "192.0.2.7",
        lambda: log(Deed(kind=Kind.EXPORTED, municipality_id=1), now=timezone.now()),
    )

    assert Entry.objects.get().address in (None, "192.0.2.7")


@pytest.mark.parametrize("holds", [True, False])
def test_row_names_nobody_where_its_condition_holds(holds):
    user = UserFactory()
    condition = Exists(User.objects.filter(pk=user.pk if holds else 0))

    with CaptureQueriesContext(connection) as queries:
        acting_as(
            user,
            "192.0.2.7",
            lambda: log(
                Deed(kind=Kind.RESULT_READ, municipality_id=1),
                now=timezone.now(),
                unnamed_if=condition,
            ),
        )

    row = Entry.objects.get()
    assert len(queries) == 1
    assert (row.actor, row.address) == ((None, None) if holds else (user.log_key, "192.0.2.7"))


@pytest.mark.parametrize("rows", [1, 3])
def test_many_rows_cost_one_statement(rows):
    deeds = [Deed(kind=Kind.MEMBER_JOINED, municipality_id=1)] * rows

    with CaptureQueriesContext(connection) as queries:
        log_all(deeds, now=timezone.now())

    assert len(queries) == 1
    assert Entry.objects.count() == rows


def test_long_name_is_cut():
    log(Deed(kind=Kind.CHANGED, municipality_id=1, name="x" * 300), now=timezone.now())

    assert Entry.objects.get().name == "x" * 200


# --- what the database refuses ------------------------------------------------------------------


def test_row_is_never_changed():
    row = EntryFactory(at=timezone.now() - timedelta(days=4000))

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Entry.objects.filter(pk=row.pk).update(name="other")
    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        removal_allowed(),
    ):
        Entry.objects.filter(pk=row.pk).update(name="other")


def test_young_row_is_not_deleted():
    row = EntryFactory(at=timezone.now() - timedelta(days=175))

    with pytest.raises(IntegrityError, match="six months"), transaction.atomic():
        row.delete()

    assert Entry.objects.exists()


def test_young_rows_go_with_leave_alone():
    EntryFactory()

    with removal_allowed():
        Entry.objects.all().delete()

    assert not Entry.objects.exists()
    EntryFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.all().delete()


def test_old_rows_of_one_municipality_are_forgotten():
    old = timezone.now() - timedelta(days=200)
    EntryFactory(municipality=1, at=old)
    kept = [EntryFactory(municipality=2, at=old), EntryFactory(municipality=1)]

    gone = forget_before(timezone.now() - timedelta(days=190), municipality_id=1)

    assert gone == 1
    assert set(Entry.objects.all()) == set(kept)


def test_moved_clock_of_the_server_does_not_free_young_rows(caplog):
    """The trigger looks at the database's own clock; the clock of the product goes on."""
    EntryFactory()

    with time_machine.travel(timezone.now() + timedelta(days=400)):
        gone = forget_before(timezone.now() - timedelta(days=190), municipality_id=None)

    assert gone == 0
    assert Entry.objects.exists()
    assert "disagree" in caplog.text


def test_every_kind_stands_in_one_area():
    assert sorted(kind for kinds in AREAS.values() for kind in kinds) == sorted(Kind)
    assert set(AREAS) == set(Area)
