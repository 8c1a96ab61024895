"""Frameworks unlike a house of five: a list of one group, goals that end a sentence, own words."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from dashboards.exports.tables import defused
from plf.lib.danish import continued
from tests.dashboards.exported import (
    charts,
    csv_rows,
    fetch,
    goals_in_json,
    pdf_text,
    plain,
    sheets,
)
from tests.dashboards.sealed import HIGH, SPLIT, UPPER, goals_of, one_group, sealed
from tests.factories import EditionFactory, LocalWordingFactory, SharedRatingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = timedelta(days=1)


def url_of(row, query: str = "") -> str:
    return reverse("dashboards:result", args=[row.round_id, row.forum_id]) + query


def said(response) -> str:
    return response.content.decode()


def test_list_of_one_group_has_no_bar_of_its_own_and_no_heading(cast, client_of):
    edition = EditionFactory(shape="list", roof="", pillar_count=1, goals_each=4, motto="Sammen")
    group = goals_of(edition)[0].pillar.name
    row = sealed(
        cast.forum, edition, one_group(SPLIT, HIGH, UPPER, UPPER), closed=timezone.now() - DAY
    )
    client = client_of(cast.chief)

    page, wall = client.get(url_of(row)), client.get(url_of(row, "?visning=stor"))

    assert group not in said(page) + said(wall)
    assert "pillar-bar" not in said(page)
    assert '<p class="motto">Sammen</p>' in said(page)
    assert "house" not in [screen.kind for screen in wall.context["screens"]]


@pytest.mark.parametrize(
    ("roof", "motto", "in_gable", "above"),
    [
        ("Vi skaber", "Sammen", "Vi skaber", True),
        ("", "Sammen", "Sammen", False),
        ("", "", "Grundlaget", False),
    ],
)
def test_gable_is_never_empty(cast, client_of, roof, motto, in_gable, above):
    edition = EditionFactory(framework__name="Grundlaget", roof=roof, motto=motto, why=["Derfor"])
    row = sealed(cast.forum, edition, one_group(*[SPLIT] * 4), closed=timezone.now() - DAY)

    response = client_of(cast.chief).get(url_of(row))

    assert response.context["house"].roof_lines == (in_gable,)
    assert ('<p class="motto">' in said(response)) is above
    assert "<li>Derfor</li>" in said(response)


def test_goals_that_continue_the_question_stand_under_it_as_its_second_half(cast, client_of):
    edition = EditionFactory(stem=True, question="Oplever du, at vi i {forum} …")
    row = sealed(cast.forum, edition, one_group(*[SPLIT] * 4), closed=timezone.now() - DAY)
    first = goals_of(edition)[0]
    client = client_of(cast.chief)
    pages = [
        url_of(row),
        reverse("dashboards:pillar", args=[row.round_id, row.forum_id, first.pillar.code]),
    ]

    for url in pages:
        page = said(client.get(url))
        assert f"Oplever du, at vi i {cast.forum.name_in_sentence} …" in page
        assert continued(first.text) in page
        assert f">{first.text}<" not in page
    trend = said(client.get(reverse("dashboards:trend", args=[row.forum_id])))
    assert continued(first.text) in trend


# --- own words ----------------------------------------------------------------------------------

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
OWN = "=Vi <b>spiser</b> sammen"


@pytest.fixture(params=["confidential", "shared"])
def worded(request, cast):
    """A sealed round of an edition with own words for its first goal, published before it opened,
    and others published after it."""
    edition = EditionFactory(local_translation=True)
    goals = goals_of(edition)
    shared = request.param == "shared"
    forum = cast.team if shared else cast.forum
    closed = timezone.now() - 20 * DAY
    opened = {"opened_at": closed - 15 * DAY, "kind": request.param}
    cells = {} if shared else one_group(*[SPLIT] * 4)
    row = sealed(forum, edition, cells, closed=closed, **opened)
    if shared:
        SharedRatingFactory(round_forum=row, goal=goals[0], level=4)
    LocalWordingFactory(forum=forum, goal=goals[0], text=OWN)
    LocalWordingFactory(forum=forum, goal=goals[0], text="Senere", published_at=closed)
    return row


def test_own_words_stand_under_their_goal_on_the_pages(cast, client_of, worded):
    client = client_of(cast.chief)
    pillar = goals_of(worded.round.edition)[0].pillar.code
    one = reverse("dashboards:pillar", args=[worded.round_id, worded.forum_id, pillar])

    for page in (said(client.get(url_of(worded))), said(client.get(one))):
        assert page.count(escape(OWN)) == 1
        assert "Senere" not in page


def test_own_words_are_the_same_in_every_file(cast, client_of, worded):
    client = client_of(cast.chief)

    files = {ending: fetch(client, worded, ending).content for ending in ("pdf", "csv", "json")}
    book = list(sheets(fetch(client, worded, "xlsx").content).values())

    goals = goals_in_json(files["json"])
    assert [goal["own_words"] for goal in goals] == [OWN, None, None, None]
    heading, first, second, *_rest = csv_rows(files["csv"])
    assert (first[5], second[5]) == (defused(OWN), "")
    assert [line[3] for line in book[1][:3]] == [heading[5], defused(OWN), None]
    assert plain(goals[0]["goal"] + "Hos os: " + OWN) in pdf_text(files["pdf"])
    if not worded.round.is_shared:
        lowest = book[1][0].index(worded.round.edition.levels[0])
        assert book[1][1][lowest : lowest + 5] == [2, 2, 1, 2, 2]
        chart = charts(fetch(client, worded, "xlsx").content)[-1]
        named = [str(one.text) for one in chart.iter(f"{{{CHART}}}f")]
        assert named[0].endswith("!$G$1")


def test_question_stands_in_every_file_as_on_the_page(cast, client_of, worded):
    client = client_of(cast.chief)
    question = worded.question

    files = {ending: fetch(client, worded, ending).content for ending in ("pdf", "csv", "json")}

    assert escape(question) in said(client.get(url_of(worded)))
    assert json.loads(files["json"])["question"] == question
    assert question in files["csv"].decode()
    assert plain(question) in pdf_text(files["pdf"])
    book = sheets(fetch(client, worded, "xlsx").content)
    assert next(iter(book.values()))[2][0] == question
