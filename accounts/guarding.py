"""What is done to a person's access by somebody else; the person is told of it."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.changes import happened
from accounts.invitations import invite_again
from accounts.models import User
from accounts.operations import Letter, post_mails


@transaction.atomic
def tell_of_new_address(*, user: User, old: str, now: datetime) -> None:
    """The person has a new address: the old one is told.

    An invitation that went to the old address is good no longer; the new one gets its own.
    """
    with translation.override(user.language):
        letter = Letter(
            to=user,
            address=old,
            kind="address_changed",
            occasion=now.isoformat(),
            subject=_("Your address in PLF has been changed"),
            body=_(
                "Hello {name}\n\nThe administrator of your municipality has changed the address "
                "with which you sign in to PLF. {happened} Mails no longer come here.\n\n"
                "Is that wrong? Then tell them at once."
            ).format(name=user.name, happened=happened(now)),
        )
    post_mails(letters=[letter], now=now)
    invite_again(user=user, now=now)


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user).exists())


@transaction.atomic
def remove_second_factor(*, user: User, now: datetime) -> bool:
    """For one who has lost the phone and the codes; returns whether there was anything."""
    removed, _models = Authenticator.objects.filter(user=user).delete()
    if not removed:
        return False
    with translation.override(user.language):
        letter = Letter(
            to=user,
            kind="second_factor_removed",
            occasion=now.isoformat(),
            subject=_("Your second step in PLF has been removed"),
            body=_(
                "Hello {name}\n\nThe administrator of your municipality has removed your passkeys "
                "and codes, so that you can sign in and set them up anew. {happened}\n\n"
                "Did you not ask for it? Then tell them at once, and change your password."
            ).format(name=user.name, happened=happened(now)),
        )
    post_mails(letters=[letter], now=now)
    return True
