"""The five real frameworks through one engine: rated, sealed, on dashboards and in files."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from assessments.framework_files import FOLDER, read_framework, read_scale
from assessments.models import Goal
from assessments.operations.frameworks import load_framework
from plf.lib.danish import continued
from tests.assessments.test_framework_files import SHIPPED
from tests.worlds import open_round_of

# The engine itself is tried on both databases elsewhere.
pytestmark = pytest.mark.once
FILES = ("result_pdf", "result_xlsx", "result_csv", "result_json")


@pytest.fixture(params=SHIPPED)
def file(request):
    return read_framework(FOLDER / f"{request.param}.toml")


@pytest.fixture
def world(cast, file):
    edition = load_framework(
        file=file, scale=read_scale(FOLDER / "scale.toml"), municipality=None, now=timezone.now()
    )
    return open_round_of(cast.forum, edition=edition, days_ago=10)


def opened(client, name, world, *more):
    page = client.get(reverse(name, args=[world.round.pk, world.round_forum.forum_id, *more]))
    assert page.status_code == 200, name
    return page


def test_a_real_framework_is_rated_with_its_own_words_and_read_on_every_dashboard(
    cast, client_of, file, world
):
    client = client_of(cast.unit_head)

    rated = opened(client, "assessments:rate", world).content.decode()

    edition = world.round.edition
    asked = file.question.replace("{forum}", cast.forum.name_in_sentence)
    texts = [goal.text for pillar in file.pillars for goal in pillar.goals]
    assert escape(asked) in rated
    assert all(escape(continued(text) if file.stem else text) in rated for text in texts)
    assert all(escape(level) in rated for level in (*edition.levels, edition.no_answer))
    assert all(escape(pillar.name) in rated for pillar in file.pillars)
    assert all(escape(pillar.description) in rated for pillar in file.pillars)
    assert all(escape(line) in rated for line in (file.motto, *file.why))
    assert rated.count('class="goal"') == len(texts)

    world.answer([1, 2, 3, 4, 5, 3])
    world.seal()

    result = opened(client, "dashboards:result", world).content.decode()
    shown = [pillar.name for pillar in file.pillars] if len(file.pillars) > 1 else []
    assert all(escape(name) in result for name in shown)
    assert all(escape(continued(text) if file.stem else text) in result for text in texts)
    assert all(escape(line) in result for line in (asked, file.motto, *file.why))
    assert file.words.goal[1] in result
    for pillar in file.pillars:
        page = opened(client, "dashboards:pillar", world, pillar.code).content.decode()
        told = [continued(goal.text) if file.stem else goal.text for goal in pillar.goals]
        assert all(escape(text) in page for text in told)
    assert client.get(reverse("dashboards:trend", args=[cast.forum.pk])).status_code == 200
    assert all(opened(client, f"dashboards:{name}", world).getvalue() for name in FILES)


@pytest.mark.parametrize("file", ["norddjurs-plf"], indirect=True)
def test_a_house_of_one_heading_and_a_list_of_many_keep_their_headings(cast, client_of, world):
    client = client_of(cast.unit_head)

    page = opened(client, "assessments:rate", world).content.decode()

    assert "rate-pillar-head visually-hidden" not in page


@pytest.mark.parametrize("file", ["plf-nord-ledere-af-ledere"], indirect=True)
def test_a_list_of_one_heading_shows_none(cast, client_of, world):
    client = client_of(cast.unit_head)

    page = opened(client, "assessments:rate", world).content.decode()

    assert page.count("rate-pillar-head visually-hidden") == 1
    assert Goal.objects.filter(pillar__edition=world.round.edition).count() == 9
