"""Sets the stage for the attacker: forums of named people, a round, answers, the seal.

This is the only module of the attack that knows the product from within.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import send_due_mails
from assessments.framework_files import FOLDER, read_framework, read_scale
from assessments.models import Edition, Goal, Participation, Round
from assessments.operations.answering import RatingInput, save_ratings
from assessments.operations.counting import count_answered
from assessments.operations.frameworks import load_framework
from assessments.operations.rounds import open_due_rounds, plan_round
from forums.enums import Role
from forums.models import Forum, Municipality
from results.seal import seal_due_rounds
from tests.attack.solver import NO_ANSWER, Choice
from tests.factories import (
    LEVELS,
    AdministratorFactory,
    EditionFactory,
    ForumFactory,
    GoalFactory,
    MembershipFactory,
    MunicipalityFactory,
    PillarFactory,
    UserFactory,
)

ROLE_WORDS = {
    "chief": ("chef", "chefer"),
    "unit_head": ("aftaleholder", "aftaleholdere"),
    "department_head": ("afdelingsleder", "afdelingsledere"),
    "staff": ("medarbejder", "medarbejdere"),
}
LETTERS = "abcdefghijklmnopqrstuvwxyzæøå"

Roles = Mapping[str, str]
Answers = Mapping[str, Mapping[str, Choice]]


def goal_names(count: int) -> tuple[str, ...]:
    """Sentences without digits, so that every digit beside one is a figure."""
    return tuple(f"Vi øver os i {LETTERS[n // 29]}{LETTERS[n % 29]}" for n in range(count))


@dataclass
class Stage:
    """One municipality with its forums, an edition and the clock in the attacker's hand."""

    municipality: Municipality
    edition: Edition
    people: dict[str, User]
    forums: dict[str, Forum]
    goals: dict[str, Goal]
    pillars: dict[str, tuple[str, ...]]
    levels: tuple[str, ...]
    rounds: list[Round] = field(default_factory=list)

    def plan(self, forums: Iterable[str], *, opens_at: datetime, days: int = 14) -> Round:
        """Plan a confidential round as an administrator does; it opens when its time has come."""
        round_ = plan_round(
            municipality=self.municipality,
            edition=self.edition,
            name="Runden",
            kind="confidential",
            forums=[self.forums[name] for name in forums],
            opens_at=opens_at,
            closes_at=opens_at + timedelta(days=days),
            now=opens_at - timedelta(days=1),
        )
        self.rounds.append(round_)
        return round_

    def tick(self, now: datetime) -> None:
        """All that the clock does, but for what cannot be done inside a test's transaction."""
        count_answered(now=now)
        open_due_rounds(now=now)
        seal_due_rounds(now=now)
        send_due_mails(now=now)

    def answer(self, round_: Round, answers: Answers, *, reasons: Mapping[str, str] = {}) -> None:
        """Each person's choices by goal; what is not there stays blank."""
        names = {user.pk: name for name, user in self.people.items()}
        invited = Participation.objects.filter(round_forum__round=round_).select_related(
            "round_forum__round__edition"
        )
        for participation in invited.order_by("pk"):
            name = names[participation.user_id]
            choices = answers.get(name, {})
            if choices:
                save_ratings(
                    participation=participation,
                    ratings=[
                        self._input(goal, choice, reasons) for goal, choice in choices.items()
                    ],
                    now=round_.opens_at + timedelta(hours=1),
                )

    def _input(self, goal: str, choice: Choice, reasons: Mapping[str, str]) -> RatingInput:
        value = choice if isinstance(choice, int) else None
        return RatingInput(self.goals[goal].pk, value, choice == NO_ANSWER, reasons.get(goal, ""))

    def seal(self, round_: Round) -> datetime:
        """The clock's first beat after closing and its five minutes."""
        now = round_.closes_at + timedelta(minutes=6)
        self.tick(now)
        round_.refresh_from_db()
        assert round_.sealed_at is not None
        return now

    def form_fields(self, goal: str, choice: Choice) -> dict[str, str]:
        """What the rating page sends for one goal."""
        return {
            "goal": str(self.goals[goal].pk),
            "value": str(choice) if isinstance(choice, int) else "na",
        }

    def where(self, round_: Round, forum: str) -> str:
        return f"{round_.pk}/{self.forums[forum].pk}/"


def set_stage(
    forums: Mapping[str, Roles],
    goals: Sequence[str],
    *,
    levels: int = 5,
    goals_in_a_pillar: int = 2,
) -> Stage:
    """People by name, each with one role in each forum they are in."""
    number = Municipality.objects.count()
    municipality = MunicipalityFactory(
        name=f"Angrebet Kommune {number}",
        slug=f"angrebet-{number}",
        role_words={role: list(words) for role, words in ROLE_WORDS.items()},
    )
    names = sorted({name for roles in forums.values() for name in roles})
    people: dict[str, Any] = {
        name: UserFactory(name=name, email=f"person{place}@angrebet{number}.example")
        for place, name in enumerate(names)
    }
    chiefs = [name for roles in forums.values() for name in roles if roles[name] == Role.CHIEF]
    made: dict[str, Any] = {}
    for forum_name, roles in forums.items():
        chief = people[chiefs[0]] if chiefs else None
        forum = ForumFactory(municipality=municipality, name=forum_name, chief=chief)
        made[forum_name] = forum
        heads = [name for name in roles if roles[name] != Role.CHIEF]
        for name, role in roles.items():
            MembershipFactory(forum=forum, user=people[name], role=role, is_lead=name == heads[0])
    edition = EditionFactory(framework__municipality=municipality, status="draft", pillar_count=0)
    edition.levels = (
        LEVELS[:levels] if levels <= 5 else [f"Trin {LETTERS[n]}" for n in range(levels)]
    )
    edition.save()
    pillars: dict[str, tuple[str, ...]] = {}
    rows: dict[str, Goal] = {}
    for position, start in enumerate(range(0, len(goals), goals_in_a_pillar)):
        own = tuple(goals[start : start + goals_in_a_pillar])
        name = f"Søjlen {LETTERS[position].upper()}"
        pillars[name] = own
        pillar = PillarFactory(
            edition=edition, position=position, name=name, colour=position % 5 + 1
        )
        for place, text in enumerate(own):
            rows[text] = GoalFactory(pillar=pillar, position=place, text=text)
    edition.status, edition.in_use_at = "in_use", timezone.now()
    edition.save()
    return Stage(municipality, edition, people, made, rows, pillars, tuple(edition.levels))


def set_norddjurs(roles: Roles) -> Stage:
    """One forum of these people, asked about Norddjurs' own 24 goals."""
    stage = set_stage({"Forummet": roles}, ())
    stage.edition = load_framework(
        file=read_framework(FOLDER / "norddjurs-plf.toml"),
        scale=read_scale(FOLDER / "scale.toml"),
        municipality=stage.municipality,
        now=timezone.now() - timedelta(days=900),
    )
    goals = Goal.objects.filter(pillar__edition=stage.edition).select_related("pillar")
    for goal in goals.order_by("pillar__position", "position"):
        stage.goals[goal.text] = goal
        stage.pillars[goal.pillar.name] = (*stage.pillars.get(goal.pillar.name, ()), goal.text)
    stage.levels = tuple(stage.edition.levels)
    return stage


def add_bystanders(stage: Stage, forum: str) -> dict[str, User]:
    """A facilitator, the administrator, the system's administrator, somebody new, a neighbour."""
    facilitator = UserFactory(name="Læringspartner", email="partner@angrebet.example")
    MembershipFactory(forum=stage.forums[forum], user=facilitator, role=Role.FACILITATOR)
    administrator = UserFactory(
        name="Administrator", email="administrator@angrebet.example", is_staff=True
    )
    AdministratorFactory(municipality=stage.municipality, user=administrator)
    neighbour = UserFactory(name="Nabo", email="chef@nabo.example", is_staff=True)
    other = MunicipalityFactory(name="Nabo Kommune", slug="nabo")
    AdministratorFactory(municipality=other, user=neighbour)
    MembershipFactory(
        forum=ForumFactory(municipality=other, name="Naboens forum", chief=neighbour),
        user=neighbour,
        role=Role.CHIEF,
    )
    system = UserFactory(
        name="Systemadministrator", email="system@plf.example", is_staff=True, is_superuser=True
    )
    newcomer = UserFactory(name="Ny", email="ny@angrebet.example")
    return {
        "facilitator": facilitator,
        "administrator": administrator,
        "neighbour": neighbour,
        "system": system,
        "newcomer": newcomer,
    }


@contextmanager
def undone() -> Iterator[None]:
    """What is done within never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client
