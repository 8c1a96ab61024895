"""Frameworks: the municipality's own, and the shared ones."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.admin.forms import FrameworkForm
from assessments.admin.framework_upload import FrameworkUpload
from assessments.admin.own_or_shared import edition_address
from assessments.enums import EditionStatus
from assessments.framework_files import FOLDER, read_scale
from assessments.models import Edition, Framework
from assessments.operations.frameworks import begin_framework
from forums.admin_history import ToldChanges
from forums.admin_scope import is_system_administrator
from plf.lib.collation import InDanish


@admin.register(Framework)
class FrameworkAdmin(ToldChanges, FrameworkUpload):
    form = FrameworkForm
    fields = ("municipality", "name", "its_editions")
    list_display = ("name_in_order", "owner", "its_editions")
    list_select_related = ("municipality",)
    list_filter = (("municipality", admin.RelatedOnlyFieldListFilter),)
    search_fields = danish_search = ("name",)
    in_order = (InDanish("name"), "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        editions = Edition.objects.order_by("-number")
        return super().get_queryset(request).prefetch_related(Prefetch("editions", editions))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), "its_editions")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("municipality", "name") if obj is None else super().get_fields(request, obj)

    def municipality_id_of(self, obj: Any) -> int | None:
        """Of a framework, or of the draft that an uploaded file became."""
        framework = obj.framework if isinstance(obj, Edition) else obj
        municipality_id: int | None = framework.municipality_id
        return municipality_id

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what was never taken in use."""
        if obj is None or not self.owns(request, obj):
            return False
        return all(edition.is_draft for edition in obj.editions.all())

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.required = not is_system_administrator(request)
        return field

    @admin.display(description=_("name"), ordering=InDanish("name"))
    def name_in_order(self, framework: Framework) -> str:
        return framework.name

    @admin.display(description=_("owner"))
    def owner(self, framework: Framework) -> str:
        return str(framework.municipality or gettext("shared by all"))

    @admin.display(description=_("editions"))
    def its_editions(self, framework: Framework) -> SafeString:
        """The way to each edition, the newest first."""
        return format_html_join(
            " · ",
            '<a href="{}">{}&nbsp;{}, {}</a>',
            (
                (edition_address(edition), gettext("edition"), edition.number, _status(edition))
                for edition in framework.editions.all()
            ),
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        framework = self.get_object(request, unquote(object_id))
        related = [
            (
                reverse("admin:assessments_edition_history", args=[edition.pk]),
                gettext("edition %d") % edition.number,
            )
            for edition in (framework.editions.all() if framework else ())
        ]
        return super().history_view(request, object_id, {"related": related, "undo": True})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            begin_framework(
                framework=obj,
                question=gettext(
                    "To what degree do you find that we in {forum} succeed with this?"
                ),
                scale=read_scale(FOLDER / "scale.toml"),
            )

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """On to the empty draft, where the work is."""
        self.message_user(request, gettext("Here is the draft. Write the goals."), messages.SUCCESS)
        return HttpResponseRedirect(edition_address(obj.editions.latest("number")))


def _status(edition: Edition) -> str:
    return str(EditionStatus(edition.status).label)
