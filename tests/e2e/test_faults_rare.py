"""Nothing that was typed is lost, where two rare things meet: in a real browser."""

import contextlib

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Error, Route, expect

from assessments.answers import Answer
from assessments.models import Round
from assessments.operations.answering import withdraw
from tests.e2e.acts import choose
from tests.e2e.scenes import (
    SAVED,
    become_visible,
    eventually,
    expect_all_sent,
    expect_choice,
    in_storage,
    status,
    text_of,
    type_in,
    write,
)

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_text_of_a_whole_book_is_refused_and_keeps_nothing_else_waiting(scene):
    page = scene.page(expects=("422",))
    first, second, *_ = scene.goals
    write(page, first, "å" * 70_000)
    expect(page.locator(f"#reason-{first}-error")).to_contain_text("70000")

    choose(page, second, 3)

    eventually(scene.stored, {second: (3, "")})


def test_what_waits_of_one_tab_is_not_forgotten_by_another(scene):
    page = scene.page(expects=("503",))
    tab = scene.tab_beside(page)
    for one, goal, value in ((page, scene.goals[0], 4), (tab, scene.goals[1], 2)):
        one.route("**/gem/", lambda route: route.fulfill(status=503))
        choose(one, goal, value)
        expect(status(one)).to_have_text(text_of(one, "away"))
    for one in (page, tab):
        with contextlib.suppress(Error):
            one.goto("chrome://crash")

    again = scene.tab_beside(page)

    expect_all_sent(again)
    assert scene.stored() == {scene.goals[0]: (4, ""), scene.goals[1]: (2, "")}


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


def test_text_that_was_sent_while_leaving_does_not_come_back_over_a_newer_one(scene):
    desk = scene.page()
    goal = scene.goals[0]
    url = desk.url
    type_in(desk, goal, "lige før")
    desk.goto("about:blank")
    eventually(scene.stored, {goal: (None, "lige før")})
    phone = scene.page()
    write(phone, goal, "nyere, fra telefonen")
    expect_all_sent(phone)

    desk.goto(url)

    expect(desk.locator(f"#reason-{goal}")).to_have_value("nyere, fra telefonen")
    desk.wait_for_timeout(1500)
    assert scene.stored() == {goal: (None, "nyere, fra telefonen")}


def test_first_text_that_was_sent_while_leaving_does_not_come_back_once_all_is_withdrawn(scene):
    desk = scene.page()
    goal = scene.goals[0]
    url = desk.url
    type_in(desk, goal, "lige før")
    desk.goto("about:blank")
    eventually(scene.stored, {goal: (None, "lige før")})
    withdraw(participation=scene.mine, now=timezone.now())

    desk.goto(url)

    desk.wait_for_load_state("networkidle")
    assert in_storage(desk) == "{}"
    assert scene.stored() == {}


def test_what_waited_without_network_is_not_sent_once_all_is_withdrawn_on_another_device(scene):
    desk = scene.page(expects=("ERR_INTERNET_DISCONNECTED", "410"))
    first, second, *_ = scene.goals
    desk.context.set_offline(True)
    choose(desk, first, 4)
    expect(status(desk)).to_have_text(text_of(desk, "offline"))
    withdraw(participation=scene.mine, now=timezone.now())

    desk.context.set_offline(False)

    expect(desk.locator("fieldset input:checked")).to_have_count(0)
    expect(status(desk)).to_have_text(text_of(desk, "elsewhere"))
    choose(desk, second, 3)
    expect_all_sent(desk)
    assert scene.stored() == {second: (3, "")}


@pytest.mark.parametrize("heard", ["when it becomes visible", "at a save"])
def test_round_that_was_postponed_is_not_told_to_close(scene, heard):
    scene.close_round(minutes=-20)
    one = scene.device()
    one.page.clock.install()
    one.page.goto(one.url + scene.address)
    one.page.clock.fast_forward("19:00")
    expect(status(one.page)).to_contain_text("Runden lukker om 2 minutter")
    scene.close_round(hours=-5)

    if heard == "at a save":
        choose(one.page, scene.goals[0], 4)
        expect(status(one.page)).to_have_text(SAVED)
    else:
        become_visible(one.page)
        expect(status(one.page)).to_have_text("")

    one.page.clock.run_for(20_000)
    expect(status(one.page)).not_to_contain_text("Runden lukker")


def test_round_that_closes_earlier_than_the_page_knew_warns_at_the_new_time(scene):
    scene.close_round(hours=-50)
    page = scene.page()
    scene.close_round(minutes=-10)
    closes = timezone.localtime(Round.objects.get().closes_at)

    become_visible(page)

    told = f"Runden lukker om et kvarter, kl.\N{NO-BREAK SPACE}{closes:%H.%M}."
    expect(status(page)).to_have_text(told)


def test_form_kept_without_the_script_is_sent_again_by_one_press(scene):
    page = scene.page(java_script_enabled=False, expects=("403",))
    goal = scene.goals[0]
    choose(page, goal, 4)
    Session.objects.all().delete()
    page.locator(".rate-end button[value=here]").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log ind igen").click()
    tab = opened.value
    tab.get_by_label("E-mail").fill(scene.cast.unit_head.email)
    tab.get_by_label("Adgangskode", exact=True).fill("plf-demo")
    tab.get_by_role("button", name="Log ind").click()
    expect(tab.locator("fieldset.goal")).to_have_count(6)

    page.get_by_role("button", name="Send igen").click()

    expect_choice(page, goal, 4)
    assert scene.stored() == {goal: (4, "")}


def test_what_waits_in_another_tab_is_not_sent_by_one_who_withdraws(scene):
    page = scene.page(expects=("503",))
    page.route("**/gem/", lambda route: route.fulfill(status=503, headers={"Retry-After": "600"}))
    choose(page, scene.goals[0], 4)
    expect(status(page)).to_have_text(text_of(page, "away"))
    page.locator(f"#goal-{scene.goals[1]} .goal-reason > summary").click()
    tab = page.context.new_page()
    tab.goto(page.url + "faerdig/")
    tab.get_by_text("Træk mine svar tilbage").first.click()
    tab.get_by_role("button", name="Træk mine svar tilbage").click()
    expect(tab.locator("#besked")).to_be_visible()
    page.unroute("**/gem/")

    become_visible(page)

    expect(page.locator("fieldset input:checked")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert in_storage(page) == "{}"
    assert Answer.objects.count() == 0


def test_what_waits_is_still_sent_by_a_page_that_is_fetched_minutes_after_closing(scene):
    page = scene.page(expects=("503",))
    page.route("**/gem/", lambda route: route.fulfill(status=503))
    choose(page, scene.goals[0], 4)
    expect(status(page)).to_have_text(text_of(page, "away"))
    with contextlib.suppress(Error):
        page.goto("chrome://crash")
    scene.close_round(minutes=4)

    again = scene.tab_beside(page)

    expect(again.get_by_role("heading", level=1)).to_have_text("Runden er lukket")
    expect(status(again)).to_contain_text("Gemt kl.")
    again.wait_for_function("() => !Object.keys(localStorage).length")
    assert scene.stored() == {scene.goals[0]: (4, "")}


def test_page_whose_sending_was_stopped_goes_on(scene):
    """By Esc, before a slow server has answered."""
    page = scene.page()
    first, second, *_ = scene.goals
    choose(page, first, 4)
    expect_all_sent(page)
    page.route(page.url, lambda route: route.abort("aborted"))
    with page.expect_request(page.url) as sent:
        page.locator(".rate-end button[value=here]").click()

    choose(page, second, 3)

    expect_all_sent(page)
    assert "goal-" not in (sent.value.post_data or "")
    assert scene.stored() == {first: (4, ""), second: (3, "")}


def test_what_another_tab_has_sent_is_not_sent_again_over_what_came_later(scene):
    page = scene.page(expects=("503",))
    goal = scene.goals[0]
    page.route("**/gem/", lambda route: route.fulfill(status=503, headers={"Retry-After": "600"}))
    choose(page, goal, 4)
    expect(status(page)).to_have_text(text_of(page, "away"))
    tab = scene.tab_beside(page)  # takes what waits of both
    expect_all_sent(tab)
    choose(tab, goal, 5)
    expect_all_sent(tab)
    page.unroute("**/gem/")

    become_visible(page)

    expect_choice(page, goal, 5)
    expect(status(page)).to_have_text(text_of(page, "elsewhere"))
    page.wait_for_load_state("networkidle")
    assert scene.stored() == {goal: (5, "")}


def test_server_that_falls_silent_while_the_key_is_renewed_is_asked_again(scene):
    device = scene.device(expects=("403",))
    page = device.page
    page.add_init_script(
        """const after = AbortSignal.timeout.bind(AbortSignal);
        AbortSignal.timeout = () => after(300);"""
    )
    page.goto(device.url + scene.address)
    page.route("**/gem/", lambda route: route.fulfill(status=403), times=1)
    page.route(page.url, lambda _route: None)  # answers nothing
    choose(page, scene.goals[0], 4)

    expect(status(page)).to_have_text(text_of(page, "away"))

    page.unroute(page.url)
    expect_all_sent(page)
    assert scene.stored() == {scene.goals[0]: (4, "")}


def test_browser_that_refuses_all_storage_saves_and_signs_out(scene):
    device = scene.device()
    page = device.page
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"]) {
            Object.defineProperty(window, name, { get() { throw new DOMException("no"); } });
        }"""
    )
    page.goto(device.url + scene.address)
    goal = scene.goals[0]
    type_in(page, goal, "lige før")

    page.locator('form[action$="/log-ud/"]').evaluate("form => form.requestSubmit()")

    expect(page.get_by_label("E-mail")).to_be_visible()
    assert scene.stored() == {goal: (None, "lige før")}


def test_save_that_comes_after_a_withdrawal_in_another_tab_is_not_kept(scene):
    page = scene.page(expects=("410",))
    underway: list[Route] = []
    page.route("**/gem/", lambda route: underway.append(route))
    choose(page, scene.goals[0], 4)
    tab = page.context.new_page()
    tab.goto(page.url + "faerdig/")
    tab.get_by_text("Træk mine svar tilbage").first.click()
    tab.get_by_role("button", name="Træk mine svar tilbage").click()
    expect(tab.locator("#besked")).to_be_visible()

    with page.expect_response("**/gem/") as answered:
        underway[0].continue_()

    assert answered.value.status == 410
    assert in_storage(page) == "{}"
    assert Answer.objects.count() == 0


def test_choice_made_on_a_page_from_before_the_withdrawal_is_an_answer_anew(scene):
    page = scene.page(expects=("410",))
    withdraw(participation=scene.mine, now=timezone.now())

    choose(page, scene.goals[0], 4)

    expect_all_sent(page)
    assert scene.stored() == {scene.goals[0]: (4, "")}
