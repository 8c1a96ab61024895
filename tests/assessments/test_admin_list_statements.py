"""The lists of the administration ask the database the same however many rows there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Edition, Framework, Goal, Pillar, Round, RoundForum
from forums.models import Forum, Membership, Municipality
from tests.factories import (
    EditionFactory,
    ForumFactory,
    FrameworkFactory,
    MembershipFactory,
    MunicipalityFactory,
    RoundFactory,
    RoundForumFactory,
    UserFactory,
)

STATEMENTS = {
    "accounts_user": 7,
    "assessments_edition": 7,
    "assessments_framework": 8,
    "assessments_round": 8,
    "forums_forum": 7,
    "forums_municipality": 6,
}


def people(number):
    built = UserFactory.build_batch(number, password="!")
    return User.objects.bulk_create(built)


def forums(place, number):
    built = ForumFactory.build_batch(number, municipality=place)
    rows = Forum.objects.bulk_create(built)
    Membership.objects.bulk_create(
        MembershipFactory.build(forum=forum, user=user)
        for forum, user in zip(rows, people(number), strict=True)
    )
    return rows


def editions(place, number):
    """Each of a framework of its own, taken in use, with a heading and a goal."""
    built = FrameworkFactory.build_batch(number, municipality=place)
    frameworks = Framework.objects.bulk_create(built)
    defaults = EditionFactory.build(framework=None)
    rows = Edition.objects.bulk_create(
        Edition(framework=row, number=1, question="?", levels=defaults.levels) for row in frameworks
    )
    pillars = Pillar.objects.bulk_create(Pillar(edition=row, code="en", name="En") for row in rows)
    Goal.objects.bulk_create(Goal(pillar=pillar, text="Et mål") for pillar in pillars)
    Edition.objects.filter(framework__in=frameworks).update(
        status="in_use", in_use_at=timezone.now()
    )
    return rows


def rounds(place, number):
    edition = editions(place, 1)[0]
    built = RoundFactory.build_batch(number, municipality=place, edition=edition)
    rows = Round.objects.bulk_create(built)
    RoundForum.objects.bulk_create(
        RoundForumFactory.build(round=round_, forum=forum, municipality=place)
        for round_, forum in zip(rows, forums(place, number), strict=True)
    )


def municipalities(_place, number):
    Municipality.objects.bulk_create(MunicipalityFactory.build_batch(number))


ROWS = {
    "accounts_user": forums,
    "assessments_edition": editions,
    "assessments_framework": editions,
    "assessments_round": rounds,
    "forums_forum": forums,
    "forums_municipality": municipalities,
}


@pytest.mark.parametrize("rows", [10, 120, pytest.param(1000, marks=pytest.mark.prove)])
@pytest.mark.parametrize("page", STATEMENTS)
def test_a_list_asks_the_same_on_one_page_and_on_several(cast, client_of, page, rows):
    ROWS[page](cast.municipality, rows)
    client = client_of(UserFactory(is_staff=True, is_superuser=True))

    with CaptureQueriesContext(connection) as queries:
        shown = client.get(reverse(f"admin:{page}_changelist"))

    assert shown.context["cl"].result_count >= rows
    assert len(queries) == STATEMENTS[page]
