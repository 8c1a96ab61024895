"""A result as a file. Whoever sees the page may take it along, and nobody else.

Where the page says that the result is not there yet, the address leads to the page: it says when.
"""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.requests import person
from dashboards.exports.csv import csv_file
from dashboards.exports.json import json_file
from dashboards.exports.pdf import pdf_file
from dashboards.exports.taken import Taken
from dashboards.exports.xlsx import xlsx_file
from dashboards.queries.lookup import find
from dashboards.queries.result import forum_result
from dashboards.queries.shared import shared_result
from dashboards.views._seen import note_result

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def result_pdf(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    return _export(request, round_id, forum_id, pdf_file, "pdf", "application/pdf")


@require_safe
def result_xlsx(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    return _export(request, round_id, forum_id, xlsx_file, "xlsx", XLSX)


@require_safe
def result_csv(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    return _export(request, round_id, forum_id, csv_file, "csv", "text/csv; charset=utf-8")


@require_safe
def result_json(request: HttpRequest, round_id: int, forum_id: int) -> HttpResponse:
    return _export(request, round_id, forum_id, json_file, "json", "application/json")


def _export(
    request: HttpRequest,
    round_id: int,
    forum_id: int,
    made: Callable[[Taken], bytes],
    ending: str,
    content_type: str,
) -> HttpResponse:
    now = timezone.now()
    taken = _take(request, round_id, forum_id, now)
    if taken is None:
        return redirect("dashboards:result", round_id=round_id, forum_id=forum_id)
    note_result(request, taken.round_forum, now, taken_as=ending)
    response = HttpResponse(made(taken), content_type=content_type)
    name = content_disposition_header(as_attachment=True, filename=taken.file_name(ending))
    response.headers["Content-Disposition"] = name or "attachment"
    return response


def _take(request: HttpRequest, round_id: int, forum_id: int, now: datetime) -> Taken | None:
    """None where this person does not see the result, or it was lost before it was sealed."""
    found = find(person(request), round_id, forum_id, now)
    row = found.round_forum
    if not found.may_see:
        return None
    result = shared_result(row, now) if row.round.is_shared else forum_result(row, now)
    return Taken(row, result) if result is not None else None
