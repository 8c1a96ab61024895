"""Whoever comes into a municipality where they were not before is told by mail.

An address is all that it takes to give somebody of another municipality a place. Who is new to the
system gets the invitation instead, and a further place in the same municipality is no news.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.operations import Letter, post_mails
from forums.belonging import people_of
from forums.models import Forum, Municipality
from plf.lib.danish import listed

KIND = "came_to_municipality"
# By which door they come in.
SEATED = gettext_noop("You have a place in {forums} in {municipality} now.")
APPOINTED = gettext_noop("You are an administrator in {municipality} now.")
READS = gettext_noop("You read the results of {forums} in {municipality} now.")


def tell_who_arrive(
    *,
    door: str,
    municipality: Municipality,
    forums_of: Mapping[int, Sequence[Forum]],
    now: datetime,
) -> None:
    """To be called before the places are kept; `forums_of` has the people's keys.

    Once for each person and municipality, as long as the mail is kept.
    """
    arriving = User.objects.filter(pk__in=forums_of, is_active=True).order_by("pk")
    post_mails(
        letters=[
            _letter(user, door, municipality, forums_of[user.pk])
            for user in arriving.exclude(pk__in=people_of([municipality]))
        ],
        now=now,
    )


def topic_of_arrival(municipality: Municipality) -> str:
    """What holds the municipality's mails to those who came into it together."""
    return f"municipality-{municipality.pk}"


def _letter(user: User, door: str, municipality: Municipality, forums: Sequence[Forum]) -> Letter:
    contact = municipality.privacy_contact
    with translation.override(user.language):
        words = {
            "name": user.name,
            "municipality": municipality.name,
            "forums": listed([forum.name for forum in forums]),
            "contact": contact,
        }
        paragraphs = (
            _("Hello {name}"),
            _(door),
            _(
                "The administrators in {municipality} can see your name and your e-mail address. "
                "Their log can also show when you sign in."
            ),
            _("Do you not know of this? Then write to {contact}.")
            if contact
            else _(
                "Do you not know of this? Then write to an administrator. You find them under "
                "“My data”."
            ),
        )
        topic = topic_of_arrival(municipality)
        return Letter(
            to=user,
            kind=KIND,
            occasion=topic,
            topic=topic,
            subject=_("You have a place in {municipality}").format_map(words),
            body="\n\n".join(text.format_map(words) for text in paragraphs),
            url=settings.SITE_URL + reverse("dashboards:my_data"),
            button=_("See all your places"),
        )
