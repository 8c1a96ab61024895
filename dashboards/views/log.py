"""The log, for those who administer a municipality: their own rows, in sentences."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from audit.enums import Kind
from audit.operations import Deed
from dashboards.forms import LogForm
from dashboards.queries.log import Line, Wish, all_lines, lines_of, rows_of
from dashboards.views._own import own_or_403
from dashboards.views._seen import note
from plf.lib.csv_files import csv_lines

ON_A_PAGE = 50
AT_ONCE = 1000  # lines of the file


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
def log_csv(request: HttpRequest) -> HttpResponseBase:
    """The same rows, all of them, as a file; that it was taken is logged too."""
    own = own_or_403(request)
    form = LogForm(request.GET)
    if not form.is_valid():
        return redirect(reverse("dashboards:log", query=request.GET))
    rows = rows_of([row.pk for row in own], is_system=person(request).is_superuser, wish=form.wish)
    now = timezone.now()
    deeds = [
        Deed(kind=Kind.EXPORTED, municipality_id=row.pk, name=_("the log"), detail="csv")
        for row in own
    ]
    note(request, deeds, now)
    return StreamingHttpResponse(
        _csv(all_lines(rows, before=now), get_language()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="log.csv"'},
    )


def _csv(lines: Iterable[Line], language: str) -> Iterator[str]:
    """Written while it is sent: the reader's language is over by then, and is chosen anew."""
    rows = csv_lines(_cells(lines))
    while True:
        with translation.override(language):
            part = "".join(islice(rows, AT_ONCE))
        if not part:
            return
        yield part


def _cells(lines: Iterable[Line]) -> Iterator[Sequence[str]]:
    yield _("Time"), _("Who"), _("What"), _("Network address")
    for line in lines:
        at = timezone.localtime(line.at)
        yield f"{at:%Y-%m-%d %H:%M:%S}", line.who, line.sentence, line.address
