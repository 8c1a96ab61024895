"""The charts' geometry, and the templates that write it down."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from dashboards.charts import GoalBar, House, HousePillar, goal_bar, house, scale_classes
from dashboards.shapes import Drawing, breadth, broken
from results.disclosure import Histogram, NearlyAll, Reason, Where, Withheld
from results.figures import Number, Range

pytestmark = pytest.mark.once

ROOF = "Vi skaber miljøer, hvor børn ses, lærer, trives, deltager og tør livet"
FOUNDATION = ("Tid", "Struktur", "Rammer", "Beslutningskompetence", "Menneskelige ressourcer")
PILLAR = HousePillar(
    number=1,
    name="Fokus på børns trivsel og læring",
    icon="sprout",
    colour=5,
    figure=Number(3.6),
    figure_text="3,6",
    goals=(Number(3.5), Number(3.6), Number(3.7), Range(3.7, 5.0), None),
    previous=3.3,
    change_text="▲ 0,3 siden sidst",
    url="/resultater/1/1/5/",
    description="Fokus på børns trivsel og læring: 3,6 af 5.",
)


def built(*pillars: HousePillar, **changes: Any) -> House:
    words: dict[str, Any] = {
        "low_label": "Slet ikke",
        "high_label": "I meget høj grad",
        "goal_word": "mål",
    }
    frame: dict[str, Any] = {
        "levels": 5,
        "roof": ROOF,
        "values": ("Tillid",),
        "foundation": FOUNDATION,
    }
    return house(pillars=pillars, **(words | frame | changes))


def written(drawn: House) -> str:
    return render_to_string(
        "dashboards/_house.html", {"house": drawn, "prefix": "h", "heading": "Huset"}
    )


def coordinates(drawing: Drawing) -> list[str]:
    shafts = [
        value
        for shaft in drawing.shafts
        for value in (shaft.x, shaft.width, shaft.end, shaft.fill_y, shaft.soft_y, shaft.figure_y)
    ]
    return [*shafts, *drawing.hairlines, drawing.ground, drawing.first, drawing.last]


@given(
    count=st.integers(1, 7),
    levels=st.integers(2, 7),
    share=st.floats(0, 1),
    before=st.none() | st.floats(0, 1),
)
def test_house_keeps_every_pillar_apart_and_inside(
    count: int, levels: int, share: float, before: float | None
) -> None:
    value = 1 + share * (levels - 1)
    previous = None if before is None else 1 + before * (levels - 1)
    pillar = replace(PILLAR, figure=Number(value), goals=(Number(value),), previous=previous)

    drawn = built(*(replace(pillar, number=i) for i in range(1, count + 1)), levels=levels)

    assert not drawn.as_list
    for drawing in (drawn.wide, drawn.small):
        edges = [(float(s.plinth_x), float(s.plinth_width)) for s in drawing.shafts]
        assert edges[0][0] >= 0
        assert edges[-1][0] + edges[-1][1] <= drawing.width
        assert all(x + w <= y for (x, w), (y, _) in pairwise(edges))
        assert all(re.fullmatch(r"-?\d+(\.\d)?", value) for value in coordinates(drawing))
        for shaft in drawing.shafts:
            assert float(drawing.top) <= float(shaft.fill_y) <= float(drawing.bottom)
            assert float(drawing.top) < float(shaft.figure_y) < float(drawing.bottom)
    assert all(1 <= len(shaft.lines) <= 3 for shaft in drawn.wide.shafts)


@given(name=st.text(alphabet="abcdefghijmw æøå", min_size=1, max_size=80), count=st.integers(1, 7))
def test_names_keep_within_their_plinths_or_stand_below(name: str, count: int) -> None:
    drawn = built(*(replace(PILLAR, name=name, number=i) for i in range(1, count + 1)))

    for shaft in drawn.wide.shafts:
        assert drawn.names_below or " ".join(shaft.lines).split() == name.split()
        for line in shaft.lines:
            assert breadth(line, drawn.name_size) <= float(shaft.plinth_width) - 8


def test_long_words_stand_smaller_and_long_names_below() -> None:
    long = "Vi arbejder systematisk med evaluering af børns trivsel, læring og udvikling her"

    word = built(*[replace(PILLAR, name="Evalueringsprocesser")] * 5)
    sentence = built(*[replace(PILLAR, name=long)] * 5)

    assert (word.names_below, word.name_size) == (False, 14)
    assert sentence.names_below
    assert long in written(sentence)


def test_list_is_drawn_as_rows() -> None:
    drawn = built(PILLAR, PILLAR, as_list=True)

    assert drawn.as_list
    assert "house-gable" not in written(drawn)


def test_a_goal_known_as_a_range_is_a_bracket_under_a_lying_stone_too() -> None:
    pillar = replace(PILLAR, figure=Range(3.0, 4.0), goals=(Number(2.0), *[Range(3.0, 5.0)] * 2))

    drawn = built(pillar, replace(PILLAR, number=2, goals=()), as_list=True)

    assert drawn.rows[0].brackets == (("50", "100", "36"), ("50", "100", "40"))
    assert drawn.has_bracket
    page = written(drawn)
    figure, key = page.split("<figcaption")
    assert figure.count('class="shaft-bracket"') == 2
    assert "shaft-bracket" in key
    assert 'class="pillar-bar-soft" fill="url(#ligger-1)"' in figure
    assert '<pattern id="ligger-1"' in figure


def test_strokes_under_a_lying_stone_that_would_cover_one_another_stand_one_under_the_other() -> (
    None
):
    pillar = replace(PILLAR, goals=(Number(3.0), Number(3.0), Number(4.0)))

    row = built(pillar, as_list=True).rows[0]

    assert row.ticks == (("50", "26", "32"), ("50", "34", "40"), ("75", "26", "32"))
    assert int(row.depth) >= 40


def test_goals_figures_stand_under_a_lying_stone_each_once_in_the_order_of_their_marks() -> None:
    texts = ("3,0", "3,0", "3,1", "3,7\N{EN DASH}5,0", "5,0", "")
    goals = (Number(3.0), Number(3.02), Number(3.1), Range(3.7, 5.0), Number(5.0), None)
    pillar = replace(PILLAR, goals=goals, goal_texts=texts)

    drawn = built(pillar, replace(PILLAR, number=2, url="", goal_texts=texts[:5]), as_list=True)

    assert drawn.rows[0].exact == "3,0 · 3,1 · 3,7\N{EN DASH}5,0 · 5,0"
    assert written(drawn).count('class="row-exact"') == 1


def test_a_lying_stone_of_an_open_round_or_a_withheld_figure_has_no_bracket() -> None:
    withheld = replace(PILLAR, figure=None)

    assert built(withheld, as_list=True).rows[0].brackets == ()
    assert built(PILLAR, as_list=True, open_round=True).rows[0].brackets == ()


def test_the_highest_level_is_the_top_and_the_lowest_the_foot() -> None:
    high, middle, low = (replace(PILLAR, figure=Number(value)) for value in (5.0, 3.6, 1.0))

    shafts = built(high, middle, low).wide.shafts

    assert [shaft.fill_y for shaft in shafts] == ["176", "281", "476"]
    assert [shaft.on_fill for shaft in shafts] == [True, False, False]


def test_five_shafts_stand_where_the_drawing_says() -> None:
    drawing = built(*[PILLAR] * 5).wide

    assert [shaft.x for shaft in drawing.shafts] == ["80", "248", "416", "584", "752"]
    assert drawing.gable == "40,150 480,36 920,150"
    assert drawing.hairlines == ("476", "401", "326", "251", "176")


def test_strokes_that_would_cover_one_another_stand_side_by_side() -> None:
    pillar = replace(PILLAR, goals=tuple(Number(3.6) for _ in range(4)))

    ticks = built(pillar).wide.shafts[0].ticks

    assert len(set(ticks)) == 4
    assert len({y for _, _, y in ticks}) == 1


@given(value=st.floats(1, 5), before=st.floats(1, 5))
def test_the_figure_keeps_clear_of_the_last_round_s_line(value: float, before: float) -> None:
    shaft = built(replace(PILLAR, figure=Number(value), previous=before)).wide.shafts[0]

    baseline, line = float(shaft.figure_y), float(shaft.previous_y)
    assert line >= baseline + 4 or line <= baseline - 20


def test_a_goal_known_as_a_range_is_a_bracket_and_a_withheld_one_nothing() -> None:
    shaft = built(PILLAR).wide.shafts[0]

    assert len(shaft.ticks) == 3
    assert len(shaft.brackets) == 1


def test_a_range_is_soft_between_its_bounds() -> None:
    pillar = replace(PILLAR, figure=Range(3.0, 4.0), figure_text="3,0\N{EN DASH}4,0")

    shaft = built(pillar).wide.shafts[0]

    assert (shaft.state, shaft.soft_y, shaft.soft_height, shaft.fill_y) == (
        "range",
        "251",
        "75",
        "326",
    )


@pytest.mark.parametrize("open_round", [True, False])
def test_a_pillar_without_figure_shows_no_stroke_and_no_last_round(open_round: bool) -> None:
    pillar = PILLAR if open_round else replace(PILLAR, figure=None, figure_text="Vises ikke")

    drawn = built(pillar, open_round=open_round)

    for drawing in (drawn.wide, drawn.small):
        shaft = drawing.shafts[0]
        assert shaft.state == ("open" if open_round else "withheld")
        assert (shaft.ticks, shaft.brackets, shaft.previous_y) == ((), (), "")
    assert (drawn.rows[0].ticks, drawn.rows[0].previous, drawn.rows[0].fill) == ((), "", "0")


def test_more_pillars_than_a_house_can_carry_become_rows() -> None:
    drawn = built(*[PILLAR] * 8)

    assert drawn.as_list
    assert len(drawn.rows) == 8
    assert "<polygon" not in written(drawn)


def test_the_roof_s_words_fit_under_the_gable() -> None:
    drawn = built(PILLAR)

    assert drawn.roof_lines == (
        "Vi skaber miljøer, hvor",
        "børn ses, lærer, trives, deltager og tør livet",
    )
    assert not drawn.roof_small
    assert built(PILLAR, roof=f"{ROOF} {ROOF}").roof_small


@given(st.lists(st.text("abcæøåijmw", min_size=1, max_size=12), min_size=1, max_size=12))
def test_breaking_loses_no_word(words: list[str]) -> None:
    lines, full = broken(" ".join(words), (80, 120), size=16)

    assert " ".join(lines).split() == words
    assert len(lines) <= 2
    assert (
        full
        == pytest.approx(
            max(breadth(line, 16) / room for line, room in zip(lines, (80, 120), strict=False))
        )
        or len(lines) == 1
    )


def test_a_foundation_too_long_for_its_steps_stands_below() -> None:
    assert not built(PILLAR).foundation_below
    assert built(
        PILLAR, foundation=["Et meget langt element i fundamentet" * 2] * 5
    ).foundation_below


def test_the_written_house_has_a_name_links_and_no_figure_twice() -> None:
    page = written(built(*(replace(PILLAR, number=i) for i in range(1, 6))))
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)
    assert set(" ".join(re.findall(r'aria-labelledby="([^"]+)"', page)).split()) <= set(ids)
    assert page.count('href="/resultater/1/1/5/"') == 10
    assert "style=" not in page


def test_goals_figures_stand_beside_the_shaft_each_once_and_apart() -> None:
    texts = ("3,5", "3,6", "3,6", "3,7–5,0", "Vises ikke")
    goals = (Number(3.5), Number(3.6), Number(3.6), Range(3.7, 5.0), None)

    (shaft,) = built(replace(PILLAR, goals=goals, goal_texts=texts)).wide.shafts

    assert [text for _y, text in shaft.exact] == ["3,7–5,0", "3,6", "3,5"]
    heights = [float(y) for y, _text in shaft.exact]
    assert all(below - above >= 15 for above, below in pairwise(heights))


def test_goals_figures_stay_above_the_foot_of_the_shaft() -> None:
    goals = tuple(Number(1 + place / 20) for place in range(6))
    pillar = replace(PILLAR, goals=goals, goal_texts=tuple("abcdef"))

    (shaft,) = built(pillar).wide.shafts

    assert max(float(y) for y, _text in shaft.exact) == 476
    assert built(pillar, open_round=True).wide.shafts[0].exact == ()


def test_names_too_long_for_the_plinths_leave_a_large_number_there() -> None:
    pillar = replace(PILLAR, icon="", name="Deprivatiseringafpraksisogsamarbejdskulturer" * 2)

    assert "plinth-alone" in written(built(*[pillar] * 5))
    assert "plinth-alone" not in written(built(*[replace(PILLAR, icon="")] * 5))


def test_an_open_round_s_house_tells_no_figure() -> None:
    pillar = replace(PILLAR, figure_text="4,7", change_text="▲ 9,9", description="Samarbejde.")

    page = written(built(pillar, open_round=True))

    assert "4,7" not in page
    assert "9,9" not in page


def bar_html(bar: GoalBar, words: str = "") -> str:
    return render_to_string(
        "dashboards/_goal_bar.html", {"bar": bar, "label": "Fordeling", "words": words}
    )


@given(
    counts=st.integers(2, 7).flatmap(
        lambda levels: st.lists(st.integers(0, 40), min_size=levels, max_size=levels)
    ),
    no_answer=st.integers(0, 20),
)
def test_goal_bar_shows_every_rating_once_inside_its_room(
    counts: list[int], no_answer: int
) -> None:
    if not sum(counts):
        counts[0] = 5

    bar = goal_bar(Histogram(tuple(counts), no_answer), levels=len(counts))

    assert [part.count for part in bar.segments] == [count for count in counts if count]
    assert bar.no_answer == no_answer
    assert bar.dots_text or len(bar.dots) == no_answer
    for part in bar.segments:
        assert -0.01 <= float(part.x) <= float(part.x) + float(part.width) <= 100.01


@pytest.mark.parametrize(
    "counts",
    [
        (1, 12, 14, 1, 0),
        (1, 290, 9, 0, 0),
        (11, 11, 11, 1, 266),
        (1, 1, 1, 1, 96),
        (990, 1, 1, 1, 1),
    ],
)
def test_every_segment_is_wide_enough_for_its_number(counts: tuple[int, ...]) -> None:
    bar = goal_bar(Histogram(counts, 0), levels=5)

    assert all(float(part.width) >= 2.5 * len(str(part.count)) for part in bar.segments)
    assert sum(float(part.width) for part in bar.segments) == pytest.approx(50, abs=2.1)
    assert all(
        float(one.width) <= float(other.width) + 0.01
        for one in bar.segments
        for other in bar.segments
        if one.count < other.count
    )
    assert bar_html(bar).count("</text>") == len(bar.segments)


def test_segments_with_room_for_their_numbers_are_as_wide_as_their_shares() -> None:
    bar = goal_bar(Histogram((7, 7, 0, 7, 7), 0), levels=5)

    assert {part.own_width for part in bar.segments} == {"24.20"}


def test_goal_bar_stands_on_its_middle_also_where_a_segment_is_widened() -> None:
    bar = goal_bar(Histogram((1, 1, 40, 60, 0), 0), levels=5)

    assert bar.segments[2].middle == "50.00"


def test_goal_bar_stands_on_its_middle() -> None:
    odd = goal_bar(Histogram((1, 3, 2, 3, 2), 0), levels=5)
    even = goal_bar(Histogram((2, 3, 4, 2), 1), levels=4)

    assert odd.segments[2].middle == "50.00"
    assert float(even.segments[2].x) == pytest.approx(50.2, abs=0.01)


@pytest.mark.parametrize(
    ("where", "css"),
    [(Where.UPPER, "block-upper of-5"), (Where.LOWER, "block-lower of-5")],
)
def test_a_near_unanimous_goal_is_a_block_without_counts(where: Where, css: str) -> None:
    bar = goal_bar(NearlyAll(where, 11, 5), levels=5)

    page = bar_html(bar, "Næsten alle svar ligger højt")

    assert (bar.kind, bar.segments, bar.no_answer, bar.block_css) == ("nearly", (), 0, css)
    assert "Næsten alle svar ligger højt" in page
    assert "<rect" not in page


def test_a_withheld_goal_is_its_sentence_and_nothing_else() -> None:
    bar = goal_bar(Withheld(Reason.TOO_FEW), levels=5)

    assert (bar.kind, bar.n, bar.segments, bar.dots) == ("withheld", 0, (), ())
    assert "Vises ikke: færre end 5 svar" in bar_html(bar, "Vises ikke: færre end 5 svar")


@pytest.mark.parametrize("levels", range(2, 8))
def test_every_level_has_a_colour_of_its_own(levels: int) -> None:
    assert len(set(scale_classes(levels))) == levels


COMPONENTS: list[tuple[str, dict[str, Any], str]] = [
    (
        "components/button.html",
        {"url": "/x/", "label": "Ret", "kind": "secondary"},
        "btn-secondary",
    ),
    ("components/badge.html", {"label": "fælles vurdering", "icon": "people"}, "fælles vurdering"),
    ("components/empty_state.html", {"heading": "Ingen", "text": "Endnu"}, "empty-state"),
    ("components/notice.html", {"text": "Runden lukker", "kind": "caution"}, "notice-caution"),
    ("components/figure.html", {"label": "Har svaret", "value": "9 af 11"}, "9 af 11"),
    (
        "components/page_header.html",
        {"heading": "Resultat", "lead": "Foråret"},
        "<h1>Resultat</h1>",
    ),
    ("dashboards/_scale_key.html", {"levels": [("scale-1", "Slet ikke")]}, "Slet ikke"),
    (
        "dashboards/_goal_bar_table.html",
        {"summary": "Tabel", "headers": ["Mål"], "rows": []},
        "Tabel",
    ),
]


@pytest.mark.parametrize(("template", "context", "expected"), COMPONENTS)
def test_components_need_nothing_but_what_they_name(
    template: str, context: dict[str, Any], expected: str
) -> None:
    assert expected in render_to_string(template, context)


@pytest.mark.parametrize(
    ("frame", "times"), [({}, 3), ({"as_list": True}, 1)], ids=["house", "list"]
)
def test_pillar_made_of_some_of_its_goals_says_so_wherever_it_is_seen(frame, times):
    """In the drawing's links and under it, and in the rows of narrow screens and of lists."""
    partial = replace(PILLAR, basis_text="ud fra 6 af 7 mål")

    page = written(built(partial, PILLAR, **frame))

    assert page.count("ud fra 6 af 7 mål") == times
    assert written(built(PILLAR, PILLAR, **frame)).count("ud fra") == 0
