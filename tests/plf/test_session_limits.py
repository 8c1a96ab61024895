"""Signed out after an hour without anybody, and after twelve hours in any case."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.operations.answering import ratings_of
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
URL = "/konto/"


def statuses_at(client, *minutes: int, **options) -> list[int]:
    start = timezone.now()
    answers = []
    for minute in minutes:
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            answers.append(client.get(URL, **options).status_code)
    return answers


def test_hour_begins_anew_at_each_request(cast, client_of):
    assert statuses_at(client_of(cast.unit_head), 50, 100, 150, 211) == [200, 200, 200, 302]


def test_script_that_asks_for_json_keeps_nobody_signed_in(cast, client_of):
    script = {"headers": {"accept": "application/json"}}

    assert statuses_at(client_of(cast.unit_head), 30, 59, 61, **script) == [200, 200, 302]


def test_twelve_hours_are_the_longest(cast, client_of):
    every_half_hour = range(30, 751, 30)

    answers = statuses_at(client_of(cast.unit_head), *every_half_hour)

    assert answers == [200] * 23 + [302] * 2


def test_session_of_before_this_rule_begins_its_time_now(cast, client_of):
    client = client_of(cast.unit_head)
    session = client.session
    del session["since"]
    session.save()

    assert statuses_at(client, 1, 11 * 60) == [200, 302]


def test_session_that_was_kept_longer_in_another_way_ends_all_the_same(cast, client_of):
    client = client_of(cast.unit_head)
    session = client.session
    session["since"] -= 12 * 60 * 60
    session.save()

    assert statuses_at(client, 0) == [302]
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_session_is_written_at_most_once_a_minute(cast, client_of, django_assert_num_queries):
    client = client_of(cast.unit_head)
    ends = Session.objects.get().expire_date
    client.get(URL)
    assert Session.objects.get().expire_date == ends

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        client.get(URL)

    assert Session.objects.get().expire_date > ends


# --- a form that is sent after its session has ended --------------------------------------------

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Origin": "http://testserver"}


@pytest.fixture
def world(cast):
    return open_round_of(cast.forum)


@pytest.fixture
def address(world, cast):
    return reverse("assessments:rate", args=[world.round.pk, cast.forum.pk])


@pytest.fixture
def typed(world, cast):
    goal = world.goals[0].pk
    own = world.participation_of(cast.unit_head).pk
    return {"as": own, f"goal-{goal}": "4", f"reason-{goal}": "<b>Vi øver os", "next": "here"}


def test_form_sent_after_the_session_ended_is_kept_and_saved_once_signed_in(
    world, address, typed, cast, client
):
    kept = client.post(address, typed | {"csrfmiddlewaretoken": "gammel"}, headers=BROWSER)
    client.force_login(cast.unit_head)

    client.post(address, dict(kept.context["sent"]), headers=BROWSER)

    page = kept.content.decode()
    stored = ratings_of(world.participation_of(cast.unit_head))[world.goals[0].pk]
    assert (kept.status_code, kept.headers["Cache-Control"]) == (403, "no-store")
    assert "&lt;b&gt;Vi øver os" in page
    assert "gammel" not in page
    assert f'href="/log-ind/?next={address}" target="_blank"' in page
    assert (stored.value, stored.reason) == (4, "<b>Vi øver os")


def test_form_sent_after_the_session_ended_is_not_saved_by_somebody_else(
    world, address, typed, cast, client
):
    other = next(row.user for row in world.participations if row.user_id != cast.unit_head.pk)
    kept = client.post(address, typed, headers=BROWSER)
    client.force_login(other)

    client.post(address, dict(kept.context["sent"]), headers=BROWSER)

    assert [ratings_of(row) for row in world.participations] == [{}] * len(world.participations)


def test_signing_in_again_leads_to_a_page_whatever_form_was_sent(world, cast, client):
    where = [world.round.pk, cast.forum.pk]
    own = world.participation_of(cast.unit_head).pk
    world.rate(world.participation_of(cast.unit_head), {world.goals[0]: 4})
    kept = client.post(reverse("assessments:withdraw", args=where), {"as": own}, headers=BROWSER)
    client.force_login(cast.unit_head)

    led_to = client.get(kept.context["sign_in"], follow=True)

    assert led_to.status_code == 200
    assert led_to.redirect_chain[-1][0] == reverse("assessments:done", args=where)
    assert ratings_of(world.participation_of(cast.unit_head))


@pytest.mark.parametrize(
    ("headers", "mark", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, {"sent_again": "1"}, 302),
        ({"Sec-Fetch-Site": "same-origin"}, {}, 403),
        ({}, {"sent_again": "1"}, 403),  # an older browser
        ({"Sec-Fetch-Site": "same-site"}, {"sent_again": "1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, {"sent_again": "1"}, 403),
        (
            {"Sec-Fetch-Site": "same-origin", "Origin": "https://ond.example"},
            {"sent_again": "1"},
            403,
        ),
    ],
)
def test_kept_form_is_sent_again_without_a_new_key_where_the_browser_says_it_is_ours(
    address, typed, cast, headers, mark, status
):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.unit_head)

    answer = client.post(address, typed | mark, headers=BROWSER | headers)

    assert answer.status_code == status
    assert b"sent_again" not in answer.content


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "*/*", "Origin": "http://testserver"},  # the script, which keeps it itself
        {"Accept": "text/html", "Origin": "https://ond.example"},
        {"Accept": "text/html"},
    ],
)
def test_what_is_not_a_form_of_ours_is_led_to_the_sign_in_page(address, typed, client, headers):
    answer = client.post(address, typed, headers=headers)

    assert answer.headers["Location"] == f"/log-ind/?next={address}"


def test_password_sent_after_the_session_ended_is_not_kept(client):
    answer = client.post("/konto/adgangskode/", {"password1": "fire gode"}, headers=BROWSER)

    assert answer.status_code == 302
