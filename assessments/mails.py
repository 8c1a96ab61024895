"""What the mails of a round say. No mail carries a figure, and none says who has answered.

Each is written in its receiver's language. A municipality may choose its own words in either
(MailText); the words in braces are filled in for both.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from icalendar import Alarm, Calendar, Event

from assessments.enums import MailKind
from assessments.models import MailText, Round, RoundForum
from forums.models import Forum
from plf.lib.danish import clock

# What a text in any language may hold in braces; Danish, since those who write the texts are.
WORDS = ("forum", "kommune", "runde", "dato", "lukker")
BRACED = re.compile(r"\{([^{}]*)\}")

DEFAULTS: Mapping[str, tuple[str, str]] = {
    MailKind.INVITATION: (
        gettext_noop("How is our learning community doing? Give your view by {dato}"),
        gettext_noop(
            "{forum} looks at itself, and your view counts.\n\nIt usually takes 5–10 minutes. You "
            "can stop on the way and go on later, on your phone or your computer. The round closes "
            "{lukker}.\n\nYour answers are confidential: When the round closes they are counted "
            "together, and the single answers are deleted. It is voluntary.\n\nYou sign in first "
            "and can begin at once."
        ),
    ),
    MailKind.INVITATION_SHARED: (
        gettext_noop("How is your learning community doing? Give your shared view by {dato}"),
        gettext_noop(
            "{forum} rates itself together. Find an hour in front of one screen and agree on one "
            "rating at a time, or on that you see it differently.\n\nThe round closes {lukker}. "
            "Nothing personal is asked: what you agree on is your shared rating."
        ),
    ),
    MailKind.REMINDER: (
        gettext_noop("The round closes {lukker}"),
        gettext_noop(
            "The round closes {lukker}. You can go on where you left off – it usually takes "
            "5–10 minutes.\n\nYour answers are confidential: When the round closes they are "
            "counted together, and the single answers are deleted.\n\nIf you do not want to answer "
            "this time, you need not do anything."
        ),
    ),
    MailKind.REMINDER_SHARED: (
        gettext_noop("Your shared round closes {lukker}"),
        gettext_noop(
            "The shared round in {forum} closes {lukker}. You can go on together where you left "
            "off.\n\nHave you said all you want to say? Then the lead can press “We are done”."
        ),
    ),
    MailKind.RESULTS: (
        gettext_noop("The result is ready for your meeting"),
        gettext_noop(
            "The result of {runde} is ready for your meeting. Everyone in the forum sees the same."
            "\n\nTake time to see it together: Where do you see alike? Where do you see "
            "differently, and why? What do you want to try?"
        ),
    ),
}


# What the link below the text says.
BUTTONS: Mapping[str, Promise] = {
    MailKind.INVITATION: gettext_lazy("Give your view"),
    MailKind.INVITATION_SHARED: gettext_lazy("Give your view"),
    MailKind.REMINDER: gettext_lazy("Go on"),
    MailKind.REMINDER_SHARED: gettext_lazy("Go on"),
    MailKind.RESULTS: gettext_lazy("See the result"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A mail's subject and text, filled in."""

    subject: str
    body: str


def long_time(moment: datetime) -> str:
    """torsdag den 12. marts kl. 16.00"""
    local = timezone.localtime(moment)
    return _("%(day)s %(date)s %(clock)s") % {
        "day": formats.date_format(local, "l"),
        "date": formats.date_format(local, "MONTH_DAY_FORMAT"),
        "clock": clock(moment),
    }


def dated_time(moment: datetime) -> str:
    """12. marts 2027 kl. 16.00: for what may be in another year."""
    day = formats.date_format(timezone.localtime(moment), "DATE_FORMAT")
    return f"{day} {clock(moment)}"


def words_of(kind: str, text: MailText | None, language: str) -> tuple[str, str]:
    """The municipality's own subject and text, or the product's; not filled in."""
    if text is not None:
        return text.subject, text.body
    with translation.override(language):
        subject, body = DEFAULTS[kind]
        return _(subject), _(body)


def fill_in(subject: str, body: str, round_forum: RoundForum, language: str) -> Words:
    """The words in braces; what is none of them stays as it stands."""
    round_ = round_forum.round
    with translation.override(language):
        local = timezone.localtime(round_.closes_at)
        known = {
            "forum": round_forum.forum.name,
            "kommune": round_.municipality.name,
            "runde": round_.name,
            "dato": formats.date_format(local, "MONTH_DAY_FORMAT"),
            "lukker": long_time(round_.closes_at),
        }

    def word(found: re.Match[str]) -> str:
        return known.get(found[1], found[0])

    return Words(BRACED.sub(word, subject), BRACED.sub(word, body.replace("\r\n", "\n").strip()))


def unknown_words(text: str) -> list[str]:
    """What stands in braces and cannot be filled in."""
    return [word for word in BRACED.findall(text) if word not in WORDS]


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def form_url(round_forum: RoundForum) -> str:
    """The form; whoever is not signed in comes to the sign-in page first."""
    return absolute(reverse("assessments:rate", args=[round_forum.round_id, round_forum.forum_id]))


def result_url(round_forum: RoundForum) -> str:
    return absolute(reverse("dashboards:result", args=[round_forum.round_id, round_forum.forum_id]))


def calendar_file(round_: Round, forums: Sequence[Forum], url: str, now: datetime) -> str:
    """The round's deadline for a person's own calendar, with a reminder the day before.

    The forum is named where it is one: among a calendar's other entries the round's name is little.
    """
    words = {"round": round_.name, "forum": forums[0].name}
    if len(forums) == 1:
        title = _("PLF: %(forum)s, the round “%(round)s” closes") % words
    else:
        title = _("PLF: the round “%(round)s” closes") % words
    note = _("You can answer until then.")
    event = Event()
    event.add("uid", f"round-{round_.pk}@{settings.SITE_URL.split('//')[-1]}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", int(now.timestamp()) // 60)  # a later file takes an earlier one's place
    event.add("dtstart", round_.closes_at.astimezone(UTC))
    event.add("dtend", round_.closes_at.astimezone(UTC))
    event.add("summary", title)
    event.add("description", f"{note}\n{url}")
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -timedelta(days=1))
    alarm.add("description", title)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//PLF//PLF//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    text: str = calendar.to_ical().decode("utf-8")
    return text
