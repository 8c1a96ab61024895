"""A result of a framework with many long goals, on paper."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from assessments.enums import EditionStatus
from tests.dashboards.sealed import SPLIT, sealed
from tests.factories import EditionFactory, GoalFactory, PillarFactory

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]

LONG = (
    "Vi tager fælles ansvar for dagsordenen på vores møder, så den afspejler de ønsker, vi har i "
    "forhold til fordybelsestemaer, og vi følger op på det, vi aftaler, i egen praksis, nummer "
)


def edition_of_forty_long_goals():
    edition = EditionFactory(status="draft", pillar_count=0)
    for position in range(5):
        pillar = PillarFactory(edition=edition, position=position, colour=position + 1)
        for number in range(8):
            GoalFactory(pillar=pillar, text=f"{LONG}{8 * position + number}")
    edition.status = EditionStatus.IN_USE
    edition.in_use_at = timezone.now()
    edition.save()
    return edition


@pytest.mark.parametrize("groups", [[["chief", "unit_head"]], [["chief"], ["unit_head"]]])
def test_forty_long_goals_are_three_sheets_of_paper(cast, visitor, groups):
    rows = {place: (roles, [SPLIT] * 40) for place, roles in enumerate(groups, start=1)}
    closed = timezone.now() - timedelta(days=20)
    row = sealed(cast.forum, edition_of_forty_long_goals(), rows, closed=closed)
    someone = visitor()
    page = someone.sign_in(cast.unit_head)
    page.goto(f"{someone.url}/resultater/{row.round_id}/{row.forum_id}/")

    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages

    assert len(sheets) == 3
    text = "".join(sheet.extract_text() for sheet in sheets)
    assert "Sådan læser I det" in text


def test_a_goal_is_read_without_glasses(cast, visitor):
    closed = timezone.now() - timedelta(days=20)
    rows = {1: (["chief", "unit_head"], [SPLIT] * 40)}
    row = sealed(cast.forum, edition_of_forty_long_goals(), rows, closed=closed)
    someone = visitor()
    page = someone.sign_in(cast.unit_head)
    page.goto(f"{someone.url}/resultater/{row.round_id}/{row.forum_id}/")
    page.emulate_media(media="print")

    size = page.locator(".goal-row-text").first.evaluate(
        "(text) => parseFloat(getComputedStyle(text).fontSize)"
    )

    assert round(size * 72 / 96, 2) >= 8.5
