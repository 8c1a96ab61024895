"""Many municipalities' rounds with every answer in place, in bulk: the seal's raw material."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from assessments.answers import Answer, Rating
from assessments.models import Goal, Participation, Round, RoundForum
from forums.enums import Role
from forums.models import Forum, Membership
from tests.factories import LONG_AGO, EditionFactory, ForumFactory, MunicipalityFactory

BATCH = 5_000


def build_rounds(*, municipalities: int, leaders: int, goals: int = 24) -> list[Round]:
    """One closed, unsealed confidential round for each municipality; everybody rated every goal.

    Leaders are in forums of 36: a chief, ten unit heads and 25 department heads.
    """
    edition = EditionFactory(pillar_count=4, goals_each=goals // 4)
    goal_ids = list(Goal.objects.filter(pillar__edition=edition).values_list("pk", flat=True))
    return [_build_round(edition, goal_ids, leaders, number) for number in range(municipalities)]


def _build_round(edition, goal_ids: list[int], leaders: int, number: int) -> Round:
    municipality = MunicipalityFactory()
    now = timezone.now()
    round_ = Round.objects.create(
        municipality=municipality,
        edition=edition,
        name="Landsrunde",
        opens_at=now - timedelta(days=15),
        closes_at=now - timedelta(minutes=6),
        opened_at=now - timedelta(days=15),
    )
    dice = Random(number)
    participations = list(_participations(round_, leaders, number))
    answers = Answer.objects.bulk_create(
        (Answer(key=uuid.uuid4(), participation=row) for row in participations), batch_size=BATCH
    )
    Rating.objects.bulk_create(
        (
            Rating(answer=answer, goal_id=goal, value=dice.choice((2, 3, 3, 4, 4, 5)), saved_at=now)
            for answer in answers
            for goal in goal_ids
        ),
        batch_size=BATCH,
    )
    return round_


def _participations(round_: Round, leaders: int, number: int) -> Iterator[Participation]:
    users = User.objects.bulk_create(
        User(email=f"leder{number}-{place}@example.org", name=f"Leder {place}", password="!")
        for place in range(leaders)
    )
    rows, memberships = [], []
    for start in range(0, leaders, 36):
        forum: Forum = ForumFactory(municipality=round_.municipality)
        members = users[start : start + 36]
        round_forum = RoundForum.objects.create(
            round=round_, forum=forum, municipality=round_.municipality, invited=len(members)
        )
        for place, user in enumerate(members):
            role = (
                Role.CHIEF
                if place == 0
                else Role.UNIT_HEAD
                if place <= 10
                else Role.DEPARTMENT_HEAD
            )
            memberships.append(Membership(forum=forum, user=user, role=role, starts_at=LONG_AGO))
            rows.append(
                Participation(
                    round_forum=round_forum, user=user, role=role, answered_at=round_.opens_at
                )
            )
    Membership.objects.bulk_create(memberships, batch_size=BATCH)
    yield from Participation.objects.bulk_create(rows, batch_size=BATCH)
