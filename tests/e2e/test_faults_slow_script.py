"""The page is there and its script is not yet: what is chosen and written meanwhile counts too."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.acts import choose
from tests.e2e.scenes import eventually, expect_all_sent, expect_choice, status, type_in

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]

SCRIPT = "**/js/rate.js"


@pytest.fixture
def without_script(scene) -> Iterator[Callable[[], tuple[Page, Callable[[], None]]]]:
    """The rating page whose script is under way, and what lets it come."""
    held: list[Route] = []

    def opened() -> tuple[Page, Callable[[], None]]:
        one = scene.device()
        one.page.route(SCRIPT, lambda route: held.append(route))
        one.page.goto(one.url + scene.address, wait_until="commit")
        expect(one.page.locator("fieldset.goal")).to_have_count(len(scene.goals))
        while not held:  # the goals may be there before the browser has asked for it
            one.page.wait_for_timeout(10)
        return one.page, lambda: held.pop().continue_()

    yield opened
    for route in held:
        route.abort()


def test_what_is_chosen_and_written_before_the_script_is_sent_when_it_comes(scene, without_script):
    scene.world.rate(scene.mine, {scene.world.goals[2]: 1}, reason="som det var")
    page, let_it_come = without_script()
    choose(page, scene.goals[0], 4)
    type_in(page, scene.goals[1], "Kun en begrundelse")
    choose(page, scene.goals[2], 2)

    let_it_come()

    # Before the script comes nothing waits either, and the page says that what it brought is saved.
    sent = {
        scene.goals[0]: (4, ""),
        scene.goals[1]: (None, "Kun en begrundelse"),
        scene.goals[2]: (2, "som det var"),
    }
    eventually(scene.stored, sent)
    expect_all_sent(page)


def test_choice_made_before_the_script_is_newer_than_what_waited_on_the_device(
    scene, without_script
):
    page, let_it_come = without_script()
    key = page.locator("form[data-store]").get_attribute("data-store")
    waiting = json.dumps([[str(goal), {"value": "1"}] for goal in scene.goals[:2]])
    page.evaluate("([key, waiting]) => localStorage.setItem(key, waiting)", [key, waiting])
    choose(page, scene.goals[0], 5)

    let_it_come()

    expect_all_sent(page)
    expect_choice(page, scene.goals[0], 5)
    assert scene.stored() == {scene.goals[0]: (5, ""), scene.goals[1]: (1, "")}


def test_page_that_nobody_has_touched_sends_nothing(scene, without_script):
    scene.world.rate(scene.mine, {scene.world.goals[0]: 3}, reason="  med luft\r\nog to linjer ")
    page, let_it_come = without_script()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))

    let_it_come()
    page.wait_for_load_state("networkidle")

    expect(status(page)).not_to_be_empty()
    assert "POST" not in asked
