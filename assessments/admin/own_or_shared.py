"""What is the municipality's own, and what all municipalities share."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from assessments.models import Edition
from forums.admin_scope import OwnMunicipality, is_system_administrator


class OwnOrShared(OwnMunicipality):
    """Shared frameworks are seen and used by all, and changed by the system administrator."""

    def scope(self, request: HttpRequest) -> Q:
        return super().scope(request) | Q(**{f"{self.municipality_path}__isnull": True})

    def owns(self, request: HttpRequest, obj: Any) -> bool:
        if is_system_administrator(request):
            return True
        return super().owns(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        shared = obj is not None and self.municipality_id_of(obj) is None
        return super().has_view_permission(request, None if shared else obj)


def edition_address(edition: Edition) -> str:
    return reverse("admin:assessments_edition_change", args=[edition.pk])
