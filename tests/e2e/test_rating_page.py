"""The rating page by keyboard, without the script, small, printed and read aloud."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import FloatRect, Locator, Page, expect

from assessments.operations.answering import ratings_of
from tests.cast import make_cast
from tests.e2e.acts import choose
from tests.e2e.scenes import expect_all_laid_out
from tests.factories import EditionFactory, GoalFactory, PillarFactory
from tests.worlds import OpenRound, open_round_of

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]

# Whether the element with the focus is seen where it stands: nothing lies over its middle line.
HIDDEN_FOCUS = """() => {
    const on = document.activeElement;
    const seen = on.closest("label, summary, button, a, textarea") ?? on;
    const {left, right, top, bottom} = seen.getBoundingClientRect();
    const x = (left + right) / 2;
    return [top + 2, bottom - 2].filter(y => {
        const there = document.elementFromPoint(x, y);
        return !there || !(seen.contains(there) || there.contains(seen));
    }).map(y => `${on.name || on.className || on.tagName} ${on.value ?? ""} at ${x}, ${y}`);
}"""


class Scene:
    def __init__(self, visitor: Callable) -> None:
        self.visitor = visitor
        self.cast = make_cast()
        self.world: OpenRound | None = None

    def page(
        self, *, pillars: int = 2, goals_each: int = 2, edition=None, expects=(), **options
    ) -> Page:
        edition = edition or EditionFactory(pillar_count=pillars, goals_each=goals_each)
        self.world = open_round_of(self.cast.forum, edition=edition)
        one = self.visitor(**options)
        one.may_meet(*expects)
        one.sign_in(self.cast.unit_head)
        where = [self.world.round.pk, self.cast.forum.pk]
        one.page.goto(one.url + reverse("assessments:rate", args=where))
        return one.page

    @property
    def goals(self) -> list[int]:
        assert self.world is not None
        return [goal.pk for goal in self.world.goals]

    def values(self) -> list[int | None]:
        assert self.world is not None
        kept = ratings_of(self.world.participation_of(self.cast.unit_head))
        return [kept[goal].value for goal in self.goals if goal in kept]


@pytest.fixture
def scene(transactional_db, visitor) -> Scene:
    return Scene(visitor)


def width_of(page: Page) -> tuple[int, int]:
    return page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")


# --- keyboard -------------------------------------------------------------------------------------


class Keyboard:
    """Presses keys and remembers where the focus was not to be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.hidden: list[str] = []

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.hidden += self.page.evaluate(HIDDEN_FOCUS)

    def tab_to(self, selector: str) -> None:
        for _ in range(40):
            if self.page.evaluate("on => document.activeElement.matches(on)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"no way to {selector} by keyboard")


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.prove)])
def test_all_goals_are_rated_and_said_done_by_keyboard_alone(scene, width):
    page = scene.page(pillars=4, goals_each=6, width=width, height=800)
    keyboard = Keyboard(page)

    for goal in scene.goals:
        keyboard.tab_to(f"[name=goal-{goal}]")
        keyboard.press("Space")
        keyboard.press("ArrowRight")
    expect(page.locator(".rate-total")).to_have_text("24 af 24")
    keyboard.tab_to(".rate-end [value=done]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Jeg er færdig")).to_be_visible()
    keyboard.tab_to("main button[type=submit]")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Tak for dit bud")
    assert scene.values() == [2] * 24
    assert "\n".join(keyboard.hidden) == ""


def test_next_unanswered_moves_the_focus_to_the_goal_below_the_bar(scene):
    page = scene.page(pillars=3, goals_each=4, width=390, height=700)
    choose(page, scene.goals[0], 3)

    page.get_by_role("button", name="Næste ubesvarede").click()

    expect(page.locator(f"#goal-{scene.goals[1]}")).to_be_focused()
    bar, goal = page.evaluate(
        """() => [document.querySelector(".rate-bar").getBoundingClientRect().bottom,
                  document.activeElement.getBoundingClientRect().top]"""
    )
    assert bar <= goal


# What lies at the lower edge of the bar's button, and at the foot of the screen.
LOW_DOWN = """() => {
    const {left, bottom} = document.querySelector(".rate-next").getBoundingClientRect();
    const at = (x, y) => document.elementFromPoint(x, y).closest("[class]").className;
    return [at(left + 20, bottom - 4), at(20, innerHeight - 4)];
}"""


def test_foot_of_the_screen_does_not_cover_the_bar_s_buttons(scene):
    """The bar begins at the foot of a phone, below what one is told first."""
    page = scene.page(width=390, height=700)
    page.evaluate(
        """() => {
            const bar = document.querySelector(".rate-bar").getBoundingClientRect();
            scrollBy(0, bar.bottom - innerHeight);
        }"""
    )
    page.wait_for_function(f"() => ({LOW_DOWN})()[0].includes('rate-next')")

    page.evaluate("() => scrollBy(0, 400)")

    page.wait_for_function(f"() => ({LOW_DOWN})()[1].includes('rate-')")


HEIGHT = "() => document.querySelector('form.rate').offsetHeight"


def test_every_goal_is_laid_out_soon_so_that_nothing_moves_on_the_way_back(scene):
    page = scene.page(pillars=5, goals_each=5, width=390, height=700)
    expect_all_laid_out(page)
    height = page.evaluate(HEIGHT)

    for goal in scene.goals:
        page.locator(f"#goal-{goal}").scroll_into_view_if_needed()

    assert page.evaluate(HEIGHT) == height


def test_link_to_a_far_goal_leads_below_the_bar_without_the_script(scene):
    page = scene.page(pillars=5, goals_each=5, width=390, height=700, java_script_enabled=False)

    page.goto(f"{page.url}#goal-{scene.goals[19]}")

    bar = page.locator(".rate-bar").bounding_box()
    goal = page.locator(f"#goal-{scene.goals[19]}").bounding_box()
    assert bar
    assert goal
    assert bar["y"] + bar["height"] <= goal["y"] < 350


# --- without the script ---------------------------------------------------------------------------


def test_page_works_without_the_script(scene):
    page = scene.page(java_script_enabled=False)
    first, second, third, fourth = scene.goals
    choose(page, first, 4)
    page.locator(f"#goal-{second} .goal-reason > summary").click()
    page.locator(f"#reason-{second}").fill("skrevet uden script")
    page.get_by_role("button", name="Næste ubesvarede").click()
    expect(page).to_have_url(re.compile(rf"#goal-{second}$"))
    expect(page.locator(f"#reason-{second}")).to_have_value("skrevet uden script")
    expect(page.get_by_role("status").first).to_contain_text("Gemt kl.")
    for goal in (second, third, fourth):
        choose(page, goal, 2)
    page.get_by_role("button", name="Læs igennem").last.click()

    page.get_by_role("button", name="Jeg er færdig").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Tak for dit bud")
    assert scene.values() == [4, 2, 2, 2]


def test_choice_is_undone_without_the_script(scene):
    page = scene.page(java_script_enabled=False)
    choose(page, scene.goals[0], 4)
    page.get_by_role("button", name="Gem", exact=True).click()

    page.locator(f"#goal-{scene.goals[0]}").get_by_role("button", name="Fortryd valg").click()

    expect(page.locator("fieldset input:checked")).to_have_count(0)
    assert scene.values() == []


# --- undo -----------------------------------------------------------------------------------------


def test_undoing_a_choice_is_in_sight_and_moves_nothing(scene):
    page = scene.page()
    expect_all_laid_out(page)
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        undo_once(scene, page)


def undo_once(scene: Scene, page: Page) -> None:
    goal = page.locator(f"#goal-{scene.goals[0]}")
    undo = goal.get_by_role("button", name="Fortryd valg")
    height = page.evaluate("() => document.documentElement.scrollHeight")
    expect(undo).to_be_hidden()

    choose(page, scene.goals[0], 4)
    expect(undo).to_be_visible()
    assert box_of(undo)["height"] >= 44
    assert page.evaluate("() => document.documentElement.scrollHeight") == height
    undo.click()

    expect(undo).to_be_hidden()
    expect(goal.locator("input:checked")).to_have_count(0)
    expect(goal.locator("input").first).to_be_focused()
    page.wait_for_function("() => !Object.keys(localStorage).length")
    assert scene.values() == []


# --- sizes ----------------------------------------------------------------------------------------


def box_of(part: Locator) -> FloatRect:
    box = part.bounding_box()
    assert box is not None
    return box


def tops_and_sizes(page: Page) -> list[FloatRect]:
    return [
        box_of(choice) for choice in page.locator(".goal").first.locator(".scale .choice").all()
    ]


@pytest.mark.parametrize("levels", [5, 7])
def test_choices_are_stacked_at_320_px_and_nothing_scrolls_sideways(scene, levels):
    edition = EditionFactory(levels=[f"I ret forskellig grad {n}" for n in range(1, levels + 1)])
    page = scene.page(edition=edition, width=320, height=640)

    boxes = tops_and_sizes(page)

    assert len({round(box["x"]) for box in boxes}) == 1
    assert len({round(box["y"]) for box in boxes}) == levels
    assert min(box["height"] for box in boxes) >= 44
    scroll, inner = width_of(page)
    assert scroll <= inner


def test_name_of_a_pillar_in_one_long_word_is_not_cut_on_a_phone(scene):
    edition = EditionFactory(status="draft", pillar_count=0)
    GoalFactory(pillar=PillarFactory(edition=edition, name="Evalueringsprocesser"))
    GoalFactory(pillar=PillarFactory(edition=edition, name="Tid"))
    page = scene.page(edition=edition, width=320, height=640)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})

        long, short = (box_of(name) for name in page.locator(".rate-pillar-head h2").all())

        assert long["height"] == short["height"]


def test_short_word_in_a_pillars_name_is_not_parted(scene):
    """Firefox and Safari can hyphenate Danish, and would write "værdi-er" to balance two lines."""
    page = scene.page(width=390, height=844)

    parted = page.locator(".rate-pillar-head h2").first.evaluate(
        "(name) => getComputedStyle(name).hyphenateLimitChars"
    )

    assert parted == "14 5 5"


def test_choices_stand_in_a_row_from_360_px_and_the_bar_stays_low(scene):
    page = scene.page()
    for width in (360, 390, 768, 1280, 2560):
        page.set_viewport_size({"width": width, "height": 844})

        boxes = tops_and_sizes(page)

        assert len({round(box["y"]) for box in boxes}) == 1
        assert min(box["width"] for box in boxes) >= 64
        assert min(box["height"] for box in boxes) >= 64
        scroll, inner = width_of(page)
        assert scroll <= inner
        root = page.evaluate(
            "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
        )
        assert page.locator(".rate-bar").bounding_box()["height"] <= 56 * root / 16


# --- motion, names, print -------------------------------------------------------------------------


def test_nothing_moves_by_itself_with_reduced_motion(scene):
    page = scene.page(reduced_motion="reduce")

    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(element => {
            const {animationName, transitionDuration, scrollBehavior} = getComputedStyle(element);
            return animationName !== "none" || !/^0s/.test(transitionDuration)
                || scrollBehavior === "smooth";
        }).length"""
    )

    assert moving == 0


def test_goals_are_named_and_described_for_those_who_listen(scene):
    edition = EditionFactory(status="draft", pillar_count=0)
    pillar = PillarFactory(edition=edition, name="Fælles værdier")
    goal = GoalFactory(pillar=pillar, text="Vi har en retning", help="Tænk på i år", show_help=True)
    page = scene.page(edition=edition)

    group = page.get_by_role("group", name="Vi har en retning", exact=True)

    expect(group).to_have_accessible_description("Tænk på i år")
    expect(group.get_by_role("radio", name="I høj grad", exact=True)).to_have_count(1)
    expect(page.get_by_role("region", name="Fælles værdier")).to_have_count(1)
    group.locator(".goal-reason > summary").click()
    field = group.get_by_role("textbox", name=re.compile("^Vises ordret for alle i forummet"))
    field.fill("Hej")
    expect(field).to_have_accessible_description(re.compile("^3 af 2.?000 tegn"))
    expect(page.get_by_role("status").first).to_be_attached()
    assert goal.pk == scene.goals[0]


def test_error_is_read_with_its_field(scene):
    page = scene.page(expects=("422",))
    goal = page.locator(f"#goal-{scene.goals[0]}")
    goal.locator(".goal-reason > summary").click()
    field = goal.get_by_role("textbox")
    field.fill("x" * 2001)
    field.blur()

    expect(goal.get_by_role("alert")).to_contain_text("2001")
    expect(field).to_have_accessible_description(re.compile("2001.*2001"))


def test_print_has_the_goals_and_the_choices_but_not_the_bar(scene):
    page = scene.page()
    choose(page, scene.goals[0], 4)
    page.emulate_media(media="print")

    expect(page.locator(".rate-bar")).to_be_hidden()
    expect(page.locator(".rate-end button").first).to_be_hidden()
    expect(page.locator("fieldset.goal legend").first).to_be_visible()
    expect(page.locator(".choice span").first).to_be_visible()


@pytest.mark.parametrize("end", ["", "faerdig/"])
def test_page_takes_the_new_csrf_token_when_it_becomes_visible(scene, end):
    """Signing in anew in another tab has made its own worthless; then its button is pressed."""
    page = scene.page()
    page.goto(page.url + end)
    fresh = {"name": "csrftoken", "value": "n" * 32, "url": page.url}
    page.context.add_cookies([fresh])
    token = page.locator("[name=csrfmiddlewaretoken]").last
    stale = token.input_value()
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(token).not_to_have_value(stale)

    with page.expect_navigation(url=re.compile("/faerdig/$")) as sent:
        page.locator(".rate-end button[value='done'], .rate-send button").click()

    assert sent.value.status == 200
