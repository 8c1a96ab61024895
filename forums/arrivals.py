"""Whoever comes into a municipality where they were not before is told by mail.

An address is all that it takes to give somebody of another municipality a place. Who is new to the
system gets the invitation instead, and a further place in the same municipality is no news.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Mail, User
from accounts.operations import Letter, post_mails
from forums import context_handler
from forums.belonging import people_of
from forums.models import Forum, Municipality
from plf.lib.danish import listed

KIND = "came_to_municipality"
SIGN_IN = gettext_noop(
    "When you belong to more than one municipality here, you sign in with a password or a code by "
    "mail: the sign-in of one municipality does not open the other's pages."
)


@dataclass(frozen=True, slots=True)
class Door:
    """By which they come in: in words for what they have now, and for what begins on a day."""

    now: str
    later: str = ""


SEATED = Door(
    now=gettext_noop("You have a place in {forums} in {municipality} now."),
    later=gettext_noop("You have a place in {forums} in {municipality} from {day}."),
)
APPOINTED = Door(
    now=gettext_noop("You are an administrator in {municipality} now."),
    later=gettext_noop("You are an administrator in {municipality} from {day}."),
)
READS = Door(now=gettext_noop("You read the results of {forums} in {municipality} now."))


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody comes to, and from when; an administrator comes to no forum."""

    starts_at: datetime
    forum: Forum | None = None


def tell_who_arrive(
    *,
    door: Door,
    municipality: Municipality,
    places_of: Mapping[int, Sequence[Place]],
    now: datetime,
) -> None:
    """To be called before the places are kept; `places_of` has the people's keys.

    Once for each person and municipality, as long as the mail is kept.
    """
    arriving = list(
        User.objects.filter(pk__in=places_of, is_active=True)
        .exclude(pk__in=people_of([municipality]))
        .annotate(let_in_at_home=Exists(_let_in_at_home().filter(pk=OuterRef("pk"))))
        .order_by("pk")
    )
    post_mails(
        letters=[_letter(user, door, municipality, places_of[user.pk], now) for user in arriving],
        now=now,
    )


def _let_in_at_home() -> QuerySet[User]:
    """Whose own municipality signs them in, as long as they belong to no other."""
    own = Municipality.objects.with_own_sign_in()
    if context_handler.is_set_up():
        own |= Municipality.objects.exclude(cvr="")
    return people_of(own)


def take_back_arrivals(*, municipality: Municipality, people: Collection[int]) -> None:
    """To be called after places that had not begun are gone; `people` are keys.

    Who belongs to the municipality no longer has not arrived: their mail goes, and says nothing
    wrong if it has not left yet. Another place is news again.
    """
    gone = User.objects.filter(pk__in=people).exclude(pk__in=people_of([municipality]))
    topic = topic_of_arrival(municipality)
    Mail.objects.filter(kind=KIND, topic=topic, to__in=gone).delete()


def topic_of_arrival(municipality: Municipality) -> str:
    """What holds the municipality's mails to those who came into it together."""
    return f"municipality-{municipality.pk}"


def _letter(
    user: Any, door: Door, municipality: Municipality, places: Sequence[Place], now: datetime
) -> Letter:
    contact = municipality.privacy_contact
    with translation.override(user.language):
        words = {"name": user.name, "municipality": municipality.name, "contact": contact}
        paragraphs = (
            _("Hello {name}").format_map(words),
            " ".join(_sentences(door, municipality, places, now)),
            _(
                "The administrators in {municipality} can see your name and your e-mail address. "
                "Their log can also show when you sign in."
            ).format_map(words),
            *([_(SIGN_IN)] if user.let_in_at_home else []),
            _("Do you not know of this? Then write to {contact}.").format_map(words)
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
            subject=_subject(places, now).format_map(words),
            body="\n\n".join(paragraphs),
            url=settings.SITE_URL + reverse("dashboards:my_data"),
            button=_("See all your places"),
        )


def _subject(places: Sequence[Place], now: datetime) -> str:
    if all(place.starts_at > now for place in places):
        return _("You are getting a place in {municipality}")
    return _("You have a place in {municipality}")


def _sentences(
    door: Door, municipality: Municipality, places: Sequence[Place], now: datetime
) -> Iterator[str]:
    """One for what they have now, and one for each day that something begins."""
    forums_from: dict[str, list[str]] = {}
    for place in sorted(places, key=lambda place: max(place.starts_at, now)):
        names = forums_from.setdefault(_day(place, now), [])
        names.extend([place.forum.name] if place.forum else [])
    for day, names in forums_from.items():
        yield _(door.later if day else door.now).format(
            forums=listed(names), municipality=municipality.name, day=day
        )


def _day(place: Place, now: datetime) -> str:
    """Nothing for what has begun."""
    if place.starts_at <= now:
        return ""
    return formats.date_format(timezone.localtime(place.starts_at), "DATE_FORMAT")
