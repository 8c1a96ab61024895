from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone

from accounts import sign_in_mails
from accounts.models import Mail
from tests.factories import MailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(monkeypatch):
    """What runs beside the request, run here: the test's connection stays open."""
    monkeypatch.setattr(sign_in_mails, "connection", SimpleNamespace(close=lambda: None))
    return sign_in_mails._send


def test_mail_leaves_at_once_and_others_wait_for_the_clock(thread):
    waiting = MailFactory()
    sign_in_mails.post_at_once(
        to=UserFactory(email="leder@kendt.example"),
        kind=sign_in_mails.CODE,
        subject="Din kode",
        body="Koden",
        url="",
        button="",
        now=timezone.now(),
    )

    thread()

    assert [message.to for message in mail.outbox] == [["leder@kendt.example"]]
    assert list(Mail.objects.all()) == [waiting]


def test_mail_that_could_not_leave_is_left_to_the_clock(thread, monkeypatch, caplog):
    def fail(**how):
        raise RuntimeError("no thread may die of it")

    monkeypatch.setattr(sign_in_mails, "send_due_mails", fail)
    letter = MailFactory(kind=sign_in_mails.CODE)

    thread()

    assert "the clock tries again" in caplog.text
    assert list(Mail.objects.all()) == [letter]
