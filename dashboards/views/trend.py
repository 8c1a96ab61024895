"""How a forum's results have moved, round by round."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from assessments.models import RoundForum
from audit.enums import Kind
from audit.operations import Deed
from dashboards.drawn import ICONS
from dashboards.queries.series import Line
from dashboards.queries.trend import Section, trend_of
from dashboards.trends import MOST_DATES, Multiple, multiple
from dashboards.views._seen import note

FIRST_AND_LAST = 2


@dataclass(frozen=True, slots=True)
class DrawnPillar:
    icon: str
    number: int
    chart: Multiple
    goals: tuple[Multiple, ...]


@require_safe
def trend(request: HttpRequest, forum_id: int) -> HttpResponse:
    user = person(request)
    now = timezone.now()
    shown = trend_of(user, forum_id, now)
    if shown.sections:
        deed = Deed(
            kind=Kind.RESULT_READ,
            municipality_id=shown.forum.municipality_id,
            name=shown.forum.name,
            detail="trend",
            forum_id=forum_id,
        )
        note(request, [deed], now)
    return TemplateResponse(
        request,
        "dashboards/trend.html",
        {
            "nav": shown.nav,
            "trend": shown,
            "sections": [(section, _draw(section)) for section in shown.sections],
        },
    )


def _draw(section: Section) -> list[DrawnPillar]:
    titles = [_title(row, section) for row in section.rounds]
    editions = [row.round.edition.number for row in section.rounds]
    dates = [formats.date_format(_closed(row), "N y") for row in section.rounds]

    def chart(line: Line, most_dates: int) -> Multiple:
        return multiple(
            line,
            levels=len(section.levels),
            titles=titles,
            editions=editions,
            dates=dates,
            most_dates=most_dates,
        )

    return [
        DrawnPillar(
            icon=ICONS.get(pillar.code, ""),
            number=number,
            chart=chart(pillar.line, MOST_DATES),
            goals=tuple(chart(line, FIRST_AND_LAST) for line in pillar.goals),
        )
        for number, pillar in enumerate(section.pillars, start=1)
    ]


def _closed(row: RoundForum) -> datetime:
    return timezone.localtime(row.round.closes_at)


def _title(row: RoundForum, section: Section) -> str:
    """22. maj 2026, with the edition where there are several."""
    day = formats.date_format(_closed(row), "DATE_FORMAT")
    if section.editions < 2:
        return day
    return _("%(day)s (edition %(number)s)") % {"day": day, "number": row.round.edition.number}
