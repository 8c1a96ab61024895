"""What a first visit weighs over the wire: row 10 of the budgets, counted, not timed."""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
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


def compressed(name: str) -> int:
    """As whitenoise serves it: brotli, but for fonts, which are compressed already."""
    content = Path(str(finders.find(name))).read_bytes()
    return len(content) if name.endswith(".woff2") else len(brotli.compress(content))


def weigh(client: Client, url: str) -> Weight:
    html = client.get(url).content
    names = set(ASSET.findall(html.decode()))
    assert names
    return Weight(len(gzip.compress(html, 6)), {name: compressed(name) for name in names})


def test_first_visit_of_a_stranger_stays_within_its_budget():
    weight = weigh(Client(), reverse("account_login"))

    assert weight.total <= 60_000
    assert weight.requests <= 6
    assert weight.script <= 25_000


def test_first_visit_of_the_rating_page_stays_within_its_budget(cast, client_of):
    world = open_round_of(cast.forum)
    url = reverse("assessments:rate", args=[world.round.pk, cast.forum.pk])

    weight = weigh(client_of(cast.unit_head), url)

    assert weight.total <= 60_000
    assert weight.requests <= 6
    assert weight.script <= 25_000
