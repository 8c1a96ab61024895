"""A round that is open: closed later or earlier, cancelled, and a member who was forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mail
from assessments.answers import Answer
from assessments.enums import RoundKind
from assessments.models import Participation, Round
from assessments.operations.answering import RoundIsClosed, say_done, withdraw
from assessments.operations.changing import (
    NOTICE,
    ClosingRefused,
    RoundIsNotRunning,
    add_forgotten,
    cancel_round,
    close_early,
    close_finished_rounds,
    postpone_closing,
)
from assessments.operations.rounds import RoundCannotBePlanned, plan_round
from assessments.operations.sharing import finish_shared
from tests.factories import MembershipFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def world(cast):
    return open_round_of(cast.forum)


def closed(world, now):
    return world.round.closes_at


def sealed(world, now):
    return world.seal()


# --- later --------------------------------------------------------------------------------------


def test_postpone_closing_moves_it_and_tells_all_invited(world, now):
    later = world.round.closes_at + 3 * DAY
    world.answer([3, 3])

    postpone_closing(round_=world.round, closes_at=later, now=now)

    world.round.refresh_from_db()
    assert (world.round.closes_at, world.round.results_open_at) == (later, None)
    mails = Mail.objects.filter(kind="moved").order_by("pk")
    assert {mail.to_id for mail in mails} == {row.user_id for row in world.participations}
    assert all("BEGIN:VCALENDAR" in mail.calendar for mail in mails)
    assert len({(mail.subject, mail.body) for mail in mails}) == 1


def test_postpone_closing_moves_results_that_would_open_before(world, now):
    Round.objects.filter(pk=world.round.pk).update(results_open_at=world.round.closes_at + DAY)
    later = world.round.closes_at + 3 * DAY

    postpone_closing(round_=world.round, closes_at=later, now=now)

    assert Round.objects.get().results_open_at == later


def test_postpone_closing_twice_tells_twice(world, now):
    for days in (1, 2):
        postpone_closing(
            round_=world.round,
            closes_at=world.round.closes_at + days * DAY,
            now=now + timedelta(minutes=days),
        )

    assert Mail.objects.filter(kind="moved").count() == 2 * len(world.participations)


@pytest.mark.parametrize("days", [-1, 0])
def test_postpone_closing_refuses_what_is_not_later(world, now, days):
    with pytest.raises(ClosingRefused):
        postpone_closing(round_=world.round, closes_at=world.round.closes_at + days * DAY, now=now)

    assert not Mail.objects.exists()


def test_postpone_closing_stops_before_the_forum_s_next_round(cast, now):
    world = open_round_of(cast.team, kind=RoundKind.SHARED)
    opens_at = world.round.closes_at + 5 * DAY
    plan_round(
        municipality=cast.municipality,
        edition=world.round.edition,
        name="Næste",
        kind=RoundKind.SHARED,
        forums=[cast.team],
        opens_at=opens_at,
        closes_at=opens_at + 9 * DAY,
        now=now,
    )

    with pytest.raises(ClosingRefused, match="Næste"):
        postpone_closing(round_=world.round, closes_at=opens_at + DAY, now=now)
    postpone_closing(round_=world.round, closes_at=opens_at, now=now)

    assert Round.objects.get(pk=world.round.pk).closes_at == opens_at


@pytest.mark.parametrize("end", [closed, sealed])
@pytest.mark.parametrize(
    "change",
    [
        lambda world, now: postpone_closing(round_=world.round, closes_at=now + 100 * DAY, now=now),
        lambda world, now: close_early(
            round_=world.round, closes_at=now + 2 * DAY, when_all_done=False, now=now
        ),
        lambda world, now: cancel_round(round_=world.round, now=now),
    ],
    ids=["postpone", "close early", "cancel"],
)
def test_a_round_that_has_closed_is_never_changed(world, now, change, end):
    with pytest.raises(RoundIsNotRunning):
        change(world, end(world, now))


@pytest.mark.parametrize(("days", "allowed"), [(5, True), (20, False)])
def test_postpone_closing_keeps_sixty_days_to_the_next_round(cast, world, now, days, allowed):
    next_opens = world.round.closes_at + 70 * DAY
    plan_round(
        municipality=cast.municipality,
        edition=world.round.edition,
        name="Næste",
        kind=RoundKind.CONFIDENTIAL,
        forums=[cast.forum],
        opens_at=next_opens,
        closes_at=next_opens + 14 * DAY,
        now=now,
    )
    later = world.round.closes_at + days * DAY

    if allowed:
        postpone_closing(round_=world.round, closes_at=later, now=now)
    else:
        with pytest.raises(ClosingRefused, match="Næste"):
            postpone_closing(round_=world.round, closes_at=later, now=now)


def test_postpone_closing_of_a_shared_round_asks_for_no_distance(cast, now):
    world = open_round_of(cast.team, kind=RoundKind.SHARED)
    later = world.round.closes_at + 90 * DAY

    postpone_closing(round_=world.round, closes_at=later, now=now)

    assert Round.objects.get().closes_at == later


# --- earlier ------------------------------------------------------------------------------------


def test_close_early_takes_notice_and_tells_all_invited(world, now):
    early = now + NOTICE

    close_early(round_=world.round, closes_at=early, when_all_done=True, now=now)

    kept = Round.objects.get()
    assert (kept.closes_at, kept.closes_when_all_done) == (early, True)
    assert Mail.objects.filter(kind="moved").count() == len(world.participations)


def test_close_early_is_refused_alike_whether_all_are_done_or_not(world, now):
    refusals = []
    for everyone in (False, True):
        if everyone:
            for row in world.participations:
                say_done(participation=row, now=now)
        with pytest.raises(ClosingRefused) as refusal:
            close_early(
                round_=world.round,
                closes_at=now + timedelta(hours=23),
                when_all_done=True,
                now=now,
            )
        refusals.append(str(refusal.value))

    assert refusals[0] == refusals[1]


def test_close_early_refuses_what_is_not_earlier(world, now):
    with pytest.raises(ClosingRefused):
        close_early(
            round_=world.round,
            closes_at=world.round.closes_at,
            when_all_done=False,
            now=now,
        )


def at_midnight(now, days=1):
    return (timezone.localtime(now) + days * DAY).replace(hour=0, minute=0, second=1)


@pytest.mark.parametrize("kind", [RoundKind.CONFIDENTIAL, RoundKind.SHARED])
def test_a_round_closes_at_the_midnight_after_all_were_done(cast, now, kind):
    world = open_round_of(cast.forum, kind=kind, days_ago=3)
    Round.objects.update(closes_when_all_done=True)
    *most, last = world.participations
    for row in most:
        say_done(participation=row, now=now)
    before = close_finished_rounds(now=at_midnight(now))

    if kind == RoundKind.SHARED:
        finish_shared(round_forum=world.round_forum, now=at_midnight(now))
    say_done(participation=last, now=at_midnight(now))
    same_day = close_finished_rounds(now=at_midnight(now) + timedelta(hours=20))
    after = close_finished_rounds(now=at_midnight(now, 2))
    again = close_finished_rounds(now=at_midnight(now, 2) + timedelta(hours=1))

    assert (before, same_day, after, again) == (0, 0, 1, 0)
    assert Round.objects.get().closes_at == at_midnight(now, 2)


def test_a_round_without_that_announcement_stays_open_though_all_are_done(world, now):
    for row in world.participations:
        say_done(participation=row, now=now)

    assert close_finished_rounds(now=at_midnight(now)) == 0


# --- cancelled ----------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [[], [3, 4, None]], ids=["nobody answered", "some answered"])
def test_cancel_round_deletes_all_and_tells_all_in_the_same_words(world, now, answers):
    world.answer(answers)
    Mail.objects.create(
        to=world.participations[0].user,
        kind="halfway",
        occasion="1",
        topic=f"round-{world.round.pk}",
        created_at=now,
        next_try_at=now,
    )

    cancel_round(round_=world.round, now=now)

    assert not Round.objects.exists()
    assert not Answer.objects.exists()
    mails = Mail.objects.order_by("pk")
    assert {(mail.to_id, mail.kind) for mail in mails} == {
        (row.user_id, "cancelled") for row in world.participations
    }
    assert len({(mail.subject, mail.body) for mail in mails}) == 1


def test_cancel_round_that_has_not_opened_tells_nobody(world, now):
    Round.objects.update(opened_at=None)
    Participation.objects.all().delete()

    cancel_round(round_=world.round, now=now)

    assert not Round.objects.exists()
    assert not Mail.objects.exists()


def test_cancel_round_twice_says_that_someone_was_first(world, now):
    cancel_round(round_=world.round, now=now)

    with pytest.raises(RoundIsNotRunning):
        cancel_round(round_=world.round, now=now)


# --- forgotten ----------------------------------------------------------------------------------


def test_add_forgotten_invites_by_mail_once(cast, world, now):
    membership = MembershipFactory(forum=cast.forum)

    for _ in range(2):
        add_forgotten(round_forum=world.round_forum, membership=membership, now=now)

    assert Participation.objects.filter(user=membership.user).count() == 1
    assert list(Mail.objects.values_list("to", "kind")) == [(membership.user_id, "invitation")]


def test_add_forgotten_writes_no_mail_where_it_is_refused(world, now):
    with pytest.raises(RoundCannotBePlanned):
        add_forgotten(round_forum=world.round_forum, membership=MembershipFactory(), now=now)

    assert not Mail.objects.exists()


def test_withdrawing_after_the_closing_was_moved_forward_is_refused(world, now):
    early = now + NOTICE
    close_early(round_=world.round, closes_at=early, when_all_done=False, now=now)

    with pytest.raises(RoundIsClosed):
        withdraw(participation=world.participations[0], now=early + timedelta(minutes=6))
