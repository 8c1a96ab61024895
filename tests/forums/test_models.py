from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from forums.enums import Role
from forums.models import Administrator, Forum, Membership, Municipality
from tests.factories import (
    AdministratorFactory,
    ForumFactory,
    MembershipFactory,
    MunicipalityFactory,
    UnitFactory,
    UserFactory,
)


def test_municipality_has_its_own_words_for_roles():
    municipality = Municipality(role_words={"unit_head": ["skoleleder", "skoleledere"]})

    assert municipality.role_word(Role.UNIT_HEAD) == "skoleleder"
    assert municipality.role_word(Role.UNIT_HEAD, plural=True) == "skoleledere"
    assert municipality.role_word(Role.CHIEF) == str(Role.CHIEF.label)


def test_administered_by_is_own_now_and_all_for_the_system_administrator(cast):
    former = AdministratorFactory(ends_at=timezone.now() - timedelta(days=1)).user
    system = UserFactory(is_superuser=True)

    assert list(Municipality.objects.administered_by(cast.administrator)) == [cast.municipality]
    assert list(Municipality.objects.administered_by(former)) == []
    assert Municipality.objects.administered_by(system).count() == 3


def test_forums_are_visible_to_members_and_the_chief_above(cast):
    assert set(Forum.objects.visible_to(cast.chief, timezone.now())) == {cast.forum, cast.team}
    assert set(Forum.objects.visible_to(cast.department_head, timezone.now())) == {cast.team}
    assert set(Forum.objects.visible_to(cast.administrator, timezone.now())) == set()


def test_overview_holds_what_the_chief_reads_and_leads(cast):
    ForumFactory(municipality=cast.municipality, chief=cast.chief, closed_at=timezone.now())

    assert set(Forum.objects.read_by_chief(cast.chief, timezone.now())) == {cast.forum, cast.team}
    assert set(Forum.objects.read_by_chief(cast.unit_head, timezone.now())) == set()


def test_membership_holds_from_its_start_until_before_its_end(db):
    now = timezone.now()
    membership = MembershipFactory(starts_at=now, ends_at=now + timedelta(days=1))

    current = Membership.objects.current

    assert list(current(now)) == [membership]
    assert list(current(now - timedelta(seconds=1))) == []
    assert list(current(now + timedelta(days=1))) == []


def test_facilitators_do_not_rate(cast):
    raters = Membership.objects.who_rate().filter(forum=cast.forum)

    assert cast.facilitator.pk not in raters.values_list("user", flat=True)
    assert raters.count() == 9


@pytest.mark.parametrize(
    "impossible",
    [
        lambda cast: Membership(forum=cast.forum, user=cast.chief, role=Role.STAFF),
        lambda cast: Membership(forum=cast.forum, user=cast.newcomer, role="staff", is_lead=True),
        lambda cast: Membership(
            forum=cast.forum,
            user=cast.newcomer,
            role="staff",
            ends_at=timezone.now() - timedelta(days=1),
        ),
        lambda cast: Administrator(municipality=cast.municipality, user=cast.administrator),
        lambda cast: Forum(municipality=cast.municipality, name="Lederforum"),
        lambda cast: UnitFactory.build(
            municipality=cast.municipality, name=UnitFactory(municipality=cast.municipality).name
        ),
        lambda cast: Municipality(name="X", slug="x", smallest_group=4),
    ],
    ids=["member twice", "two leads", "ends first", "admin twice", "forum", "unit", "under five"],
)
def test_impossible_rows_are_refused_with_a_message(cast, impossible):
    row = impossible(cast)

    with pytest.raises(ValidationError) as refusal:
        row.validate_constraints()

    assert "Constraint" not in str(refusal.value)


def test_rows_are_named_for_what_they_are(db):
    forum = ForumFactory.build(name="Lederforum", municipality=MunicipalityFactory.build())
    unit = UnitFactory.build(name="Børneby Nord", municipality=forum.municipality)

    assert [str(forum), str(unit), str(forum.municipality)] == [
        "Lederforum",
        "Børneby Nord",
        forum.municipality.name,
    ]
    assert str(Membership(user_id=1, forum_id=2)) == "1 · 2"
    assert str(Administrator(user_id=1, municipality_id=2)) == "1 · 2"
