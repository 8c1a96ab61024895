"""The whole main job in a real browser: from a leader's ratings to the chef's dashboard."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from assessments.answers import Answer, Rating
from assessments.models import Goal, Round
from forums.models import Forum
from tests.e2e.acts import choose

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def open_round(forum_name: str) -> tuple[Round, Forum]:
    forum = Forum.objects.get(name=forum_name)
    return forum.rounds.get(sealed_at=None), forum


def let_it_close(round_: Round) -> None:
    """The round's closing passes, and the clock runs."""
    Round.objects.filter(pk=round_.pk).update(closes_at=timezone.now() - timedelta(minutes=6))
    call_command("clock")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="a team's whole journey runs here")
def test_leader_rates_and_chef_sees_the_result(demo, visitor):
    round_, forum = open_round("Lederforum")
    address = f"/runder/{round_.pk}/{forum.pk}/"
    goals = list(Goal.objects.filter(pillar__edition=round_.edition))
    phone = visitor(width=390, height=844)
    page = phone.sign_in_by_form("aftaleholder3@norddjurs.example")
    page.get_by_role("link", name="Begynd").first.click()
    expect(page).to_have_url(phone.url + address)
    expect(page.locator("fieldset.goal")).to_have_count(24)

    for number, goal in enumerate(goals):
        value = "na" if number == 5 else str(2 + number % 4)
        choose(page, goal.pk, value)
    first = page.locator(f"#goal-{goals[0].pk}")
    first.get_by_text("Tilføj begrundelse eller eksempel").click()
    first.get_by_role("textbox").fill("Vi vender retningen på hvert møde")
    first.get_by_role("textbox").blur()
    expect(page.get_by_role("status").first).to_contain_text(re.compile(r"Gemt kl\.\s\d\d\.\d\d"))
    page.wait_for_function("() => !localStorage.length")
    phone.context.close()

    desk = visitor()
    page = desk.sign_in("aftaleholder3@norddjurs.example")
    page.goto(desk.url + address)
    assert page.locator("fieldset input:checked").count() == 24
    expect(page.locator(f"#goal-{goals[0].pk} textarea")).to_have_value(
        "Vi vender retningen på hvert møde"
    )
    page.goto(f"{desk.url}{address}faerdig/")
    page.get_by_role("button", name="Jeg er færdig").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tak for dit bud")
    page.goto(desk.url + address)
    with page.expect_response(re.compile("/gem/$")):
        choose(page, goals[1].pk, 5)
    assert (
        Rating.objects.get(
            goal=goals[1], answer__participation__user__email="aftaleholder3@norddjurs.example"
        ).value
        == 5
    )

    let_it_close(round_)
    assert not Answer.objects.filter(participation__round_forum__round=round_).exists()
    chief = visitor()
    page = chief.sign_in("chef@norddjurs.example")
    page.goto(f"{chief.url}/resultater/{round_.pk}/{forum.pk}/")
    expect(page.get_by_role("main")).to_contain_text("8 af 11 har svaret")
    house = page.get_by_role("img").filter(has_text="Fælles værdier og visioner").first
    expect(house).to_be_visible()
    for goal in goals:
        expect(page.get_by_role("main")).to_contain_text(goal.text)
    expect(page.get_by_role("main")).to_contain_text("siden sidst")


@pytest.mark.once
def test_nothing_but_the_number_of_answers_is_shown_while_a_round_is_open(demo, visitor):
    round_, forum = open_round("Lederforum")
    chief = visitor()
    page = chief.sign_in("chef@norddjurs.example")

    page.goto(f"{chief.url}/resultater/{round_.pk}/{forum.pk}/")

    expect(page.get_by_role("main")).to_contain_text("7 af 11 har svaret")
    expect(page.get_by_role("main")).to_contain_text("Huset tegnes, når runden lukker")
    assert not re.search(r"\d,\d", page.get_by_role("main").inner_text())


@pytest.mark.once
def test_team_rates_together_and_the_chef_sees_it_as_a_shared_rating(demo, visitor):
    round_, forum = open_round("Ledelsesteam, Auning Skole")
    goals = list(Goal.objects.filter(pillar__edition=round_.edition))
    screen = visitor(width=1920, height=1080)
    page = screen.sign_in("aftaleholder6@norddjurs.example")
    page.goto(f"{screen.url}/runder/{round_.pk}/{forum.pk}/sammen/")

    for goal in goals:
        choose(page, goal.pk, 4)
    page.wait_for_function("() => !localStorage.length")
    page.get_by_role("button", name="Vi er færdige").click()
    let_it_close(round_)
    page.goto(f"{screen.url}/resultater/{round_.pk}/{forum.pk}/frigiv/")
    page.get_by_role("main").get_by_role("button").click()

    chief = visitor()
    page = chief.sign_in("chef@norddjurs.example")
    page.goto(f"{chief.url}/overblik/")
    row = page.get_by_role("row").filter(has_text="Ledelsesteam, Auning Skole")
    expect(row).to_contain_text("fælles vurdering")
    expect(row).to_contain_text("4,0")


@pytest.mark.once
def test_another_municipality_finds_none_of_it(demo, visitor):
    round_, forum = open_round("Lederforum")
    team_round, team = open_round("Ledelsesteam, Auning Skole")
    stranger = visitor()
    stranger.may_meet("404")
    page = stranger.sign_in("chef@hoeje-taastrup.example")

    statuses = [
        page.goto(stranger.url + address).status
        for address in (
            f"/runder/{round_.pk}/{forum.pk}/",
            f"/runder/{round_.pk}/{forum.pk}/faerdig/",
            f"/runder/{team_round.pk}/{team.pk}/sammen/",
            f"/resultater/{round_.pk}/{forum.pk}/",
            f"/resultater/{round_.pk}/{forum.pk}/frigiv/",
        )
    ]

    assert statuses == [404] * 5


@pytest.mark.once
def test_visitor_is_sent_to_a_danish_sign_in_page_and_told_when_the_password_is_wrong(
    demo, visitor
):
    someone = visitor(width=390, height=844)
    someone.may_meet("422")
    page = someone.page
    page.goto(someone.url)
    expect(page).to_have_url(re.compile(r"/log-ind/\?next=/$"))
    expect(page.locator("html")).to_have_attribute("lang", "da")

    page.get_by_label("E-mail").fill("chef@norddjurs.example")
    page.get_by_label("Adgangskode", exact=True).fill("forkert")
    page.get_by_role("button", name="Log ind").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("chef@norddjurs.example")
