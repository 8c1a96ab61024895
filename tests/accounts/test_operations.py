"""The outbox: each mail leaves once, and one that cannot stops nobody else."""

import logging
import re
import smtplib
import threading
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from accounts import operations
from accounts.models import Mail
from accounts.operations import (
    GIVE_UP_AFTER,
    LEASE,
    STRIKES,
    message_of,
    post_mail,
    send_due_mails,
)
from tests.factories import MailFactory, UserFactory

pytestmark = pytest.mark.django_db


class RefusesOne(EmailBackend):
    """A mail server that does not take mails for one address."""

    def send_messages(self, messages):
        if messages[0].to == ["afvist@example.org"]:
            raise OSError("the server hung up")
        return super().send_messages(messages)


class Scripted(EmailBackend):
    """A mail server that does as the test says, by address; and counts who asks."""

    script: dict[str, Exception] = {}
    asked: list[str] = []

    def send_messages(self, messages):
        [address] = messages[0].to
        self.asked.append(address)
        if address in self.script:
            raise self.script[address]
        return super().send_messages(messages)


@pytest.fixture
def scripted(settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_operations.Scripted"
    Scripted.script, Scripted.asked = {}, []
    return Scripted


@pytest.fixture
def refusing(settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_operations.RefusesOne"


def test_post_mail_twice_for_one_occasion_writes_one():
    person, now = UserFactory(), timezone.now()

    for _ in range(2):
        post_mail(to=person, kind="ready", occasion="1", subject="Klar", body="Se", now=now)

    assert Mail.objects.count() == 1


def test_subject_is_one_line_and_fits_whatever_name_is_in_it():
    person, now = UserFactory(), timezone.now()
    subject = f"Leder\r\n\u2028forum {'x' * 200}"

    post_mail(to=person, kind="left", occasion="1", subject=subject, body="Se", now=now)

    assert send_due_mails(now=now) == 1
    assert sent.outbox[0].subject == f"Leder forum {'x' * 188}"


def test_send_due_mails_sends_each_once():
    mail = MailFactory(to__email="leder@example.org", subject="Resultatet er klar")
    now = timezone.now()

    counts = [send_due_mails(now=now), send_due_mails(now=now + 2 * LEASE)]

    assert counts == [1, 0]
    assert [(message.subject, message.to) for message in sent.outbox] == [
        ("Resultatet er klar", ["leder@example.org"])
    ]
    mail.refresh_from_db()
    assert mail.sent_at == now


def test_send_due_mails_tries_a_refused_mail_again_and_sends_the_others(refusing):
    refused = MailFactory(to__email="afvist@example.org")
    now = MailFactory(to__email="leder@example.org").created_at

    assert send_due_mails(now=now) == 1

    refused.refresh_from_db()
    assert (refused.tries, refused.sent_at) == (1, None)
    assert refused.next_try_at == now + timedelta(minutes=1)
    assert [message.to for message in sent.outbox] == [["leder@example.org"]]


def test_send_due_mails_gives_up_after_a_day(refusing):
    refused = MailFactory(to__email="afvist@example.org")
    late = refused.created_at + GIVE_UP_AFTER

    send_due_mails(now=late)
    send_due_mails(now=late + timedelta(days=1))

    refused.refresh_from_db()
    assert (refused.given_up_at, refused.tries) == (late, 1)


def test_send_due_mails_leaves_a_mail_that_another_clock_has_claimed():
    mail = MailFactory()
    Mail.objects.update(next_try_at=mail.created_at + LEASE)

    assert send_due_mails(now=mail.created_at) == 0
    assert sent.outbox == []


REFUSED = smtplib.SMTPRecipientsRefused({"a": (550, b"unknown")})


def test_one_bad_address_after_another_stops_nobody_else(scripted):
    for number in range(STRIKES + 2):
        mail = MailFactory(to__email=f"forkert{number}@example.org")
        scripted.script[mail.to.email] = REFUSED
    good = MailFactory(to__email="god@example.org")

    assert send_due_mails(now=good.created_at) == 1
    assert [message.to for message in sent.outbox] == [["god@example.org"]]


def test_a_mail_that_no_mail_can_be_stops_nobody_else():
    broken = MailFactory(subject="To\nlinjer")
    for number in range(STRIKES):
        MailFactory(subject="To\nlinjer", to__email=f"leder{number}@example.org")
    good = MailFactory(to__email="god@example.org")

    assert send_due_mails(now=good.created_at) == 1

    broken.refresh_from_db()
    assert (broken.sent_at, broken.claimed_at, broken.tries) == (None, None, 1)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPServerDisconnected(),
        smtplib.SMTPAuthenticationError(535, b"no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_server_that_is_away_is_left_alone_until_the_next_beat(scripted, error):
    for number in range(STRIKES + 2):
        mail = MailFactory(to__email=f"leder{number}@example.org")
        scripted.script[mail.to.email] = error
    now = mail.created_at

    assert send_due_mails(now=now) == 0
    assert len(scripted.asked) == STRIKES

    scripted.script.clear()
    counts = [send_due_mails(now=now + timedelta(minutes=minute)) for minute in (1, 2)]

    assert counts == [STRIKES + 2, 0]
    assert len({message.to[0] for message in sent.outbox}) == STRIKES + 2


def test_a_server_that_hangs_is_given_up_after_some_seconds(settings, monkeypatch):
    """A server that accepts the connection and says nothing."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    silent = smtplib.socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
    monkeypatch.setattr(operations, "PATIENCE", 0.2)
    mail = MailFactory()

    with silent:
        assert send_due_mails(now=mail.created_at) == 0

    mail.refresh_from_db()
    assert (mail.tries, mail.claimed_at, mail.sent_at) == (1, None, None)


def test_one_beat_sends_for_a_limited_time(scripted, monkeypatch):
    monkeypatch.setattr(operations, "BUDGET", timedelta(0))
    mail = MailFactory()

    assert send_due_mails(now=mail.created_at) == 0
    assert scripted.asked == []


def test_a_refused_mail_waits_longer_each_time_and_its_last_try_is_after_a_day(scripted):
    mail = MailFactory(to__email="afvist@example.org")
    scripted.script[mail.to.email] = REFUSED
    waits, now = [], mail.created_at

    while mail.given_up_at is None:
        send_due_mails(now=now)
        mail.refresh_from_db()
        waits.append(mail.next_try_at - now)
        now = mail.next_try_at

    assert [wait // timedelta(minutes=1) for wait in waits[:5]] == [1, 2, 4, 8, 16]
    assert mail.given_up_at == mail.created_at + GIVE_UP_AFTER


class Killed(BaseException):
    """The clock's process ends here."""


def test_a_clock_killed_before_the_server_took_the_mail_loses_nothing(scripted, caplog):
    mail = MailFactory(to__email="leder@example.org")
    scripted.script[mail.to.email] = Killed()
    with pytest.raises(Killed):
        send_due_mails(now=mail.created_at)
    scripted.script.clear()

    counts = [send_due_mails(now=mail.created_at + later) for later in (LEASE / 2, LEASE)]

    assert counts == [0, 1]
    assert len(sent.outbox) == 1
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_accepted_and_then_died_is_logged_and_carries_the_same_id(scripted, caplog, monkeypatch):
    mail = MailFactory()

    class DiesAfter(Scripted):
        def send_messages(self, messages):
            super().send_messages(messages)
            raise Killed

    monkeypatch.setattr(operations, "get_connection", lambda **options: DiesAfter())
    with pytest.raises(Killed):
        send_due_mails(now=mail.created_at)
    monkeypatch.undo()
    send_due_mails(now=mail.created_at + LEASE)

    assert len({message.extra_headers["Message-ID"] for message in sent.outbox}) == 1
    assert len(sent.outbox) == 2
    assert "may leave twice" in caplog.text


def test_id_of_a_mail_does_not_tell_how_many_came_before_it(settings):
    """Whoever is reminded could else work out how many were reminded before them."""
    mails = MailFactory.create_batch(3)

    ids = {message_of(mail).extra_headers["Message-ID"] for mail in mails}
    settings.SECRET_KEY = "another"
    others = {message_of(mail).extra_headers["Message-ID"] for mail in mails}

    assert len(ids | others) == 6
    assert all(re.fullmatch(r"<[0-9a-f]{64}@localhost>", id_) for id_ in ids)


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_send_each_mail_once(scripted):
    now = timezone.now()
    for number in range(12):
        MailFactory(to__email=f"leder{number}@example.org", created_at=now)
    counts = []

    def clock():
        try:
            counts.append(send_due_mails(now=now))
        finally:
            connection.close()

    clocks = [threading.Thread(target=clock) for _ in range(2)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()

    assert sum(counts) == 12
    assert sorted(scripted.asked) == sorted(f"leder{number}@example.org" for number in range(12))


def test_a_mail_that_is_no_longer_wanted_is_deleted_unsent():
    wanted, other = MailFactory(kind="a"), MailFactory(kind="b")
    asked = []

    def never(mail, now):
        asked.append(mail.pk)
        return False

    assert send_due_mails(now=other.created_at, checks={"b": never}) == 1
    assert asked == [other.pk]
    assert list(Mail.objects.order_by("pk")) == [wanted]


def test_a_mail_has_text_page_and_calendar_file():
    mail = MailFactory(
        subject="Hvordan går det?",
        body="Første <afsnit>\n\nAndet",
        url="http://localhost:8000/runder/1/2/",
        button="Giv dit bud",
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )

    message = message_of(mail)

    assert message.body == (
        "Første <afsnit>\n\nAndet\n\nGiv dit bud:\nhttp://localhost:8000/runder/1/2/\n"
    )
    [page] = message.alternatives
    assert page.mimetype == "text/html"
    assert "Første &lt;afsnit&gt;</p>" in page.content
    assert 'href="http://localhost:8000/runder/1/2/"' in page.content
    parts = list(message.message().walk())
    assert [part.get_filename() for part in parts if part.get_filename()] == ["frist.ics"]
    assert parts[0]["Auto-Submitted"] == "auto-generated"


def test_the_page_of_a_mail_is_in_its_language():
    pages = {
        code: message_of(MailFactory(language=code)).alternatives[0].content
        for code in ("da", "en")
    }

    assert '<html lang="da">' in pages["da"]
    assert "You cannot reply" not in pages["da"]
    assert '<html lang="en">' in pages["en"]
    assert "You cannot reply" in pages["en"]


def test_a_mail_without_a_link_is_its_text():
    assert message_of(MailFactory(body="Kun tekst")).body == "Kun tekst"
