"""Members in bulk: a file, what it would change, and the change."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import person
from forums.bulk.keeping import Kept, NotKept, pack, unpack
from forums.bulk.plan import Plan, plan_import
from forums.enums import Role
from forums.forms import ImportForm
from forums.models import Municipality
from forums.operations import ImportHasChanged, import_members
from plf.lib.collation import InDanish


def _own_or_403(request: HttpRequest) -> list[Municipality]:
    own = Municipality.objects.administered_by(person(request))
    found = list(own.order_by(InDanish("name"), "pk"))
    if not found:
        raise PermissionDenied
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def members_import(request: HttpRequest) -> HttpResponse:
    """Choose a file; see what it would change; let it. Nothing is written before the last step."""
    own = _own_or_403(request)
    if "table" in request.POST:
        return _carry_out(request, own)
    form = ImportForm(
        request.POST if request.method == "POST" else None, request.FILES or None, own=own
    )
    if not form.is_valid():
        return _form_page(request, form)
    table, complete = form.cleaned_data["file"], form.cleaned_data["complete"]
    now = timezone.now()
    plan = plan_import(table=table, municipality=form.chosen, complete=complete, now=now)
    return _preview(request, form.chosen, Kept(table, complete, plan.mark), plan)


def _form_page(request: HttpRequest, form: ImportForm) -> HttpResponse:
    context = {
        "form": form,
        "own": form.own,
        "roles": [(row, [row.role_word(role) for role in Role]) for row in form.own],
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "forums/members_import.html", context, status=status)


def _preview(
    request: HttpRequest,
    municipality: Municipality,
    kept: Kept,
    plan: Plan,
    *,
    has_changed: bool = False,
) -> HttpResponse:
    may_import = not plan.refused and not plan.is_empty
    context = {
        "municipality": municipality,
        "plan": plan,
        "complete": kept.complete,
        "has_changed": has_changed,
        "may_import": may_import,
        "table": pack(kept, user_id=person(request).pk, municipality_id=municipality.pk)
        if may_import
        else "",
    }
    status = 409 if has_changed else 422 if plan.refused else 200
    return TemplateResponse(request, "forums/members_preview.html", context, status=status)


def _carry_out(request: HttpRequest, own: list[Municipality]) -> HttpResponse:
    """What was shown, unless members have changed since: then it is shown again as it is now."""
    municipality = next(
        (row for row in own if str(row.pk) == request.POST.get("municipality")), None
    )
    if municipality is None:
        raise Http404
    try:
        kept = unpack(
            request.POST["table"],
            user_id=person(request).pk,
            municipality_id=municipality.pk,
        )
    except NotKept:
        messages.warning(request, _("The preview is more than an hour old. Choose the file again."))
        return redirect("forums:members_import")
    try:
        plan = import_members(
            table=kept.table,
            municipality=municipality,
            complete=kept.complete,
            mark=kept.mark,
            by=person(request),
            now=timezone.now(),
        )
    except ImportHasChanged as changed:
        kept = Kept(kept.table, kept.complete, changed.plan.mark)
        return _preview(request, municipality, kept, changed.plan, has_changed=True)
    messages.success(
        request,
        _("The import is made: %(new)s new, %(changed)s changed, %(left)s have left.")
        % {"new": len(plan.new), "changed": len(plan.changed), "left": len(plan.leaving)},
    )
    return redirect("forums:members_import")
