"""An administrator changes a goal's wording, takes it in use and opens a round on it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessments.models import Edition, Round
from forums.models import Forum
from forums.operations import add_member

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]

OLD = "Vi ser uenighed som en styrke"
NEW = "Vi bruger uenighed som en styrke i vores beslutninger"


def test_members_of_whom_one_is_coming_fit_on_a_screen(cast, visitor):
    now = timezone.now()
    begins = now + timedelta(days=9)
    add_member(user=cast.facilitator, forum=cast.team, role="staff", starts_at=begins, now=now)
    administrator = visitor()
    page = administrator.sign_in(cast.administrator.email)
    page.goto(f"{administrator.url}/admin/forums/forum/{cast.team.pk}/change/")

    name = cast.facilitator.name
    expect(page.get_by_label(f"Fjern pladsen, der ikke er begyndt: {name}")).to_be_visible()
    expect(page.get_by_role("combobox", name="Person")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") == 0
    row = page.locator(".inline-group").filter(has_text="Medlemmer").first
    assert row.evaluate("one => one.scrollWidth - one.clientWidth") == 0


def test_new_wording_is_taken_in_use_and_closed_rounds_keep_the_old(demo, visitor):
    administrator = visitor()
    page = administrator.sign_in("administrator@norddjurs.example")
    page.goto(f"{administrator.url}/admin/assessments/edition/")
    page.get_by_role("link", name=re.compile("udgave 1")).first.click()
    page.get_by_role("button", name="Lav ny udgave").click()
    expect(page.get_by_role("button", name=re.compile("se, hvad"))).to_be_visible()
    wording = page.locator("textarea, input[type=text]").filter(visible=True)
    values = wording.evaluate_all("fields => fields.map(field => field.value)")
    wording.nth(values.index(OLD)).fill(NEW)
    page.get_by_role("button", name=re.compile("se, hvad")).click()
    expect(page.get_by_role("main")).to_contain_text("bruger")
    page.get_by_role("button", name="Tag i brug").click()
    edition = Edition.objects.get(framework__slug="norddjurs-plf", status="in_use")
    assert edition.number == 2

    now = timezone.localtime()
    team = "Ledelsesteam, Anholt Skole og Børnehave"
    page.goto(f"{administrator.url}/admin/")
    page.get_by_role("link", name="Planlæg en runde").click()
    page.get_by_label("Navn").fill("Efter det nye ord")
    page.get_by_label("Det, I ser på").select_option(str(edition.pk))
    page.get_by_label(re.compile("^Fælles:")).check()
    page.get_by_label(team).check()
    for name, moment in (("opens_at", now), ("closes_at", now + timedelta(days=14))):
        page.locator(f"[name={name}_day]").fill(f"{moment:%Y-%m-%d}")
        page.locator(f"[name={name}_time]").fill(f"{moment:%H.%M}")
    page.get_by_role("button", name="Planlæg runden").click()
    expect(page.get_by_text("Runden er åben.")).to_be_visible()
    round_ = Round.objects.get(name="Efter det nye ord")
    assert round_.opened_at is not None

    leader = visitor(width=390, height=844)
    page = leader.sign_in("aftaleholder5@norddjurs.example")
    forum = Forum.objects.get(name=team)
    page.goto(f"{leader.url}/runder/{round_.pk}/{forum.pk}/sammen/")
    expect(page.get_by_role("group", name=NEW)).to_be_visible()

    chief = visitor()
    page = chief.sign_in("chef@norddjurs.example")
    lederforum = Forum.objects.get(name="Lederforum")
    closed = lederforum.rounds.filter(sealed_at__isnull=False).latest("closes_at")
    page.goto(f"{chief.url}/resultater/{closed.pk}/{lederforum.pk}/")
    expect(page.get_by_role("main")).to_contain_text(OLD)
    expect(page.get_by_role("main")).not_to_contain_text(NEW)
