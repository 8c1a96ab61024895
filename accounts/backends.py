"""Who is behind a session: asked at nearly every request, by a query that is put together once."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from plf.lib.prepared import Prepared, number

KNOWN = Prepared(lambda: User.objects.order_by().filter(pk=number("user")), is_of_one=True)


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = KNOWN.first(user=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
