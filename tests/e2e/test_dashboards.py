"""What only a browser shows of dashboards: figures at a touch, folds that open, big screens."""

from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from assessments.models import RoundForum

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def newest(name: str) -> str:
    row = RoundForum.objects.filter(forum__name=name, round__sealed_at__isnull=False).latest(
        "round__closes_at"
    )
    return f"/resultater/{row.round_id}/{row.forum_id}/"


def test_exact_figures_show_at_focus(demo, visitor):
    address = newest("Lederforum")
    someone = visitor(width=1280, height=900)
    page = someone.sign_in("aftaleholder3@norddjurs.example")

    page.goto(someone.url + address)
    figures = page.locator(".house-exact-2 text")
    expect(figures.first).to_be_hidden()
    page.locator(".house-links a").nth(1).focus()
    expect(figures.first).to_be_visible()
    expect(page.locator(".house-exact-1 text").first).to_be_hidden()

    page.get_by_role("link", name="Udvikling over tid").click()
    chart = page.locator(".trend-svg").nth(1)
    expect(chart.locator(".trend-exact").first).to_be_hidden()
    chart.focus()
    expect(chart.locator(".trend-exact").first).to_be_visible()


def test_exact_figures_of_a_list_show_at_focus(demo, visitor):
    someone = visitor(width=1280, height=900)
    page = someone.sign_in("skoleleder2@hoeje-taastrup.example")

    page.goto(someone.url + newest("Skoleledergruppen"))
    figures = page.locator(".row-exact")
    expect(figures.nth(1)).to_be_hidden()
    page.locator(".pillar-row a").nth(1).focus()
    expect(figures.nth(1)).to_be_visible()
    expect(figures.first).to_be_hidden()


TALL = "(all) => all.filter((one) => one.offsetHeight > innerHeight).map((one) => one.id)"
GOES_ON = "(screen) => screen.getBoundingClientRect().bottom > innerHeight + 1"
# A forum in one group, one in two, and a framework of long goals.
WALLS = [
    ("aftaleholder3@norddjurs.example", "Lederforum"),
    ("chef@norddjurs.example", "Den samlede ledergruppe"),
    ("skoleleder2@hoeje-taastrup.example", "Skoleledergruppen"),
]


@pytest.mark.parametrize(("email", "forum"), WALLS)
def test_each_big_screen_is_whole_on_a_projector(demo, visitor, email, forum):
    someone = visitor()
    page = someone.sign_in(email)
    for width, height in ((1920, 1080), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{someone.url}{newest(forum)}?visning=stor")

        assert page.locator(".screen").evaluate_all(TALL) == []
        foot = page.locator(".screen-nav").first.bounding_box()
        assert foot is not None
        assert foot["y"] + foot["height"] <= height


def test_keys_reach_the_foot_of_a_screen_that_is_too_tall_and_leave_the_big_view(demo, visitor):
    someone = visitor(width=1280, height=400)
    page = someone.sign_in("aftaleholder3@norddjurs.example")
    result = someone.url + newest("Lederforum")
    page.goto(f"{result}?visning=stor#side-2")
    last = page.locator("#side-2 .screen-nav")
    expect(last).not_to_be_in_viewport()

    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(f"{result}?visning=stor#side-2")
    for _press in range(4):
        if page.locator("#side-2").evaluate(GOES_ON):
            page.keyboard.press("PageDown")
    expect(last).to_be_in_viewport(ratio=1)
    page.keyboard.press(" ")
    expect(page.locator("#side-3")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#side-2")).to_be_focused()

    page.keyboard.press("Escape")
    expect(page).to_have_url(result)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_goals_reasons_unfold_when_they_are_asked_for_and_lead_back(demo, visitor, script):
    someone = visitor(java_script_enabled=script)
    page = someone.sign_in("aftaleholder3@norddjurs.example")
    page.goto(someone.url + newest("Lederforum"))
    row = page.locator(".goal-row", has=page.locator("a[href^='#begrundelser-']")).first
    goal = row.get_attribute("id")
    asked = row.locator("a[href^='#begrundelser-']")
    fold = page.locator(f"details:has(#{asked.get_attribute('href')[1:]})")

    asked.click()
    expect(fold.locator("li").first).to_be_in_viewport()
    expect(fold.locator("summary")).to_be_in_viewport()
    fold.get_by_role("link", name="Tilbage til målet").click()
    expect(page.locator(f"#{goal}")).to_be_focused()
    expect(page.locator(f"#{goal}")).to_be_in_viewport()


def test_the_focus_is_on_the_fold_that_the_address_points_at(demo, visitor):
    someone = visitor()
    page = someone.sign_in("aftaleholder3@norddjurs.example")
    page.goto(someone.url + newest("Lederforum"))
    link = page.locator("a[href^='#begrundelser-']").first
    summary = page.locator(f"details:has(#{link.get_attribute('href')[1:]}) summary")

    link.click()
    expect(summary).to_be_focused()
    page.reload()
    expect(summary).to_be_focused()
    page.get_by_role("link", name="Tilbage til målet").first.click()
    summary.click()
    expect(summary.locator("xpath=..")).not_to_have_attribute("open", "")
    page.go_back()
    expect(summary).to_be_focused()
    expect(summary.locator("xpath=..")).to_have_attribute("open", "")


def test_nothing_runs_off_the_paper_and_what_is_folded_is_told(demo, visitor):
    someone = visitor(width=700, height=990)
    page = someone.sign_in("chef@norddjurs.example")
    page.emulate_media(media="print")
    result = newest("Den samlede ledergruppe")
    forum = result.split("/")[3]

    for address in ("/overblik/", f"/udvikling/{forum}/", result, f"{result}samarbejde/"):
        page.goto(someone.url + address)
        beyond = page.locator("main").evaluate(
            "(main) => [...main.querySelectorAll('p, th, td, caption, li, h1, h2, h3, h4, svg')]"
            ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1)"
            ".map((one) => one.className.baseVal ?? one.className)"
        )
        assert beyond == [], address
        expect(page.locator(".neighbours")).to_be_hidden()

    page.goto(someone.url + "/overblik/")
    expect(page.get_by_role("columnheader", name="Svar")).to_be_visible()

    page.goto(someone.url + result)
    told = page.get_by_text("På papir står kun dem, der er foldet ud")
    reasons = page.locator(".comments li:visible")
    expect(told).to_be_visible()
    assert reasons.count() == 0
    page.locator(".comments details").first.evaluate("(fold) => { fold.open = true; }")
    expect(told).to_be_visible()
    assert reasons.count() > 0


# Every text with a digit in it that is on the paper, and its size there in points.
SIZES = """(main) => {
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const sizes = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!/[0-9]/.test(one.textContent) || !walker.currentNode.data.trim()) continue;
    if (one.closest("title, desc, .visually-hidden") || !one.getClientRects().length) continue;
    const drawn = one.closest("text")?.getScreenCTM();
    const size = parseFloat(getComputedStyle(one).fontSize) * (drawn ? drawn.a : 1) * 72 / 96;
    sizes.push([Math.round(size * 10) / 10, one.textContent.trim()]);
  }
  return sizes;
}"""


def test_every_figure_on_paper_is_read_without_glasses(demo, visitor):
    """As wide as the paper between its margins; what shows while it is pointed at is not there."""
    someone = visitor(width=718, height=1047)
    page = someone.sign_in("chef@norddjurs.example")
    page.emulate_media(media="print")
    result = newest("Den samlede ledergruppe")

    for address in (
        "/overblik/",
        f"/udvikling/{result.split('/')[3]}/",
        result,
        f"{result}samarbejde/",
    ):
        page.goto(someone.url + address)
        sizes = page.locator("main").evaluate(SIZES)

        assert sizes
        assert [pair for pair in sizes if pair[0] < 8] == [], address


@pytest.mark.parametrize("forum", ["Lederforum", "Den samlede ledergruppe"])
def test_one_forum_is_two_sheets_of_paper(demo, visitor, forum):
    someone = visitor()
    page = someone.sign_in("chef@norddjurs.example")
    page.goto(someone.url + newest(forum))

    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages

    assert len(sheets) == 2


@pytest.mark.once
def test_the_words_stand_under_each_other_on_paper_however_wide_the_screen_is(demo, visitor):
    """Safari asks the screen how wide the paper is."""
    someone = visitor()
    page = someone.sign_in("chef@norddjurs.example")
    page.goto(someone.url + newest("Lederforum"))
    page.emulate_media(media="print")

    display = page.locator(".words").evaluate("(words) => getComputedStyle(words).display")

    assert display == "block"


@pytest.mark.once
def test_a_page_on_paper_can_be_parted_and_leaves_no_empty_sheet_behind(demo, visitor):
    """Safari cuts through lines in a flex box; Firefox takes a sheet's height for two sheets."""
    someone = visitor()
    page = someone.sign_in("chef@norddjurs.example")
    page.goto(someone.url + "/")
    page.emulate_media(media="print")

    body = page.evaluate(
        "() => { const s = getComputedStyle(document.body); return [s.display, s.minHeight]; }"
    )

    assert body == ["block", "0px"]


def test_the_overview_is_whole_on_a_tablet(demo, visitor):
    someone = visitor(width=800)
    page = someone.sign_in("chef@norddjurs.example")
    page.goto(someone.url + "/overblik/")

    wider = page.locator(".table-scroll").evaluate_all(
        "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).length"
    )
    assert wider == 0
