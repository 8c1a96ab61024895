from datetime import timedelta

import pytest
from django.utils import timezone

from forums.models import Administrator, Membership
from forums.permissions import TABLE, Permission, Standing, permissions_in, standings_of
from tests.cast import PEOPLE
from tests.factories import AdministratorFactory

IN_THE_FORUM = {
    "chief": {Standing.MEMBER, Standing.CHIEF_ABOVE},
    "unit_head": {Standing.MEMBER, Standing.LEAD},
    "department_head": set(),
    "facilitator": {Standing.FACILITATOR},
    "administrator": {Standing.ADMINISTRATOR},
    "newcomer": set(),
    "outsider": set(),
}
IN_THE_TEAM = {
    "chief": {Standing.CHIEF_ABOVE},
    "unit_head": {Standing.MEMBER, Standing.LEAD},
    "department_head": {Standing.MEMBER},
    "facilitator": set(),
    "administrator": {Standing.ADMINISTRATOR},
    "newcomer": set(),
    "outsider": set(),
}


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "anonymous"])
def test_standings_in_a_forum_and_in_the_team_below(cast, name):
    person = cast.person(name)

    assert standings_of(person, cast.forum) == IN_THE_FORUM[name]
    assert standings_of(person, cast.team) == IN_THE_TEAM[name]


def test_permissions_are_those_of_all_standings(cast):
    assert permissions_in(cast.unit_head, cast.forum) == {
        Permission.RATE,
        Permission.SEE_RESULT,
        Permission.RELEASE_RESULT,
        Permission.PLAN_ROUND,
        Permission.FINISH_SHARED,
        Permission.WORD_GOALS,
    }
    assert permissions_in(cast.chief, cast.team) == {Permission.SEE_RELEASED_RESULT}
    assert permissions_in(cast.outsider, cast.forum) == frozenset()


def test_only_those_who_are_members_see_a_result_before_it_is_released():
    seers = {standing for standing, may in TABLE.items() if Permission.SEE_RESULT in may}

    assert seers == {Standing.MEMBER, Standing.FACILITATOR}


def test_standing_ends_with_the_membership(cast):
    Membership.objects.filter(user=cast.facilitator).update(ends_at=timezone.now())

    assert standings_of(cast.facilitator, cast.forum) == frozenset()


def test_administrator_of_another_time_or_without_staff_is_none(cast):
    Administrator.objects.filter(user=cast.administrator).update(
        ends_at=timezone.now() - timedelta(days=1)
    )
    appointed = AdministratorFactory(municipality=cast.municipality, user__is_staff=False)

    assert standings_of(cast.administrator, cast.forum) == frozenset()
    assert standings_of(appointed.user, cast.forum) == frozenset()
