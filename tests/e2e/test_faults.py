"""Nothing that was typed is lost: each fault in a real browser. docs/faults.md lists them all."""

import json
import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Error, Page, expect

from assessments.answers import Answer, Rating
from assessments.enums import RoundKind
from assessments.models import Participation, SharedRating
from tests.e2e.acts import choose
from tests.e2e.scenes import (
    LONG,
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
from tests.worlds import open_round_of

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


# --- tab closed, browser crashed ------------------------------------------------------------------


def test_crashed_tab_has_lost_nothing_that_is_three_seconds_old(scene):
    page = scene.page()
    choose(page, scene.goals[0], 4)
    page.locator(f"#goal-{scene.goals[0]} .goal-reason > summary").click()
    page.locator(f"#reason-{scene.goals[0]}").press_sequentially("Vi gør det hver uge")
    eventually(scene.stored, {scene.goals[0]: (4, "Vi gør det hver uge")})
    with pytest.raises(Error):
        page.goto("chrome://crash")

    other = scene.page()

    expect_choice(other, scene.goals[0], 4)
    expect(other.locator(f"#reason-{scene.goals[0]}")).to_have_value("Vi gør det hver uge")
    expect(status(other)).to_have_text(SAVED)


def test_tab_that_is_left_at_once_sends_what_was_typed_last(scene):
    page = scene.page()
    choose(page, scene.goals[0], 2)
    type_in(page, scene.goals[0], "lige før")

    page.goto("about:blank")

    eventually(scene.stored, {scene.goals[0]: (2, "lige før")})


# --- double click, reload, back and resend, twenty at once ----------------------------------------


def test_twenty_identical_saves_and_twenty_times_done_at_once_count_once(scene):
    page = scene.page()
    statuses = page.evaluate(
        """async ([save, done, goal]) => {
            const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
            const send = (url, fields) => fetch(url, {method: "POST", body:
                new URLSearchParams({csrfmiddlewaretoken: token, ...fields})});
            const twenty = (...what) => Array.from({length: 20}, () => send(...what));
            const saves = await Promise.all(twenty(save, {goal, value: "4", reason: "x"}));
            const dones = await Promise.all(twenty(done, {}));
            return [...saves, ...dones].map(answer => answer.status);
        }""",
        [
            reverse("assessments:save", args=scene.where),
            reverse("assessments:done", args=scene.where),
            str(scene.goals[0]),
        ],
    )

    assert set(statuses) == {200}
    assert (Answer.objects.count(), Rating.objects.count()) == (1, 1)
    assert Participation.objects.exclude(done_at=None).count() == 1


def test_double_click_reload_back_and_resend_leave_one_done(scene):
    page = scene.page()
    choose(page, scene.goals[0], 4)
    expect_all_sent(page)
    page.locator(".rate-end button[value=done]").dblclick()
    expect(page.get_by_role("button", name="Jeg er færdig")).to_be_visible()

    page.get_by_role("button", name="Jeg er færdig").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tak for dit bud")
    done_at = Participation.objects.get(pk=scene.mine.pk).done_at
    page.reload()
    page.go_back()
    with page.expect_navigation():
        page.evaluate("() => document.querySelector('main form').requestSubmit()")

    assert scene.stored() == {scene.goals[0]: (4, "")}
    assert Participation.objects.get(pk=scene.mine.pk).done_at == done_at


# --- two tabs, two devices ------------------------------------------------------------------------


def test_two_devices_at_different_goals_keep_both(scene):
    phone, desk = scene.page(), scene.page()
    first, second, *_ = scene.goals
    choose(phone, first, 2)
    expect_all_sent(phone)

    choose(desk, second, 5)
    expect_all_sent(phone)

    expect(status(desk)).to_have_text(text_of(desk, "elsewhere"))
    expect_choice(desk, first, 2)
    assert scene.stored() == {first: (2, ""), second: (5, "")}


def test_other_device_says_at_its_next_save_what_has_been_changed(scene):
    phone, desk = scene.page(), scene.page()
    first, second, *_ = scene.goals
    choose(phone, first, 2)
    expect_all_sent(phone)
    choose(desk, first, 4)
    write(desk, first, "skrevet ved bordet")
    expect_all_sent(desk)

    choose(phone, second, 3)

    expect(status(phone)).to_have_text(text_of(phone, "elsewhere"))
    expect_choice(phone, first, 4)
    expect(phone.locator(f"#reason-{first}")).to_have_value("skrevet ved bordet")
    assert scene.stored() == {first: (4, "skrevet ved bordet"), second: (3, "")}
    choose(phone, second, 4)
    expect(status(phone)).to_have_text(SAVED)


def test_other_device_says_it_when_its_page_becomes_visible(scene):
    phone, desk = scene.page(), scene.page()
    first = scene.goals[0]
    choose(phone, first, 2)
    expect_all_sent(phone)
    choose(desk, first, 4)
    expect_all_sent(desk)

    become_visible(phone)

    expect_choice(phone, first, 4)
    expect(status(phone)).to_have_text(text_of(phone, "elsewhere"))
    assert scene.stored() == {first: (4, "")}


def test_asking_what_is_stored_makes_no_session_live_longer(scene):
    page = scene.page()
    before = list(Session.objects.order_by("pk").values("pk", "expire_date", "session_data"))
    with page.expect_response(lambda answer: "as=" in answer.url) as asked:
        become_visible(page)

    assert asked.value.status == 200
    assert "set-cookie" not in asked.value.headers
    after = list(Session.objects.order_by("pk").values("pk", "expire_date", "session_data"))
    assert after == before


def test_withdrawn_on_another_device_empties_the_page(scene):
    phone = scene.page()
    choose(phone, scene.goals[0], 2)
    expect_all_sent(phone)
    Answer.objects.all().delete()

    become_visible(phone)

    expect(status(phone)).to_have_text(text_of(phone, "elsewhere"))
    expect(phone.locator("fieldset input:checked")).to_have_count(0)


def test_other_tab_of_the_browser_shows_it_at_once(scene):
    page = scene.page()
    tab = scene.tab_beside(page)

    choose(page, scene.goals[0], 4)
    write(page, scene.goals[1], "fra den første fane")

    expect_choice(tab, scene.goals[0], 4)
    expect(tab.locator(f"#reason-{scene.goals[1]}")).to_have_value("fra den første fane")
    expect(status(tab)).to_have_text(text_of(tab, "elsewhere"))
    expect(tab.locator(".rate-total")).to_have_text("1 af 6")


def test_two_who_type_for_their_team_at_once_lose_nothing(scene):
    team = open_round_of(scene.cast.team, edition=scene.world.round.edition, kind=RoundKind.SHARED)
    scene.address = reverse("assessments:team", args=[team.round.pk, scene.cast.team.pk])
    lead, other = scene.page(), scene.page(scene.cast.department_head)
    first, second, *_ = scene.goals
    choose(lead, first, 4)
    write(other, second, "en note")
    expect_all_sent(lead)
    other.wait_for_function("() => !Object.keys(localStorage).length")

    choose(lead, second, "differs")

    expect(status(lead)).to_have_text(text_of(lead, "elsewhere"))
    expect(lead.locator(f"#reason-{second}")).to_have_value("en note")
    rows = SharedRating.objects.order_by("goal").values_list("goal", "level", "differs", "note")
    assert list(rows) == [(first, 4, False, ""), (second, None, True, "en note")]


# --- network gone ---------------------------------------------------------------------------------


def test_without_network_one_goes_on_and_all_is_sent_in_order_and_once(scene):
    page = scene.page(expects=("ERR_INTERNET_DISCONNECTED",))
    page.context.set_offline(True)
    for goal in scene.goals:
        choose(page, goal, 3)
    choose(page, scene.goals[0], 5)
    write(page, scene.goals[1], "skrevet uden net")
    expect(status(page)).to_have_text(
        "Ingen forbindelse. Dine svar ligger på denne enhed og sendes, når du er på nettet igen."
    )
    assert scene.stored() == {}
    page.wait_for_function("() => JSON.stringify({...localStorage}).includes('uden net')")
    answered: list[str] = []

    def listen(response) -> None:
        if response.request.method == "POST":
            answered.extend(re.findall(r"goal=(\d+)", response.request.post_data or ""))

    page.on("response", listen)

    page.context.set_offline(False)

    expect_all_sent(page)
    expected = dict.fromkeys(scene.goals, (3, ""))
    expected |= {scene.goals[0]: (5, ""), scene.goals[1]: (3, "skrevet uden net")}
    assert scene.stored() == expected
    assert [int(goal) for goal in answered] == scene.goals


def test_answers_wait_on_the_device_while_its_browser_is_closed(scene):
    page = scene.page(expects=("ERR_INTERNET_DISCONNECTED",))
    page.context.set_offline(True)
    choose(page, scene.goals[0], 3)
    expect(status(page)).to_contain_text("Ingen forbindelse.")
    url, context = page.url, page.context
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(url)

    expect_choice(again, scene.goals[0], 3)
    expect_all_sent(again)
    assert scene.stored() == {scene.goals[0]: (3, "")}


@pytest.mark.parametrize("leaving", ["done", "sign out"])
def test_nothing_stays_in_the_browser_afterwards(scene, leaving):
    page = scene.page()
    write(page, scene.goals[0], "hemmeligt")
    choose(page, scene.goals[1], 3)

    if leaving == "done":
        page.locator(".rate-end button[value=done]").click()
        page.get_by_role("button", name="Jeg er færdig").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tak for dit bud")
    else:
        page.locator('form[action$="/log-ud/"]').evaluate("form => form.requestSubmit()")
        expect(page.get_by_label("E-mail")).to_be_visible()

    assert in_storage(page) == "{}"
    assert scene.stored() == {scene.goals[0]: (None, "hemmeligt"), scene.goals[1]: (3, "")}


@pytest.mark.parametrize("javascript", [True, False])
def test_one_who_withdraws_is_told_and_leaves_nothing(scene, javascript):
    scene.world.rate(scene.mine, {scene.world.goals[0]: 3})
    page = scene.page(java_script_enabled=javascript)
    page.goto(page.url + "faerdig/")
    page.get_by_text("Træk mine svar tilbage").first.click()

    page.get_by_role("button", name="Træk mine svar tilbage").click()

    told = page.get_by_text("Dine svar er slettet. Du kan svare igen, til runden lukker.")
    expect(page.locator("#besked").filter(has=told)).to_be_focused()
    expect(told).to_be_in_viewport()
    assert Answer.objects.count() == 0


def test_what_waits_on_the_device_is_not_sent_by_one_who_withdraws(scene):
    page = scene.page(expects=("503",))
    page.route("**/gem/", lambda route: route.fulfill(status=503, headers={"Retry-After": "600"}))
    choose(page, scene.goals[0], 4)
    expect(status(page)).to_have_text(text_of(page, "away"))
    page.goto(page.url + "faerdig/")
    expect(status(page)).to_have_text(text_of(page, "away"))
    page.unroute("**/gem/")
    page.get_by_text("Træk mine svar tilbage").first.click()

    page.get_by_role("button", name="Træk mine svar tilbage").click()

    expect(page.locator("#besked")).to_be_visible()
    page.reload()
    expect(page.locator("fieldset input:checked")).to_have_count(0)
    assert in_storage(page) == "{}"
    assert Answer.objects.count() == 0


# --- session expired, new token -------------------------------------------------------------------


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Adgangskode", exact=True).fill("plf-demo")
    page.get_by_role("button", name="Log ind").click()


def test_expired_session_keeps_what_is_typed_until_one_has_signed_in_again(scene):
    page = scene.page()
    Session.objects.all().delete()
    choose(page, scene.goals[0], 4)
    write(page, scene.goals[0], "skrevet bagefter")
    link = page.get_by_role("link", name="Log ind igen")
    expect(link).to_be_visible()
    expect_choice(page, scene.goals[0], 4)
    page.wait_for_function("() => JSON.stringify({...localStorage}).includes('bagefter')")
    assert scene.stored() == {}

    link.click()
    sign_in(page, scene.cast.unit_head.email)

    expect(page).to_have_url(re.compile(rf"{scene.address}#goal-{scene.goals[0]}$"))
    expect_choice(page, scene.goals[0], 4)
    expect_all_sent(page)
    assert scene.stored() == {scene.goals[0]: (4, "skrevet bagefter")}


def test_another_person_on_the_browser_never_sees_it(scene):
    page = scene.page()
    Session.objects.all().delete()
    choose(page, scene.goals[0], 4)
    write(page, scene.goals[0], "kun mit")
    page.wait_for_function("() => JSON.stringify({...localStorage}).includes('kun mit')")
    page.get_by_role("link", name="Log ind igen").click()

    sign_in(page, scene.cast.chief.email)

    expect(page).to_have_url(re.compile(scene.address))
    expect(page.locator("fieldset input:checked")).to_have_count(0)
    expect(page.locator(f"#reason-{scene.goals[0]}")).to_have_value("")
    page.wait_for_function("() => !localStorage.length")
    assert Rating.objects.count() == 0


def test_what_waits_of_one_person_goes_on_any_page_of_the_next(scene):
    page = scene.page()
    Session.objects.all().delete()
    write(page, scene.goals[0], "kun mit")
    page.wait_for_function("() => JSON.stringify({...localStorage}).includes('kun mit')")
    page.goto(page.url.split("/runder/")[0] + "/konto/")

    sign_in(page, scene.cast.chief.email)

    expect(page).to_have_url(re.compile("/konto/$"))
    page.wait_for_function("() => !localStorage.length")
    assert Rating.objects.count() == 0


def test_page_of_one_who_is_no_longer_signed_in_shows_nothing_of_the_next(scene):
    page = scene.page(expects=("401",))
    other = scene.world.participation_of(scene.cast.chief)
    scene.world.rate(other, {scene.world.goals[0]: 5}, reason="chefens")
    Session.objects.all().delete()
    tab = page.context.new_page()
    tab.goto(page.url)
    sign_in(tab, scene.cast.chief.email)
    expect_choice(tab, scene.goals[0], 5)

    become_visible(page)

    expect(page.get_by_role("link", name="Log ind igen")).to_be_visible()
    expect(page.locator("fieldset input:checked")).to_have_count(0)


def test_signed_in_anew_in_another_tab_the_save_works(scene):
    page = scene.page(expects=("403",))
    Session.objects.all().delete()
    tab = page.context.new_page()
    tab.goto(page.url)
    sign_in(tab, scene.cast.unit_head.email)
    expect(tab.locator("fieldset.goal")).to_have_count(6)

    choose(page, scene.goals[0], 4)

    expect_all_sent(page)
    assert scene.stored() == {scene.goals[0]: (4, "")}


# --- closing time ---------------------------------------------------------------------------------


def test_page_warns_before_closing(scene):
    scene.close_round(minutes=-16)
    page = scene.page()
    expect(page.locator("fieldset.goal")).to_have_count(6)
    expect(status(page)).to_have_text("")

    for minutes, words in ((14, "Runden lukker om et kvarter"), (1, "Runden lukker om 2 minutter")):
        scene.close_round(minutes=-minutes)
        page.reload()

        expect(status(page)).to_contain_text(words)
        choose(page, scene.goals[0], 1 + minutes % 5)
        expect(status(page)).to_contain_text(re.compile(rf"{words}.* · Gemt kl\."))


def test_warnings_come_while_the_page_stands_open(scene):
    scene.close_round(minutes=-20)
    one = scene.device()
    one.page.clock.install()
    one.page.goto(one.url + scene.address)
    expect(status(one.page)).to_have_text("")

    one.page.clock.fast_forward("06:00")
    expect(status(one.page)).to_contain_text("Runden lukker om et kvarter")
    one.page.clock.fast_forward("12:30")

    expect(status(one.page)).to_contain_text("Runden lukker om 2 minutter")


def test_save_after_closing_is_told_what_counts(scene):
    page = scene.page(expects=("409",))
    for goal in scene.goals[:2]:
        choose(page, goal, 4)
    expect_all_sent(page)
    scene.close_round(minutes=4)
    choose(page, scene.goals[2], 4)
    expect(status(page)).to_contain_text("Gemt kl.")
    scene.close_round(minutes=6)

    choose(page, scene.goals[3], 4)

    expect(status(page)).to_contain_text(
        "Runden er lukket. Du nåede at svare på 3 mål. De tæller med."
    )
    expect(page.locator(f"#goal-{scene.goals[3]}")).to_have_attribute("disabled", "")
    assert in_storage(page) == "{}"
    assert len(scene.stored()) == 3


# --- two forums, bad input ------------------------------------------------------------------------


def test_two_forums_at_once_are_kept_apart(scene):
    other = open_round_of(scene.cast.team, edition=scene.world.round.edition)
    theirs = other.participation_of(scene.cast.unit_head)
    page = scene.page()
    tab = page.context.new_page()
    tab.goto(page.url.replace(scene.address, reverse(
        "assessments:rate", args=[other.round.pk, scene.cast.team.pk]
    )))  # fmt: skip

    choose(page, scene.goals[0], 1)
    choose(tab, scene.goals[0], 5)

    expect_all_sent(page)
    expect_all_sent(tab)
    assert scene.stored() == {scene.goals[0]: (1, "")}
    assert scene.stored(theirs) == {scene.goals[0]: (5, "")}


def test_refused_text_stays_on_the_device_until_it_is_written_anew(scene):
    page = scene.page(expects=("422",))
    first, second, *_ = scene.goals
    write(page, first, LONG)
    expect(page.locator(f"#reason-{first}-error")).to_contain_text("2001")
    choose(page, first, 4)
    choose(page, second, 3)
    eventually(scene.stored, {first: (4, ""), second: (3, "")})
    assert LONG in in_storage(page)

    page.reload()
    expect(page.locator(f"#reason-{first}")).to_have_value(LONG)
    expect(page.locator(f"#reason-{first}-error")).to_be_visible()
    write(page, first, "kort")

    expect_all_sent(page)
    expect(page.locator(f"#reason-{first}-error")).to_have_count(0)
    assert scene.stored() == {first: (4, "kort"), second: (3, "")}


def test_refused_text_that_is_met_at_the_end_is_told_there(scene):
    page = scene.page(expects=("422",))
    write(page, scene.goals[0], LONG)
    expect(page.locator(f"#reason-{scene.goals[0]}-error")).to_be_visible()

    page.goto(page.url + "faerdig/")

    expect(status(page)).to_have_text(text_of(page, "refused"))
    assert LONG in in_storage(page)


def test_number_like_a_cpr_number_is_asked_about_before_it_is_kept(scene):
    page = scene.page(expects=("422",))
    goal = scene.goals[0]
    write(page, goal, "sag 010203-4567")
    question = page.locator(f"#goal-{goal} label.form-check")
    expect(question).to_be_visible()
    assert scene.stored() == {}

    question.locator("input").check()

    expect_all_sent(page)
    assert scene.stored() == {goal: (None, "sag 010203-4567")}


def test_unusual_text_is_shown_again_as_it_was_written(scene):
    page = scene.page()
    texts = ["🏡 børn 👩‍👧", "\u202egal retning\u202c", "<b>&amp;</b>"]
    written = dict(zip(scene.goals, texts, strict=False))
    for goal, text in written.items():
        write(page, goal, text)
    expect_all_sent(page)

    page.reload()

    for goal, text in written.items():
        expect(page.locator(f"#reason-{goal}")).to_have_value(text)
    assert json.loads(in_storage(page)) == {}
