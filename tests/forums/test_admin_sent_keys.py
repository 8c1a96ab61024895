"""Keys that no page offers, sent to the administration by hand: refused like any wrong choice."""

import pytest
from django.db import connection

from tests.pages import form_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="PostgreSQL refuses more"),
]
WRONG = ["PCSt", "1' OR '1'='1", "9" * 30, "-1", "1.0"]


@pytest.mark.parametrize("sent", WRONG)
@pytest.mark.parametrize("field", ["chief", "memberships-2-0-user"])
def test_person_that_is_no_number_is_no_choice(cast, client_of, field, sent):
    require_refused(cast, client_of(cast.administrator), field, sent)


@pytest.mark.parametrize("sent", ["9" * 5000, "\u0663", "-1", "\0"])
@pytest.mark.parametrize("field", ["memberships-0-id", "memberships-2-0-id"])
def test_row_that_is_no_number_is_no_member(cast, client_of, field, sent):
    """Python itself refuses to count with thousands of digits."""
    require_refused(cast, client_of(cast.administrator), field, sent)


def require_refused(cast, client, field, sent):
    url = f"/admin/forums/forum/{cast.forum.pk}/change/"
    data = form_of(client, url, "forum_form")

    response = client.post(url, data | {field: sent, "name": "Et nyt navn"})

    assert response.status_code == 200
    assert response.context["errors"]
    cast.forum.refresh_from_db()
    assert cast.forum.name == "Lederforum"


@pytest.mark.parametrize(
    "url",
    [
        "/admin/assessments/edition/?status__exact=%00",
        "/admin/assessments/round/?kind__exact=%00",
        "/admin/forums/forum/?level__exact=a%00",
        "/admin/forums/forum/?q=%00",
        "/admin/forums/forum/add/?_changelist_filters=%00",
        "/admin/autocomplete/?app_label=forums&model_name=membership&field_name=user&term=%00",
    ],
)
def test_sign_that_a_database_cannot_hold_is_asked_of_none(cast, client_of, url):
    assert client_of(cast.administrator).get(url).status_code == 400


def test_person_who_was_chosen_is_still_shown_when_something_else_is_wrong(cast, client_of):
    client = client_of(cast.administrator)
    url = f"/admin/forums/forum/{cast.forum.pk}/change/"
    data = form_of(client, url, "forum_form")

    page = client.post(url, data | {"chief": str(cast.unit_head.pk), "name": ""})

    chosen = f'<option value="{cast.unit_head.pk}" selected'
    assert chosen in page.content.decode().split('id="id_chief"')[1].split("</select>")[0]
