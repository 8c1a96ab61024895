"""Pages for those who administer a municipality."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.requests import person
from forums.models import Municipality
from plf.lib.collation import InDanish


def own_or_403(request: HttpRequest) -> list[Municipality]:
    """The municipalities that the person administers now."""
    own = Municipality.objects.administered_by(person(request))
    found = list(own.order_by(InDanish("name"), "pk"))
    if not found and not person(request).is_superuser:
        raise PermissionDenied
    return found
