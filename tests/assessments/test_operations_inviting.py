"""Mails of a round: who gets which, when, and what is asked again before one leaves."""

from datetime import datetime

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone

from accounts.models import Mail
from accounts.operations import choose_language, send_due_mails
from assessments.enums import MailKind, RoundKind
from assessments.models import Goal, Participation, Round
from assessments.operations.answering import RatingInput, save_ratings, say_done, withdraw
from assessments.operations.changing import cancel_round, postpone_closing
from assessments.operations.inviting import HALFWAY, LAST_DAY, forget_reminders, tell_results
from assessments.operations.leaving import remove_leavers
from assessments.operations.reminding import MAIL_CHECKS, due_reminder, post_due_reminders
from assessments.operations.rounds import open_due_rounds, plan_round
from assessments.operations.sharing import SharedInput, finish_shared, save_shared_ratings
from assessments.operations.wording import keep_mail_text, use_standard_text
from plf.lib.local_time import COPENHAGEN
from results.seal import seal_round
from tests.factories import EditionFactory, MailFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=COPENHAGEN)


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(at(1, 7), tick=False):
        yield


@pytest.fixture
def planned(cast):
    """Monday 1 March at 8 to Tuesday 16 March at 16; half time is Tuesday the 9th."""

    def plan(forum=None, **fields) -> Round:
        return plan_round(
            **{
                "municipality": cast.municipality,
                "edition": EditionFactory(framework__municipality=cast.municipality),
                "name": "Forår",
                "kind": RoundKind.CONFIDENTIAL,
                "forums": [forum or cast.forum],
                "opens_at": at(1, 8),
                "closes_at": at(16, 16),
                "now": at(1, 7),
                **fields,
            }
        )

    return plan


@pytest.fixture
def opened(planned):
    def open_(forum=None, **fields) -> Round:
        round_ = planned(forum, **fields)
        assert open_due_rounds(now=round_.opens_at) == 1
        round_.refresh_from_db()
        return round_

    return open_


def invited(round_) -> list[Participation]:
    return list(
        Participation.objects.filter(round_forum__round=round_)
        .select_related("round_forum__round__edition")
        .order_by("pk")
    )


def answer(participation, how_many: int, now: datetime, **rating) -> None:
    edition = participation.round_forum.round.edition
    goals = Goal.objects.filter(pillar__edition=edition).order_by("pk")[:how_many]
    save_ratings(
        participation=participation,
        ratings=[RatingInput(goal.pk, **({"value": 3} | rating)) for goal in goals],
        now=now,
    )


def reminded(kind: str) -> set[int]:
    return set(Mail.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


# --- invitation ---------------------------------------------------------------------------------


def test_opening_invites_each_member_once(cast, opened):
    round_ = opened()
    open_due_rounds(now=at(1, 9))

    mails = Mail.objects.order_by("pk")
    assert {mail.to for mail in mails} == set(cast.members)
    assert {(mail.kind, mail.topic) for mail in mails} == {("invitation", f"round-{round_.pk}")}
    url = f"http://localhost:8000/runder/{round_.pk}/{cast.forum.pk}/"
    assert {mail.url for mail in mails} == {url}
    assert all("DTSTART:20270316T150000Z" in mail.calendar for mail in mails)


def test_opening_that_is_refused_invites_nobody(cast, planned):
    planned()
    cast.forum.memberships.filter(role="unit_head").update(ends_at=at(1, 7, 30))

    assert open_due_rounds(now=at(1, 8)) == 0
    assert not Mail.objects.exists()


def test_a_round_whose_last_member_left_waits_and_opens_when_there_is_one(cast, planned):
    round_ = planned(cast.team, kind=RoundKind.SHARED)
    cast.team.memberships.update(ends_at=at(1, 7, 30))
    assert open_due_rounds(now=at(1, 8)) == 0

    newcomer = MembershipFactory(forum=cast.team).user

    assert open_due_rounds(now=at(1, 9)) == 1
    [mail] = Mail.objects.order_by("pk")
    assert (mail.topic, mail.to) == (f"round-{round_.pk}", newcomer)


def test_own_words_stand_instead_of_the_product_s(cast, planned):
    keep_mail_text(
        municipality=cast.municipality,
        kind=MailKind.INVITATION,
        language="da",
        subject="Hej {forum}",
        body="Vi ses i {runde} inden {dato}. {ukendt}",
        now=at(1, 7),
    )
    planned()
    open_due_rounds(now=at(1, 8))

    assert set(Mail.objects.values_list("subject", "body")) == {
        ("Hej Lederforum", "Vi ses i Forår inden 16. marts. {ukendt}")
    }


def test_standard_words_come_back(cast, planned):
    whose = {"municipality": cast.municipality, "language": "da", "now": at(1, 7)}
    for kind in (MailKind.INVITATION, MailKind.RESULTS):
        keep_mail_text(**whose, kind=kind, subject="Hej", body="Hej")
    use_standard_text(**whose, kind=MailKind.INVITATION)
    planned()
    open_due_rounds(now=at(1, 8))

    assert not Mail.objects.filter(subject="Hej").exists()


# --- language -----------------------------------------------------------------------------------


@pytest.fixture
def reads_english(cast):
    """The lead; all others read Danish."""
    choose_language(user=cast.unit_head, language="en")
    return cast.unit_head


def test_each_is_invited_in_their_own_language(cast, planned, reads_english):
    planned()
    open_due_rounds(now=at(1, 8))

    mails = {mail.to_id: mail for mail in Mail.objects.order_by("pk")}
    english, danish = mails[reads_english.pk], mails[cast.chief.pk]
    assert (english.language, danish.language) == ("en", "da")
    assert english.subject == ("How is our learning community doing? Give your view by March 16")
    assert english.button == "Give your view"
    assert "The round closes Tuesday" in english.body
    assert "SUMMARY:PLF: Lederforum\\, the round “Forår” closes" in english.calendar
    assert "16. marts" in danish.subject
    assert len({mail.subject for mail in mails.values()}) == 2


def test_own_words_in_one_language_leave_the_other_alone(cast, planned, reads_english):
    keep_mail_text(
        municipality=cast.municipality,
        kind=MailKind.INVITATION,
        language="en",
        subject="Hello by {dato}",
        body="Hello",
        now=at(1, 7),
    )
    planned()
    open_due_rounds(now=at(1, 8))

    subjects = dict(Mail.objects.order_by("pk").values_list("to", "subject"))
    assert subjects.pop(reads_english.pk) == "Hello by March 16"
    assert not {subject for subject in subjects.values() if subject.startswith("Hello")}


def test_all_later_mails_are_in_the_language_too(cast, opened, reads_english):
    round_ = opened(results_open_at=at(18, 9))
    post_due_reminders(now=at(9, 9))
    postpone_closing(round_=round_, closes_at=at(17, 16), now=at(10, 9))
    cast.forum.memberships.filter(user=cast.members[2]).update(ends_at=at(11, 9))
    choose_language(user=cast.members[2], language="en")
    remove_leavers(now=at(11, 9))
    seal_round(round_=Round.objects.get(), now=at(17, 16, 6))
    tell_results(now=at(18, 9))

    english = Mail.objects.filter(to=reads_english).order_by("pk")
    assert [(mail.kind, mail.subject) for mail in english if mail.kind != "invitation"] == [
        ("moved", "The round closes Wednesday March 17 at 16:00"),
        ("results", "The result is ready for your meeting"),
    ]
    assert Mail.objects.get(kind="left").subject == "You are no longer in Lederforum"


def test_reminder_is_in_the_language_of_the_one_it_goes_to(opened, reads_english):
    opened()
    post_due_reminders(now=at(9, 9))

    mail = Mail.objects.get(kind=HALFWAY, to=reads_english)
    assert (mail.button, mail.subject.split()[:3]) == ("Go on", ["The", "round", "closes"])


def test_cancelling_is_told_in_the_language_of_each(cast, opened, reads_english):
    cancel_round(round_=opened(), now=at(2, 9))

    subjects = dict(Mail.objects.filter(kind="cancelled").values_list("to", "subject"))
    assert subjects[reads_english.pk] == "The round Forår is cancelled"
    assert subjects[cast.chief.pk] != subjects[reads_english.pk]


# --- reminders: when ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "now", "kind"),
    [
        (at(1, 8), at(16, 16), at(9, 8, 59), None),
        (at(1, 8), at(16, 16), at(9, 9), HALFWAY),
        (at(1, 8), at(16, 16), at(16, 8, 59), HALFWAY),
        (at(1, 8), at(16, 16), at(16, 9), LAST_DAY),
        # half time on a Saturday: the Friday before
        (at(1, 8), at(12, 16), at(5, 9), HALFWAY),
        (at(4, 8), at(22, 16), at(12, 9), HALFWAY),
        (at(4, 8), at(22, 16), at(11, 9), None),
        # closing on a Sunday: the Friday before
        (at(1, 8), at(14, 23, 59), at(12, 9), LAST_DAY),
        # closing at nine or before: the day before
        (at(1, 8), at(16, 9), at(15, 9), LAST_DAY),
        (at(1, 8), at(15, 8), at(12, 9), LAST_DAY),
        # closing on Easter Monday: the Wednesday before Maundy Thursday
        (at(1, 8), at(29, 16), at(24, 9), LAST_DAY),
        (at(1, 8), at(29, 16), at(24, 8), HALFWAY),
        # open for a day only: no reminder before it opened, and one at most
        (at(16, 10), at(16, 16), at(16, 15), None),
        (at(15, 8), at(16, 16), at(15, 12), None),
        (at(15, 8), at(16, 16), at(16, 9), LAST_DAY),
    ],
)
def test_due_reminder(planned, opens_at, closes_at, now, kind):
    round_ = planned(opens_at=opens_at, closes_at=closes_at)
    round_.opened_at = opens_at

    assert due_reminder(round_, now) == kind


def test_no_reminder_on_a_day_off(opened):
    opened(closes_at=at(14, 23, 59))

    post_due_reminders(now=at(13, 10))

    assert reminded(LAST_DAY) == set()


def test_no_reminder_where_the_plan_says_none(opened):
    opened(sends_reminders=False)

    post_due_reminders(now=at(9, 9))

    assert reminded(HALFWAY) == set()


# --- reminders: who -----------------------------------------------------------------------------


def test_reminder_goes_to_those_who_have_neither_answered_all_nor_said_done(opened):
    round_ = opened()
    all_of_it, some, unknown, done, reason, *silent = invited(round_)
    answer(all_of_it, 4, at(2, 9))
    answer(some, 3, at(2, 9))
    answer(unknown, 4, at(2, 9), value=None, no_answer=True)
    say_done(participation=done, now=at(2, 9))
    answer(reason, 4, at(2, 9), value=None, reason="Kun en tanke")

    post_due_reminders(now=at(9, 9))

    assert reminded(HALFWAY) == {row.user_id for row in (some, reason, *silent)}


def test_each_reminder_goes_once_and_not_to_one_who_was_invited_later(cast, opened):
    round_ = opened()
    for now in (at(9, 9), at(9, 9, 1)):
        post_due_reminders(now=now)
    late = MembershipFactory(forum=cast.forum)
    row = invited(round_)[0]
    Participation.objects.create(round_forum=row.round_forum, user=late.user, role=late.role)
    post_due_reminders(now=at(10, 9))

    assert Mail.objects.filter(kind=HALFWAY).count() == 9
    post_due_reminders(now=at(16, 9))
    assert late.user_id in reminded(LAST_DAY)


def test_a_team_is_reminded_until_it_is_done(cast, opened):
    round_ = opened(cast.team, kind=RoundKind.SHARED)
    post_due_reminders(now=at(9, 9))
    finish_shared(round_forum=round_.round_forums.get(), now=at(10, 9))
    post_due_reminders(now=at(16, 9))

    assert (len(reminded(HALFWAY)), len(reminded(LAST_DAY))) == (2, 0)


def test_a_team_that_has_agreed_on_all_goals_is_not_reminded(cast, opened):
    round_ = opened(cast.team, kind=RoundKind.SHARED)
    first, *rest = Goal.objects.order_by("pk").values_list("pk", flat=True)
    agreed = [SharedInput(first, differs=True), *(SharedInput(goal, level=3) for goal in rest)]
    save_shared_ratings(round_forum=round_.round_forums.get(), ratings=agreed, now=at(2, 9))

    post_due_reminders(now=at(9, 9))

    assert reminded(HALFWAY) == set()


# --- asked again at the moment of sending -------------------------------------------------------


def sent_to(subject_of: str, now: datetime) -> set[str]:
    outbox.outbox.clear()
    send_due_mails(now=now, checks=MAIL_CHECKS)
    assert not Mail.objects.filter(kind=subject_of, sent_at=None).exists()
    return {message.to[0] for message in outbox.outbox}


def test_no_reminder_leaves_for_one_who_has_answered_since(opened):
    round_ = opened()
    send_due_mails(now=at(1, 8), checks=MAIL_CHECKS)
    post_due_reminders(now=at(9, 9))
    all_of_it, done, *silent = invited(round_)
    answer(all_of_it, 4, at(9, 9))
    say_done(participation=done, now=at(9, 9))

    assert sent_to(HALFWAY, at(9, 9, 1)) == {row.user.email for row in silent}
    assert not Mail.objects.filter(kind=HALFWAY, to=done.user_id).exists()


def test_one_who_withdraws_before_it_leaves_is_reminded(opened):
    round_ = opened()
    send_due_mails(now=at(1, 8), checks=MAIL_CHECKS)
    post_due_reminders(now=at(9, 9))
    row = invited(round_)[0]
    answer(row, 4, at(9, 9))
    withdraw(participation=row, now=at(9, 9))

    assert row.user.email in sent_to(HALFWAY, at(9, 9, 1))


@pytest.mark.parametrize("now", [at(13, 9), at(16, 16)], ids=["on a Saturday", "after closing"])
def test_no_reminder_leaves_on_a_day_off_or_after_closing(opened, now):
    opened()
    send_due_mails(now=at(1, 8), checks=MAIL_CHECKS)
    post_due_reminders(now=at(9, 9))

    assert sent_to(HALFWAY, now) == set()


def test_no_invitation_leaves_after_closing_or_to_one_who_has_left(cast, opened):
    round_ = opened()
    gone = invited(round_)[0]
    gone.delete()

    assert sent_to("invitation", at(1, 9)) == {user.email for user in cast.members} - {
        gone.user.email
    }
    Mail.objects.update(sent_at=None, next_try_at=at(1, 9))
    assert sent_to("invitation", at(16, 16)) == set()


def test_a_mail_of_an_unknown_occasion_is_not_sent():
    MailFactory(kind="invitation", occasion="round-forum-x", created_at=at(1, 9))

    assert send_due_mails(now=at(1, 9), checks=MAIL_CHECKS) == 0
    assert not Mail.objects.exists()


# --- results ------------------------------------------------------------------------------------


def test_no_result_is_told_to_one_who_has_left_and_would_find_the_page_shut(cast, opened):
    round_ = opened(results_open_at=at(18, 9))
    seal_round(round_=round_, now=at(16, 16, 6))
    Mail.objects.all().delete()
    left_before, left_since = cast.members[1:3]
    places = cast.forum.memberships
    places.filter(user=left_before).update(ends_at=at(17, 9))
    tell_results(now=at(18, 9))
    places.filter(user=left_since).update(ends_at=at(18, 9, 1))

    told = sent_to("results", at(18, 9, 2))

    assert told == {user.email for user in cast.members} - {left_before.email, left_since.email}


def test_results_are_told_to_every_invited_member_when_they_open(cast, opened):
    round_ = opened(results_open_at=at(18, 9))
    answer(invited(round_)[0], 4, at(2, 9))
    counts = [tell_results(now=at(16, 15))]
    seal_round(round_=round_, now=at(16, 16, 6))

    counts += [tell_results(now=now) for now in (at(18, 8, 59), at(18, 9), at(18, 9, 1))]

    assert counts == [0, 0, 1, 0]
    mails = Mail.objects.filter(kind="results").order_by("pk")
    assert {mail.to for mail in mails} == set(cast.members)
    assert {mail.url for mail in mails} == {
        f"http://localhost:8000/resultater/{round_.pk}/{cast.forum.pk}/"
    }
    assert len(sent_to("results", at(18, 9, 2))) == 9


def test_results_that_opened_long_ago_are_no_news(opened):
    round_ = opened()
    seal_round(round_=round_, now=at(16, 16, 6))

    assert tell_results(now=at(24, 12)) == 1
    assert not Mail.objects.filter(kind="results").exists()
    assert Round.objects.get().results_told_at == at(24, 12)


def test_no_mail_carries_a_figure_or_tells_of_answers(opened):
    round_ = opened(results_open_at=at(18, 9))
    for row in invited(round_)[:7]:
        answer(row, 4, at(2, 9))
    post_due_reminders(now=at(9, 9))
    reminded = texts_of(HALFWAY)
    seal_round(round_=round_, now=at(16, 16, 6))
    tell_results(now=at(18, 9))

    assert [len(reminded), len(texts_of("invitation")), len(texts_of("results"))] == [1, 1, 1]


def texts_of(kind: str) -> set[tuple[str, ...]]:
    return set(Mail.objects.filter(kind=kind).values_list("subject", "body", "calendar"))


# --- what is kept -------------------------------------------------------------------------------


def test_forget_reminders_leaves_nothing_of_who_was_reminded(opened):
    round_ = opened()
    post_due_reminders(now=at(9, 9))
    post_due_reminders(now=at(16, 9))
    MailFactory(kind=HALFWAY, topic="round-0")

    forget_reminders(round_=round_)

    left = Mail.objects.filter(topic=f"round-{round_.pk}").order_by("pk")
    assert {mail.kind for mail in left} == {"invitation"}
    assert Mail.objects.filter(topic="round-0").exists()


@pytest.mark.parametrize("size", [8, 24])
def test_opening_takes_the_same_statements_for_few_and_many(
    cast, planned, django_assert_num_queries, size
):
    for _ in range(size - 8):
        MembershipFactory(forum=cast.forum)
    round_ = planned()

    with django_assert_num_queries(16):
        open_due_rounds(now=at(1, 8))

    assert Mail.objects.count() == size + 1
    assert timezone.localtime(Round.objects.get(pk=round_.pk).opened_at) == at(1, 8)
