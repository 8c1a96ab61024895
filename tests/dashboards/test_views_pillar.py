"""One pillar of a result, goal by goal."""

import re
from datetime import timedelta

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.html import escape

from assessments.framework_files import TAKEN
from dashboards.queries.overview_rows import BY_ANSWERS
from tests.dashboards.sealed import (
    HIGH,
    MIDDLE,
    SPLIT,
    UPPER,
    WITHHELD,
    goals_of,
    one_group,
    sealed,
)
from tests.factories import (
    CommentFactory,
    EditionFactory,
    RoundFactory,
    RoundForumFactory,
    SharedRatingFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def row(cast, edition):
    return sealed(
        cast.forum,
        edition,
        one_group(SPLIT, HIGH, WITHHELD, UPPER),
        closed=timezone.now() - 20 * DAY,
    )


def url_of(row, code: str) -> str:
    return reverse("dashboards:pillar", args=[row.round_id, row.forum_id, code])


def codes(edition) -> list[str]:
    return list(dict.fromkeys(goal.pillar.code for goal in goals_of(edition)))


def numbers(html: str) -> set[str]:
    return set(re.findall(r"\d+", re.sub(r"<svg.*?</svg>|<[^>]*>", " ", html, flags=re.S)))


def test_no_pillar_can_be_called_what_is_another_page_or_order():
    under = r"resultater/%\(round_id\)s/%\(forum_id\)s/(\w+)/"
    forms = get_resolver().namespace_dict["dashboards"][1].reverse_dict.values()
    pages = [found[1] for ways, *_rest in forms if (found := re.fullmatch(under, ways[0][0]))]

    assert {*pages, BY_ANSWERS} == TAKEN


@pytest.mark.parametrize(
    ("person", "status"),
    [("chief", 200), ("facilitator", 200), ("department_head", 404), ("outsider", 404)],
)
def test_pillar_is_seen_by_the_forum_alone(cast, client_of, row, edition, person, status):
    url = url_of(row, codes(edition)[0])

    assert client_of(cast.person(person)).get(url).status_code == status


def test_pillar_shows_its_own_goals_and_reasons_alone(cast, client_of, row, edition):
    own, other = goals_of(edition)[0], goals_of(edition)[2]
    CommentFactory(round=row.round, forum=row.forum, goal=own, text="Vi <b>prøver</b>")

    page = client_of(cast.chief).get(url_of(row, codes(edition)[0])).content.decode()

    assert escape(own.text) in page
    assert escape(other.text) not in page
    assert "Vi &lt;b&gt;prøver&lt;/b&gt;" in page


def test_pillar_says_from_how_many_of_its_goals_its_figure_is_made(cast, client_of, row, edition):
    client = client_of(cast.chief)

    pages = [client.get(url_of(row, code)).content.decode() for code in codes(edition)]

    assert ["ud fra 1 af 2 mål" in page for page in pages] == [False, True]


def test_pillar_says_how_far_those_who_did_not_answer_could_move_its_figure(
    cast, client_of, edition
):
    cells = one_group(MIDDLE, UPPER, MIDDLE, HIGH)
    row = sealed(cast.forum, edition, cells, closed=timezone.now() - 20 * DAY)
    client = client_of(cast.chief)

    heads = [
        client.get(url_of(row, code)).content.decode().split("</header>")[-2]
        for code in codes(edition)
    ]

    said = "De to, der ikke svarede, kan højst flytte tallet til mellem 3,0 og 3,8."
    assert [said in head for head in heads] == [True, False]


def test_pillar_leads_to_those_beside_it(cast, client_of, row, edition):
    first, second = codes(edition)
    client = client_of(cast.chief)

    pages = [client.get(url_of(row, code)) for code in (first, second)]

    assert [(page.context["before"], page.context["after"]) for page in pages] == [
        (None, pages[0].context["result"].pillars[1]),
        (pages[1].context["result"].pillars[0], None),
    ]
    assert url_of(row, second) in pages[0].content.decode()


def test_unknown_pillar_is_not_found(cast, client_of, row):
    assert client_of(cast.chief).get(url_of(row, "findes-ikke")).status_code == 404


def test_pillar_of_a_lost_result_is_not_found(cast, client_of, edition):
    lost = sealed(cast.forum, edition, {}, closed=timezone.now() - DAY)

    assert client_of(cast.chief).get(url_of(lost, codes(edition)[0])).status_code == 404


def test_pillar_before_there_is_a_result_leads_to_the_page_that_says_when(cast, client_of, edition):
    round_ = RoundFactory(municipality=cast.municipality, edition=edition)
    opened = RoundForumFactory(round=round_, forum=cast.forum)

    response = client_of(cast.chief).get(url_of(opened, codes(edition)[0]))

    assert response.status_code == 302
    assert response.url == reverse("dashboards:result", args=[round_.pk, cast.forum.pk])


def test_pillar_never_shows_what_the_result_does_not(cast, client_of, row, edition):
    client = client_of(cast.chief)
    pages = [client.get(url_of(row, code)).content.decode() for code in codes(edition)]
    near = re.search(r'<article[^>]*id="maal-2".*?</article>', pages[0], re.S)[0]
    withheld = re.search(r'<article[^>]*id="maal-3".*?</article>', pages[1], re.S)[0]
    texts = [goal.text for goal in goals_of(edition)]

    assert "<rect" not in near
    assert numbers(near) == {"9", "3", "7", "5", "0"} | set(re.findall(r"\d+", texts[1]))
    assert numbers(withheld) == {"5"} | set(re.findall(r"\d+", texts[2]))


def test_pillar_in_groups_shows_each(cast, client_of, edition):
    rows = {
        1: (["chief", "unit_head"], [MIDDLE] * 4),
        2: (["department_head"], [UPPER] * 4),
    }
    row = sealed(cast.forum, edition, rows, closed=timezone.now() - DAY, invited=36)

    page = client_of(cast.chief).get(url_of(row, codes(edition)[0])).content.decode()

    assert page.count('class="pillar-goal-groups"') == 2


def test_pillar_of_a_shared_result(cast, client_of, edition):
    row = sealed(cast.team, edition, {}, closed=timezone.now() - DAY, kind="shared")
    first, second, *_rest = goals_of(edition)
    SharedRatingFactory(round_forum=row, goal=first, level=4, note="Vi øver os")
    client = client_of(cast.department_head)

    response = client.get(url_of(row, codes(edition)[0]))

    page = response.content.decode()
    assert response.templates[0].name == "dashboards/shared_pillar.html"
    assert "Vi øver os" in page
    assert escape(second.text) in page


# session · person · round and forum · publications · goals · comments
@pytest.mark.parametrize("goals_each", [6, 20])
def test_pillar_takes_seven_statements(cast, client_of, django_assert_num_queries, goals_each):
    edition = EditionFactory(goals_each=goals_each)
    cells = one_group(*[SPLIT] * goals_each * 2)
    rows = [
        sealed(cast.forum, edition, cells, closed=timezone.now() - days * DAY) for days in (20, 90)
    ]
    url = url_of(rows[0], codes(edition)[0])
    client = client_of(cast.chief)

    with django_assert_num_queries(7):
        client.get(url)
