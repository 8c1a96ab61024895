"""Rounds: planned, opened, and where they stand. Who has answered is nowhere to be seen."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.admin.forms import RoundForm, RoundNameForm
from assessments.admin_front_page import standing_of
from assessments.deeds import round_deed
from assessments.enums import RoundState
from assessments.models import Edition, Round, RoundForum
from assessments.operations.rounds import change_plan, open_round, plan_round, rename_round
from audit.enums import Kind
from audit.operations import Deed
from forums.admin_scope import OwnMunicipality, administered, without_buttons
from forums.models import Forum
from plf.lib.collation import InDanish


@admin.register(Round)
class RoundAdmin(OwnMunicipality):
    list_display = ("name", "state", "kind", "standing", "opens_at", "closes_at")
    list_filter = (("municipality", admin.RelatedOnlyFieldListFilter), "kind")
    search_fields = danish_search = ("name",)
    in_order = ("-opens_at", "-pk")
    plan_fields = (
        "municipality",
        "name",
        "edition",
        "kind",
        "chosen",
        "opens_at",
        "closes_at",
        "results_open_at",
        "release_delay_days",
        "invites_chief",
        "sends_reminders",
    )
    shown_fields = (
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

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only before it opens: until then nobody can have answered."""
        return obj is not None and self.owns(request, obj) and obj.opened_at is None

    # --- the list ---

    @admin.display(description=_("state"))
    def state(self, round_: Round) -> str:
        return str(RoundState(round_.state(timezone.now())).label)

    @admin.display(description=_("forums, and how many had answered at midnight"))
    def standing(self, round_: Round) -> str:
        return "; ".join(standing_of(round_, row) for row in round_.round_forums.all())

    # --- one round ---

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and obj.opened_at is not None:
            return self.shown_fields
        one = obj is not None and len(administered(request)) == 1
        return self.plan_fields[1:] if one else self.plan_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is not None and obj.opened_at is not None:
            return tuple(name for name in self.shown_fields if name != "name")
        return super().get_readonly_fields(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None and obj.opened_at is not None:
            return super().get_form(request, obj, change, form=RoundNameForm, **kwargs)
        form: Any = super().get_form(request, obj, change, form=RoundForm, **kwargs)
        form.own_forums = Forum.objects.filter(
            municipality__in=administered(request), closed_at=None
        ).order_by(InDanish("name"), "pk")
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "edition":
            kwargs["queryset"] = (
                Edition.objects.administered_by(request.user)  # type: ignore[arg-type]
                .in_use()
                .select_related("framework")
                .order_by(InDanish("framework__name"), "pk")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_buttons(field)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if isinstance(form, RoundNameForm):
            rename_round(round_=obj, name=obj.name)
            return
        now = timezone.now()
        forums = list(form.cleaned_data["chosen"])
        if change:
            change_plan(round_=obj, forums=forums, now=now)
        else:
            planned = plan_round(
                municipality=obj.municipality,
                edition=obj.edition,
                name=obj.name,
                kind=obj.kind,
                forums=forums,
                opens_at=obj.opens_at,
                closes_at=obj.closes_at,
                results_open_at=obj.results_open_at,
                release_delay_days=obj.release_delay_days,
                invites_chief=obj.invites_chief,
                sends_reminders=obj.sends_reminders,
                now=now,
            )
            obj.pk = planned.pk
        if obj.opens_at <= now:
            open_round(round_=obj, now=now)
            self.message_user(request, gettext("The round is open."), messages.SUCCESS)
