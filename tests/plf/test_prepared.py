"""A prepared query says what its query set says, for whatever values it is given."""

from datetime import timedelta

import pytest
from django.db import connections
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from accounts.models import User
from forums.models import Forum, Membership
from plf.lib.prepared import Prepared, moment, number, text
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

SEEN = Prepared(
    lambda: (
        Forum.objects.visible_to(number("user"), moment("now"))
        .select_related("municipality")
        .order_by("pk")
    )
)
NAMED = Prepared(
    lambda: User.objects.filter(email=text("email")).order_by("pk").values_list("pk", "name")
)


@pytest.fixture
def now():
    return timezone.now()


def test_says_what_the_query_set_says_for_each_person_and_time(cast, now):
    ended = MembershipFactory(ends_at=now - timedelta(hours=1)).user
    moments = (now, now - timedelta(hours=2), now - timedelta(days=4000))
    some = 0
    for person in (cast.chief, cast.unit_head, cast.administrator, ended):
        for at in moments:
            said = list(SEEN.rows(user=person.pk, now=at))
            assert said == list(Forum.objects.visible_to(person, at).order_by("pk"))
            some += bool(said)
    assert some > 3


def test_brings_related_objects_without_another_query(cast, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        forums = list(SEEN.rows(user=cast.chief.pk, now=now))
        assert {forum.municipality for forum in forums} == {cast.municipality}


def test_first_is_one_row_or_none(cast):
    assert NAMED.first(email=cast.chief.email) == (cast.chief.pk, cast.chief.name)
    assert NAMED.first(email="ingen@example.org") is None
    assert NAMED.exists(email=cast.chief.email)
    assert not NAMED.exists(email="ingen@example.org")


def test_is_written_once(cast, now, monkeypatch):
    written = []
    as_sql = SQLCompiler.as_sql
    monkeypatch.setattr(
        SQLCompiler, "as_sql", lambda self, **how: written.append(1) or as_sql(self, **how)
    )
    prepared = Prepared(lambda: Membership.objects.filter(user=number("user")).order_by("pk"))
    assert list(prepared.rows(user=cast.chief.pk)) == list(cast.chief.memberships.order_by("pk"))
    written.clear()
    assert list(prepared.rows(user=cast.unit_head.pk))
    assert not written


def test_values_are_values_and_never_sql(cast):
    assert NAMED.first(email="' OR ''='") is None
    with pytest.raises((TypeError, ValueError)):
        SEEN.rows(user="1 OR 1=1", now=timezone.now())


def test_value_that_is_not_given_is_an_error(cast):
    with pytest.raises(KeyError, match="now"):
        SEEN.rows(user=cast.chief.pk)


def test_time_of_its_own_is_refused(now):
    prepared = Prepared(lambda: Forum.objects.visible_to(number("user"), now).order_by("pk"))
    with pytest.raises(ValueError, match="time of its own"):
        prepared.rows(user=1)


def test_rows_without_an_order_are_refused():
    prepared = Prepared(lambda: Membership.objects.order_by().filter(user=number("user")))
    with pytest.raises(ValueError, match="order"):
        prepared.rows(user=1)


def test_one_row_needs_no_order(cast):
    prepared = Prepared(lambda: User.objects.order_by().filter(pk=number("user")), is_of_one=True)
    assert prepared.first(user=cast.chief.pk) == cast.chief
    assert prepared.first(user=0) is None


def test_uses_the_connection_of_now(cast):
    NAMED.first(email=cast.chief.email)
    assert (
        NAMED.rows(email=cast.chief.email).query.get_compiler().connection is connections["default"]
    )
