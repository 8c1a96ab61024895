"""The demo's organisations and people. People are named by their role; nobody is invented."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import User
from forums.enums import Level, Role
from forums.models import Administrator, Forum, Membership, Municipality, Unit

PASSWORD = "plf-demo"  # noqa: S105 -- the demo's password, written in the README
SCHOOLS = 8
# Where the demo's people have their addresses.
DOMAINS = ("norddjurs.example", "hoeje-taastrup.example", "plf.example")
NORDDJURS, HOEJE_TAASTRUP, SYSTEM = DOMAINS


@dataclass
class Place:
    """A municipality of the demo with its forums by name."""

    municipality: Municipality
    forums: dict[str, Forum] = field(default_factory=dict)


class Register:
    """Makes the people of one municipality, all with the demo's one password."""

    def __init__(self, domain: str, since: datetime) -> None:
        self.domain = domain
        self.since = since
        self.password = make_password(PASSWORD)

    def person(self, login: str, name: str, **fields: Any) -> User:
        return User.objects.create(
            email=f"{login}@{self.domain}", name=name, password=self.password, **fields
        )

    def join(self, forum: Forum, user: User, role: Role, *, is_lead: bool = False) -> None:
        Membership.objects.create(
            forum=forum, user=user, role=role, is_lead=is_lead, starts_at=self.since
        )

    def administrator(self, municipality: Municipality) -> None:
        user = self.person("administrator", "Administrator", is_staff=True)
        Administrator.objects.create(municipality=municipality, user=user, starts_at=self.since)


def make_norddjurs(*, since: datetime) -> Place:
    """The real organisation, from the file: units, head counts and forums."""
    plan = tomllib.loads(
        (settings.BASE_DIR / "frameworks" / "norddjurs-organisation.toml").read_text("utf-8")
    )
    municipality = Municipality.objects.create(
        name=plan["municipality"], slug="norddjurs", role_words=plan["role_words"]
    )
    register = Register(NORDDJURS, since)
    chief = register.person("chef", str(plan["chief"]))
    lederforum, everyone = (
        Forum.objects.create(
            municipality=municipality, name=name, name_in_sentence=in_sentence, chief=chief
        )
        for name, in_sentence in (
            ("Lederforum", "lederforum"),
            ("Den samlede ledergruppe", "den samlede ledergruppe"),
        )
    )
    place = Place(municipality, {forum.name: forum for forum in (lederforum, everyone)})
    for forum in place.forums.values():
        register.join(forum, chief, Role.CHIEF)
    department_heads = 0
    for number, row in enumerate(plan["units"], start=1):
        unit = Unit.objects.create(municipality=municipality, name=row["name"], kind=row["kind"])
        team = Forum.objects.create(
            municipality=municipality,
            unit=unit,
            parent=lederforum,
            chief=chief,
            name=f"Ledelsesteam, {unit.name}",
            name_in_sentence="vores ledelsesteam",
            level=Level.UNIT,
        )
        place.forums[team.name] = team
        head = register.person(f"aftaleholder{number}", f"Aftaleholder {number}, {unit.name}")
        register.join(lederforum, head, Role.UNIT_HEAD, is_lead=number == 1)
        register.join(everyone, head, Role.UNIT_HEAD, is_lead=number == 1)
        register.join(team, head, Role.UNIT_HEAD, is_lead=True)
        for _ in range(row["department_heads"]):
            department_heads += 1
            leader = register.person(
                f"afdelingsleder{department_heads}",
                f"Afdelingsleder {department_heads}, {unit.name}",
            )
            register.join(everyone, leader, Role.DEPARTMENT_HEAD)
            register.join(team, leader, Role.DEPARTMENT_HEAD)
    partner = register.person("laeringspartner", "Læringspartner")
    for forum in (lederforum, everyone):
        register.join(forum, partner, Role.FACILITATOR)
    register.administrator(municipality)
    return place


def make_hoeje_taastrup(*, since: datetime) -> Place:
    """A second municipality with its own words: eight heads of schools, without their chief."""
    municipality = Municipality.objects.create(
        name="Høje-Taastrup Kommune",
        slug="hoeje-taastrup",
        role_words={
            "chief": ["skolechef", "skolechefer"],
            "unit_head": ["skoleleder", "skoleledere"],
            "department_head": ["afdelingsleder", "afdelingsledere"],
        },
    )
    register = Register(HOEJE_TAASTRUP, since)
    forum = Forum.objects.create(
        municipality=municipality,
        name="Skoleledergruppen",
        name_in_sentence="skoleledergruppen",
        chief=register.person("chef", "Skolechef"),
    )
    for number in range(1, SCHOOLS + 1):
        unit = Unit.objects.create(municipality=municipality, name=f"Skole {number}", kind="skole")
        head = register.person(f"skoleleder{number}", f"Skoleleder {number}, {unit.name}")
        register.join(forum, head, Role.UNIT_HEAD, is_lead=number == 1)
    register.administrator(municipality)
    return Place(municipality, {forum.name: forum})


def make_system_administrator(*, since: datetime) -> None:
    register = Register(SYSTEM, since)
    register.person("system", "Systemadministrator", is_staff=True, is_superuser=True)
