"""Editions: a draft is written, compared with what is in use, and taken in use."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from assessments.admin.edition_form import EditionForm
from assessments.admin.forms import free_slug
from assessments.admin.history import changes_in_words, snapshot_of
from assessments.admin.own_or_shared import OwnOrShared, edition_address
from assessments.admin.wording import changed_headings, goal_rows, own_changes
from assessments.enums import EditionStatus
from assessments.framework_writing import toml_of
from assessments.models import Edition, Round
from assessments.operations.as_file import file_of
from assessments.operations.comparing import steps_of
from assessments.operations.drafts import DraftHasChanged, fingerprint, lock_draft, save_draft
from assessments.operations.frameworks import (
    Change,
    EditionIsEmpty,
    EditionIsFrozen,
    compare,
    copy_framework,
    new_draft,
    take_in_use,
)
from forums.admin_scope import administered
from forums.models import Municipality
from plf.lib.addresses import KEY
from plf.lib.collation import InDanish


@admin.register(Edition)
class EditionAdmin(OwnOrShared):
    change_form_template = "admin/assessments/edition/change_form.html"
    municipality_path = "framework__municipality"
    list_display = ("edition", "status", "goal_count", "in_use_at")
    list_display_links = ("edition",)
    list_select_related = ("framework",)
    list_filter = (
        "status",
        ("framework__municipality", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = danish_search = ("framework__name",)
    in_order = (InDanish("framework__name"), "-number", "pk")
    draft_fieldsets = (
        (_("Question and scale"), {"fields": ("question", "stem", "levels", "no_answer")}),
        (
            _("House or list"),
            {
                "classes": ("collapse",),
                "fields": ("shape", "roof", "values", "foundation_name", "foundation"),
            },
        ),
        (
            _("Motto and words"),
            {
                "classes": ("collapse",),
                "fields": (
                    "motto",
                    "why",
                    ("pillar_word", "pillar_words"),
                    ("goal_word", "goal_words"),
                    "local_translation",
                ),
            },
        ),
    )

    class Media:
        js = ("js/admin-edition.js",)

    # --- rows and rights ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        editions: QuerySet[Any] = super().get_queryset(request).select_related("framework")
        counted: QuerySet[Any] = editions.annotate(goal_total=Count("pillars__goals"))
        return counted

    def municipality_id_of(self, obj: Any) -> int | None:
        municipality_id: int | None = obj.framework.municipality_id
        return municipality_id

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Editions come from "Lav ny udgave", first ones with their framework."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    # --- the list ---

    @admin.display(description=_("edition"), ordering=InDanish("framework__name"))
    def edition(self, edition: Edition) -> str:
        return str(edition)

    @admin.display(description=_("goals"))
    def goal_count(self, edition: Any) -> int:
        return int(edition.goal_total)

    # --- one edition ---

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.draft_fieldsets if self.has_change_permission(request, obj) else []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if self.has_change_permission(request, obj):
            kwargs["form"] = EditionForm
        return super().get_form(request, obj, change, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        edition: Edition = context["original"]
        form = context["adminform"].form
        writable = isinstance(form, EditionForm)
        if writable:
            context["errors"] = context["errors"] or (not form.is_valid() and form.is_bound)
        context |= {
            "contents": form.contents if writable else None,
            "pillars": []
            if writable
            else list(edition.pillars.order_by("position", "pk").prefetch_related("goals")),
            "is_ours": self.owns(request, edition),
            "current": Edition.objects.in_use().filter(framework=edition.framework_id).first(),
            "own_municipalities": self._own_municipalities(request),
            "title": str(edition),
            "subtitle": None,
            "show_save_and_add_another": False,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _own_municipalities(self, request: HttpRequest) -> list[Municipality]:
        return list(
            Municipality.objects.filter(pk__in=administered(request)).order_by(
                InDanish("name"), "pk"
            )
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = snapshot_of(self._edition(request, obj.pk))
        save_draft(
            edition=obj,
            pillars=list(form.contents.inputs()),
            as_read=form.cleaned_data["as_read"],
        )
        form.told = changes_in_words(before, snapshot_of(obj))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_take" in request.POST:
            return HttpResponseRedirect(reverse("admin:edition_take_in_use", args=[obj.pk]))
        if "_preview" in request.POST:
            return HttpResponseRedirect(reverse("admin:edition_preview", args=[obj.pk]))
        return super().response_change(request, obj)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        return form.told

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        return super().history_view(request, object_id, {"undo": True})

    # --- its own pages ---

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site.admin_view
        own = [
            path("<key:pk>/ny-udgave/", site(self.new_edition), name="edition_new"),
            path("<key:pk>/kopi/", site(self.copy), name="edition_copy"),
            path("<key:pk>/tag-i-brug/", site(self.take_in_use), name="edition_take_in_use"),
            path("<key:pk>/fil/", site(self.download), name="edition_download"),
            path("<key:pk>/vis/", site(self.preview), name="edition_preview"),
        ]
        return [*own, *super().get_urls()]

    def _edition(self, request: HttpRequest, pk: int) -> Edition:
        edition: Edition = get_object_or_404(self.get_queryset(request), pk=pk)
        return edition

    @method_decorator(require_safe)
    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The edition as its file."""
        edition = self._edition(request, pk)
        name = f"{edition.framework.slug}-udgave-{edition.number}.toml"
        return HttpResponse(
            toml_of(file_of(edition)),
            content_type="application/toml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @method_decorator(require_safe)
    @method_decorator(csp_update({"frame-src": [SELF]}))
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rating page on a phone and on a desk, beside each other."""
        edition = self._edition(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("As a member sees it"),
            "opts": self.opts,
            "edition": edition,
            "may_take": self.has_change_permission(request, edition),
            "is_nav_sidebar_enabled": False,  # the width is the screens'
            "media": self.media,
        }
        return TemplateResponse(request, "admin/assessments/edition/preview.html", context)

    @method_decorator(require_POST)
    def new_edition(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A button's answer: the draft that copies this edition, an older one too."""
        edition = self._edition(request, pk)
        if not self.owns(request, edition):
            raise PermissionDenied
        drafts = Edition.objects.filter(framework=edition.framework_id, status=EditionStatus.DRAFT)
        if existing := drafts.first():
            self.message_user(
                request,
                gettext(
                    "The framework has this draft already. Take it in use or delete it; then a new "
                    "one can be made."
                ),
                messages.WARNING,
            )
            return HttpResponseRedirect(edition_address(existing))
        draft = new_draft(edition=edition)
        self.log_addition(request, draft, gettext("Made from edition %d.") % edition.number)
        self.message_user(
            request,
            gettext("Here is your draft. Nobody sees it before you take it in use."),
            messages.SUCCESS,
        )
        return HttpResponseRedirect(edition_address(draft))

    @method_decorator(require_POST)
    def copy(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A button's answer: someone's framework as a draft of the municipality's own."""
        edition = self._edition(request, pk)
        own = self._own_municipalities(request)
        chosen = [row for row in own if str(row.pk) == request.POST.get("municipality")]
        if not chosen:
            raise PermissionDenied
        name = f"{edition.framework.name} ({chosen[0].name})"[:200]
        draft = copy_framework(
            edition=edition, municipality=chosen[0], slug=free_slug(name), name=name
        )
        self.log_addition(request, draft, gettext("Copied from %s.") % edition)
        self.message_user(
            request, gettext("Here is your own copy. Change it as you like."), messages.SUCCESS
        )
        return HttpResponseRedirect(edition_address(draft))

    def take_in_use(self, request: HttpRequest, pk: int) -> HttpResponse:
        """First what will change, word by word; then the change."""
        edition = self._edition(request, pk)
        if not self.has_change_permission(request, edition):
            raise PermissionDenied
        if request.method == "POST" and self._taken(request, edition):
            return HttpResponseRedirect(edition_address(edition))
        context = {
            **self.admin_site.each_context(request),
            **_what_changes(edition),
            "title": gettext("Take in use"),
            "opts": self.opts,
            "edition": edition,
            "as_read": fingerprint(edition.pk),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/assessments/edition/take_in_use.html", context)

    def _taken(self, request: HttpRequest, edition: Edition) -> bool:
        """Take the draft in use as it was shown; say why where it cannot be."""
        ticked = _numbers(request, "still_the_same")
        try:
            with transaction.atomic():
                lock_draft(edition_id=edition.pk, as_read=request.POST.get("as_read", ""))
                take_in_use(
                    edition=edition,
                    by=request.user,  # type: ignore[arg-type]
                    now=timezone.now(),
                    still_the_same=ticked,
                    begin_anew=_numbers(request, "equal") - ticked,
                )
        except (DraftHasChanged, EditionIsFrozen):
            refusal = gettext("The draft has changed in the meantime. Look at it again.")
        except EditionIsEmpty:
            refusal = gettext("Write at least one goal under each heading first.")
        else:
            self.log_change(request, edition, gettext("Taken in use."))
            self.message_user(
                request,
                gettext("The edition is in use. The next rounds can be planned on it."),
                messages.SUCCESS,
            )
            return True
        self.message_user(request, refusal, messages.WARNING)
        return False


def _what_changes(edition: Edition) -> dict[str, Any]:
    """The draft beside the edition in use, for the page before it takes its place."""
    comparison = compare(edition)
    steps = steps_of(comparison, edition)
    equal = goal_rows(comparison, steps, Change.SAME)
    return {
        "comparison": comparison,
        "planned": list(_planned_with(comparison.in_use)),
        "steps": steps,
        "own_changes": own_changes(comparison.in_use, edition),
        "headings": changed_headings(steps) if comparison.in_use else [],
        "changed": goal_rows(comparison, steps, Change.CHANGED),
        "around": [row for row in equal if not row.is_same],
        "new": comparison.of(Change.NEW),
        "back": comparison.of(Change.BACK),
        "same": [row for row in equal if row.is_same],
    }


def _planned_with(edition: Edition | None) -> QuerySet[Round]:
    """Rounds that have not opened, and keep the edition until their plan is changed."""
    planned = Round.objects.unsettled().filter(edition=edition, opened_at=None)
    return planned.order_by("opens_at", "pk")


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(pk) for pk in request.POST.getlist(name) if KEY.fullmatch(pk)}
