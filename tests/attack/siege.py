"""A forum of two groups under attack: its round is open, and sealed when the attacker says so."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.core import mail
from django.test import Client

from accounts.models import User
from assessments.models import Round
from tests.attack.reading import NUMBER, Known
from tests.attack.solver import NO_ANSWER, Choice
from tests.attack.stage import ROLE_WORDS, Stage, add_bystanders, client_of, goal_names, set_stage

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
FULL, NEAR, FEW, BACK, CAMPS, ALIKE = GOALS = goal_names(6)
FORUM = "Ledergruppen"
SHOWN_WORDS, WITHHELD_WORDS = "Vi er på vej", "Ord om det tilbageholdte mål"
HEADS = [f"Aftaleholder {name}" for name in "ABCDEFGH"]
OTHERS = [f"Afdelingsleder {name}" for name in "ABCDEFGHI"]
ROLES = {
    "Chefen": "chief",
    **dict.fromkeys(HEADS, "unit_head"),
    **dict.fromkeys(OTHERS, "department_head"),
}


def answers() -> dict[str, dict[str, Choice]]:
    """Two groups; one goal near-unanimous, one withheld, one that falls back to the forum."""
    chosen: dict[str, dict[str, Choice]] = {}
    for place, name in enumerate([*HEADS, *OTHERS]):
        head = place < len(HEADS)
        chosen[name] = {
            FULL: place % 5 + 1,
            NEAR: 2 if place in (3, 11) else 5,
            CAMPS: (1, 4)[place % 2],
            ALIKE: 3 if place != 5 else NO_ANSWER,
            FEW: 4 if place < 3 else NO_ANSWER,
        }
        if head or place < 12:
            chosen[name][BACK] = place % 4 + 1
    del chosen[OTHERS[-1]]
    return chosen


@dataclass
class Siege:
    """The stage with one open round, and a signed-in browser for everybody of interest."""

    stage: Stage
    round: Round
    users: dict[str, User]
    clock: Any
    figures_in_mails: list[str] = field(default_factory=list)

    @property
    def known(self) -> Known:
        return Known(FORUM, ROLES, ROLE_WORDS, self.stage.levels, self.stage.pillars)

    def clients(self, *names: str) -> dict[str, Client]:
        """Browsers in which these people sign in now; of all who watch, and of a stranger."""
        clients = {name: client_of(self.users[name]) for name in names or self.users}
        return clients if names else clients | {"anonymous": client_of(None)}

    def pass_to(self, now: datetime) -> None:
        self.clock.move_to(now)
        self.stage.tick(now)

    def submit(self, name: str, choices: Mapping[str, Choice]) -> None:
        """As a leader does: sign in, open the page, choose, say done."""
        client = client_of(self.stage.people[name])
        address = f"/runder/{self.stage.where(self.round, FORUM)}"
        assert client.get(address).status_code == 200
        for goal, choice in choices.items():
            fields = self.stage.form_fields(goal, choice)
            assert client.post(f"{address}gem/", fields).status_code == 200
        assert client.post(f"{address}faerdig/").status_code == 302

    def seal(self) -> None:
        """All answer, the round closes, and a month passes."""
        self.stage.answer(self.round, answers(), reasons={FEW: WITHHELD_WORDS, FULL: SHOWN_WORDS})
        self.pass_to(self.stage.seal(self.round) + timedelta(days=30))


@contextmanager
def besieged() -> Iterator[Siege]:
    """The round has been open for two days."""
    logging.disable(logging.ERROR)  # addresses that are refused are no news here
    try:
        with time_machine.travel(OPENS, tick=False) as clock:
            stage = set_stage({FORUM: ROLES}, GOALS)
            users = {name: stage.people[name] for name in ("Chefen", HEADS[0], OTHERS[0])}
            users |= add_bystanders(stage, FORUM)
            round_ = stage.plan([FORUM], opens_at=OPENS)
            stage.tick(OPENS)
            siege = Siege(stage, round_, users, clock)
            siege.pass_to(OPENS + timedelta(days=2))
            yield siege
    finally:
        logging.disable(logging.NOTSET)


def figures_in_mails() -> list[str]:
    """Figures, which have decimals, in any mail."""
    return [
        number
        for message in mail.outbox
        for number in NUMBER.findall(f"{message.subject} {message.body}")
        if "," in number
    ]
