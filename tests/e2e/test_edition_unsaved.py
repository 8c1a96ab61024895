"""What an administrator has typed in a draft is not lost by a click on something else."""

import re

import pytest
from playwright.sync_api import expect

from assessments.models import Edition
from assessments.operations.frameworks import new_draft

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_leaving_a_draft_asks_only_where_something_is_unsaved(demo, visitor):
    draft = new_draft(edition=Edition.objects.get(framework__slug="norddjurs-plf"))
    administrator = visitor()
    page = administrator.sign_in("administrator@norddjurs.example")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    address = f"{administrator.url}/admin/assessments/edition/{draft.pk}/change/"
    history = page.get_by_role("link", name="Historik")

    page.goto(address)
    history.click()
    expect(page).to_have_url(re.compile("/history/"))
    assert asked == []

    page.goto(address)
    goal = page.get_by_label("Mål", exact=True).first
    goal.fill("Vi siger det bedre")
    history.click()
    expect(goal).to_have_value("Vi siger det bedre")
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Gem, og se det som et medlem").click()
    frame = page.frame_locator(".device-phone iframe")
    expect(frame.get_by_text("Vi siger det bedre")).to_have_count(1)
    assert asked == ["beforeunload"]


def test_moving_a_goal_counts_as_unsaved(demo, visitor):
    draft = new_draft(edition=Edition.objects.get(framework__slug="norddjurs-plf"))
    administrator = visitor()
    page = administrator.sign_in("administrator@norddjurs.example")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{administrator.url}/admin/assessments/edition/{draft.pk}/change/")

    page.get_by_role("button", name="Flyt ned").first.click()
    page.get_by_role("link", name="Historik").click()

    expect(page).to_have_url(re.compile("/history/"))
    assert asked == ["beforeunload"]
