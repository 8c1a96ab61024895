"""Rounds: where they stand. Who has answered is nowhere to be seen.

Rounds are planned and changed on their own pages, by leads, facilitators and administrators alike.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.admin.forms import RoundNameForm
from assessments.admin_front_page import has_page, standing_of
from assessments.deeds import round_deed
from assessments.enums import RoundState
from assessments.models import Round, RoundForum
from assessments.operations.rounds import rename_round
from audit.enums import Kind
from audit.operations import Deed
from forums.admin_history import ToldChanges
from plf.lib.collation import InDanish


@admin.register(Round)
class RoundAdmin(ToldChanges):
    change_form_template = "admin/assessments/round/change_form.html"
    list_display = ("name", "state", "kind", "standing", "opens_at", "closes_at")
    list_filter = (("municipality", admin.RelatedOnlyFieldListFilter), "kind")
    search_fields = danish_search = ("name",)
    in_order = ("-opens_at", "-pk")
    fields = (
        "name",
        "state",
        "edition",
        "kind",
        "standing",
        "opens_at",
        "closes_at",
        "results_open_at",
        "release_delay_days",
        "invites_chief",
        "sends_reminders",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = RoundForum.objects.select_related("forum").order_by(InDanish("forum__name"), "pk")
        return super().get_queryset(request).prefetch_related(Prefetch("round_forums", rows))

    def deeds(self, obj: Any, kind: Kind) -> list[Deed]:
        """Planning and changing are logged where they are done, from all pages alike."""
        gone = kind == Kind.DELETED
        return [round_deed(Kind.ROUND_CANCELLED, obj)] if gone else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The name of a round that has opened; what is only planned is changed as a plan."""
        return self.owns(request, obj) and (obj is None or obj.opened_at is not None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only before it opens, when nobody can have answered, and where no page can cancel it."""
        return (
            obj is not None
            and self.owns(request, obj)
            and obj.opened_at is None
            and not has_page(obj)
        )

    # --- the list ---

    @admin.display(description=_("state"))
    def state(self, round_: Round) -> str:
        return str(RoundState(round_.state(timezone.now())).label)

    @admin.display(description=_("forums, and how many had answered at midnight"))
    def standing(self, round_: Round) -> str:
        return "; ".join(standing_of(round_, row) for row in round_.round_forums.all())

    # --- one round ---

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return redirect("assessments:plan")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name != "name")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return super().get_form(request, obj, change, form=RoundNameForm, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        context["has_page"] = has_page(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        rename_round(round_=obj, name=obj.name)
