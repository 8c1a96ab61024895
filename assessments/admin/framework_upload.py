"""A framework's file in the administration: looked at first, and kept once it has been seen."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from assessments.admin.forms import FrameworkFileForm, free_slug
from assessments.admin.history import changes_in_words, snapshot_of
from assessments.admin.own_or_shared import OwnOrShared, edition_address
from assessments.admin.wording import own_changes, pillar_views
from assessments.framework_files import FrameworkFile
from assessments.framework_writing import toml_of
from assessments.models import Edition, Framework
from assessments.operations.as_file import own_words
from assessments.operations.comparing import steps_between
from assessments.operations.drafts import DraftHasChanged, contents_of
from assessments.operations.importing import (
    base_of,
    contents_from,
    import_as_draft,
    import_as_framework,
    print_of,
)
from forums.admin_scope import administered, is_system_administrator
from forums.models import Municipality
from plf.lib.collation import InDanish


class FrameworkUpload(OwnOrShared):
    """The pages of a file that comes in."""

    def get_urls(self) -> list[URLPattern]:
        upload = self.admin_site.admin_view(self.upload)
        return [path("hent/", upload, name="framework_upload"), *super().get_urls()]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """The choice of a file; what it would change; and, confirmed, the draft."""
        form = FrameworkFileForm(
            request.POST if request.method == "POST" else None,
            request.FILES or None,
            own=Municipality.objects.filter(pk__in=administered(request)).order_by(
                InDanish("name"), "pk"
            ),
            may_share=is_system_administrator(request),
        )
        if request.method != "POST" or not form.is_valid():
            return self._page(request, form, status=422 if form.is_bound else 200)
        framework = self._framework_of(request, form.cleaned_data["framework_file"])
        if "confirm" in request.POST and (draft := self._kept(request, form, framework)):
            return HttpResponseRedirect(edition_address(draft))
        return self._page(request, form, **self._seen(form, framework))

    def _framework_of(self, request: HttpRequest, file: FrameworkFile) -> Framework | None:
        """The one that the file belongs to; another owner's is as if it were not there."""
        own = Q() if is_system_administrator(request) else Q(municipality__in=administered(request))
        return Framework.objects.filter(own, slug=file.slug).first()

    def _kept(
        self, request: HttpRequest, form: FrameworkFileForm, framework: Framework | None
    ) -> Edition | None:
        """The draft that it became; None where somebody wrote in the meantime."""
        given = form.cleaned_data
        file, scale = given["framework_file"], given["scale"]
        if framework is None:
            draft = import_as_framework(
                file=file,
                scale=scale,
                municipality=given["municipality"],
                slug=free_slug(file.slug),
            )
            self.log_addition(request, draft.framework, gettext("Read from a file."))
            self.log_addition(request, draft, gettext("Read from a file."))
        else:
            told = self._told(base_of(framework), file, Edition(**own_words(file, scale)))
            try:
                draft = import_as_draft(
                    file=file,
                    scale=scale,
                    framework=framework,
                    as_read=request.POST.get("as_read", ""),
                )
            except DraftHasChanged:
                refusal = gettext("The draft has changed in the meantime. Look at it again.")
                self.message_user(request, refusal, messages.WARNING)
                return None
            self.log_change(request, draft, told)
        self.message_user(
            request,
            gettext("The file is a draft now. Nobody sees it before you take it in use."),
            messages.SUCCESS,
        )
        return draft

    def _told(self, base: Edition | None, file: FrameworkFile, after: Edition) -> str:
        """What the file changes, for the draft's history."""
        lines = [gettext("Read from a file.")]
        if base:
            before = snapshot_of(base)
            contents = contents_from(file, before.contents)
            lines.append(changes_in_words(before, snapshot_of(after, contents)))
        return "\n".join(lines)

    # --- what is shown ---

    def _seen(self, form: FrameworkFileForm, framework: Framework | None) -> dict[str, Any]:
        """The file beside what it would change."""
        file = form.cleaned_data["framework_file"]
        base = base_of(framework) if framework else None
        before = contents_of(base) if base else ()
        steps = steps_between(before, contents_from(file, before))
        after = Edition(**own_words(file, form.cleaned_data["scale"]))
        own = own_changes(base, after)
        return {
            "seen": file,
            "after": after,
            "content": toml_of(file),
            "framework": framework,
            "base": base,
            "as_read": print_of(base),
            "own_changes": own,
            "pillars": pillar_views(steps),
            "removed": steps.removed,
            "unread": sorted(file.model_extra or {}),
            "nothing_new": (
                base is not None and steps.is_same and not own and base.extra == after.extra
            ),
        }

    def _page(
        self, request: HttpRequest, form: FrameworkFileForm, *, status: int = 200, **seen: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Read a framework from a file"),
            "opts": self.opts,
            "form": form,
            "media": self.media,
            "back": reverse("admin:assessments_framework_changelist"),
            "seen": None,
            **seen,
        }
        name = "preview" if seen else "upload"
        return TemplateResponse(
            request, f"admin/assessments/framework/{name}.html", context, status=status
        )
