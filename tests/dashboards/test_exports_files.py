"""The same cell has the same text on the page and in every file, and no file tells more."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from fontTools.ttLib import TTFont

from assessments.models import Edition, Goal, Pillar
from dashboards.exports.letters import FONTS, LETTERS, printable
from dashboards.exports.plain import Run, runs
from forums.models import Forum
from plf.lib.csv_files import defused
from results.disclosure import NearlyAll, Where
from tests.dashboards.exported import (
    FILES,
    alternatives,
    charts,
    csv_notes,
    csv_rows,
    fetch,
    goals_in_json,
    heights,
    pdf_cover,
    pdf_sizes,
    pdf_text,
    plain,
    readable,
    sheets,
)
from tests.dashboards.sealed import (
    HIGH,
    MIDDLE,
    SPLIT,
    UPPER,
    WITHHELD,
    counts,
    goals_of,
    one_group,
    sealed,
)
from tests.factories import (
    CommentFactory,
    EditionFactory,
    GoalFactory,
    PillarFactory,
    SharedRatingFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = timedelta(days=1)
OFFICE = "http://schemas.openxmlformats.org/drawingml/2006"
SPACES = {"c": f"{OFFICE}/chart"}
DRAWING = {"t": f"{OFFICE}/main", "pattFill": f"{OFFICE}/main", "v": f"{OFFICE}/chart"}
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "−5",
    "@SUM(A1)",
    "<script>alert(1)</script> & \"quotes\" 'single'",
    '#import "x.typ" #[fed] $x$ *stjerne* _streg_ @ref `kode` \\ // note',
    "emoji 😀 👩🏽‍🏫 og חדש og 漢字",
    "\u202eomvendt\u200f og \u2066isoleret",
    "to\nlinjer; med semikolon\tog tabulator",
)


@pytest.fixture
def row(cast, edition):
    """A round with one goal in full, one near-unanimous, one withheld, and one before it."""
    now = timezone.now()
    sealed(cast.forum, edition, one_group(UPPER, MIDDLE, MIDDLE, UPPER), closed=now - 90 * DAY)
    cells = one_group(SPLIT, HIGH, WITHHELD, counts(0, 1, 2, 4, 1, no_answer=1))
    return sealed(cast.forum, edition, cells, closed=now - 20 * DAY)


@pytest.fixture
def parted(cast, edition):
    rows = {
        1: (["chief", "unit_head"], [MIDDLE, HIGH, MIDDLE, MIDDLE]),
        2: (["department_head"], [UPPER, MIDDLE, UPPER, UPPER]),
    }
    return sealed(cast.forum, edition, rows, closed=timezone.now() - 20 * DAY, invited=36)


def page_of(client, row):
    return client.get(reverse("dashboards:result", args=[row.round_id, row.forum_id]))


def cells_of(line: dict) -> list[str]:
    """A line of JSON as the texts of its row in the other files, from n to the change."""
    levels = [count["text"] for count in line["counts"]] if line["counts"] else [""] * 5
    return [
        line["n"]["text"] if line["n"] else "",
        *levels,
        *(
            line[key]["text"] if line[key] else ""
            for key in ("no_answer", "mean", "spread", "agreement", "change")
        ),
        line["silent"] or "",
        line["sentence"] or "",
    ]


# --- the same everywhere ------------------------------------------------------------------------


def test_a_cell_has_the_same_text_on_the_page_and_in_every_file(cast, client_of, row):
    client = client_of(cast.chief)
    page = page_of(client, row)

    files = {ending: fetch(client, row, ending).content for ending in FILES}

    lines = [cells_of(goal) for goal in goals_in_json(files["json"])]
    csv_cells = [line[6:19] for line in csv_rows(files["csv"])[1:]]
    assert csv_cells == [[defused(text) for text in line] for line in lines]
    goals_sheet = list(sheets(files["xlsx"]).values())[1]
    xlsx_cells = [
        ["" if cell is None else str(cell) for cell in line[4:17]]
        for line in goals_sheet[1 : len(lines) + 1]
    ]
    assert xlsx_cells == lines
    told = pdf_text(files["pdf"])
    for goal, line in zip(page.context["result"].goals, lines, strict=True):
        mean = "" if goal.is_withheld else goal.figure_text
        assert line[7] == mean
        assert line[8] == goal.spread_text
        assert line[10] == goal.change_text
        assert line[11] == goal.silent_text
        assert line[12] == (goal.class_text or (goal.figure_text if goal.is_withheld else ""))
        assert plain("".join((goal.text, *line))) in told


def test_a_pillar_has_the_same_figure_everywhere(cast, client_of, row):
    client = client_of(cast.chief)
    pillars = page_of(client, row).context["result"].pillars

    files = {ending: fetch(client, row, ending).content for ending in FILES}

    overview = next(iter(sheets(files["xlsx"]).values()))
    for pillar, told in zip(pillars, json.loads(files["json"])["pillars"], strict=True):
        assert told["figure"]["text"] == pillar.figure_text
        assert any(line[:2] == [pillar.name, pillar.figure_text] for line in overview)
        assert plain(pillar.name + pillar.figure_text) in pdf_text(files["pdf"])


def test_files_say_from_how_many_goals_a_pillar_s_figure_is_made(cast, client_of, row):
    client = client_of(cast.chief)
    said = "ud fra 1 af 2 mål"

    files = {ending: fetch(client, row, ending).content for ending in FILES}

    assert [told["basis"] for told in json.loads(files["json"])["pillars"]] == [None, said]
    overview = next(iter(sheets(files["xlsx"]).values()))
    assert [line[2] for line in overview if said in line] == [said]
    name = page_of(client, row).context["result"].pillars[1].name
    assert plain(f"{name}: {said}") in pdf_text(files["pdf"])


def test_how_far_those_who_did_not_answer_could_move_a_pillar_is_told_alike(cast, client_of, row):
    client = client_of(cast.chief)
    said = [pillar.silent_text for pillar in page_of(client, row).context["result"].pillars]
    assert [bool(text) for text in said] == [False, True]

    files = {ending: fetch(client, row, ending).content for ending in FILES}

    assert [told["silent"] for told in json.loads(files["json"])["pillars"]] == [None, said[1]]
    overview = next(iter(sheets(files["xlsx"]).values()))
    assert [line for line in overview if said[1] in line]
    assert pdf_text(files["pdf"]).count(plain(said[1])) == 2  # of the one goal that it rests on


def test_groups_are_told_alike(cast, client_of, parted):
    client = client_of(cast.chief)
    page = page_of(client, parted)

    files = {ending: fetch(client, parted, ending).content for ending in FILES}

    goals = goals_in_json(files["json"])
    groups = [(goal, line) for goal in goals for line in goal["groups"]]
    rows = csv_rows(files["csv"])[1:]
    assert [line["group"] for _goal, line in groups] == list(
        page.context["result"].group_names
    ) * len(goals)
    assert [row[5:19] for row in rows[len(goals) :]] == [
        [line["group"], *(defused(text) for text in cells_of(line))] for _goal, line in groups
    ]
    assert [line["silent"] for _goal, line in groups if line["counts"]] == [
        part.silent_text
        for goal in page.context["result"].goals
        for part in goal.parts
        if part.silent_text
    ]
    for _goal, line in groups:
        assert plain("".join((line["group"], *cells_of(line)))) in pdf_text(files["pdf"])
    assert goals[1]["state"] == "group_by_group"
    assert goals[1]["counts"] is None


def test_numbers_stand_beside_their_texts(cast, client_of, row):
    client = client_of(cast.chief)

    first, near, *_rest = goals_in_json(fetch(client, row, "json").content)
    sheet = list(sheets(fetch(client, row, "xlsx").content).values())[1]

    assert first["mean"] == {"text": "3,0", "number": 3.0}
    assert near["mean"] == {"text": "3,7–5,0", "low": 3.666667, "high": 5.0}
    assert sheet[1][18:21] == [3, None, None]
    assert sheet[2][18:21] == [None, 3.6667, 5]


def test_a_shared_rating_is_told_alike(cast, client_of, edition):
    row = sealed(cast.team, edition, {}, closed=timezone.now() - 20 * DAY, kind="shared")
    first, second, *_rest = goals_of(edition)
    SharedRatingFactory(round_forum=row, goal=first, level=4, note="=Vi øver #os")
    SharedRatingFactory(round_forum=row, goal=second, level=None, differs=True)
    client = client_of(cast.department_head)

    files = {ending: fetch(client, row, ending).content for ending in FILES}

    goals = goals_in_json(files["json"])
    assert [goal["state"] for goal in goals] == [
        "agreed",
        "seen_differently",
        "not_rated",
        "not_rated",
    ]
    assert goals[0]["level"] == {"text": "I høj grad", "number": 4}
    page = page_of(client, row).content.decode()
    rows = csv_rows(files["csv"])[1:]
    sheet = list(sheets(files["xlsx"]).values())[1]
    for goal, told, cells in zip(goals, rows, sheet[1:], strict=True):
        text = goal["level"]["text"]
        assert (told[5], cells[3]) == (text, text)
        assert text in page
        assert plain(goal["goal"] + text) in pdf_text(files["pdf"])
    assert (rows[0][7], sheet[1][5]) == ("'=Vi øver #os",) * 2
    assert plain("=Vi øver #os") in pdf_text(files["pdf"])


@pytest.mark.parametrize("kind", ["confidential", "shared"])
def test_how_to_read_it_is_the_same_on_the_page_and_in_every_file(
    cast, client_of, row, edition, kind
):
    if kind == "shared":
        row = sealed(cast.team, edition, {}, closed=timezone.now() - 20 * DAY, kind="shared")
        SharedRatingFactory(round_forum=row, goal=goals_of(edition)[0])
    client = client_of(cast.chief)
    page = page_of(client, row).content.decode()

    files = {ending: fetch(client, row, ending).content for ending in FILES}

    paragraphs = json.loads(files["json"])["how_to_read"]
    assert len(paragraphs) == (2 if kind == "shared" else 6)
    assert csv_notes(files["csv"]) == paragraphs
    sheet = list(sheets(files["xlsx"]).values())[-1]
    assert [line[0] for line in sheet[1:] if line[0]][: len(paragraphs)] == paragraphs
    visible = plain(page.replace("<b>", "").replace("</b>", ""))
    for paragraph in paragraphs:
        assert plain(escape(paragraph)) in visible
        assert plain(paragraph) in pdf_text(files["pdf"])


def test_what_is_not_shown_stands_under_how_to_read_it(cast, client_of, row):
    client = client_of(cast.chief)
    third = goals_of(row.round.edition)[2]

    files = {ending: fetch(client, row, ending).content for ending in ("xlsx", "pdf")}

    said = f"{third.text}: Vises ikke: færre end 5 svar"
    assert [list(sheets(files["xlsx"]).values())[-1][-1][0]] == [said]
    assert plain(said) in pdf_text(files["pdf"])


# --- the spreadsheet's charts -------------------------------------------------------------------


def texts_in(element, name: str) -> list[str]:
    return [one.text or "" for one in element.iter(f"{{{DRAWING[name]}}}{name}")]


def cached(series) -> list[str]:
    """The numbers of a series, as the file keeps them beside the reference to their cells."""
    return [text for text in texts_in(series.find("c:val", SPACES), "v") if text]


def test_chart_of_pillars_writes_each_figure_as_the_page_does(cast, client_of, row):
    client = client_of(cast.chief)
    pillars = page_of(client, row).context["result"].pillars

    chart, _goals = charts(fetch(client, row, "xlsx").content)

    highest, lowest, mean = chart.iter(f"{{{SPACES['c']}}}ser")
    assert texts_in(highest, "t") + texts_in(lowest, "t") + texts_in(mean, "t") == [
        pillar.figure_text for pillar in pillars
    ]
    assert [len(cached(series)) for series in (highest, lowest, mean)] == [1, 1, 1]
    assert len(list(highest.iter(f"{{{DRAWING['pattFill']}}}pattFill"))) == len(pillars)


def test_near_unanimous_goal_is_a_hatched_block_with_its_words_in_the_chart(cast, client_of, row):
    client = client_of(cast.chief)
    near = page_of(client, row).context["result"].goals[1]

    _pillars, chart = charts(fetch(client, row, "xlsx").content)

    *levels, alike = chart.iter(f"{{{SPACES['c']}}}ser")
    assert [len(cached(series)) for series in levels] == [2, 2, 2, 2, 2]
    assert cached(alike) == ["9"]
    assert texts_in(alike, "t") == [near.class_text]
    assert len(list(alike.iter(f"{{{DRAWING['pattFill']}}}pattFill"))) == 1


def test_rows_are_as_tall_as_their_words(cast, client_of, row):
    long = "Vi taler om det, " * 20
    CommentFactory(round=row.round, forum=row.forum, goal=goals_of(row.round.edition)[0], text=long)

    content = fetch(client_of(cast.chief), row, "xlsx").content

    _overview, goals, _chart, reasons, _reading = heights(content).values()
    assert reasons[1] == 4 * 15 + 3
    assert goals[1] == 6 * 15 + 3
    assert goals[3] == 15 + 3


@pytest.mark.parametrize("letter", ["Å", "😀"])  # which a spreadsheet counts as one and as two
def test_cell_that_is_too_long_for_a_spreadsheet_says_where_the_rest_is(
    cast, client_of, row, letter
):
    goal = goals_of(row.round.edition)[0]
    said = [f"{number:02} {letter * 1990}" for number in range(40)]
    for text in said:
        CommentFactory(round=row.round, forum=row.forum, goal=goal, text=text)
    client = client_of(cast.chief)

    content = fetch(client, row, "xlsx").content

    _overview, goals, _chart, reasons, _reading = sheets(content).values()
    *shown, note = next(cell for cell in goals[1] if str(cell).startswith("00")).split("\n")
    assert shown == said[: len(shown)]
    assert 0 < len(shown) < len(said)
    assert note.startswith("…")
    assert "Begrundelser" in note
    assert len("\n".join((*shown, note)).encode("utf-16-le")) <= 2 * 32_767
    assert [line[2] for line in reasons[1:]] == said
    assert max(height or 0 for rows in heights(content).values() for height in rows) <= 409.5
    told = csv_rows(fetch(client, row, "csv").content)
    assert told[1][-1] == "\n".join(said)


# --- what no file tells -------------------------------------------------------------------------


CLASS = "Næsten alle svar ligger højt (I høj grad eller I meget høj grad)"


def test_every_file_tells_a_class_and_no_figure_behind_it(cast, client_of, edition):
    """Nearly all of 97 rated the first goal alike: there is its n, its range and its class."""
    cells = one_group(NearlyAll(Where.UPPER, 97, 5), MIDDLE, MIDDLE, MIDDLE)
    row = sealed(cast.forum, edition, cells, closed=timezone.now() - 20 * DAY, invited=97)
    client = client_of(cast.chief)

    files = {ending: fetch(client, row, ending).content for ending in FILES}

    told = goals_in_json(files["json"])[0]
    low = told["mean"]["low"]
    assert {key: value for key, value in told.items() if value} == {
        "number": 1,
        "goal": told["goal"],
        "state": "nearly_all_alike",
        "sentence": CLASS,
        "n": {"text": "97", "number": 97},
        "mean": {"text": "3,7–5,0", "low": low, "high": 5.0},
    }
    assert [cell for cell in csv_rows(files["csv"])[1][6:] if cell] == ["97", "3,7–5,0", CLASS]
    first = list(sheets(files["xlsx"]).values())[1][1]
    assert [cell for cell in first[4:] if cell is not None] == [
        97,
        "3,7–5,0",
        CLASS,
        round(low, 4),
        5,
        97,
    ]
    assert plain(f"{told['goal']}973,7–5,0{CLASS}") in pdf_text(files["pdf"])
    assert len([text for text in alternatives(files["pdf"]) if "I mindre grad: 2" in text]) == 3
    assert not [text for text in alternatives(files["pdf"]) if "97" in text]


@pytest.mark.parametrize("ending", FILES)
def test_of_a_withheld_goal_no_file_tells_a_number(cast, client_of, edition, ending):
    cells = one_group(MIDDLE, MIDDLE, MIDDLE, WITHHELD)
    row = sealed(cast.forum, edition, cells, closed=timezone.now() - 20 * DAY)
    client = client_of(cast.chief)

    text = plain(readable(ending, fetch(client, row, ending).content))

    goal = goals_in_json(fetch(client, row, "json").content)[3]
    assert [key for key, value in goal.items() if value] == ["number", "goal", "state", "sentence"]
    assert plain("Vises ikke: færre end 5 svar") in text
    if ending == "csv":
        last = csv_rows(fetch(client, row, "csv").content)[-1]
        assert [cell for cell in last[6:] if cell] == ["Vises ikke: færre end 5 svar"]
    if ending == "xlsx":
        last = list(sheets(fetch(client, row, "xlsx").content).values())[1][4]
        assert [cell for cell in last[4:] if cell is not None] == ["Vises ikke: færre end 5 svar"]


# --- hostile words ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_in_every_file(cast, client_of, text):
    edition = EditionFactory(status="draft")
    Goal.objects.filter(pillar__edition=edition).update(text=text)
    Pillar.objects.filter(edition=edition).update(name=text)
    Edition.objects.filter(pk=edition.pk).update(status="in_use", in_use_at=timezone.now())
    edition.refresh_from_db()
    cells = one_group(SPLIT, HIGH, WITHHELD, MIDDLE)
    row = sealed(cast.forum, edition, cells, closed=timezone.now() - 20 * DAY, name=text)
    CommentFactory(round=row.round, forum=row.forum, goal=goals_of(edition)[0], text=text)
    Forum.objects.filter(pk=cast.forum.pk).update(name=text)
    client = client_of(cast.chief)

    files = {ending: fetch(client, row, ending).content for ending in FILES}

    document = json.loads(files["json"])
    goal = goals_in_json(files["json"])[0]
    assert {document["forum"], document["round"], goal["goal"], *goal["comments"]} == {text}
    told = csv_rows(files["csv"])[1]
    assert {told[place] for place in (0, 1, 2, 4, -1)} == {defused(text)}
    _overview, goals, _chart, reasons, _reading = sheets(files["xlsx"]).values()
    assert {*goals[1][:3:2], *reasons[1][1:]} == {defused(text)}
    shown = "".join(sign for sign in pdf_text(files["pdf"]) if sign.isascii())
    letters = "".join(sign for sign in printable(text) if sign.isascii())
    assert shown.count(plain(letters)) >= 8


# --- the PDF ------------------------------------------------------------------------------------


def test_pdf_speaks_to_those_who_hear_it(cast, client_of, row):
    content = fetch(client_of(cast.chief), row, "pdf").content

    said = plain(" ".join(alternatives(content)))
    for pillar in page_of(client_of(cast.chief), row).context["result"].pillars:
        assert plain(f"{pillar.name}: {pillar.figure_text}") in said
    assert plain("Slet ikke: 2, I mindre grad: 2") in said
    assert b"pdfuaid" in content
    assert b"/Lang" in content


def test_pdf_of_everything_withheld_says_so(cast, client_of, edition):
    cells = {0: (["unit_head"], [WITHHELD] * 4)}
    row = sealed(cast.forum, edition, cells, closed=timezone.now() - 20 * DAY)

    content = fetch(client_of(cast.chief), row, "pdf").content

    assert plain("Dette resultat vises ikke") in pdf_text(content)
    assert alternatives(content) == []


def test_pdf_has_no_figure_under_eight_points(cast, client_of, edition):
    for days, cell in ((90, SPLIT), (20, UPPER)):
        closed = timezone.now() - days * DAY
        row = sealed(cast.forum, edition, one_group(*[cell] * 4), closed=closed)

    sizes = pdf_sizes(fetch(client_of(cast.chief), row, "pdf").content)

    assert "+1,0 siden sidst" in sizes
    assert {text: size for text, size in sizes.items() if size < 8} == {}


@pytest.mark.parametrize("name", ["Fælles værdier og visioner for hele området", "Ords" * 9])
def test_pdf_names_every_pillar_on_its_cover_however_long_the_name_is(cast, client_of, name):
    edition = EditionFactory(pillar_count=0, status="draft")
    for place in range(5):
        GoalFactory(pillar=PillarFactory(edition=edition, position=place, name=f"{name} {place}"))
    edition.framework.editions.update(status="in_use", in_use_at=timezone.now())
    row = sealed(cast.forum, edition, one_group(*[SPLIT] * 5), closed=timezone.now() - 20 * DAY)

    content = fetch(client_of(cast.chief), row, "pdf").content

    assert all(plain(f"{name} {place}") in pdf_cover(content) for place in range(5))


@pytest.mark.parametrize(("pillars", "goals_each"), [(1, 2), (8, 5)])
def test_pdf_draws_a_house_or_a_list(cast, client_of, pillars, goals_each):
    edition = EditionFactory(pillar_count=pillars, goals_each=goals_each)
    cells = [(SPLIT, HIGH, MIDDLE)[place % 3] for place in range(pillars * goals_each)]
    row = sealed(cast.forum, edition, one_group(*cells), closed=timezone.now() - 20 * DAY)

    content = fetch(client_of(cast.chief), row, "pdf").content

    shown = pdf_text(content)
    for goal in goals_of(edition):
        assert plain(goal.text) in shown


def test_the_list_of_letters_is_that_of_the_fonts():
    have = {code for path in FONTS.glob("*.ttf") for code in TTFont(path).getBestCmap()}
    listed = {
        code
        for pair in (part.split("-") for part in LETTERS.read_text("ascii").split())
        for code in range(int(pair[0], 16), int(pair[-1], 16) + 1)
    }

    assert listed == {code for code in have if code >= 32}


def test_sentences_become_runs_of_plain_text():
    assert runs("Om <em>&lt;b&gt; &amp; co</em> (3,9)") == (
        Run("Om ", strong=False),
        Run("<b> & co", strong=True),
        Run(" (3,9)", strong=False),
    )
