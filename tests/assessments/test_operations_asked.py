"""An edition that has been rated never changes, so each process reads it once; and nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.models import Round
from assessments.operations.asked import edition_of
from tests.assessments.rating import address
from tests.factories import AdministratorFactory, EditionFactory, RoundFactory

pytestmark = pytest.mark.django_db


def again(round_):
    return Round.objects.get(pk=round_.pk)


def test_edition_of_an_open_round_is_read_once(world, django_assert_num_queries):
    first = edition_of(again(world.round))
    with django_assert_num_queries(1):
        second = edition_of(again(world.round))
    assert first == second == world.round.edition
    assert first.levels == world.round.edition.levels


def test_what_a_page_does_to_its_edition_is_its_own(world):
    edition_of(again(world.round)).question = "Noget andet"
    assert edition_of(again(world.round)).question == world.round.edition.question


def test_round_that_has_not_opened_asks_for_its_edition_each_time(django_assert_num_queries):
    """It may be moved to another edition."""
    round_ = RoundFactory(opened_at=None)
    for _time in range(2):
        with django_assert_num_queries(2):
            assert edition_of(again(round_)) == round_.edition


def test_same_number_in_another_database_is_another_edition(world):
    """As after a restore: the round under that number opened at another time."""
    edition_of(again(world.round))
    other = EditionFactory(question="Hvad ser {forum}?")
    Round.objects.filter(pk=world.round.pk).update(
        edition=other, opened_at=world.round.opened_at + timedelta(seconds=1)
    )
    assert edition_of(again(world.round)) == other


@pytest.mark.parametrize("name", ["rate", "done"])
def test_menu_comes_with_the_invitation(cast, client_of, world, name):
    """The chief reads the overview, a unit head does not; who has a post the administration."""
    overview, admin = reverse("dashboards:overview"), reverse("admin:index")
    AdministratorFactory(user=cast.unit_head, municipality=cast.municipality)
    cast.unit_head.is_staff = True
    cast.unit_head.save()

    chief = client_of(cast.chief).get(address(world, name)).content.decode()
    member = client_of(cast.unit_head).get(address(world, name)).content.decode()

    assert (overview in chief, admin in chief) == (True, False)
    assert (overview in member, admin in member) == (False, True)
