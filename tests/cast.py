"""A fixed cast: one forum with its chief, heads and facilitator, its municipality's administrator,
somebody new, and somebody from another municipality."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from forums.enums import Role
from forums.models import Forum, Membership, Municipality
from tests.factories import (
    AdministratorFactory,
    ForumFactory,
    MembershipFactory,
    MunicipalityFactory,
    UserFactory,
)


@dataclass
class Cast:
    municipality: Municipality
    other_municipality: Municipality
    forum: Forum
    team: Forum
    chief: User
    unit_head: User
    department_head: User
    facilitator: User
    administrator: User
    newcomer: User
    outsider: User
    members: list[User]

    def person(self, name: str) -> User | None:
        """The person by name; None for "anonymous"."""
        return None if name == "anonymous" else getattr(self, name)


PEOPLE = (
    "chief",
    "unit_head",
    "department_head",
    "facilitator",
    "administrator",
    "newcomer",
    "outsider",
    "anonymous",
)


def make_people(*people: Mapping[str, Any]) -> list[User]:
    """All in one statement, since nearly every test begins with them."""
    return User.objects.bulk_create(UserFactory.build(**person) for person in people)


def make_cast(*, unit_heads: int = 8) -> Cast:
    """A lederforum of a chief and `unit_heads` unit heads (the first is lead), and a team below it
    of that first unit head and a department head, which the chief reads."""
    municipality = MunicipalityFactory(name="Testkommune", slug="testkommune")
    other = MunicipalityFactory(name="Nabokommune", slug="nabokommune")
    chief, department_head, facilitator, administrator, outsider, newcomer, *heads = make_people(
        {"email": "chef@test.example", "name": "Chef"},
        {"email": "afdelingsleder@test.example", "name": "Afdelingsleder 1"},
        {"email": "laeringspartner@test.example", "name": "Læringspartner"},
        {"email": "administrator@test.example", "name": "Administrator", "is_staff": True},
        {"email": "chef@nabo.example", "name": "Chef i nabokommunen", "is_staff": True},
        {"email": "ny@test.example", "name": "Ny"},
        *(
            {"email": f"aftaleholder{n}@test.example", "name": f"Aftaleholder {n}"}
            for n in range(1, unit_heads + 1)
        ),
    )
    forum = ForumFactory(municipality=municipality, name="Lederforum", chief=chief)
    team = ForumFactory(
        municipality=municipality,
        name="Ledelsesteam, Børneby Nord",
        name_in_sentence="vores ledelsesteam",
        level="unit",
        parent=forum,
        chief=chief,
    )
    neighbours = ForumFactory(municipality=other, name="Naboens forum", chief=outsider)
    Membership.objects.bulk_create(
        MembershipFactory.build(forum=place, user=user, **post)
        for place, user, post in (
            (forum, chief, {"role": Role.CHIEF}),
            *((forum, head, {"is_lead": head is heads[0]}) for head in heads),
            (team, heads[0], {"is_lead": True}),
            (team, department_head, {"role": Role.DEPARTMENT_HEAD}),
            (forum, facilitator, {"role": Role.FACILITATOR}),
            (neighbours, outsider, {"role": Role.CHIEF}),
        )
    )
    AdministratorFactory(municipality=municipality, user=administrator)
    AdministratorFactory(municipality=other, user=outsider)
    return Cast(
        municipality=municipality,
        other_municipality=other,
        forum=forum,
        team=team,
        chief=chief,
        unit_head=heads[0],
        department_head=department_head,
        facilitator=facilitator,
        administrator=administrator,
        newcomer=newcomer,
        outsider=outsider,
        members=[chief, *heads],
    )
