"""The menu leads nobody to a page that is shut to them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from forums.models import Administrator
from tests.factories import UserFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses(cast):
    """One page that asks for the menu by itself, and those whose own query tells it."""
    world = open_round_of(cast.forum, days_ago=20)
    world.answer([1, 2, 3, 4, 5, 3])
    world.seal()
    return (
        reverse("dashboards:home"),
        reverse("dashboards:result", args=[world.round.pk, cast.forum.pk]),
        reverse("dashboards:trend", args=[cast.forum.pk]),
        reverse("dashboards:overview"),
    )


def leads_to_administration(client, addresses) -> list[bool]:
    link = f'href="{reverse("admin:index")}"'
    return [link in client.get(address).content.decode() for address in addresses]


def test_chief_who_administers_is_led_there_until_the_post_ends(cast, client_of, addresses):
    now = timezone.now()
    User.objects.filter(pk=cast.chief.pk).update(is_staff=True)
    post = Administrator.objects.create(
        municipality=cast.municipality, user=cast.chief, starts_at=now - timedelta(days=1)
    )
    client = client_of(cast.chief)

    during = leads_to_administration(client, addresses)
    Administrator.objects.filter(pk=post.pk).update(ends_at=now)
    after = leads_to_administration(client, addresses)

    assert (during, after) == ([True] * 4, [False] * 4)
    assert client.get(reverse("admin:index")).status_code == 403


def test_system_administrator_is_led_there_without_a_post(client_of):
    client = client_of(UserFactory(is_staff=True, is_superuser=True))

    assert leads_to_administration(client, [reverse("dashboards:home")]) == [True]


def test_somebody_appointed_from_a_later_day_is_not_led_there_yet(cast, client_of):
    Administrator.objects.filter(user=cast.administrator).update(
        starts_at=timezone.now() + timedelta(days=1)
    )
    client = client_of(cast.administrator)

    assert leads_to_administration(client, [reverse("dashboards:home")]) == [False]
