"""The administration: for administrators only, with a front page that says what is under way."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from assessments.admin_front_page import front_page
from forums.admin_scope import administered, is_system_administrator

OURS = ("assessments", "forums", "accounts")
ELSEWHERE = {"logout", "password_change", "password_change_done", "view_on_site"}


class PlfAdminSite(admin.AdminSite):
    site_title = _("Administration")
    site_header = _("Administration")
    index_title = _("What is under way")
    index_template = "admin/front_page.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only the project's own apps are administered: what packages bring is left out."""
        models = (
            model_or_iterable
            if isinstance(model_or_iterable, list | tuple)
            else [model_or_iterable]
        )
        ours = [model for model in models if model._meta.app_label in OURS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff who administer a municipality now, and the system administrator."""
        if not super().has_permission(request):
            return False
        return is_system_administrator(request) or bool(administered(request))

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Whoever is signed in and may not be here is told so, and not asked to sign in again.
        What no database can look for is asked of none."""
        inner = super().admin_view(view, cacheable)

        def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            if "%00" in request.GET.urlencode():  # PostgreSQL's texts hold no NUL
                raise BadRequest
            return inner(request, *args, **kwargs)

        return update_wrapper(allowed, inner)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Signing out and passwords have their pages outside the administration."""
        return [url for url in super().get_urls() if getattr(url, "name", None) not in ELSEWHERE]

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one page to sign in; it brings the person back to where they were going."""
        if request.user.is_authenticated:
            raise PermissionDenied
        onward = request.GET.get("next") or resolve_url("admin:index")
        return redirect_to_login(onward, resolve_url(settings.LOGIN_URL))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """In the order of the work: rounds and frameworks, forums, people."""
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: OURS.index(app["app_label"]))

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        page = front_page(request, timezone.now())
        return super().index(request, {**(extra_context or {}), "page": page})
