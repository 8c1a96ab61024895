"""A leader's open round in the browser, and what is looked at while something goes wrong."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.models import Round
from assessments.operations.answering import ratings_of
from tests.cast import make_cast
from tests.factories import EditionFactory
from tests.worlds import open_round_of

SAVED = re.compile(r"^Gemt kl\.\s\d\d\.\d\d$")
LONG = "x" * 2001


class Scene:
    """A confidential round of six goals, and devices that are signed in to it."""

    def __init__(self, visitor: Callable) -> None:
        self.visitor = visitor
        self.cast = make_cast()
        self.world = open_round_of(self.cast.forum, edition=EditionFactory(goals_each=3))
        self.mine = self.world.participation_of(self.cast.unit_head)
        self.goals = [goal.pk for goal in self.world.goals]
        self.where = [self.world.round.pk, self.cast.forum.pk]
        self.address = reverse("assessments:rate", args=self.where)

    def device(self, user=None, *, expects: tuple[str, ...] = (), **options):
        """A browser of its own, with a session."""
        one = self.visitor(**options)
        one.may_meet(*expects)
        one.sign_in(user or self.cast.unit_head)
        return one

    def page(self, user=None, *, expects: tuple[str, ...] = (), **options) -> Page:
        one = self.device(user, expects=expects, **options)
        one.page.goto(one.url + self.address)
        return one.page

    def tab_beside(self, page: Page) -> Page:
        """Another tab of the same browser."""
        tab = page.context.new_page()
        tab.goto(page.url)
        return tab

    def stored(self, participation=None) -> dict[int, tuple[int | None, str]]:
        kept = ratings_of(participation or self.mine)
        return {goal: (row.value, row.reason) for goal, row in kept.items()}

    def close_round(self, **ago: int) -> None:
        closes_at = timezone.now() - timedelta(**ago)
        Round.objects.filter(pk=self.world.round.pk).update(closes_at=closes_at)


def type_in(page: Page, goal: int, text: str) -> None:
    """A reason, which is sent after a pause."""
    field = page.locator(f"#reason-{goal}")
    if not field.is_visible():
        page.locator(f"#goal-{goal} .goal-reason > summary").click()
    field.fill(text)


def write(page: Page, goal: int, text: str) -> None:
    type_in(page, goal, text)
    page.locator(f"#reason-{goal}").blur()  # sent at once, without the pause


def expect_choice(page: Page, goal: int, value: object) -> None:
    expect(page.locator(f"#goal-{goal} input[value='{value}']")).to_be_checked()


def status(page: Page):
    return page.locator(".rate-saved")


def expect_all_laid_out(page: Page) -> None:
    """Until then the goals below the screen have heights that were guessed, and seem to lie over
    others. On a page that saves; other pages pass."""
    expect(page.locator("form[data-save] .goal:not(.is-laid-out)")).to_have_count(0)


def expect_all_sent(page: Page) -> None:
    """The server has everything: nothing waits on this device."""
    page.wait_for_function("() => !Object.keys(localStorage).length")
    expect(status(page)).to_have_text(SAVED)


def in_storage(page: Page) -> str:
    return page.evaluate("() => JSON.stringify({...localStorage})")


def eventually(read: Callable[[], object], expected: object) -> None:
    """The server gets there without the page's telling: what a page sends while it goes away."""
    deadline = time.monotonic() + 5
    while read() != expected and time.monotonic() < deadline:
        time.sleep(0.02)
    assert read() == expected


def text_of(page: Page, name: str) -> str:
    """What the page says in that case, in its own language."""
    said = page.locator("form[data-save]").get_attribute(f"data-text-{name}")
    assert said
    return said


def become_visible(page: Page) -> None:
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
