"""What the invited are told about their data, before the first question."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from assessments.enums import RoundKind
from assessments.information import information_of
from assessments.models import Round
from assessments.operations.rounds import open_round, plan_round
from forums.models import Municipality
from tests.cast import Cast
from tests.factories import EditionFactory, MunicipalityFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


def opened_round(cast: Cast, kind: str = RoundKind.CONFIDENTIAL) -> Round:
    now = timezone.now()
    forum = cast.forum if kind == RoundKind.CONFIDENTIAL else cast.team
    round_ = plan_round(
        municipality=Municipality.objects.get(pk=cast.municipality.pk),
        edition=EditionFactory(framework__municipality=cast.municipality),
        name="Forår",
        kind=kind,
        forums=[forum],
        opens_at=now,
        closes_at=now + timedelta(days=14),
        now=now,
    )
    open_round(round_=round_, now=now)
    return Round.objects.get(pk=round_.pk)


def test_standard_text_says_who_is_responsible_and_whom_to_ask():
    told = information_of(
        MunicipalityFactory.build(name="Egen", privacy_contact="dpo@egen.example")
    )
    without = information_of(MunicipalityFactory.build(name="Egen"))

    assert "Egen" in told
    assert told.endswith("dpo@egen.example.")
    assert told.startswith(without)


def test_text_is_in_the_product_s_first_language_whoever_opens():
    municipality = MunicipalityFactory.build(name="Egen")
    danish = information_of(municipality)

    with translation.override("en"):
        assert information_of(municipality) == danish


def test_own_text_is_used_as_it_is():
    own = MunicipalityFactory.build(information="  Først.\r\n\r\nSå.\n")

    assert information_of(own) == "Først.\n\nSå."


@pytest.mark.parametrize("kind", [RoundKind.CONFIDENTIAL, RoundKind.SHARED])
def test_text_of_the_opening_is_kept_and_shown(cast, client_of, kind):
    Municipality.objects.filter(pk=cast.municipality.pk).update(information="Første udgave <b>")
    round_ = opened_round(cast, kind)
    Municipality.objects.filter(pk=cast.municipality.pk).update(information="Anden udgave")
    forum = round_.forums.get()

    page = client_of(cast.unit_head).get(f"/runder/{round_.pk}/{forum.pk}/", follow=True)

    assert round_.information == "Første udgave <b>"
    assert "Første udgave &lt;b&gt;" in page.content.decode()
    assert "Anden udgave" not in page.content.decode()
    before, after = page.content.decode().split("Første udgave", 1)
    assert "<fieldset" not in before
    assert "<fieldset" in after


def test_round_that_opened_before_there_was_a_text_shows_none(cast, client_of):
    world = open_round_of(cast.forum)

    page = client_of(cast.unit_head).get(f"/runder/{world.round.pk}/{cast.forum.pk}/")

    assert 'lang="da">' not in page.content.decode().split("<main", 1)[1]


def test_text_costs_the_rating_page_no_statement(cast, client_of):
    world = open_round_of(cast.forum)
    client = client_of(cast.unit_head)
    here = f"/runder/{world.round.pk}/{cast.forum.pk}/"
    client.get(here)
    counts = []
    for text in ("", "Et oplysende ord"):
        Round.objects.filter(pk=world.round.pk).update(information=text)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(here).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


# --- personal numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/admin/accounts/user/add/", {"name"}),
        ("/admin/forums/unit/add/", {"name"}),
        ("/admin/forums/forum/add/", {"name", "name_in_sentence"}),
    ],
)
def test_personal_number_is_refused_in_names(cast, client_of, url, fields):
    typed = dict.fromkeys(("name", "name_in_sentence"), "Anne 010190-1234")

    response = client_of(cast.administrator).post(url, typed)

    assert response.status_code == 200
    errors = response.context["adminform"].form.errors
    assert fields <= errors.keys()
    assert all("CPR" in str(errors[name]) for name in fields)


def test_personal_number_is_refused_in_the_name_of_somebody_known(cast, client_of):
    url = f"/admin/accounts/user/{cast.unit_head.pk}/change/"

    response = client_of(cast.administrator).post(
        url, {"name": "Anne 0101901234", "email": "a@b.dk"}
    )

    assert "CPR" in str(response.context["adminform"].form.errors["name"])


def test_personal_number_is_asked_about_in_a_team_s_note(cast, client_of):
    world = open_round_of(cast.team, kind=RoundKind.SHARED)
    goal = world.goals[0]
    here = f"/runder/{world.round.pk}/{cast.team.pk}/sammen/"

    response = client_of(cast.unit_head).post(
        here, {f"goal-{goal.pk}": "3", f"reason-{goal.pk}": "Ring til 010190-1234"}
    )

    assert response.status_code == 422
    assert "010190-1234" in response.content.decode()
