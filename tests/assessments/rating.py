"""How tests ask the pages of a confidential round, and read what they say and what is kept."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from assessments.operations.answering import ratings_of

NOON = timezone.now().replace(hour=11, minute=0, second=0, microsecond=0)  # 12 or 13 in Copenhagen


def address(world, name="rate"):
    return reverse(f"assessments:{name}", args=[world.round.pk, world.round_forum.forum_id])


def close(world, *, minutes_ago=6):
    """Six minutes past closing nothing more is accepted."""
    world.round.closes_at = timezone.now() - timedelta(minutes=minutes_ago)
    world.round.save()


def stored(participation):
    return {
        goal_id: (row.value, row.no_answer, row.reason)
        for goal_id, row in ratings_of(participation).items()
    }


def checked(response):
    """The choices that the page shows as made."""
    return re.findall(r'name="goal-(\d+)" value="(\w+)" checked', response.content.decode())


def save(client, world, **data):
    """One goal, as the script sends it."""
    return client.post(address(world, "save"), data)
