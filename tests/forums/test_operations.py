from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from forums.enums import Role
from forums.models import Administrator, Membership
from forums.operations import add_member, appoint, change_role, let_out_administrators
from tests.factories import AdministratorFactory, MembershipFactory, UserFactory


@pytest.fixture
def now():
    return timezone.now()


def test_add_member_saves_somebody_new_without_a_password(cast, now):
    add_member(
        user=User(name="Bo", email="bo@test.example"), forum=cast.team, role=Role.STAFF, now=now
    )

    bo = User.objects.get(email="bo@test.example")
    membership = Membership.objects.get(user=bo)
    assert not bo.has_usable_password()
    assert (membership.forum, membership.role, membership.starts_at) == (cast.team, "staff", now)


def test_add_member_leaves_somebody_known_as_they_are(cast, now):
    add_member(user=cast.newcomer, forum=cast.team, role=Role.STAFF, now=now)

    cast.newcomer.refresh_from_db()
    assert cast.newcomer.has_usable_password()
    assert Membership.objects.get(user=cast.newcomer).forum == cast.team


def test_change_role_ends_one_membership_and_begins_another(cast, now):
    old = Membership.objects.get(user=cast.unit_head, forum=cast.forum)
    old.ends_at = now + timedelta(days=30)

    new = change_role(membership=old, role=Role.CHIEF, now=now)

    rows = Membership.objects.filter(user=cast.unit_head, forum=cast.forum).order_by("pk")
    assert [(row.role, row.is_lead, row.ends_at) for row in rows] == [
        ("unit_head", True, now),
        ("chief", True, now + timedelta(days=30)),
    ]
    assert new.starts_at == now


def test_change_of_a_role_that_has_not_begun_keeps_no_past(cast, now):
    coming = MembershipFactory(forum=cast.team, starts_at=now + timedelta(days=3))

    assert change_role(membership=coming, role=Role.CHIEF, now=now) == coming

    coming.refresh_from_db()
    assert (coming.role, coming.ends_at) == (Role.CHIEF, None)


def test_appoint_lets_the_person_in(cast, now):
    appoint(
        administrator=Administrator(municipality=cast.municipality, user=cast.newcomer),
        now=timezone.now(),
    )
    appoint(administrator=Administrator.objects.get(user=cast.administrator), now=timezone.now())

    cast.newcomer.refresh_from_db()
    assert cast.newcomer.is_staff
    assert Administrator.objects.filter(municipality=cast.municipality).count() == 2


def test_administrator_who_steps_down_is_let_out_unless_they_administer_elsewhere(cast, now):
    post = Administrator.objects.get(user=cast.administrator)
    elsewhere = AdministratorFactory(
        municipality=cast.other_municipality, user=cast.administrator, ends_at=None
    )

    seen = []
    for left in (post, elsewhere):
        left.ends_at = now
        appoint(administrator=left, now=now)
        cast.administrator.refresh_from_db()
        seen.append(cast.administrator.is_staff)

    assert seen == [True, False]


def test_appointment_that_has_ended_already_lets_nobody_in(cast, now):
    appoint(
        administrator=Administrator(
            municipality=cast.municipality,
            user=cast.newcomer,
            starts_at=now - timedelta(days=9),
            ends_at=now - timedelta(days=1),
        ),
        now=now,
    )

    cast.newcomer.refresh_from_db()
    assert not cast.newcomer.is_staff


def test_those_whose_post_ends_by_its_date_are_let_out_and_nobody_else(cast, now):
    system = UserFactory(is_staff=True, is_superuser=True)
    coming = AdministratorFactory(
        municipality=cast.municipality, starts_at=now + timedelta(days=3)
    ).user
    Administrator.objects.filter(user=cast.administrator).update(ends_at=now)

    let_out_administrators(now=now)

    inside = set(User.objects.filter(is_staff=True).values_list("pk", flat=True))
    assert inside == {system.pk, coming.pk, cast.outsider.pk}
