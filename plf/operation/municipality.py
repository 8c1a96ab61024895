"""A municipality's first day: it, and the one who administers it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.invitations import can_be_invited, invite_to_sign_in, token_for
from accounts.models import User
from forums.models import Administrator, Municipality
from forums.operations import appoint


@transaction.atomic
def create_municipality(
    *, name: str, slug: str, email: str, administrator: str, now: datetime
) -> str:
    """Create it with its first administrator, who is invited by mail; returns the same link.

    Empty where the person signs in already. Refuses with ValidationError.
    """
    municipality = Municipality(name=name, slug=slug)
    municipality.full_clean()
    municipality.save()
    user = User.objects.filter(email__iexact=email).first() or _new(email, administrator)
    appoint(
        administrator=Administrator(municipality=municipality, user=user, starts_at=now), now=now
    )
    if not can_be_invited(user):
        return ""
    invite_to_sign_in(user=user, now=now)
    return f"{settings.SITE_URL}{reverse('accounts:invitation', args=[token_for(user)])}"


def _new(email: str, name: str) -> User:
    user = User(email=email.lower(), name=name)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    return user
