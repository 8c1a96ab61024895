"""Writes docs/attack-report.md: `python -m tests.attack.report`.

The attacker reads forums of five sizes after the seal, and says of every goal what could be
concluded about each person. The answers are those of the demo's generator, the same every time.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
import time_machine

from tests.attack.evidence import Evidence, leaks, readers
from tests.attack.solver import BLANK, NO_ANSWER, Choice, Is, possible

# What knows the models is imported where it is used: Django is not set up before the command is.

Made = TypeVar("Made")
PATH = Path(__file__).resolve().parents[2] / "docs" / "attack-report.md"
OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
SEED = 2019
DRAWS = 200
ROUND_NUMBER = 2  # in the demo's third round one goal is agreed on
# How many of each role, and how many of them stay away.
SIZES = {
    6: ({"unit_head": 6}, 0),
    8: ({"unit_head": 8}, 1),
    11: ({"chief": 1, "unit_head": 10}, 2),
    20: ({"chief": 1, "unit_head": 9, "department_head": 10}, 3),
    36: ({"chief": 1, "unit_head": 10, "department_head": 25}, 6),
}
STEMS = {"chief": "Chef", "unit_head": "Aftaleholder", "department_head": "Afdelingsleder"}
SHOWN = ("fuldt", "klasse", "vises ikke")


@dataclass(frozen=True)
class Line:
    """One goal: how it was shown, and how few levels are left for anybody's rating."""

    goal: str
    shown: str
    outsider: int
    insider: int


@dataclass(frozen=True)
class Attack:
    """What one forum's pages told."""

    people: int
    answered: int
    lines: tuple[Line, ...]
    leaks: int


def named(roles: Mapping[str, int]) -> dict[str, str]:
    return {
        f"{STEMS[role]} {number}": role
        for role, count in roles.items()
        for number in range(1, count + 1)
    }


def invented(stage, names: list[str], away: int, seed: int) -> dict[str, dict[str, Choice]]:
    """The demo's answers for all but the first `away`, whom the generator lets stay away."""
    from plf.demo.invent import invent_answers, invent_leaders  # noqa: PLC0415

    dice = Random(seed)
    leaders = invent_leaders(len(names), dice)
    goals = list(stage.goals.values())
    texts = {goal.pk: text for text, goal in stage.goals.items()}
    answers: dict[str, dict[str, Choice]] = {}
    for place, (name, leader) in enumerate(list(zip(names, leaders, strict=True))[away:]):
        rows = invent_answers(goals, leader, place=place, round_number=ROUND_NUMBER, random=dice)
        answers[name] = {
            texts[row.goal_id]: NO_ANSWER if row.value is None else row.value for row in rows
        }
    return answers


def attack(size: int, *, everything: bool = True) -> Attack:
    """Set the stage, seal, read all pages of all members (or the result alone), and conclude."""
    from tests.attack.reading import Known, Reading, read_all  # noqa: PLC0415
    from tests.attack.spider import crawl_all, fetch  # noqa: PLC0415
    from tests.attack.stage import ROLE_WORDS, client_of, set_norddjurs  # noqa: PLC0415

    counts, away = SIZES[size]
    roles = named(counts)
    with time_machine.travel(OPENS, tick=False) as clock:
        stage = set_norddjurs(roles)
        round_ = stage.plan(["Forummet"], opens_at=OPENS)
        stage.tick(OPENS)
        answers = invented(stage, list(roles), away, SEED)
        stage.answer(round_, answers)
        clock.move_to(stage.seal(round_) + timedelta(days=30))
        some = [next(name for name, own in roles.items() if own == role) for role in counts]
        clients = {name: client_of(stage.people[name]) for name in some}
        result = f"/resultater/{stage.where(round_, 'Forummet')}"
        seen = (
            crawl_all(clients)
            if everything
            else {name: {result: fetch(client, result)} for name, client in clients.items()}
        )
    known = Known("Forummet", roles, ROLE_WORDS, stage.levels, stage.pillars)
    united = Reading()
    for pages in seen.values():
        united.unite(read_all((page for page in pages.values() if page.status == 200), known))
    evidence = united.evidence(known)
    everyone = {name: answers.get(name, {}) for name in roles}
    lines = tuple(conclude(goal, evidence, everyone) for goal in known.goals)
    return Attack(
        people=len(roles),
        answered=len(answers),
        lines=lines,
        leaks=sum(min(line.outsider, line.insider) < 2 for line in lines),
    )


def conclude(goal: str, evidence: Evidence, answers: Mapping[str, Mapping[str, Choice]]) -> Line:
    """The fewest levels left for anybody, to an outsider and to whoever knows their own answer."""

    told = evidence.of_goal(goal)
    outside = possible(evidence.levels, evidence.people, told)
    own = {name: {goal: chosen.get(goal, BLANK)} for name, chosen in answers.items()}
    inside = [
        levels_of(choices)
        for reader in readers(evidence, own)
        for name, choices in possible(
            evidence.levels, evidence.people, told | {Is(reader, own[reader][goal])}
        ).items()
        if name != reader
    ]
    return Line(goal, how(told), min(map(levels_of, outside.values())), min(inside))


def levels_of(choices: frozenset[Choice]) -> int:
    return sum(isinstance(choice, int) for choice in choices)


def how(told: frozenset) -> str:
    """How a goal was shown: in full if every group was, as a class if one was, or not at all."""
    kinds = {type(row).__name__ for row in told}
    if "NearlyAll" in kinds:
        return SHOWN[1]
    return SHOWN[0] if "Counts" in kinds else SHOWN[2]


def shown_over_many(size: int) -> Counter[str]:
    """How the goals of many invented rounds of that size would be shown."""
    from results.disclosure import (  # noqa: PLC0415
        Histogram,
        NearlyAll,
        Tally,
        part,
        publish,
    )
    from tests.attack.stage import set_norddjurs  # noqa: PLC0415

    counts, away = SIZES[size]
    roles = named(counts)
    stage = set_norddjurs(roles)
    found: Counter[str] = Counter()
    for seed in range(DRAWS):
        answers = invented(stage, list(roles), away, seed)
        answered = {role: sum(roles[name] == role for name in answers) for role in counts}
        atoms = part(answered)
        rows = [
            [
                Tally(
                    tuple(
                        sum(answers[name].get(goal) == level for name in members)
                        for level in range(1, 6)
                    ),
                    0,
                )
                for goal in stage.goals
            ]
            for atom in atoms
            for members in [[name for name in answers if roles[name] in atom.roles]]
        ]
        published = publish(rows, invited=counts, respondents=len(answers), levels=5, k=5)
        for goal in range(len(stage.goals)):
            cells = published.cells(goal)
            kind = 0 if all(isinstance(cell, Histogram) for cell in cells) else 2
            kind = 1 if any(isinstance(cell, NearlyAll) for cell in cells) else kind
            found[SHOWN[kind]] += 1
    return found


# --- the text -----------------------------------------------------------------------------------

INTRODUCTION = """# Angrebet på resultaterne

*Denne rapport er på dansk, fordi den læses sammen med [`privacy.md`](privacy.md). Den skrives af
`python -m tests.attack.report`; ret den ikke i hånden.*

En angriber, der ikke kender koden, logger ind som medlemmer i hver rolle, læser alle sider, de kan
nå, og lægger alt det læste sammen. Hvert tal bliver til en ligning om navngivne personers ukendte
svar. Så regnes der efter, uden gæt: Hvilke trin kan hver person have valgt på hvert mål?

Angriberen kender reglerne, målene, hvem der er inviteret i hvilken rolle, og hvor mange der har
svaret. Som *udenforstående* kender angriberen ikke mere end det; som *medlem* også sit eget svar.
Et *læk* er et mål, hvor der kun er ét trin tilbage for en andens vurdering.
"""

LEAKY = """## Kan angriberen overhovedet finde noget?

Ja. Her er ni måder at vise resultater på, som hver røber en bestemt person. Angriberen finder
personen i dem alle, og ingen i vores egne sider for de samme svar
(`tests/attack/test_leaky.py`).

| måde at vise på | røber | til | angriberen finder | i vores sider |
|---|---|---|---|---|
"""

WHILE_OPEN = """## Mens runden er åben, og bagefter

Det følgende bliver prøvet, hver gang testene kører:

- Ingen side ændrer sig med ét tegn for andre, når nogen svarer (`test_spider.py`).
- Sider om lukkede runder er de samme, når et medlem er flyttet, og når en person er slettet.
- To forskellige sæt svar, som reglerne siger, at ingen kan skelne, giver de samme sider, tegn for
  tegn, og de samme rækker i databasen (`test_twins.py`): også koordinater, rækkefølge og mails.
- Hvert tal ved et mål kan forklares af det, der er vist. Et nyt tal får testen til at fejle.
- Svar, der gemmes i samme øjeblik som runden tælles op, tæller med eller bliver afvist
  (`test_save_and_seal_race.py`).
"""


def text() -> Iterator[str]:
    yield INTRODUCTION
    yield from summary()
    yield LEAKY + "\n".join(leaky_rows()) + "\n"
    yield WHILE_OPEN


def summary() -> Iterator[str]:
    attacks = [undone(attack, size) for size in SIZES]
    yield """## Hvad angriberen kunne slutte

Hvert forum er spurgt om Norddjurs' 24 mål med demoens svar. *Trin tilbage* er det mindste antal
trin, som nogen persons vurdering af noget mål kan ligge på.

| inviterede | har svaret | mål vist fuldt | som klasse | vises ikke \
| trin tilbage, udenforstående | trin tilbage, medlem | læk |
|---|---|---|---|---|---|---|---|"""
    for row in attacks:
        kinds = Counter(line.shown for line in row.lines)
        cells = (
            row.people,
            row.answered,
            *(kinds[kind] for kind in SHOWN),
            min(line.outsider for line in row.lines),
            min(line.insider for line in row.lines),
            row.leaks,
        )
        yield "| " + " | ".join(map(str, cells)) + " |"
    yield f"""
## Hvad der vises i fora af forskellig størrelse

{DRAWS} opdigtede runder for hver størrelse, 24 mål i hver. *Fuldt* er alle gruppers tal; *klasse*
er næsten enighed i mindst én gruppe. Demoens svar er valgt, så noget af hvert ses: ét mål er de
enige om, og ét kan næsten ingen vurdere.

| inviterede | har svaret | fuldt | klasse | vises ikke |
|---|---|---|---|---|"""
    for size, (roles, away) in SIZES.items():
        many = undone(shown_over_many, size)
        shares = (f"{100 * many[kind] / many.total():.1f} %".replace(".", ",") for kind in SHOWN)
        people = sum(roles.values())
        yield f"| {people} | {people - away} | " + " | ".join(shares) + " |"
    yield """
## Person for person, mål for mål

Personer i samme gruppe kan bytte svar, uden at noget vist ændrer sig, så for en udenforstående er
rækken ens for dem alle. For medlemmer står det værste, der findes: det medlem, hvis eget svar røber
mest, og den kollega, det røber mest om."""
    for row in attacks:
        yield f"""
### {row.people} inviterede, {row.answered} har svaret

| mål | vist | trin tilbage, udenforstående | trin tilbage, medlem |
|---|---|---|---|"""
        for line in row.lines:
            yield f"| {line.goal} | {line.shown} | {line.outsider} | {line.insider} |"
    yield ""


def undone(work: Callable[[int], Made], size: int) -> Made:
    from tests.attack import stage  # noqa: PLC0415

    with stage.undone():
        return work(size)


def leaky_rows() -> Iterator[str]:
    from tests.attack.leaky import PUBLISHERS  # noqa: PLC0415

    for publisher in PUBLISHERS:
        scenario = publisher()
        answers = {name: scenario.answers.get(name, {}) for name in scenario.evidence.people}
        found = {
            leak.told
            for leak in leaks(scenario.evidence, answers)
            if (leak.reader, leak.person, leak.goal)
            == (scenario.reader, scenario.planted, scenario.goal)
        }
        told = f"trin {found.pop()}" if found == {scenario.planted_rating} else "INTET"
        ours = "planlægningen siger nej" if scenario.refused else "intet"
        yield f"| {scenario.name} | {scenario.planted} | {scenario.reader} | {told} | {ours} |"


def written() -> str:
    return "\n".join(text())


def main() -> None:
    django.setup()
    logging.disable()  # addresses that are refused are no news here
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    with transaction.atomic():
        report = written()
        transaction.set_rollback(True)
    PATH.write_text(report, "utf-8")


if __name__ == "__main__":
    main()
