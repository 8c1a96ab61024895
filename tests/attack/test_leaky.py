"""The attacker recovers the planted person from every leaky publisher, and from ours nobody."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from tests.attack.evidence import Evidence, Leak, leaks
from tests.attack.leaky import PUBLISHERS, Scenario
from tests.attack.reading import Known, read_all
from tests.attack.spider import fetch
from tests.attack.stage import ROLE_WORDS, Stage, client_of, set_stage

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
# Goals that nobody rates, so that no page speaks of one goal alone.
FILLERS = ("Vi øver os i øø", "Vi øver os i øå")


def told_to(scenario: Scenario) -> set[Leak]:
    answers = {name: scenario.answers.get(name, {}) for name in scenario.evidence.people}
    return {leak for leak in leaks(scenario.evidence, answers) if leak.reader == scenario.reader}


@pytest.mark.once
@pytest.mark.parametrize("publisher", PUBLISHERS, ids=lambda row: row.__name__)
def test_leaky_publisher_gives_the_planted_person_away(publisher):
    scenario = publisher()

    found = told_to(scenario)

    planted = Leak(scenario.reader, scenario.planted, scenario.goal, scenario.planted_rating)
    assert planted in found
    rated = {
        name: own[scenario.goal] for name, own in scenario.answers.items() if scenario.goal in own
    }
    assert all(
        leak.told == rated[leak.person]
        for leak in found
        if leak.goal == scenario.goal and leak.person in rated
    )


def known_of(stage: Stage, forum: str, roles) -> Known:
    return Known(forum, roles, ROLE_WORDS, stage.levels, stage.pillars)


def seen_of_ours(scenario: Scenario, stage: Stage) -> dict[str, Evidence]:
    """What a member and the chief are shown of each forum, and the chief of all together."""
    read: dict[str, Evidence] = {}
    for forum, roles in scenario.forums.items():
        result = f"/resultater/{stage.where(stage.rounds[0], forum)}"
        member, chief = stage.people[next(iter(roles))], stage.forums[forum].chief
        pages = [fetch(client_of(member), result)]
        if chief is not None:
            pages += [fetch(client_of(chief), address) for address in (result, "/overblik/")]
        assert {page.status for page in pages} == {200}
        reading = read_all(pages, known_of(stage, forum, roles))
        assert reading.unexplained == set()
        read[forum] = reading.evidence(known_of(stage, forum, roles))
    return read


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(
    "publisher", [row for row in PUBLISHERS if not row().refused], ids=lambda row: row.__name__
)
def test_our_pages_give_nobody_away_in_the_same_case(publisher):
    scenario = publisher()
    with time_machine.travel(OPENS, tick=False) as clock:
        stage = set_stage(scenario.forums, (*scenario.goals, *FILLERS))
        round_ = stage.plan(scenario.forums, opens_at=OPENS)
        stage.tick(OPENS)
        stage.answer(round_, scenario.answers)
        now = stage.seal(round_)
        clock.move_to(now + timedelta(days=20))

        seen = seen_of_ours(scenario, stage)

    assert any(evidence.by_goal[scenario.goal] for evidence in seen.values())
    for evidence in seen.values():
        answers = {name: scenario.answers.get(name, {}) for name in evidence.people}
        assert leaks(evidence, answers) == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "publisher", [row for row in PUBLISHERS if row().refused], ids=lambda row: row.__name__
)
@pytest.mark.parametrize("days_apart", [0, 40, 59])
def test_our_planning_refuses_the_same_case(publisher, days_apart):
    scenario = publisher()
    stage = set_stage(scenario.forums, scenario.goals)
    first, second = scenario.forums
    round_ = stage.plan([first], opens_at=OPENS)

    with pytest.raises(ValidationError, match=r"\d"):
        stage.plan([second], opens_at=round_.closes_at + timedelta(days=days_apart))
