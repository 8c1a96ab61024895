"""The attacker recovers the planted person from every leaky publisher, and from ours nobody."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from tests.attack.leaky import PUBLISHERS, Scenario
from tests.attack.reading import Known, read_all
from tests.attack.solver import Evidence, Leak, leaks
from tests.attack.spider import crawl
from tests.attack.stage import ROLE_WORDS, Stage, client_of, set_stage

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
# Goals that nobody rates, so that no page speaks of one goal alone.
FILLERS = ("Vi øver os i øø", "Vi øver os i øå")


def told_to(scenario: Scenario) -> set[Leak]:
    answers = {name: scenario.answers.get(name, {}) for name in scenario.evidence.people}
    return {leak for leak in leaks(scenario.evidence, answers) if leak.reader == scenario.reader}


@pytest.mark.parametrize("publisher", PUBLISHERS, ids=lambda row: row.__name__)
def test_leaky_publisher_gives_the_planted_person_away(publisher):
    scenario = publisher()

    found = told_to(scenario)

    planted = Leak(
        scenario.reader, scenario.planted, scenario.goal, scenario.planted_rating
    )
    assert planted in found
    rated = {name: own[scenario.goal] for name, own in scenario.answers.items() if scenario.goal in own}
    assert all(
        leak.told == rated[leak.person]
        for leak in found
        if leak.goal == scenario.goal and leak.person in rated
    )


def known_of(stage: Stage, forum: str, roles) -> Known:
    return Known(forum, roles, ROLE_WORDS, stage.levels, stage.pillars)


def seen_of_ours(scenario: Scenario, stage: Stage) -> dict[str, Evidence]:
    """Everybody's pages after our own seal, united, by forum."""
    read: dict[str, Evidence] = {}
    for forum, roles in scenario.forums.items():
        member = stage.people[next(iter(roles))]
        chief = stage.forums[forum].chief
        pages = [
            page
            for user in {member, chief} - {None}
            for page in crawl(client_of(user)).values()
            if page.status == 200
        ]
        known = known_of(stage, forum, roles)
        reading = read_all([page for page in pages if forum in page.text], known)
        assert reading.unexplained == set()
        read[forum] = reading.evidence(known)
    return read


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
