"""A country's history: municipalities with forums, and sealed rounds in all of them, in bulk.

Publications are written as the seal writes them, but not by it: the seal is measured elsewhere.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from assessments.models import Edition, Goal, Round, RoundForum
from forums.enums import Role
from forums.models import Forum, Membership
from results.disclosure import Histogram, encode
from results.models import Publication
from tests.factories import LONG_AGO, ForumFactory, MunicipalityFactory

BATCH = 5_000
LEADERS = 36
UPPER = 11  # the chief and ten unit heads


def build_municipality(
    edition: Edition, *, rounds: int, forums: int = 8, number: int = 0, leaders: int = LEADERS
) -> list[Forum]:
    """Forums of so many leaders, each with so many sealed rounds, a quarter of a year apart."""
    municipality = MunicipalityFactory()
    rows: list[Forum] = [ForumFactory(municipality=municipality) for _forum in range(forums)]
    _people(rows, number, leaders)
    now = timezone.now()
    made = Round.objects.bulk_create(
        Round(
            municipality=municipality,
            edition=edition,
            name=f"Runde {place}",
            opens_at=now - timedelta(days=35 + 91 * place),
            closes_at=now - timedelta(days=20 + 91 * place),
            opened_at=now - timedelta(days=35 + 91 * place),
            sealed_at=now - timedelta(days=20 + 91 * place),
        )
        for place in range(rounds)
    )
    RoundForum.objects.bulk_create(
        (
            RoundForum(
                round=round_,
                forum=forum,
                municipality=municipality,
                invited=leaders,
                answered=leaders,
                released_at=round_.sealed_at,
            )
            for round_ in made
            for forum in rows
        ),
        batch_size=BATCH,
    )
    goals = Goal.objects.filter(pillar__edition=edition).count()
    published = _publications(made, rows, goals, number, leaders)
    Publication.objects.bulk_create(published, batch_size=BATCH)
    return rows


def _people(forums: list[Forum], number: int, leaders: int) -> None:
    users = User.objects.bulk_create(
        User(email=f"leder{number}-{place}@example.org", name=f"Leder {place}", password="!")
        for place in range(leaders * len(forums))
    )
    Membership.objects.bulk_create(
        (
            Membership(
                forum=forums[place // leaders],
                user=user,
                role=_role(place % leaders),
                starts_at=LONG_AGO,
            )
            for place, user in enumerate(users)
        ),
        batch_size=BATCH,
    )


def _role(place: int) -> str:
    if place == 0:
        return Role.CHIEF
    return Role.UNIT_HEAD if place <= 10 else Role.DEPARTMENT_HEAD


def _publications(
    rounds: list[Round], forums: list[Forum], goals: int, number: int, leaders: int
) -> Iterator[Publication]:
    """In the order of the seal: round by round, forum by forum."""
    dice = Random(number)
    groups = (["chief", "unit_head"], UPPER), (["department_head"], leaders - UPPER)
    kinds = [[_cells(goals, size, dice) for _roles, size in groups] for _kind in range(20)]
    for round_ in rounds:
        for forum in forums:
            for place, (roles, size) in enumerate(groups, start=1):
                yield Publication(
                    round=round_,
                    forum=forum,
                    municipality_id=forum.municipality_id,
                    place=place,
                    roles=roles,
                    invited=size,
                    cells=dice.choice(kinds)[place - 1],
                )


def _cells(goals: int, size: int, dice: Random) -> list[object]:
    return [encode(Histogram(_counts(size, dice), 0)) for _goal in range(goals)]


def _counts(size: int, dice: Random) -> tuple[int, ...]:
    values = [dice.choice((1, 2, 3, 4, 4, 5)) for _answer in range(size)]
    return tuple(values.count(level) for level in range(1, 6))
