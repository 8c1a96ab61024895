"""Two administrators save the same at the same moment: the second is told so at its place."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.enums import Kind
from audit.models import Entry
from forums.models import Administrator, Membership, Unit
from forums.operations import add_member, appoint
from tests.cast import make_cast
from tests.factories import UserFactory
from tests.pages import form_of

pytestmark = pytest.mark.django_db(transaction=True)
WAITS_FOR_US = "SELECT 1 FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
ADD_PERSON = "/admin/accounts/user/add/"
ADD_UNIT = "/admin/forums/unit/add/"


@pytest.fixture
def cast(db):
    return make_cast()


def until_somebody_waits():
    """On SQLite nobody reads what they will write until the other has kept it."""
    until = time.monotonic() + (10 if connection.vendor == "postgresql" else 0.2)
    while time.monotonic() < until:
        time.sleep(0.02)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(WAITS_FOR_US)
                if cursor.fetchone():
                    return


def second(client, url, data, *, first):
    """The answer to one who saves while the first has saved and not committed yet."""
    is_under_way = Event()

    def save():
        try:
            with transaction.atomic():
                first()
                is_under_way.set()
                until_somebody_waits()
        finally:
            is_under_way.set()
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(save)
        is_under_way.wait()
        answer = client.post(url, data)
        other.result()
    return answer


def errors_of(page):
    """By field, of the form and the rows below it."""
    assert page.status_code == 200
    rows = [
        errors for row in page.context["inline_admin_formsets"] for errors in row.formset.errors
    ]
    return [dict(errors) for errors in (page.context["adminform"].form.errors, *rows) if errors]


def test_person_who_is_seated_twice_sits_once(cast, client_of):
    client, now, partner = client_of(cast.administrator), timezone.now(), cast.facilitator
    url = f"/admin/forums/forum/{cast.team.pk}/change/"
    row = {"memberships-2-0-user": partner.pk, "memberships-2-0-role": "staff"}
    data = form_of(client, url, "forum_form") | row

    page = second(
        client,
        url,
        data,
        first=lambda: add_member(user=partner, forum=cast.team, role="staff", now=now),
    )

    assert errors_of(page) == [{"__all__": ["Personen er allerede medlem af forummet."]}]
    assert Membership.objects.filter(user=partner, forum=cast.team).count() == 1
    assert Entry.objects.filter(kind=Kind.MEMBER_JOINED).count() == 1


def test_person_who_is_added_twice_is_added_once(cast, client_of):
    client, now = client_of(cast.administrator), timezone.now()
    bo = {"name": "Bo", "email": "bo@test.example", "forum": cast.team.pk, "role": "staff"}

    def first():
        user = User(name="Bo", email="bo@test.example")
        add_member(user=user, forum=cast.team, role="staff", now=now)

    page = second(client, ADD_PERSON, bo, first=first)

    assert [list(errors) for errors in errors_of(page)] == [["forum"]]
    assert Membership.objects.filter(user__email="bo@test.example").count() == 1
    assert list(get_messages(page.wsgi_request)) == []


def test_unit_that_is_added_twice_is_added_once(cast, client_of):
    client = client_of(cast.administrator)
    data = form_of(client, ADD_UNIT, "unit_form") | {"name": "Børneby Øst"}

    page = second(
        client,
        ADD_UNIT,
        data,
        first=lambda: Unit.objects.create(municipality=cast.municipality, name="Børneby Øst"),
    )

    assert len(errors_of(page)) == Unit.objects.count() == 1


def test_administrator_who_is_appointed_twice_is_appointed_once(cast, client_of):
    client, now = client_of(UserFactory(is_staff=True, is_superuser=True)), timezone.now()
    url = f"/admin/forums/municipality/{cast.municipality.pk}/change/"
    row = {"user": cast.newcomer.pk, "starts_at": "2026-01-01T12:00"}
    data = form_of(client, url, "municipality_form") | {
        "administrators-TOTAL_FORMS": "2",
        "administrators-1-municipality": cast.municipality.pk,
        **{f"administrators-1-{name}": value for name, value in row.items()},
    }
    post = Administrator(municipality=cast.municipality, user=cast.newcomer)

    page = second(client, url, data, first=lambda: appoint(administrator=post, now=now))

    assert errors_of(page) == [{"__all__": ["Personen administrerer allerede kommunen."]}]
    assert Administrator.objects.filter(user=cast.newcomer).count() == 1
