"""A fixed cast: one forum with its chief, heads and facilitator, its municipality's administrator,
somebody new, and somebody from another municipality."""

from dataclasses import dataclass

from accounts.models import User
from forums.enums import Role
from forums.models import Forum, Municipality
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


def make_cast(*, unit_heads: int = 8) -> Cast:
    """A lederforum of a chief and `unit_heads` unit heads (the first is lead), and a team below it
    of that first unit head and a department head, which the chief reads."""
    municipality = MunicipalityFactory(name="Testkommune", slug="testkommune")
    other = MunicipalityFactory(name="Nabokommune", slug="nabokommune")
    chief = UserFactory(email="chef@test.example", name="Chef")
    forum = ForumFactory(municipality=municipality, name="Lederforum", chief=chief)
    team = ForumFactory(
        municipality=municipality,
        name="Ledelsesteam, Børneby Nord",
        name_in_sentence="vores ledelsesteam",
        level="unit",
        parent=forum,
        chief=chief,
    )
    MembershipFactory(forum=forum, user=chief, role=Role.CHIEF)
    heads = [
        UserFactory(email=f"aftaleholder{n}@test.example", name=f"Aftaleholder {n}")
        for n in range(1, unit_heads + 1)
    ]
    for head in heads:
        MembershipFactory(forum=forum, user=head, is_lead=head is heads[0])
    department_head = UserFactory(email="afdelingsleder@test.example", name="Afdelingsleder 1")
    MembershipFactory(forum=team, user=heads[0], is_lead=True)
    MembershipFactory(forum=team, user=department_head, role=Role.DEPARTMENT_HEAD)
    facilitator = UserFactory(email="laeringspartner@test.example", name="Læringspartner")
    MembershipFactory(forum=forum, user=facilitator, role=Role.FACILITATOR)
    administrator = UserFactory(
        email="administrator@test.example", name="Administrator", is_staff=True
    )
    AdministratorFactory(municipality=municipality, user=administrator)
    outsider = UserFactory(email="chef@nabo.example", name="Chef i nabokommunen", is_staff=True)
    AdministratorFactory(municipality=other, user=outsider)
    MembershipFactory(
        forum=ForumFactory(municipality=other, name="Naboens forum", chief=outsider),
        user=outsider,
        role=Role.CHIEF,
    )
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
        newcomer=UserFactory(email="ny@test.example", name="Ny"),
        outsider=outsider,
        members=[chief, *heads],
    )
