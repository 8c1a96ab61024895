"""What of the administration a person sees and changes: their own municipality, nothing else.

Every admin class stands on `OwnMunicipality`. No rows of Django's own permissions are used: who
administers what follows from `Municipality.objects.administered_by`.
"""

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import IntegrityError, models
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import DateField, DateTimeField, DateTimeInput, HiddenInput, ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst

from audit.enums import Kind
from audit.operations import Deed, log_all
from forums.models import Municipality
from plf.lib.addresses import KEY
from plf.lib.collation import Spelled, spelled
from plf.lib.days import require_day_that_can_be_meant

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline


def administered(request: HttpRequest) -> frozenset[int]:
    """The municipalities that the person administers; the database is asked once a request."""
    kept: frozenset[int] | None = getattr(request, "administered_ids", None)
    if kept is None:
        own = Municipality.objects.administered_by(request.user)  # type: ignore[arg-type]
        kept = frozenset(own.order_by("pk").values_list("pk", flat=True))
        request.administered_ids = kept  # type: ignore[attr-defined]
    return kept


def is_system_administrator(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated and request.user.is_superuser)


class Day(DateField):
    default_validators = [require_day_that_can_be_meant]


class Moment(DateTimeField):
    default_validators = [require_day_that_can_be_meant]


def moment(**options: Any) -> Moment:
    """A day and a time in the browser's own field; without seconds."""
    return Moment(**{**options, "widget": DateTimeInput(MOMENT, format="%Y-%m-%dT%H:%M")})


# How the lists' own filters ask.
FILTER_ENDINGS = ("__exact", "__id__exact", "__isnull")
MOMENT = {"type": "datetime-local"}


class SearchedChoice(AutocompleteSelect):
    """Django's widget queries whatever was posted and fails on values that are no primary key."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if KEY.fullmatch(str(key))], attrs)


class OwnRows:
    """Foreign keys of forms and inlines offer own rows only; times are asked plainly."""

    admin_site: admin.AdminSite
    formfield_overrides: ClassVar[Any] = {
        models.DateField: {"form_class": Day},
        models.DateTimeField: {"form_class": moment},
    }

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest
    ) -> QuerySet[Any] | None:
        return self.admin_site.get_model_admin(db_field.related_model).get_queryset(request)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", SearchedChoice(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class OwnMunicipality(OwnRows, ModelAdmin):
    """Rows of the municipalities that the person administers."""

    municipality_path = "municipality"
    actions = None
    show_facets = admin.ShowFacets.NEVER
    danish_search: tuple[str, ...] = ()
    in_order: tuple[Any, ...] = ()

    # --- which rows ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(self.scope(request))

    def scope(self, request: HttpRequest) -> Q:
        return Q(**{f"{self.municipality_path}__in": administered(request)})

    def owns(self, request: HttpRequest, obj: Model | None) -> bool:
        """True where the row is the person's to change; without a row: where any could be."""
        if obj is None:
            return bool(administered(request))
        return self.municipality_id_of(obj) in administered(request)

    def municipality_id_of(self, obj: Any) -> int | None:
        municipality_id: int | None = obj.municipality_id
        return municipality_id

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """What is not there and what is another's look the same: not found."""
        raise Http404

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever saves the same as another at the same moment is second.

        The database has refused it and all of it is undone: their form is judged anew by what is
        there now, and says at its place what is wrong.
        """
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)

    # --- the log ---

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._log(obj, Kind.ADDED)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._log(obj, Kind.CHANGED)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._log(obj, Kind.DELETED)
        return super().log_deletions(request, queryset)

    def _log(self, obj: Any, kind: Kind) -> None:
        """That it was done, and to what; not which words were changed."""
        log_all(self.deeds(obj, kind), now=timezone.now())

    def deeds(self, obj: Any, kind: Kind) -> list[Deed]:
        """The row of each municipality whose thing it is."""
        return [
            Deed(
                kind=kind,
                municipality_id=self.municipality_id_of(obj),
                name=str(obj),
                detail=obj._meta.label_lower,
            )
        ]

    # --- what may be done ---

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.owns(request, None)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.owns(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.owns(request, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.owns(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # --- lists ---

    def get_ordering(self, request: HttpRequest) -> Any:
        return self.in_order

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the list offers as a filter: an address cannot ask for a password's letters."""
        offered = [item[0] if isinstance(item, tuple) else item for item in self.list_filter]
        return lookup in {f"{name}{end}" for name in offered for end in FILTER_ENDINGS}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Every word, whatever its capitals, Æ, Ø and Å too."""
        for word in search_term.split():
            found = Q()
            for number, column in enumerate(self.danish_search):
                queryset = queryset.alias(**{f"key_{number}": Spelled(column)})
                found |= Q(**{f"key_{number}__contains": spelled(word)})
            queryset = queryset.filter(found)
        return queryset, False

    # --- forms ---

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever administers one municipality is not told which on every page."""
        fields = super().get_fields(request, obj)
        if obj is None or len(administered(request)) > 1:
            return fields
        return [field for field in fields if field != "municipality"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nothing moves to another municipality."""
        own = tuple(super().get_readonly_fields(request, obj))
        return own if obj is None else (*own, "municipality")

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Whoever administers one municipality is not asked which."""
        own = administered(request)
        if db_field.related_model is Municipality and len(own) == 1:
            kwargs |= {"widget": HiddenInput(), "initial": next(iter(own))}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        """The button for one more row reads "Tilføj endnu en person"; Django makes it "Person"."""
        formsets: list[Any] = super().get_inline_formsets(*args, **kwargs)
        for formset in formsets:
            data = json.loads(formset.inline_formset_data())
            name = str(formset.opts.verbose_name)
            words = data["options"]["addText"].replace(capfirst(name), name)
            data["options"]["addText"] = words
            formset.inline_formset_data = json.dumps(data)
        return formsets

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """The page before deleting names the row itself; what goes with it is only counted."""
        _, counts, needed, protected = super().get_deleted_objects(objs, request)
        return [str(obj) for obj in objs], counts, needed, protected


class OwnInline(OwnRows, TabularInline):
    """Rows below one that the person may see; they change with it."""

    def _parent_may_change(self, request: HttpRequest, obj: Any) -> bool:
        parent = self.admin_site.get_model_admin(self.parent_model)
        return bool(parent.has_change_permission(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def without_buttons(field: Any) -> Any:
    """A choice of rows without the small buttons for adding and changing them."""
    if isinstance(field, ModelChoiceField):
        for action in ("add", "change", "delete", "view"):
            setattr(field.widget, f"can_{action}_related", False)
    return field
