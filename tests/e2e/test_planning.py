"""Whoever plans a round and forgets something is led to what must be put right."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_errors_take_the_focus_and_lead_to_the_field(demo, visitor):
    leader = visitor(width=390, height=844)
    leader.may_meet("422")
    page = leader.sign_in("aftaleholder3@norddjurs.example")
    page.goto(f"{leader.url}/runder/ny/")
    page.get_by_role("button", name="Planlæg runden").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Navn: Giv runden et navn.").click()

    expect(page.get_by_label("Navn")).to_be_focused()
