"""Nothing that was typed is lost, where two rare things meet: in a real browser."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.e2e.acts import choose
from tests.e2e.scenes import (
    Scene,
    eventually,
    expect_all_sent,
    status,
    text_of,
    write,
)

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(transactional_db, visitor) -> Scene:
    return Scene(visitor)


def test_text_of_a_whole_book_is_refused_and_keeps_nothing_else_waiting(scene):
    page = scene.page(expects=("422",))
    first, second, *_ = scene.goals
    write(page, first, "å" * 70_000)
    expect(page.locator(f"#reason-{first}-error")).to_contain_text("70000")

    choose(page, second, 3)

    eventually(scene.stored, {second: (3, "")})


def test_save_with_an_old_key_waits_for_a_server_that_is_away(scene):
    page = scene.page(expects=("403", "503"))
    Session.objects.all().delete()
    tab = page.context.new_page()
    tab.goto(page.url)
    tab.get_by_label("E-mail").fill(scene.cast.unit_head.email)
    tab.get_by_label("Adgangskode", exact=True).fill("plf-demo")
    tab.get_by_role("button", name="Log ind").click()
    expect(tab.locator("fieldset.goal")).to_have_count(6)
    page.route(page.url, lambda route: route.fulfill(status=503, headers={"Retry-After": "1"}))

    choose(page, scene.goals[0], 4)
    expect(status(page)).to_have_text(text_of(page, "away"))
    page.unroute(page.url)

    expect_all_sent(page)
    assert scene.stored() == {scene.goals[0]: (4, "")}
