"""The members as a file, for those who administer them; that it was taken is logged."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from audit.enums import Kind
from audit.operations import Deed
from dashboards.views._seen import note
from forums.bulk.members import member_rows
from forums.models import Municipality
from plf.lib.csv_files import csv_lines


@require_safe
def members_file(request: HttpRequest, municipality_id: int) -> HttpResponse:
    """The import's template: the headings, and under them those who are members now."""
    own = Municipality.objects.administered_by(person(request))
    municipality = own.filter(pk=municipality_id).first()
    if municipality is None:
        raise Http404
    now = timezone.now()
    taken = Deed(
        kind=Kind.EXPORTED,
        municipality_id=municipality.pk,
        name=_("the list of members"),
        detail="csv",
    )
    note(request, [taken], now)
    return HttpResponse(
        csv_lines(member_rows(municipality, now)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="medlemmer.csv"'},
    )
