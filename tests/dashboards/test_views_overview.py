"""The chief's overview: who sees it, what stands in it, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.dashboards.sealed import HIGH, SPLIT, UPPER, WITHHELD, goals_of, one_group, sealed
from tests.factories import (
    EditionFactory,
    ForumFactory,
    RoundFactory,
    RoundForumFactory,
    SharedRatingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/overblik/"
DAY = timedelta(days=1)


def test_overview_has_its_address():
    assert reverse("dashboards:overview") == URL


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("chief", 200),
        ("outsider", 200),
        ("unit_head", 403),
        ("facilitator", 403),
        ("administrator", 403),
        ("newcomer", 403),
        ("anonymous", 302),
    ],
)
def test_overview_is_for_those_who_read_forums(cast, client_of, person, status):
    assert client_of(cast.person(person)).get(URL).status_code == status


def test_overview_of_another_municipality_shows_none_of_ours(cast, client_of):
    page = client_of(cast.outsider).get(URL).content.decode()

    assert cast.forum.name not in page
    assert cast.team.name not in page


def fill(chief, edition, forums: int, rounds: int) -> None:
    """Half of the forums answer in confidence, half together."""
    now = timezone.now()
    for number in range(forums):
        forum = ForumFactory(chief=chief, name=f"Forum {number:02}")
        for back in range(rounds):
            closed = now - (20 + 70 * back) * DAY
            if number % 2:
                row = sealed(forum, edition, {}, closed=closed, kind="shared")
                for goal in goals_of(edition):
                    SharedRatingFactory(round_forum=row, goal=goal)
            else:
                cells = one_group(SPLIT if back else UPPER, UPPER, HIGH, WITHHELD)
                sealed(forum, edition, cells, closed=closed)


def test_overview_links_to_each_result_and_marks_shared_ratings(client_of):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=3, rounds=2)

    response = client_of(chief).get(URL)

    page = response.content.decode()
    assert len(re.findall(r'href="/resultater/\d+/\d+/"', page)) == 3
    assert [len(table.rows) for table in response.context["overview"].confidential] == [2]
    assert [len(table.rows) for table in response.context["overview"].shared] == [1]
    assert page.count('scope="col"') == 4 + 3
    assert page.count('scope="row"') == 3
    assert page.count("<caption>") == 2


def test_overview_is_ordered_by_name_and_never_by_figure(client_of):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=5, rounds=1)

    response = client_of(chief).get(URL)

    names = [row.forum.name for row in response.context["overview"].confidential[0].rows]
    assert names == ["Forum 00", "Forum 02", "Forum 04"]


def test_overview_is_sorted_by_a_column_and_what_is_no_number_comes_last(client_of):
    chief, edition = UserFactory(), EditionFactory()
    by_name = {"a": SPLIT, "b": HIGH, "c": UPPER, "d": WITHHELD, "e": UPPER}
    for answered, (name, cell) in enumerate(by_name.items(), start=5):
        forum = ForumFactory(chief=chief, name=name)
        sealed(
            forum, edition, one_group(*[cell] * 4), closed=timezone.now() - DAY, answered=answered
        )
    code = goals_of(edition)[0].pillar.code
    client = client_of(chief)

    orders = {
        sort: [
            row.forum.name
            for row in client.get(f"{URL}?sorter={sort}").context["overview"].confidential[0].rows
        ]
        for sort in ("", code, "svar", "findes-ikke")
    }

    assert orders == {
        "": list("abcde"),
        code: list("ceabd"),
        "svar": list("edcba"),
        "findes-ikke": list("abcde"),
    }


def test_overview_links_each_column_and_marks_the_chosen(client_of):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=3, rounds=1)

    page = client_of(chief).get(f"{URL}?sorter=svar").content.decode()

    assert page.count('aria-sort="descending"') == 1
    assert 'href="?sorter="' in page


def test_overview_names_a_lost_round_only_where_no_other_is_on_its_way(client_of):
    chief, edition, now = UserFactory(), EditionFactory(), timezone.now()
    lost, both = (ForumFactory(chief=chief, name=name) for name in ("tabt", "begge"))
    for forum in (lost, both):
        round_ = RoundFactory(
            municipality=forum.municipality, edition=edition, opens_at=now - 30 * DAY, lost_at=now
        )
        RoundForumFactory(round=round_, forum=forum)
    opened = RoundFactory(municipality=both.municipality, edition=edition)
    RoundForumFactory(round=opened, forum=both)

    shown = client_of(chief).get(URL).context["overview"]

    assert [row.forum for row in shown.lost] == [lost]
    assert [row.coming.round_forum.round for row in shown.under_way] == [opened]


def test_overview_of_a_round_holds_its_forums_alone(client_of):
    chief, edition = UserFactory(), EditionFactory()
    one, other = (ForumFactory(chief=chief, name=name) for name in ("en", "anden"))
    cells = one_group(UPPER, UPPER, UPPER, UPPER)
    sealed(one, edition, one_group(*[SPLIT] * 4), closed=timezone.now() - 200 * DAY)
    row = sealed(one, edition, cells, closed=timezone.now() - 100 * DAY, invited=9)
    sealed(one, edition, cells, closed=timezone.now() - 10 * DAY)
    sealed(other, edition, cells, closed=timezone.now() - 10 * DAY)

    shown = client_of(chief).get(f"{URL}{row.round_id}/").context["overview"]

    (table,) = shown.confidential
    assert [each.round_forum for each in table.rows] == [row]
    assert [cell.change_text for cell in table.rows[0].cells] == ["+1,0", "+1,0"]
    assert (shown.shared, shown.under_way, shown.without) == ((), (), ())


def test_overview_of_a_round_that_is_not_released_shows_no_earlier_one(client_of):
    chief, edition = UserFactory(), EditionFactory()
    forum = ForumFactory(chief=chief)
    cells = one_group(UPPER, UPPER, UPPER, UPPER)
    sealed(forum, edition, cells, closed=timezone.now() - 100 * DAY)
    row = sealed(forum, edition, cells, closed=timezone.now() - DAY, released=False)

    shown = client_of(chief).get(f"{URL}{row.round_id}/").context["overview"]

    assert shown.confidential == ()
    assert [each.forum for each in shown.not_released] == [forum]


def test_overview_of_a_round_of_others_is_not_found(cast, client_of):
    row = sealed(ForumFactory(), EditionFactory(), {}, closed=timezone.now() - DAY)

    assert client_of(cast.chief).get(f"{URL}{row.round_id}/").status_code == 404


# session · person · round · forums · results · coming · goals · publications
@pytest.mark.parametrize("forums", [3, 15])
def test_overview_of_a_round_takes_nine_statements(client_of, django_assert_num_queries, forums):
    chief = UserFactory()
    edition = EditionFactory()
    fill(chief, edition, forums=forums, rounds=2)
    round_ = edition.rounds.filter(kind="confidential").latest("closes_at")
    client = client_of(chief)

    with django_assert_num_queries(9):
        client.get(f"{URL}{round_.pk}/")


# session · person · forums · results · coming · goals · publications · ratings · rounds
@pytest.mark.parametrize(("forums", "rounds"), [(3, 2), (15, 4)])
def test_overview_takes_the_same_statements_for_three_forums_and_fifteen(
    client_of, django_assert_num_queries, forums, rounds
):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=forums, rounds=rounds)
    client = client_of(chief)

    with django_assert_num_queries(10):
        response = client.get(URL)

    assert response.context["overview"].count == forums


@pytest.mark.parametrize(("forums", "folded"), [(2, False), (8, True)])
def test_overview_folds_the_rounds_before_the_six_newest(client_of, forums, folded):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=forums, rounds=2)

    response = client_of(chief).get(URL)

    page = response.content.decode()
    rounds = response.context["overview"].rounds
    assert page.count('<details class="fold">') == folded
    assert [page.count(f'href="{URL}{row.pk}/"') for row in rounds] == [1] * len(rounds)
    assert (len(rounds) > 6) is folded


def test_overview_names_the_forums_of_each_round_and_when_it_closed(client_of):
    chief, edition, now = UserFactory(), EditionFactory(), timezone.now()
    forums = [ForumFactory(chief=chief, name=f"Forum {number}") for number in range(5)]
    row = sealed(forums[0], edition, one_group(*[UPPER] * 4), closed=now - 10 * DAY)
    for forum in forums[1:]:
        RoundForumFactory(round=row.round, forum=forum, released_at=now)
    opened = RoundFactory(
        municipality=forums[0].municipality, edition=edition, closes_at=now + 10 * DAY
    )
    RoundForumFactory(round=opened, forum=forums[0])

    page = client_of(chief).get(URL).content.decode()

    under_way, closed = (
        re.sub(r"<[^>]+>", "|", part)
        for part in re.findall(rf'href="{URL}\d+/">(.*?)</a>', page, flags=re.DOTALL)
    )
    assert "· lukker " in under_way
    assert "|Forum 0|" in under_way
    assert "· lukkede " in closed
    assert "|Forum 0 · Forum 1 · Forum 2 og 2 til|" in closed


def test_overview_row_shows_what_waits_and_what_is_under_way(client_of):
    chief, edition, now = UserFactory(), EditionFactory(), timezone.now()
    forum = ForumFactory(chief=chief)
    cells = one_group(*[UPPER] * 4)
    sealed(forum, edition, cells, closed=now - 200 * DAY)
    sealed(forum, edition, cells, closed=now - 2 * DAY, released=False, name="Den, der venter")
    opened = RoundFactory(municipality=forum.municipality, edition=edition, opens_at=now - DAY)
    RoundForumFactory(round=opened, forum=forum, invited=8, answered=4, counted_at=now)

    page = client_of(chief).get(URL).content.decode()

    assert "Den, der venter: " in page
    assert "Resultatet er ikke frigivet endnu." in page
    assert "Ny runde i gang: 4 af 8 har svaret" in page


def test_overview_says_in_the_cell_that_a_figure_rests_on_some_of_the_goals(client_of):
    chief = UserFactory()
    cells = one_group(SPLIT, WITHHELD, UPPER, UPPER)
    sealed(ForumFactory(chief=chief), EditionFactory(), cells, closed=timezone.now() - DAY)

    page = client_of(chief).get(URL).content.decode()

    assert page.count('<small class="cell-note">ud fra 1 af 2 mål</small>') == 1


def test_overview_says_by_what_each_table_is_ordered(client_of):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=4, rounds=1)
    client = client_of(chief)
    code = client.get(URL).context["overview"].shared[0].columns[0].code

    orders = {
        sort: re.findall(
            r"Rækkefølge: (.*?)</caption>", client.get(f"{URL}?sorter={sort}").content.decode()
        )
        for sort in ("", "svar", code, "findes-ikke")
    }

    by_name = "efter navn."
    assert orders[""] == orders["findes-ikke"] == [by_name, by_name]
    assert [order.partition(",")[0] for order in orders["svar"]] == ["efter svar", by_name]
    assert all("det højeste tal først" in order for order in orders[code])
    assert all("ikke en rangliste" in order for order in [orders["svar"][0], *orders[code]])


def test_overview_marks_the_order_that_a_table_really_has(client_of):
    chief = UserFactory()
    fill(chief, EditionFactory(), forums=4, rounds=1)

    page = client_of(chief).get(f"{URL}?sorter=svar").content.decode()

    assert page.count('aria-sort="descending"') == page.count('aria-sort="ascending"') == 1


@pytest.mark.parametrize(("days", "said"), [(-9, "som lukkede den "), (9, "som lukker den ")])
def test_overview_of_a_round_says_whether_it_has_closed(client_of, days, said):
    chief, now = UserFactory(), timezone.now()
    forum = ForumFactory(chief=chief)
    round_ = RoundFactory(
        municipality=forum.municipality, opens_at=now - 20 * DAY, closes_at=now + days * DAY
    )
    RoundForumFactory(round=round_, forum=forum)

    assert said in client_of(chief).get(f"{URL}{round_.pk}/").content.decode()
