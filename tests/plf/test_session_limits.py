"""Signed out after an hour without anybody, and after twelve hours in any case."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

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
