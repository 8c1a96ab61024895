"""What was changed of how a person signs in is told to them by mail: what, when, and what to do if
it was not them.

The mails leave at once and are deleted when they have left, as those with codes are: they tell at
what time somebody was here.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.operations import Letter, post_mails
from accounts.sign_in_mails import CHANGED, send_soon
from audit.enums import Kind
from plf.lib.danish import clock

# A sentence that is the mail's subject, and stands in it.
WORDS: Mapping[Kind, str] = {
    Kind.PASSWORD_CHOSEN: gettext_noop("You have a password for PLF now"),
    Kind.PASSWORD_CHANGED: gettext_noop("Your password for PLF has been changed"),
    Kind.PASSWORD_RESET: gettext_noop("A new password for PLF has been chosen"),
    Kind.APP_ADDED: gettext_noop("An app with codes has been added to your sign-in to PLF"),
    Kind.APP_REMOVED: gettext_noop("The app with codes has been removed from your sign-in to PLF"),
    Kind.PASSKEY_ADDED: gettext_noop("A passkey has been added to your sign-in to PLF"),
    Kind.PASSKEY_REMOVED: gettext_noop("A passkey has been removed from your sign-in to PLF"),
    Kind.CODES_RENEWED: gettext_noop("You have new recovery codes for PLF"),
    Kind.SIGNED_OUT_ELSEWHERE: gettext_noop("You have been signed out of PLF in other places"),
}
# What allauth calls them: the template that it would make its own mail of.
AS_ALLAUTH_SAYS: Mapping[str, Kind] = {
    "account/email/password_set": Kind.PASSWORD_CHOSEN,
    "account/email/password_changed": Kind.PASSWORD_CHANGED,
    "account/email/password_reset": Kind.PASSWORD_RESET,
    "mfa/email/totp_activated": Kind.APP_ADDED,
    "mfa/email/totp_deactivated": Kind.APP_REMOVED,
    "mfa/email/webauthn_added": Kind.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": Kind.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": Kind.CODES_RENEWED,
}


@transaction.atomic
def tell_of_change(*, user: User, kind: Kind, now: datetime) -> None:
    with translation.override(user.language):
        what = _(WORDS[kind])
        letter = Letter(
            to=user,
            kind=CHANGED,
            occasion=f"{kind} {now.isoformat()}",
            subject=what,
            body="\n\n".join(
                (
                    _("Hello {name}").format(name=user.name),
                    f"{what}. {happened(now)}",
                    _("Was it you? Then you need not do anything."),
                    _(
                        "Was it not you? Then choose a new password at once, and tell the person "
                        "who looks after PLF in your municipality."
                    ),
                )
            ),
            url=settings.SITE_URL + reverse("account_reset_password"),
            button=_("Choose a new password"),
        )
    post_mails(letters=[letter], now=now)
    send_soon()


def happened(now: datetime) -> str:
    day = date_format(timezone.localtime(now))
    return _("It happened on {day} {time}.").format(day=day, time=clock(now))
