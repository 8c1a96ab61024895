"""Releasing a result to the chief above: by whom, once, and what the page says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from forums.models import Forum
from tests.dashboards.sealed import MIDDLE, one_group, sealed
from tests.factories import EditionFactory, RoundFactory, RoundForumFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def outside(cast):
    """The chief above, who is no member of the forum."""
    outside = UserFactory(name="Direktør")
    Forum.objects.filter(pk=cast.forum.pk).update(chief=outside)
    return outside


@pytest.fixture
def row(cast, outside):
    return sealed(
        cast.forum,
        EditionFactory(),
        one_group(MIDDLE, MIDDLE, MIDDLE, MIDDLE),
        closed=timezone.now() - timedelta(days=1),
        released=False,
    )


def url_of(row) -> str:
    return reverse("dashboards:release", args=[row.round_id, row.forum_id])


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("chief", 403),
        ("department_head", 404),
        ("administrator", 404),
        ("newcomer", 404),
        ("outsider", 404),
        ("anonymous", 302),
    ],
)
def test_release_is_for_lead_and_facilitator_alone(cast, client_of, row, method, person, status):
    response = getattr(client_of(cast.person(person)), method)(url_of(row))

    row.refresh_from_db()
    assert (response.status_code, row.released_at) == (status, None)


@pytest.mark.parametrize("method", ["get", "post"])
def test_release_is_not_for_the_chief_who_waits(client_of, outside, row, method):
    assert getattr(client_of(outside), method)(url_of(row)).status_code == 403


def test_release_page_explains_and_changes_nothing(cast, client_of, row):
    response = client_of(cast.unit_head).get(url_of(row))

    row.refresh_from_db()
    assert response.templates[0].name == "dashboards/release.html"
    assert "Direktør" in response.content.decode()
    assert row.released_at is None


@pytest.mark.parametrize("person", ["unit_head", "facilitator"])
def test_release_lets_the_chief_above_in(cast, client_of, outside, row, person):
    result = reverse("dashboards:result", args=[row.round_id, row.forum_id])

    response = client_of(cast.person(person)).post(url_of(row))

    row.refresh_from_db()
    assert response.status_code == 302
    assert response["Location"] == result
    assert row.released_by == cast.person(person)
    assert client_of(outside).get(result).templates[0].name == "dashboards/result.html"


def test_release_twice_says_kindly_that_someone_was_first(cast, client_of, row):
    client_of(cast.unit_head).post(url_of(row))

    response = client_of(cast.facilitator).post(url_of(row), follow=True)

    row.refresh_from_db()
    assert [message.level_tag for message in response.context["messages"]] == ["info"]
    assert row.released_by == cast.unit_head


def test_release_before_the_seal_is_refused_with_a_message(cast, client_of, outside):
    round_ = RoundFactory(municipality=cast.municipality)
    row = RoundForumFactory(round=round_, forum=cast.forum)

    response = client_of(cast.unit_head).post(url_of(row), follow=True)

    row.refresh_from_db()
    assert [message.level_tag for message in response.context["messages"]] == ["warning"]
    assert row.released_at is None
    assert b"form-actions" not in client_of(cast.unit_head).get(url_of(row)).content


def test_release_before_the_meeting_is_refused_with_a_message(cast, client_of, row):
    meeting = timezone.now() + timedelta(days=1)
    type(row.round).objects.filter(pk=row.round_id).update(results_open_at=meeting)
    client = client_of(cast.unit_head)

    response = client.post(url_of(row), follow=True)

    row.refresh_from_db()
    assert [message.level_tag for message in response.context["messages"]] == ["warning"]
    assert row.released_at is None
    assert 'class="form-actions"' not in client.get(url_of(row)).content.decode()


def test_release_is_of_no_use_where_the_chief_is_a_member(cast, client_of, row):
    Forum.objects.filter(pk=cast.forum.pk).update(chief=cast.chief)
    client = client_of(cast.unit_head)

    response = client.post(url_of(row), follow=True)

    row.refresh_from_db()
    assert [message.level_tag for message in response.context["messages"]] == ["info"]
    assert row.released_at is None
    assert 'class="form-actions"' not in client.get(url_of(row)).content.decode()


def test_release_page_of_a_released_result_says_so(cast, client_of, row):
    client = client_of(cast.unit_head)
    client.post(url_of(row))

    page = client.get(url_of(row)).content.decode()
    assert 'class="form-actions"' not in page
    today = date_format(timezone.localtime(timezone.now()), "DATE_FORMAT")
    assert f"{cast.unit_head.name} frigav det {today}." in page
