"""How allauth is to behave here."""

from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.image.svg import SvgPathFillImage

from accounts.changes import AS_ALLAUTH_SAYS, tell_of_change
from accounts.known_browser import knows, remember
from accounts.models import User
from accounts.sign_in_mails import CODE, NEW_PASSWORD, post_at_once
from audit.enums import Kind


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: people are invited by their municipality."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy(
            "The e-mail or the password is not right. Try again, or get a code by mail instead."
        )
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: "User", **details: Any) -> HttpResponse:
        """A browser that has chosen no language reads in the language of its person."""
        response: HttpResponse = super().post_login(request, user, **details)
        has_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if user.language != settings.LANGUAGE_CODE and not has_chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            )
        remember(response, user.email)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """A browser that the person has signed in with before has attempts of its own: whoever
        tries passwords from elsewhere locks nobody out of their own machine."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:known" if knows(request, credentials.get("email", "")) else key

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, and with the same work whether or not anybody has the address."""
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        with translation.override(person.language if person else settings.LANGUAGE_CODE):
            if "password_reset_url" in context:
                self._post_link(person, context["password_reset_url"])
            else:
                self._post_code(person, context.get("code", ""))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """All changes of a sign-in that allauth makes come by here."""
        self.note_change(user=user, kind=AS_ALLAUTH_SAYS[template_prefix], now=timezone.now())

    def note_change(self, *, user: User, kind: Kind, now: datetime) -> None:
        """The person is told; whoever stands above this app may do more."""
        tell_of_change(user=user, kind=kind, now=now)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the product's own address, whatever host the request was sent to."""
        uidb36, token = key.split("-", 1)
        path = reverse("account_reset_password_from_key", args=[uidb36, token])
        return f"{settings.SITE_URL}{path}"

    @staticmethod
    def _post_link(person: User | None, url: str) -> None:
        post_at_once(
            to=person,
            kind=NEW_PASSWORD,
            subject=_("Choose a new password for PLF"),
            body=_(
                "Somebody, probably you, has asked for a new password for PLF.\n\n"
                "The link works for an hour, and once. If it was not you, let it be: "
                "your password stays as it is."
            ),
            url=url,
            button=_("Choose a new password"),
            now=timezone.now(),
        )

    @staticmethod
    def _post_code(person: User | None, code: str) -> None:
        post_at_once(
            to=person,
            kind=CODE,
            subject=_("Your code for PLF: {code}").format(code=code),
            body=_(
                "Your code is {code}\n\n"
                "Write it on the page where you asked for it. It works for a quarter of an hour. "
                "If you did not ask for it, let it be, and give it to nobody."
            ).format(code=code),
            url="",
            button="",
            now=timezone.now(),
        )


class MFAAdapter(DefaultMFAAdapter):
    """The second factor. Its secrets lie encrypted in the database and in its backups."""

    def get_totp_issuer(self) -> str:
        return "PLF"

    def _get_site_name(self) -> str:
        return "PLF"

    def build_totp_svg(self, url: str) -> str:
        """On white in the dark too: not all apps read the other way round."""
        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return _("My passkey")

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(urlsafe_b64encode(sha256(f"second factor {key}".encode()).digest()))
            for key in keys
        ]
    )
