"""The outbox: each mail leaves once, and one that cannot stops nobody else."""

from datetime import timedelta

import pytest
from django.core import mail as sent
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts.models import Mail
from accounts.operations import GIVE_UP_AFTER, LEASE, post_mail, send_due_mails
from tests.factories import MailFactory, UserFactory

pytestmark = pytest.mark.django_db


class RefusesOne(EmailBackend):
    """A mail server that does not take mails for one address."""

    def send_messages(self, messages):
        if messages[0].to == ["afvist@example.org"]:
            raise OSError("the server hung up")
        return super().send_messages(messages)


@pytest.fixture
def refusing(settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_operations.RefusesOne"


def test_post_mail_twice_for_one_occasion_writes_one():
    person, now = UserFactory(), timezone.now()

    for _ in range(2):
        post_mail(to=person, kind="ready", occasion="1", subject="Klar", body="Se", now=now)

    assert Mail.objects.count() == 1


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
