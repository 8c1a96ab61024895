"""What every page may need; nothing here asks the database until a template does."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from forums.menu import menu_of, with_menu
from forums.sign_in import is_offered
from plf.lib.middleware import seconds_left
from plf.lib.prepared import Prepared, moment, number


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "demo_mode": settings.DEMO,
        "nav": SimpleLazyObject(lambda: _nav(request)),
        "own_sign_in": is_offered,
        "session_left": lambda: seconds_left(request),
    }


MENU = Prepared(
    lambda: with_menu(
        User.objects.filter(pk=number("user")).only("pk"), number("user"), moment("now")
    ).order_by("pk")
)


def _nav(request: HttpRequest) -> dict[str, bool]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"overview": False, "admin": False}
    return menu_of(user, MENU.first(user=user.pk, now=timezone.now()))
