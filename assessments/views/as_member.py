"""An edition as a member will meet it, for those who write it: in a frame of the administration."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.requests import person
from assessments.forms import NO_ANSWER
from assessments.models import Edition
from assessments.operations.asked import goals_of
from assessments.views import _page
from forums.models import Forum, Municipality
from plf.lib.collation import InDanish


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def as_member(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The rating page with the edition's words, a draft's too; nothing can be answered here."""
    user = person(request)
    own = Municipality.objects.administered_by(user)
    if not (user.is_superuser or own.exists()):
        raise PermissionDenied
    edition = get_object_or_404(
        Edition.objects.administered_by(user).select_related("framework"), pk=edition_id
    )
    forums = Forum.objects.filter(municipality__in=own, closed_at=None)
    if edition.framework.municipality_id:
        forums = forums.filter(municipality=edition.framework.municipality_id)
    forum = forums.order_by(InDanish("name"), "pk").first() or Forum(
        name=_("A forum"), name_in_sentence=_("our forum")
    )
    now = timezone.now()
    shown = _page.as_if_open(edition, forum, now)
    goals = goals_of(edition, shown)
    context: dict[str, Any] = _page.page_context(shown, goals, {}, now) | {
        "pillars": _page.pillar_rows(edition, goals, {}, {}),
        "beside": NO_ANSWER,
        "beside_label": edition.no_answer,
    }
    return TemplateResponse(request, "assessments/as_member.html", context)
