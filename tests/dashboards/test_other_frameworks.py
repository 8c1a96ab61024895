"""Frameworks unlike a house of five: a list of one group, goals that end a sentence, own words."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from plf.lib.csv_files import defused
from plf.lib.danish import continued
from tests.dashboards.exported import (
    FILES,
    charts,
    csv_rows,
    fetch,
    goals_in_json,
    pdf_text,
    plain,
    sheets,
)
from tests.dashboards.sealed import HIGH, SPLIT, UPPER, WITHHELD, goals_of, one_group, sealed
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


# The factory's own goals are called "mål 1", "mål 2" …
GOAL_IN_DANISH = re.compile(r"\bmål(?:et|ene)?\b(?! \d)", re.IGNORECASE)


@pytest.fixture(params=["confidential", "shared"])
def of_actions(request, cast):
    """A sealed round of a framework that calls its goals actions, with all that can be told."""
    edition = EditionFactory(goal_word="handling", goal_words="handlinger", goals_each=3)
    shared = request.param == "shared"
    forum = cast.team if shared else cast.forum
    cells = {} if shared else one_group(SPLIT, HIGH, UPPER, WITHHELD, UPPER, SPLIT)
    for days in (200, 20):
        closed = timezone.now() - days * DAY
        row = sealed(forum, edition, cells, closed=closed, kind=request.param)
        for goal in goals_of(edition)[:4] if shared else ():
            SharedRatingFactory(round_forum=row, goal=goal, level=4)
    return row


def test_pages_call_goals_what_the_framework_calls_them(cast, client_of, of_actions):
    client = client_of(cast.chief)
    code = goals_of(of_actions.round.edition)[0].pillar.code
    where = [of_actions.round_id, of_actions.forum_id]
    pages = [
        *(url_of(of_actions, query) for query in ("", "?orden=flyttet", "?visning=stor")),
        reverse("dashboards:pillar", args=[*where, code]),
        reverse("dashboards:trend", args=[of_actions.forum_id]),
        reverse("dashboards:overview"),
    ]

    told = {url: re.sub(r"<[^>]*>", " ", said(client.get(url))) for url in pages}

    assert {url: GOAL_IN_DANISH.findall(page) for url, page in told.items()} == {
        url: [] for url in pages
    }
    assert "Handling for handling" in told[pages[0]]
    assert "Vælg 1–3 handlinger" in told[pages[2]]


def test_files_call_goals_what_the_framework_calls_them(cast, client_of, of_actions):
    client = client_of(cast.chief)

    files = {ending: fetch(client, of_actions, ending).content for ending in FILES}

    book = sheets(files["xlsx"])
    told = {
        "csv": files["csv"].decode(),
        "json": files["json"].decode(),
        "xlsx": " ".join(
            [*book, *(str(cell) for rows in book.values() for row in rows for cell in row)]
        ),
    }
    assert {ending: GOAL_IN_DANISH.findall(text) for ending, text in told.items()} == {
        "csv": [],
        "json": [],
        "xlsx": [],
    }
    assert "Handling" in csv_rows(files["csv"])[0]
    pdf = pdf_text(files["pdf"])
    assert "Handlingforhandling" in pdf
    assert "målformål" not in pdf.lower()
    assert "hvertmål" not in pdf


def test_near_unanimous_and_withheld_everywhere_is_said_in_the_framework_s_own_word(
    cast, client_of
):
    edition = EditionFactory(goal_word="handling", goal_words="handlinger")
    near = sealed(cast.forum, edition, one_group(*[HIGH] * 4), closed=timezone.now() - 9 * DAY)
    nothing = sealed(cast.forum, edition, one_group(*[WITHHELD] * 4), closed=timezone.now() - DAY)
    client = client_of(cast.chief)

    assert "På alle handlinger svarede næsten alle ens." in said(client.get(url_of(near)))
    assert "Tal sammen om jeres handlinger" in said(client.get(url_of(nothing)))
    told = pdf_text(fetch(client, nothing, "pdf").content)
    assert plain("Tal sammen om jeres handlinger") in told


@pytest.mark.parametrize("shape", ["house", "list"])
def test_key_explains_the_marks_that_are_drawn_and_no_other(cast, client_of, shape):
    edition = EditionFactory(shape=shape, goals_each=3)
    cells = one_group(SPLIT, HIGH, UPPER, UPPER, UPPER, SPLIT)
    row = sealed(cast.forum, edition, cells, closed=timezone.now() - DAY)

    page = said(client_of(cast.chief).get(url_of(row)))

    figure, key = re.search(
        r'<figure class="house-figure">(.*?)(<figcaption.*?)</figcaption>', page, re.DOTALL
    ).groups()
    marks = {"shaft-bracket": True, "hatch-soft": True, "shaft-before": False}
    assert {mark: mark in figure for mark in marks} == marks
    assert {mark: mark.replace("hatch-soft", "key-range") in key for mark in marks} == marks
    assert "hvor næsten alle svarer ens" in key


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
