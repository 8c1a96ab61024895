"""The links of the menu that not everybody has; asked along with what a page asks anyway."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Exists, Model, QuerySet

from forums.models import Administrator, Forum

if TYPE_CHECKING:
    from accounts.models import User

M = TypeVar("M", bound=Model)


def with_menu(rows: "QuerySet[M]", user: "User", now: datetime) -> "QuerySet[M]":
    """Each row tells what `menu_of` needs to know of the person."""
    annotated: QuerySet[M] = rows.annotate(
        reads_overview=Exists(Forum.objects.read_by_chief(user, now)),
        has_post=Exists(Administrator.objects.current(now).filter(user=user)),
    )
    return annotated


def menu_of(user: "User", row: Any) -> dict[str, bool]:
    """The same condition as the administration's own: it is shut to those who have no post now."""
    return {
        "overview": row.reads_overview,
        "admin": user.is_staff and (user.is_superuser or row.has_post),
    }
