"""The mails of a round: invitation, result, and what has changed. Reminders: `reminding.py`.

Each is written in the transaction that causes it, in its receiver's language, and asked about again
at the moment of sending.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Mail
from accounts.operations import Letter, post_mails
from assessments.enums import MailKind
from assessments.mails import (
    BUTTONS,
    calendar_file,
    fill_in,
    form_url,
    long_time,
    result_url,
    words_of,
)
from assessments.models import MailText, Participation, Round

# The outbox's kinds.
INVITATION, HALFWAY, LAST_DAY, RESULTS = "invitation", "halfway", "last_day", "results"
MOVED, CANCELLED, RESTORED = "moved", "cancelled", "restored"
REMINDERS = (HALFWAY, LAST_DAY)

# A result that opened longer ago is no news: after an outage, and where old rounds are taken over.
NEWS = timedelta(days=7)


def topic_of(round_: Round) -> str:
    return f"round-{round_.pk}"


# --- who gets what ------------------------------------------------------------------------------


def post_invitations(*, round_: Round, invited: Sequence[Participation], now: datetime) -> None:
    """Invite by mail, with the deadline for the calendar. For use inside the opening."""
    kind = MailKind.INVITATION_SHARED if round_.is_shared else MailKind.INVITATION
    post(kind, INVITATION, whole(invited), now)


@transaction.atomic
def tell_results(*, now: datetime) -> int:
    """Write to every invited member when results open; returns for how many rounds."""
    opened = (
        Round.objects.select_for_update()
        .filter(
            Q(results_open_at=None) | Q(results_open_at__lte=now),
            sealed_at__isnull=False,
            results_told_at=None,
        )
        .order_by("pk")
    )
    rounds = list(opened)
    for round_ in rounds:
        opens_at = round_.result_opens_at()
        if opens_at is not None and opens_at > now - NEWS:
            invited = Participation.objects.filter(round_forum__round=round_)
            post(MailKind.RESULTS, RESULTS, whole(invited), now)
    # The clock writes their files anew: a restored database does not tell them a second time.
    told = Round.objects.filter(pk__in=[row.pk for row in rounds])
    told.update(results_told_at=now, filed_at=None)
    return len(rounds)


def post_moved(*, round_: Round, now: datetime) -> None:
    """Tell all invited when the round now closes. For use inside the change."""

    def letter(row: Participation) -> Letter:
        closes = long_time(round_.closes_at)
        body = _(
            "The round %(round)s now closes %(closes)s.\n\nWhat you have answered by then counts. "
            "You can change it until then."
        ) % {"round": round_.name, "closes": closes}
        if round_.closes_when_all_done:
            body += "\n\n" + _(
                "If all invited have said that they are done before that, it closes the midnight "
                "after."
            )
        url = form_url(row.round_forum)
        return Letter(
            to=row.user,
            kind=MOVED,
            occasion=occasion_of(row, now),
            topic=topic_of(round_),
            subject=_("The round closes %(closes)s") % {"closes": closes},
            body=body,
            url=url,
            button=_("Go on"),
            calendar=calendar_file(round_, [row.round_forum.forum], url, now),
        )

    _announce(round_, letter, now)


def post_cancelled(*, round_: Round, now: datetime) -> None:
    """Tell all invited, in the same words whether they had answered or not."""

    def letter(row: Participation) -> Letter:
        words = {"round": round_.name}
        return Letter(
            to=row.user,
            kind=CANCELLED,
            occasion=occasion_of(row, now),
            topic=topic_of(round_),
            subject=_("The round %(round)s is cancelled") % words,
            body=_(
                "The round %(round)s is cancelled. What had been answered is deleted and is "
                "counted nowhere.\n\nYou need not do anything."
            )
            % words,
        )

    _announce(round_, letter, now)


def post_restored(*, round_: Round, as_of: datetime, now: datetime) -> None:
    """Tell all invited that the answers are those of `as_of` again, whether they had any or not."""

    def letter(row: Participation) -> Letter:
        words = {
            "round": round_.name,
            "when": long_time(as_of),
            "closes": long_time(round_.closes_at),
        }
        return Letter(
            to=row.user,
            kind=RESTORED,
            occasion=occasion_of(row, now),
            topic=topic_of(round_),
            subject=_("Look at your answers in %(round)s again") % words,
            body=_(
                "The system has been restored from a backup. What had been answered in the round "
                "%(round)s is again as it was %(when)s. If you have answered, changed or withdrawn "
                "anything since, please do it again.\n\nThe round closes %(closes)s."
            )
            % words,
            url=form_url(row.round_forum),
            button=_("Go on"),
        )

    _announce(round_, letter, now)


def _announce(round_: Round, letter: Callable[[Participation], Letter], now: datetime) -> None:
    invited = whole(Participation.objects.filter(round_forum__round=round_))
    post_mails(letters=[_in_own_language(letter, row) for row in invited], now=now)


def _in_own_language(letter: Callable[[Participation], Letter], row: Participation) -> Letter:
    with translation.override(row.user.language):
        return letter(row)


def occasion_of(participation: Participation, now: datetime | None = None) -> str:
    """Of this one invitation: who leaves and comes back has another.

    With a time for what may happen more than once.
    """
    again = f"/{now:%Y%m%d%H%M%S}" if now else ""
    return f"round-forum-{participation.round_forum_id}/{participation.pk}{again}"


def whole(
    participations: "QuerySet[Participation] | Sequence[Participation]",
) -> list[Participation]:
    """With all that a mail says, in one query."""
    pks = [row.pk for row in participations]
    return list(
        Participation.objects.filter(pk__in=pks)
        .select_related("user", "round_forum__forum", "round_forum__round__municipality")
        .order_by("pk")
    )


def post(text_kind: str, kind: str, to: Iterable[Participation], now: datetime) -> None:
    """Write the mail whose words are of `text_kind` to each."""
    rows = list(to)
    if not rows:
        return
    own = MailText.objects.filter(
        kind=text_kind, municipality=rows[0].round_forum.municipality_id
    ).order_by("pk")
    own_words = {text.language: text for text in own}

    def letter(row: Participation) -> Letter:
        language = row.user.language
        subject, body = words_of(text_kind, own_words.get(language), language)
        words = fill_in(subject, body, row.round_forum, language)
        url = result_url(row.round_forum) if kind == RESULTS else form_url(row.round_forum)
        round_, forums = row.round_forum.round, [row.round_forum.forum]
        return Letter(
            to=row.user,
            kind=kind,
            occasion=occasion_of(row),
            topic=topic_of(round_),
            subject=words.subject,
            body=words.body,
            url=url,
            button=str(BUTTONS[text_kind]),
            calendar=calendar_file(round_, forums, url, now) if kind == INVITATION else "",
        )

    post_mails(letters=[_in_own_language(letter, row) for row in rows], now=now)


# --- what is kept of them -----------------------------------------------------------------------


def forget_reminders(*, round_: Round) -> None:
    """Nothing is left of who was reminded. Called by the seal, in its transaction."""
    Mail.objects.filter(topic=topic_of(round_), kind__in=REMINDERS).delete()


def forget_mails(*, round_: Round) -> None:
    """Of a round that is cancelled: what has not left shall not leave, and nothing is kept."""
    Mail.objects.filter(topic=topic_of(round_)).exclude(kind=CANCELLED).delete()
