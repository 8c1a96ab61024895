"""What the chief's overview is made of, read from what is published."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from assessments.models import RoundForum
from dashboards.queries.overview import overview_for
from dashboards.queries.result import forum_result
from dashboards.queries.waiting import Why
from forums.enums import Role
from forums.models import Forum
from results.disclosure import encode
from tests.dashboards.sealed import (
    HIGH,
    MIDDLE,
    SPLIT,
    UPPER,
    WITHHELD,
    a_goal_dropped,
    counts,
    one_group,
    sealed,
    shared_round,
    two_scales,
)
from tests.factories import (
    ForumFactory,
    MembershipFactory,
    MunicipalityFactory,
    PublicationFactory,
    RoundFactory,
    RoundForumFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
CLOSED = datetime(2026, 5, 22, 14, tzinfo=UTC)
EARLIER = CLOSED - timedelta(days=180)
NOW = CLOSED + timedelta(days=60)


@pytest.fixture
def chief():
    return UserFactory()


def read_by(chief, name, **fields) -> Forum:
    return ForumFactory(chief=chief, name=name, **fields)


def test_overview_has_one_row_a_forum_in_its_group(chief, edition):
    municipality = MunicipalityFactory()
    names = ("resultat", "fælles", "venter", "i gang", "ingen")
    forums = {name: read_by(chief, name, municipality=municipality) for name in names}
    sealed(forums["resultat"], edition, one_group(SPLIT, SPLIT, HIGH, SPLIT), closed=EARLIER)
    sealed(
        forums["resultat"],
        edition,
        one_group(UPPER, UPPER, HIGH, WITHHELD),
        closed=CLOSED,
        invited=9,
    )
    shared_round(forums["fælles"], edition, [4, 4, 3, "differs"], closed=CLOSED)
    waiting = sealed(
        forums["venter"],
        edition,
        one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE),
        closed=NOW - timedelta(days=1),
        released=False,
    )
    open_round = RoundFactory(
        municipality=municipality, edition=edition, opens_at=NOW - timedelta(days=1)
    )
    counted = {"round": open_round, "counted_at": NOW}
    RoundForumFactory(**counted, forum=forums["i gang"], invited=11, answered=7)
    RoundForumFactory(**counted, forum=forums["resultat"], invited=9, answered=3)

    shown = overview_for(chief, NOW)

    assert shown.count == 5
    (table,) = shown.confidential
    (row,) = table.rows
    assert [(cell.text, cell.change_text) for cell in row.cells] == [
        ("4.0", "+1.0"),
        ("3.7–5.0", ""),
    ]
    assert row.participation_text == "9 of 9 have answered"
    assert [each.participation_text for each in row.coming] == ["3 of 9 have answered"]
    (shared,) = shown.shared
    assert [cell.text for cell in shared.rows[0].cells] == ["4.0", "3.0"]
    assert shared.rows[0].compared_text == "first round"
    assert [row.coming.at for row in shown.not_released] == [waiting.releases_itself_at]
    assert [row.coming.participation_text for row in shown.under_way] == ["7 of 11 have answered"]
    assert [forum.name for forum in shown.without] == ["ingen"]


def test_overview_tells_of_a_result_that_waits_and_of_the_round_under_way(chief, edition):
    seen, new = (read_by(chief, name) for name in ("set", "ny"))
    sealed(seen, edition, one_group(SPLIT, SPLIT, SPLIT, SPLIT), closed=EARLIER)
    for forum in (seen, new):
        waits = sealed(
            forum,
            edition,
            one_group(UPPER, UPPER, UPPER, UPPER),
            closed=NOW - timedelta(days=1),
            released=False,
        )
        under_way = RoundFactory(
            municipality=forum.municipality, edition=edition, opens_at=NOW - timedelta(hours=1)
        )
        RoundForumFactory(round=under_way, forum=forum, invited=8, answered=4, counted_at=NOW)
        assert waits.round.opens_at < under_way.opens_at

    shown = overview_for(chief, NOW)

    (row,) = shown.confidential[0].rows
    assert [each.why for each in row.coming] == [Why.NOT_RELEASED, Why.OPEN]
    assert [each.participation_text for each in row.coming] == ["", "4 of 8 have answered"]
    assert [row.forum for row in shown.not_released] == [new]
    assert [row.forum for row in shown.under_way] == [new]


def test_overview_lists_every_round_of_the_forums_the_newest_first(chief, edition):
    municipality = MunicipalityFactory()
    forums = [read_by(chief, name, municipality=municipality) for name in "cadeb"]
    together = sealed(
        forums[0], edition, one_group(SPLIT, SPLIT, SPLIT, SPLIT), closed=EARLIER, name="alle"
    )
    for forum in forums[1:]:
        RoundForumFactory(round=together.round, forum=forum, released_at=EARLIER)
    for back in range(5):
        sealed(
            forums[0],
            edition,
            one_group(SPLIT, SPLIT, SPLIT, SPLIT),
            closed=EARLIER - timedelta(days=70 * (back + 1)),
            name=f"{back} før",
        )
    now_open = RoundFactory(
        municipality=municipality,
        edition=edition,
        name="åben",
        opens_at=NOW - timedelta(days=1),
        closes_at=NOW + timedelta(days=9),
    )
    RoundForumFactory(round=now_open, forum=forums[1])
    RoundForumFactory(round=now_open, forum=ForumFactory(municipality=municipality))

    rounds = overview_for(chief, NOW).rounds

    assert [row.name for row in rounds] == ["åben", "alle", *(f"{back} før" for back in range(5))]
    assert [row.closed for row in rounds] == [False, *[True] * 6]
    assert [(row.named, row.unnamed) for row in rounds[:3]] == [
        (("a",), 0),
        (("a", "b", "c"), 2),
        (("c",), 0),
    ]


def test_overview_of_one_round_lists_no_rounds(chief, edition):
    row = sealed(read_by(chief, "forum"), edition, {}, closed=CLOSED)

    assert overview_for(chief, NOW, round_=row.round).rounds == ()


def test_overview_tells_no_number_before_the_first_midnight(chief, edition):
    forum = read_by(chief, "i gang")
    round_ = RoundFactory(municipality=forum.municipality, edition=edition, opens_at=NOW)
    RoundForumFactory(round=round_, forum=forum, invited=9)

    (row,) = overview_for(chief, NOW).under_way

    assert (row.coming.why, row.coming.participation_text) == (Why.OPEN, "")


def test_overview_tells_what_cannot_be_compared(chief, edition):
    changed, alike, ranged = (
        read_by(chief, name, municipality=MunicipalityFactory()) for name in ("a", "b", "c")
    )
    for forum, before, after in (
        (changed, SPLIT, SPLIT),
        (alike, MIDDLE, MIDDLE),
        (ranged, HIGH, HIGH),
    ):
        sealed(forum, edition, one_group(before, before, before, before), closed=EARLIER)
        sealed(forum, edition, one_group(after, after, after, after), closed=CLOSED)

    shown = overview_for(chief, NOW)

    assert [row.compared_text for table in shown.confidential for row in table.rows] == [
        "no clear change",
        "no clear change",
        "cannot be compared with last time: not all mål are one figure both times",
    ]


def test_overview_of_pillars_that_cannot_be_compared_for_several_reasons_names_none(chief, edition):
    forum = read_by(chief, "forum")
    sealed(forum, edition, one_group(SPLIT, WITHHELD, HIGH, SPLIT), closed=EARLIER)
    sealed(forum, edition, one_group(SPLIT, SPLIT, SPLIT, SPLIT), closed=CLOSED)

    (row,) = overview_for(chief, NOW).confidential[0].rows

    assert row.compared_text == "cannot be compared with last time"


def test_overview_says_from_how_many_goals_a_figure_is_made(chief, edition):
    alone, team = read_by(chief, "alene"), read_by(chief, "team")
    sealed(alone, edition, one_group(SPLIT, SPLIT, HIGH, WITHHELD), closed=CLOSED)
    shared_round(team, edition, [4, "differs", None, None], closed=CLOSED)

    shown = overview_for(chief, NOW)

    confidential, shared = shown.confidential[0].rows[0], shown.shared[0].rows[0]
    assert [cell.basis_text for cell in confidential.cells] == ["", "from 1 of 2 mål"]
    assert [cell.basis_text for cell in shared.cells] == ["from 1 of 2 mål", ""]


def test_overview_of_a_team_that_agrees_on_the_same_again(chief, edition):
    forum = read_by(chief, "team")
    shared_round(forum, edition, [4, 4, 3, 3], closed=EARLIER)
    shared_round(forum, edition, [4, 4, 3, 3], closed=CLOSED)

    shown = overview_for(chief, NOW)

    assert shown.shared[0].rows[0].compared_text == "as last time"


def test_overview_of_a_team_that_agreed_on_other_goals_says_that_it_cannot_be_compared(
    chief, edition
):
    forum = read_by(chief, "team")
    shared_round(forum, edition, [2, "differs", 2, None], closed=EARLIER)
    shared_round(forum, edition, [4, 4, 4, 4], closed=CLOSED)

    (row,) = overview_for(chief, NOW).shared[0].rows

    assert [cell.change_text for cell in row.cells] == ["", ""]
    assert row.compared_text == "cannot be compared with last time"


def test_overview_of_a_team_on_another_scale_says_that_it_cannot_be_compared(chief):
    forum, (five, three) = read_by(chief, "team"), two_scales()
    shared_round(forum, five, [3, 3], closed=EARLIER)
    shared_round(forum, three, [3, 2], closed=CLOSED)

    (row,) = overview_for(chief, NOW).shared[0].rows

    assert [cell.change_text for cell in row.cells] == [""]
    assert row.compared_text == "cannot be compared with last time: the scale is another"


def test_overview_of_a_team_does_not_compare_a_pillar_that_has_lost_a_goal(chief):
    forum, (both, alone) = read_by(chief, "team"), a_goal_dropped()
    shared_round(forum, both, [5, 1], closed=EARLIER)
    shared_round(forum, alone, [5], closed=CLOSED)

    (row,) = overview_for(chief, NOW).shared[0].rows

    assert row.compared_text == "cannot be compared with last time"


def test_overview_tells_the_editions_of_one_framework_apart(chief, edition):
    five, three = two_scales()
    for name, of, cell in (("one", five, SPLIT), ("two", three, counts(3, 3, 3))):
        sealed(read_by(chief, name), of, one_group(cell, cell), closed=CLOSED)
    sealed(read_by(chief, "three"), edition, one_group(*[SPLIT] * 4), closed=CLOSED)

    tables = overview_for(chief, NOW).confidential

    told = {(table.rows[0].forum.name, table.edition_text) for table in tables}
    assert told == {("one", "edition 1"), ("two", "edition 2"), ("three", "")}


def test_overview_says_that_the_result_before_was_lost(chief, edition):
    forum = read_by(chief, "forum")
    sealed(forum, edition, {}, closed=EARLIER)
    sealed(forum, edition, one_group(SPLIT, SPLIT, SPLIT, SPLIT), closed=CLOSED)

    (row,) = overview_for(chief, NOW).confidential[0].rows

    assert row.compared_text == (
        "cannot be compared with last time: the earlier result was lost when a backup was restored"
    )


def test_overview_does_not_compare_with_a_round_that_is_not_released_to_all(edition):
    chief = UserFactory()
    forum = ForumFactory()
    MembershipFactory(forum=forum, user=chief, role=Role.CHIEF)
    earlier = sealed(
        forum, edition, one_group(SPLIT, SPLIT, SPLIT, SPLIT), closed=EARLIER, released=False
    )
    RoundForum.objects.filter(pk=earlier.pk).update(releases_itself_at=NOW + timedelta(days=1))
    sealed(forum, edition, one_group(UPPER, UPPER, UPPER, UPPER), closed=CLOSED)

    shown = overview_for(chief, NOW)

    assert shown.confidential[0].rows[0].compared_text == "first round"


def test_overview_compares_with_the_last_round_that_is_released_to_all_however_many_are_not(
    edition,
):
    """As the result's own page does."""
    chief, forum = UserFactory(), ForumFactory()
    MembershipFactory(forum=forum, user=chief, role=Role.CHIEF)
    for closed, cell in ((EARLIER, SPLIT), (CLOSED - timedelta(days=80), MIDDLE), (CLOSED, UPPER)):
        released = closed == EARLIER
        row = sealed(forum, edition, one_group(*[cell] * 4), closed=closed, released=released)
    RoundForum.objects.filter(released_at=None).update(releases_itself_at=NOW + timedelta(days=1))

    (shown,) = overview_for(chief, NOW).confidential[0].rows

    own_page = forum_result(RoundForum.objects.whole().get(pk=row.pk), NOW)
    assert own_page.compared_with == EARLIER
    assert {pillar.change_text for pillar in own_page.pillars} == {"+1.0 since last time"}
    assert {cell.change_text for cell in shown.cells} == {"+1.0"}
    assert shown.compared_text == ""


def test_overview_keeps_a_round_of_two_forums_apart(chief, edition):
    """The older round is the newest of one forum and neither newest nor compared of the other."""
    one, two = (read_by(chief, name) for name in ("one", "two"))
    oldest = sealed(one, edition, one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE), closed=EARLIER)
    RoundForumFactory(round=oldest.round, forum=two, released_at=EARLIER)
    PublicationFactory(round=oldest.round, forum=two, cells=[encode(cell) for cell in (SPLIT,) * 4])
    for days in (70, 140):
        sealed(
            two,
            edition,
            one_group(UPPER, UPPER, UPPER, UPPER),
            closed=EARLIER + timedelta(days=days),
        )

    (table,) = overview_for(chief, NOW).confidential

    assert [(row.forum.name, row.cells[0].text) for row in table.rows] == [
        ("one", "3.0"),
        ("two", "4.0"),
    ]
    assert [row.compared_text for row in table.rows] == ["first round", "no clear change"]


def test_overview_of_a_lost_result_says_so(chief, edition):
    sealed(read_by(chief, "forum"), edition, {}, closed=CLOSED)

    shown = overview_for(chief, NOW)

    row = shown.confidential[0].rows[0]
    assert (row.cells, row.compared_text) == (
        (),
        "The result was lost when a backup was restored.",
    )


def test_overview_of_somebody_who_reads_nothing_is_empty(edition):
    assert overview_for(UserFactory(), timezone.now()).count == 0
