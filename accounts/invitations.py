"""Inviting a person to set up how they sign in: a link by mail, good once and for two weeks.

The link lets its receiver choose a password. It holds nothing but a signed key, and dies when a
password is chosen, when the address changes, or after two weeks.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import Letter, post_mails

GOOD_FOR = timedelta(days=14)
KIND = "sign_in_invitation"
SALT = "accounts.invitations"


def invite_to_sign_in(*, user: User, now: datetime) -> None:
    """Invite a person who has no password yet; asked again, nothing more is sent."""
    invite_all_to_sign_in(users=[user], now=now)


def invite_all_to_sign_in(*, users: Iterable[User], now: datetime) -> None:
    """As `invite_to_sign_in`, for many at once."""
    post_mails(
        letters=[_letter(user, "first", now) for user in users if can_be_invited(user)], now=now
    )


def invite_again(*, user: User, now: datetime) -> None:
    """A new link, because the first was lost or has expired; at most one each hour."""
    if can_be_invited(user):
        post_mails(letters=[_letter(user, f"again {now:%Y-%m-%d %H}", now)], now=now)


def can_be_invited(user: User) -> bool:
    return user.is_active and not user.has_usable_password()


def _letter(user: User, occasion: str, now: datetime) -> Letter:
    with translation.override(user.language):
        return Letter(
            to=user,
            kind=KIND,
            occasion=occasion,
            subject=_("Welcome to PLF: choose how you sign in"),
            body=_(
                "Hello {name}\n\nYou have been added to PLF, where leaders look at their own forum "
                "together. Choose a password, or sign in with a code by mail each time.\n\n"
                "The link works until {until}. After that you can still sign in with a code."
            ).format(name=user.name, until=date_format(timezone.localtime(now + GOOD_FOR))),
            url=settings.SITE_URL + reverse("accounts:invitation", args=[token_for(user)]),
            button=_("Choose how you sign in"),
        )


def token_for(user: User) -> str:
    return signing.dumps([user.pk, _state_of(user, settings.SECRET_KEY)], salt=SALT)


def invited_by(token: str) -> User | None:
    """The person whose invitation it is; None if it is not good any more."""
    try:
        key, state = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None or not can_be_invited(user):
        return None
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    is_today_s = any(constant_time_compare(state, _state_of(user, secret)) for secret in secrets)
    return user if is_today_s else None


def _state_of(user: User, secret: str) -> str:
    value = f"{user.pk} {user.password} {user.email}"
    return salted_hmac(SALT, value, secret=secret).hexdigest()[:20]
