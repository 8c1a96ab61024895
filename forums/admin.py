"""The organisation in the administration: municipality, units, forums and their members."""

from itertools import pairwise
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from forums.admin_forms import (
    AdministratorForm,
    AdministratorFormSet,
    ForumForm,
    MembershipForm,
    MembershipFormSet,
    MunicipalityForm,
    NewMembershipForm,
    UnitForm,
)
from forums.admin_history import ToldChanges
from forums.admin_scope import (
    OwnInline,
    is_system_administrator,
    without_buttons,
)
from forums.models import Administrator, Forum, Membership, Municipality, Unit
from forums.operations import (
    add_member,
    appoint,
    change_seats,
    choose_chief,
    remove_posts,
    remove_seats,
)
from plf.lib.collation import InDanish


class AdministratorInline(OwnInline):
    """Who administers the municipality; the system administrator says so."""

    model = Administrator
    form = AdministratorForm
    formset = AdministratorFormSet
    fields = ("user", "starts_at", "ends_at")
    autocomplete_fields = ("user",)
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Municipality)
class MunicipalityAdmin(ToldChanges):
    form = MunicipalityForm
    list_display = ("name", "smallest_group")
    search_fields = danish_search = ("name",)
    in_order = (InDanish("name"), "pk")
    municipality_path = "pk"

    class Media:
        js = ("js/admin-search.js",)

    def municipality_id_of(self, obj: Any) -> int | None:
        return obj.pk  # type: ignore[no-any-return]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_system_administrator(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_system_administrator(request) or super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_system_administrator(request) or super().has_view_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whoever chooses the server that says who people are could be anybody: not in-house."""
        own = ("slug", "cvr", "sign_in_server", "sign_in_client")
        return () if is_system_administrator(request) else own

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [AdministratorInline] if obj and is_system_administrator(request) else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        now = timezone.now()
        changed = formset.save(commit=False)
        remove_posts(posts=formset.deleted_objects, now=now)
        for administrator in changed:
            appoint(administrator=administrator, now=now)


@admin.register(Unit)
class UnitAdmin(ToldChanges):
    form = UnitForm
    fields = ("municipality", "name", "kind")
    list_display = ("name_in_order", "kind")
    list_filter = (("municipality", admin.RelatedOnlyFieldListFilter),)
    search_fields = danish_search = ("name",)
    in_order = (InDanish("name"), "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.owns(request, obj)

    @admin.display(description=_("name"), ordering=InDanish("name"))
    def name_in_order(self, unit: Unit) -> str:
        return unit.name


class MembersInline(OwnInline):
    """Those who are in the forum, and were. A change of role ends one row and begins another."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    fields = ("user", "role", "is_lead", "starts_at", "ends_at")
    readonly_fields = ("user",)
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows: QuerySet[Membership] = super().get_queryset(request)
        return rows.select_related("user", "forum__municipality").order_by(
            F("ends_at").desc(nulls_first=True), InDanish("user__name"), "pk"
        )


class NewMembersInline(OwnInline):
    """People of the municipality who come into the forum, now or later."""

    model = Membership
    form = NewMembershipForm
    formset = MembershipFormSet
    fields = ("user", "role", "starts_at")
    autocomplete_fields = ("user",)
    extra = 1
    verbose_name = _("person")
    verbose_name_plural = _("new members")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_buttons(field) if db_field.name == "user" else field


@admin.register(Forum)
class ForumAdmin(ToldChanges):
    form = ForumForm
    fields = ForumForm.Meta.fields
    list_display = ("name_in_order", "unit", "level", "people", "closed_at")
    list_select_related = ("unit",)
    list_filter = (("municipality", admin.RelatedOnlyFieldListFilter), "level")
    search_fields = danish_search = ("name",)
    in_order = (InDanish("name"), "pk")
    autocomplete_fields = ("chief",)

    class Media:
        js = ("js/admin-search.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        current = Membership.objects.current(timezone.now()).values("pk")
        forums: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = forums.annotate(
            people=Count("memberships", filter=Q(memberships__in=current))
        )
        return counted

    @admin.display(description=_("name"), ordering=InDanish("name"))
    def name_in_order(self, forum: Forum) -> str:
        return forum.name

    @admin.display(description=_("members"), ordering="people")
    def people(self, forum: Any) -> int:
        return int(forum.people)

    @admin.display(description=_("somebody new"))
    def new_person(self, forum: Forum) -> str:
        """The way to a person who is not in the system yet."""
        address = reverse("admin:accounts_user_add", query={"forum": forum.pk})
        return format_html('<a href="{}">{}</a>', address, _("Add a new person to the forum"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return fields if obj is None else [*fields, "new_person"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else (*fields, "new_person")

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [MembersInline, NewMembersInline] if obj else []

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        """Whoever comes is compared with those who stay as the page has them, not the database."""
        # Django's own, which its types leave out: no public method has them all at once.
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        for above, below in pairwise(formsets):
            below.above = above
        return formsets, inlines

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_buttons(field)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a forum that nobody was ever in; others are closed."""
        return obj is not None and self.owns(request, obj) and not obj.memberships.exists()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if "chief" in form.changed_data:
            choose_chief(forum=obj, now=timezone.now())
        else:
            super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        now = timezone.now()
        remove_seats(seats=formset.deleted_objects, now=now)
        for seat in formset.new_objects:
            starts_at = max(seat.starts_at, now)
            add_member(
                user=seat.user, forum=seat.forum, role=seat.role, starts_at=starts_at, now=now
            )
        change_seats(changed=formset.changed_objects, now=now)
