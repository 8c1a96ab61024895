"""Sign-ins in the log, and why some are not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.enums import RoundKind
from audit.models import Entry
from forums.models import Forum
from tests.factories import ForumFactory, MembershipFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


def sign_in(email: str, password: str = "plf-demo") -> Client:  # noqa: S107 -- the demo's
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post("/log-ind/", {"login": email, "password": password})
    return client


def rows() -> list[tuple]:
    found = Entry.objects.order_by("pk")
    return list(found.values_list("kind", "municipality", "actor", "subject", "address"))


def test_sign_in_is_logged_in_the_person_s_municipality(cast):
    sign_in(cast.administrator.email)

    key = cast.administrator.log_key
    assert rows() == [("signed_in", cast.municipality.pk, key, None, "192.0.2.7")]


def test_sign_in_of_somebody_who_is_nowhere_is_logged_for_no_municipality(cast):
    sign_in(cast.newcomer.email)

    assert rows() == [("signed_in", None, cast.newcomer.log_key, None, "192.0.2.7")]


def test_sign_in_of_a_person_of_several_municipalities_is_logged_in_all_or_in_none(cast):
    """Each sees who used the access that it gave; asked in one, nothing is said in the others."""
    neighbours = Forum.objects.get(municipality=cast.other_municipality)
    MembershipFactory(forum=neighbours, user=cast.unit_head)
    read = ForumFactory(chief=cast.unit_head)
    sign_in(cast.unit_head.email)
    seen = rows()

    open_round_of(neighbours)
    sign_in(cast.unit_head.email)

    places = [cast.municipality.pk, cast.other_municipality.pk, read.municipality_id]
    assert sorted(row[1] for row in seen) == sorted(places)
    assert rows() == seen


def test_failed_sign_in_names_whose_address_was_tried(cast):
    sign_in(cast.chief.email, "wrong")

    key = cast.chief.log_key
    assert rows() == [("sign_in_failed", cast.municipality.pk, None, key, "192.0.2.7")]


def test_what_was_typed_by_somebody_unknown_is_not_kept(cast):
    sign_in("ukendt-ord@example.org", "wrong")

    assert rows() == [("sign_in_failed", None, None, None, "192.0.2.7")]
    assert "ukendt-ord" not in repr(Entry.objects.values())


def test_known_and_unknown_cost_the_same(cast):
    counts = []
    for email in (cast.chief.email, "ukendt@example.org"):
        with CaptureQueriesContext(connection) as queries:
            sign_in(email, "wrong")
        counts.append(len([query for query in queries if "audit_entry" in query["sql"]]))

    assert counts == [1, 1]


def test_sign_in_of_who_is_asked_is_not_logged(cast):
    """One signs in to answer: a list of who was here is nearly a list of who answered."""
    open_round_of(cast.forum)

    sign_in(cast.unit_head.email)
    sign_in(cast.unit_head.email, "wrong")

    assert rows() == [("sign_in_failed", cast.municipality.pk, None, None, None)]


def test_sign_in_is_logged_again_once_the_round_is_counted(cast):
    world = open_round_of(cast.forum, days_ago=20)
    world.answer([1, 2, 3, 4, 5, 3])
    sign_in(cast.unit_head.email)
    assert rows() == []

    world.seal()
    sign_in(cast.unit_head.email)

    assert [row[2] for row in rows()] == [cast.unit_head.log_key]


def test_shared_round_tells_nothing_of_a_person_and_hides_no_sign_in(cast):
    open_round_of(cast.team, kind=RoundKind.SHARED)

    sign_in(cast.department_head.email)

    assert [row[2] for row in rows()] == [cast.department_head.log_key]


def test_rating_and_withdrawing_leave_no_row(cast, client_of):
    world = open_round_of(cast.forum)
    client = client_of(cast.unit_head)
    before = rows()
    here = f"/runder/{world.round.pk}/{world.round_forum.forum_id}/"
    goal = world.goals[0]

    assert client.get(here).status_code == 200
    saved = client.post(here, {f"goal-{goal.pk}": "3", "next": "here"})
    client.get(f"{here}faerdig/")
    client.post(f"{here}faerdig/")
    client.get(f"{here}min-kopi/")
    withdrawn = client.post(f"{here}traek-tilbage/")

    assert saved.status_code == 302
    assert withdrawn.status_code == 302
    assert rows() == before


def test_who_reads_an_old_result_while_asked_is_not_named(cast, client_of):
    """With the number of each midnight, having been here would tell who answered that day."""
    old = open_round_of(cast.forum, days_ago=100)
    old.answer([1, 2, 3, 4, 5, 3])
    old.seal()
    open_round_of(cast.forum, edition=old.round.edition)
    reader, partner = client_of(cast.unit_head), client_of(cast.facilitator)
    before = timezone.now() - timedelta(seconds=1)

    for client in (reader, partner):
        assert client.get(f"/resultater/{old.round.pk}/{cast.forum.pk}/").status_code == 200

    seen = Entry.objects.filter(at__gt=before, round=old.round.pk).order_by("pk")
    assert [(row.kind, row.actor, row.address) for row in seen] == [
        ("result_read", None, None),
        ("result_read", cast.facilitator.log_key, "127.0.0.1"),
    ]
