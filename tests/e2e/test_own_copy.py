"""A member's own copy laid beside the result: read on the screen, sent to nobody."""

import json

import pytest
from playwright.sync_api import expect

from assessments.models import Goal, RoundForum

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def result(demo) -> RoundForum:
    return (
        RoundForum.objects.filter(forum__name="Lederforum", round__sealed_at__isnull=False)
        .select_related("round")
        .latest("round__closes_at")
    )


def copy_of(row: RoundForum, **changes: object) -> dict[str, object]:
    goals = Goal.objects.filter(pillar__edition=row.round.edition_id)
    choices = {str(goal.pk): str(2 + place % 3) for place, goal in enumerate(goals)}
    content = {"round": row.round_id, "forum": row.forum_id, "choices": choices} | changes
    text = f"Lederforum\n\n    → I høj grad\n\nPLF-1 {json.dumps(content)}\n"
    return {"name": "min-kopi.txt", "mimeType": "text/plain", "buffer": text.encode()}


def open_result(visitor, row: RoundForum):
    someone = visitor()
    page = someone.sign_in("aftaleholder3@norddjurs.example")
    page.goto(f"{someone.url}/resultater/{row.round_id}/{row.forum_id}/")
    return page


def test_own_copy_is_drawn_beside_the_result_without_a_request(result, visitor):
    page = open_result(visitor, result)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.get_by_label("Vælg filen").set_input_files(copy_of(result))

    expect(page.get_by_role("status").filter(has_text="Kun denne skærm")).to_be_visible()
    expect(page.locator(".own-words")).to_have_count(24)
    assert page.locator(".own-dot").count() > 10
    expect(page.locator(".own-words").first).to_contain_text("Dit svar: I ")
    assert asked == []
    assert page.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]

    page.emulate_media(media="print")
    expect(page.locator("[data-own-mark]").locator("visible=true")).to_have_count(0)
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Fjern min kopi").click()

    expect(page.locator("[data-own-mark]")).to_have_count(0)
    expect(page.get_by_role("button", name="Fjern min kopi")).to_be_hidden()
    assert asked == []


# What is wrong with the file, and what the page then says: never the same twice running.
REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "another file": ({"buffer": b"noget helt andet"}, "ikke en kopi herfra"),
    "another forum": ({"forum": 9999}, "et andet forum"),
    "a broken one": ({"buffer": b"PLF-1 {er ikke til at forstaa}"}, "ikke en kopi herfra"),
    "another round": ({"round": 9999}, "en anden runde"),
    "nothing in it": ({"choices": {"1": "<b>"}}, "ingen svar"),
}


def test_a_file_that_does_not_belong_is_refused_kindly(result, visitor):
    page = open_result(visitor, result)
    chosen = page.get_by_label("Vælg filen")
    for what, (file, text) in REFUSED.items():
        whole = copy_of(result) | file if "buffer" in file else copy_of(result, **file)

        chosen.set_input_files(whole)

        said = page.get_by_role("status").filter(has_text=text)
        expect(said, f"{what} is refused").to_be_visible()
        expect(page.locator("[data-own-mark]"), f"{what} leaves no mark").to_have_count(0)


def test_big_view_goes_from_screen_to_screen_by_arrow_keys(result, visitor):
    page = open_result(visitor, result)
    page.get_by_role("link", name="Stor visning til mødet").click()
    # Not before the page's script listens: a key pressed while it loads is lost.
    page.wait_for_url("**visning=stor*")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#side-3")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#side-2")).to_be_focused()
    page.keyboard.press("End")

    expect(page.get_by_role("heading", name="Hvad vælger I?")).to_be_in_viewport()
