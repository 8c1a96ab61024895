"""What a first visit weighs over the wire: row 10 of the budgets, counted, not timed."""

import gzip
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.dashboards.sealed import SPLIT, goals_of, one_group, sealed
from tests.factories import EditionFactory, SharedRatingFactory
from tests.worlds import open_round_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ASSET = re.compile(r'(?:href|src)="/static/([^"]+)"')


@dataclass(frozen=True)
class Weight:
    page: int
    files: dict[str, int]

    @property
    def total(self) -> int:
        return self.page + sum(self.files.values())

    @property
    def requests(self) -> int:
        return 1 + len(self.files)

    @property
    def script(self) -> int:
        return sum(size for name, size in self.files.items() if name.endswith(".js"))


@cache
def compressed(name: str) -> int:
    """As whitenoise serves it: brotli, but for fonts, which are compressed already."""
    content = Path(str(finders.find(name))).read_bytes()
    return len(content) if name.endswith(".woff2") else len(brotli.compress(content))


def weigh(client: Client, url: str) -> Weight:
    html = client.get(url).content
    names = set(ASSET.findall(html.decode()))
    assert names
    return Weight(len(gzip.compress(html, 6)), {name: compressed(name) for name in names})


def assert_within_budget(weight: Weight) -> None:
    assert weight.total <= 60_000
    assert weight.requests <= 6
    assert weight.script <= 25_000


def test_first_visit_of_a_stranger_stays_within_its_budget():
    assert_within_budget(weigh(Client(), reverse("account_login")))


def test_first_visit_of_home_and_the_rating_page_stays_within_its_budget(cast, client_of):
    edition = EditionFactory(pillar_count=5, goals_each=8)
    world = open_round_of(cast.forum, edition=edition)
    client = client_of(cast.unit_head)

    for url in (
        reverse("dashboards:home"),
        reverse("assessments:rate", args=[world.round.pk, cast.forum.pk]),
    ):
        assert_within_budget(weigh(client, url))


@pytest.mark.parametrize("team", [False, True], ids=["confidential", "shared"])
def test_first_visit_of_each_dashboard_stays_within_its_budget(team, cast, client_of):
    edition = EditionFactory(pillar_count=5, goals_each=8)
    goals = goals_of(edition)
    forum = cast.team if team else cast.forum
    for days in (200, 20):
        closed = timezone.now() - timedelta(days=days)
        if team:
            row = sealed(forum, edition, {}, closed=closed, kind="shared")
            for goal in goals:
                SharedRatingFactory(round_forum=row, goal=goal, level=3, note="Vi ser det hver uge")
        else:
            row = sealed(forum, edition, one_group(*[SPLIT] * 40), closed=closed)
    place = [row.round_id, row.forum_id]

    for url in (
        reverse("dashboards:result", args=place),
        reverse("dashboards:result", args=place) + "?visning=stor",
        reverse("dashboards:pillar", args=[*place, goals[0].pillar.code]),
        reverse("dashboards:trend", args=[row.forum_id]),
        reverse("dashboards:overview"),
        reverse("dashboards:results"),
    ):
        assert_within_budget(weigh(client_of(cast.chief), url))
