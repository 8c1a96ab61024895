"""The log, for those who administer a municipality: their own rows, in sentences."""

import csv
from io import StringIO

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.enums import Kind
from audit.models import Entry
from audit.operations import Deed
from dashboards.exports.csv import BYTE_ORDER_MARK
from dashboards.exports.tables import defused
from dashboards.forms import LogForm
from dashboards.queries.log import Wish, lines_of, rows_of
from dashboards.views._own import own_or_403
from dashboards.views._person import person
from dashboards.views._seen import note

ON_A_PAGE = 50


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    own = own_or_403(request)
    form = LogForm(request.GET)
    wish = form.wish if form.is_valid() else Wish()
    rows = rows_of([row.pk for row in own], is_system=person(request).is_superuser, wish=wish)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("side"))
    asked = request.GET.copy()
    asked.pop("side", None)
    return TemplateResponse(
        request,
        "dashboards/log.html",
        {
            "own": own,
            "form": form,
            "page": page,
            "lines": lines_of(list(page.object_list)) if form.is_valid() else [],
            "asked": asked.urlencode(),
        },
        status=200 if form.is_valid() else 422,
    )


@require_safe
def log_csv(request: HttpRequest) -> HttpResponse:
    """The same rows, all of them, as a file; that it was taken is logged too."""
    own = own_or_403(request)
    form = LogForm(request.GET)
    if not form.is_valid():
        return redirect(reverse("dashboards:log", query=request.GET))
    rows = rows_of([row.pk for row in own], is_system=person(request).is_superuser, wish=form.wish)
    content = _csv(list(rows))
    deeds = [
        Deed(kind=Kind.EXPORTED, municipality_id=row.pk, name=_("the log"), detail="csv")
        for row in own
    ]
    note(request, deeds, timezone.now())
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="log.csv"'},
    )


def _csv(rows: list[Entry]) -> str:
    out = StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow((_("Time"), _("Who"), _("What"), _("Network address")))
    for line in lines_of(rows):
        at = timezone.localtime(line.at)
        cells = (f"{at:%Y-%m-%d %H:%M:%S}", line.who, line.sentence, line.address)
        writer.writerow(defused(cell) for cell in cells)
    return out.getvalue()
