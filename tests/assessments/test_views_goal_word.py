"""The pages that rate, and their mails, speak of the goals by the framework's own word."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from assessments.enums import RoundKind
from assessments.information import information_of
from assessments.mails import DEFAULTS
from tests.assessments.rating import address, close
from tests.factories import EditionFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
ANOTHER_WORD = re.compile(r"\bmål(?:et|ene)?\b", re.IGNORECASE)


@pytest.fixture
def edition():
    return EditionFactory(goal_word="handling", goal_words="handlinger", local_translation=True)


@pytest.fixture
def world(cast, edition):
    return open_round_of(cast.forum, edition=edition)


def main_of(response, world) -> str:
    """What the page says, in what the script says too, but for the goals themselves."""
    [page] = re.findall(r"<main.*</main>", response.content.decode(), re.DOTALL)
    for goal in world.goals:
        page = page.replace(goal.text, "")
    return page


@pytest.mark.parametrize("rated", [0, 1, 3, 4])
def test_pages_of_one_who_rates_say_the_framework_s_word(cast, client_of, world, rated):
    client = client_of(cast.unit_head)
    world.rate(world.participation_of(cast.unit_head), dict.fromkeys(world.goals[:rated], 3))
    refused = {f"goal-{world.goals[0].pk}": "9", "goal-0": "1", "seen": ""}

    pages = [
        client.get(address(world)),
        client.get(address(world, "done")),
        client.get(reverse("assessments:round", args=[world.round.pk])),
        client.post(address(world), refused),
        client.post(address(world), {"goal-0": "1"}),
    ]
    close(world)
    pages.append(client.get(address(world)))

    assert [page.status_code for page in pages] == [200, 200, 200, 422, 422, 200]
    assert [ANOTHER_WORD.findall(main_of(page, world)) for page in pages] == [[]] * 6


def test_unanswered_and_answered_are_counted_in_the_framework_s_word(cast, client_of, world):
    client, mine = client_of(cast.unit_head), world.participation_of(cast.unit_head)
    texts = []
    for rated in (1, 3):
        world.rate(mine, dict.fromkeys(world.goals[:rated], 3))
        texts += re.findall(r"<h2>(.*?)</h2>", client.get(address(world, "done")).content.decode())

    form = client.get(address(world)).content.decode()
    close(world)
    closed = client.get(address(world)).content.decode()

    assert texts == ["3 handlinger er ubesvarede", "1 handling er ubesvaret"]
    assert "Handlinger med færre end 5 svar vises ikke." in form
    assert "Du nåede at svare på 3 handlinger. De tæller med." in closed


@pytest.mark.parametrize("rated", [0, 4])
def test_pages_of_a_team_say_the_framework_s_word(cast, client_of, edition, rated):
    world = open_round_of(cast.team, edition=edition, kind=RoundKind.SHARED)
    client = client_of(cast.unit_head)
    sent = {f"goal-{goal.pk}": "4" for goal in world.goals[:rated]}
    client.post(address(world, "team"), sent)

    pages = [
        client.get(address(world, "team")),
        client.get(reverse("assessments:round", args=[world.round.pk])),
    ]

    assert [ANOTHER_WORD.findall(main_of(page, world)) for page in pages] == [[], []]


@pytest.mark.parametrize("kind", DEFAULTS)
def test_mails_fit_every_framework_s_word(kind):
    assert [ANOTHER_WORD.findall(gettext(text)) for text in DEFAULTS[kind]] == [[], []]


def test_what_is_told_of_the_data_fits_every_framework_s_word(cast):
    assert ANOTHER_WORD.findall(information_of(cast.municipality)) == []
