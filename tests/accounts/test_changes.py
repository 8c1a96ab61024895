"""What a person changes of their own sign-in is told to them and the log, and holds no secret."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import sign_in_mails
from accounts.changes import AS_ALLAUTH_SAYS, WORDS, tell_of_change
from accounts.invitations import token_for
from accounts.models import Mail, User
from accounts.operations import page_of, send_due_mails, text_of
from accounts.sessions import forget_expired
from audit.enums import Kind
from audit.models import Entry
from tests.factories import UserFactory
from tests.pages import form_of
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW = "fire gode lange ord"
TWICE = {"password1": NEW, "password2": NEW}
NOW = datetime(2026, 3, 2, 9, 32, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_leaves(monkeypatch):
    """Beside the request there is no thread: what it would send is looked at here."""
    monkeypatch.setattr(sign_in_mails, "_start_sending", lambda: None)


def signed_in(person: User) -> Client:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post(reverse("account_login"), {"login": person.email, "password": "plf-demo"})
    client.post(reverse("account_reauthenticate"), {"password": "plf-demo"})
    return client


def change_password(person: User) -> object:
    fields = {"oldpassword": "plf-demo", **TWICE}
    return signed_in(person).post(reverse("account_change_password"), fields)


def choose_first_password(person: User) -> object:
    person.set_unusable_password()
    person.save()
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(person)
    return client.post(reverse("account_set_password"), TWICE)


def accept_invitation(person: User) -> object:
    person.set_unusable_password()
    person.save()
    client = Client(REMOTE_ADDR="192.0.2.7")
    return client.post(reverse("accounts:invitation", args=[token_for(person)]), TWICE)


def choose_anew(person: User) -> object:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post(reverse("account_reset_password"), {"email": person.email})
    asked = Mail.objects.get(kind=sign_in_mails.NEW_PASSWORD)
    path = "/" + asked.url.split("/", 3)[3]
    asked.delete()
    return client.post(client.get(path)["Location"], TWICE)


def add_app(person: User) -> object:
    client = signed_in(person)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return client.post(reverse("mfa_activate_totp"), {"code": code})


def remove_app(person: User) -> object:
    client = signed_in(person)
    TOTP.activate(person, SECRET)
    return client.post(reverse("mfa_deactivate_totp"))


def remove_passkey(person: User) -> object:
    client = signed_in(person)
    key = Authenticator.objects.create(user=person, type="webauthn", data={"name": "Telefon"})
    return client.post(reverse("mfa_remove_webauthn", args=[key.pk]))


def renew_codes(person: User) -> object:
    client = signed_in(person)
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    return client.post(reverse("mfa_generate_recovery_codes"))


def sign_out_elsewhere(person: User) -> object:
    signed_in(person)
    return signed_in(person).post(reverse("accounts:sign_ins"))


WAYS: tuple[tuple[Kind, Callable[[User], object]], ...] = (
    (Kind.PASSWORD_CHANGED, change_password),
    (Kind.PASSWORD_CHOSEN, choose_first_password),
    (Kind.PASSWORD_CHOSEN, accept_invitation),
    (Kind.PASSWORD_RESET, choose_anew),
    (Kind.APP_ADDED, add_app),
    (Kind.APP_REMOVED, remove_app),
    (Kind.PASSKEY_REMOVED, remove_passkey),
    (Kind.CODES_RENEWED, renew_codes),
    (Kind.SIGNED_OUT_ELSEWHERE, sign_out_elsewhere),
)
ways = pytest.mark.parametrize(("kind", "way"), WAYS, ids=[way.__name__ for _, way in WAYS])


def rows() -> list[tuple]:
    found = Entry.objects.exclude(kind=Kind.SIGNED_IN).order_by("pk")
    return list(found.values_list("kind", "municipality", "actor", "subject", "detail"))


@ways
def test_change_is_logged_and_told(cast, django_capture_on_commit_callbacks, kind, way):
    person = cast.administrator

    with django_capture_on_commit_callbacks(execute=True):
        response = way(person)

    told = Mail.objects.get()
    assert response.status_code == 302
    assert rows() == [(kind, cast.municipality.pk, person.log_key, None, "")]
    assert (told.to, told.kind) == (person, sign_in_mails.CHANGED)
    assert told.occasion.startswith(f"{kind} ")
    kept = repr([*Entry.objects.values(), *Mail.objects.values()])
    assert not [secret for secret in (NEW, "plf-demo", SECRET) if secret in kept]


@ways
def test_change_by_somebody_who_is_asked_is_told_to_themselves_alone(
    cast, django_capture_on_commit_callbacks, kind, way
):
    """It was made while signed in, and whoever signed in has nearly certainly answered."""
    open_round_of(cast.forum)
    Mail.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        way(cast.unit_head)

    assert rows() == []
    assert Mail.objects.get().occasion.startswith(f"{kind} ")


def test_address_of_who_made_the_change_is_kept(cast):
    change_password(cast.administrator)

    assert Entry.objects.get(kind=Kind.PASSWORD_CHANGED).address == "192.0.2.7"


def test_signing_out_elsewhere_where_there_is_nobody_is_no_change(cast):
    signed_in(cast.administrator).post(reverse("accounts:sign_ins"))

    assert rows() == []
    assert not Mail.objects.exists()


def test_refused_change_is_no_change(cast):
    fields = {"oldpassword": "forkert", **TWICE}

    signed_in(cast.administrator).post(reverse("account_change_password"), fields)

    assert rows() == []
    assert not Mail.objects.exists()


def test_new_passkey_is_told(cast):
    """Where allauth says so; only a browser can add one (tests/e2e/test_signing_in.py)."""
    get_adapter().send_notification_mail("mfa/email/webauthn_added", cast.administrator)

    assert [row[0] for row in rows()] == [Kind.PASSKEY_ADDED]
    assert Mail.objects.get().occasion.startswith("passkey_added ")


@pytest.mark.once
def test_all_that_allauth_would_tell_of_has_words():
    """A newer allauth that knows more changes must be told of them here."""
    templates = Path(allauth.__file__).parent / "templates"
    mfa = {
        path.relative_to(templates).as_posix().removesuffix("_message.txt")
        for path in templates.glob("mfa/email/*_message.txt")
    }

    assert mfa == {name for name in AS_ALLAUTH_SAYS if name.startswith("mfa/")}
    assert set(AS_ALLAUTH_SAYS.values()) | {Kind.SIGNED_OUT_ELSEWHERE} == set(WORDS)


@pytest.mark.parametrize(
    ("language", "moment", "button"),
    [
        ("en", "It happened on March 2, 2026 at\N{NO-BREAK SPACE}10:32.", "Choose a new password"),
        ("da", "kl.\N{NO-BREAK SPACE}10.32", "Vælg en ny adgangskode"),
    ],
)
def test_mail_says_what_and_when_and_what_to_do(language, moment, button):
    person = UserFactory(language=language, name="<b>Leder</b>")

    tell_of_change(user=person, kind=Kind.APP_ADDED, now=NOW)

    told = Mail.objects.get()
    assert told.language == language
    assert moment in text_of(told)
    assert f"{button}:\nhttp://localhost:8000/adgangskode/glemt/" in text_of(told)
    assert told.subject in told.body
    assert f">{button}</a>" in page_of(told)
    assert "&lt;b&gt;Leder" in page_of(told)


@pytest.mark.parametrize("kind", WORDS)
def test_each_change_has_a_subject_of_its_own(kind):
    person = UserFactory(language="en")

    tell_of_change(user=person, kind=kind, now=NOW)

    assert Mail.objects.get().subject == WORDS[kind]


def test_all_changes_are_told_also_those_of_the_same_minute():
    person = UserFactory()

    tell_of_change(user=person, kind=Kind.PASSKEY_ADDED, now=NOW)
    tell_of_change(user=person, kind=Kind.PASSWORD_CHANGED, now=NOW)
    tell_of_change(user=person, kind=Kind.PASSWORD_CHANGED, now=NOW + timedelta(seconds=1))

    assert Mail.objects.count() == 3


def test_mail_of_a_change_is_gone_once_it_has_left_and_waits_until_then():
    """Unlike a code, it is of use after an hour too."""
    person, now = UserFactory(), timezone.now()
    tell_of_change(user=person, kind=Kind.PASSKEY_ADDED, now=now)

    forget_expired(now=now + timedelta(hours=2))
    waiting = Mail.objects.count()
    send_due_mails(now=now + timedelta(hours=2))
    forget_expired(now=now + timedelta(hours=2))

    assert (waiting, len(mail.outbox), Mail.objects.count()) == (1, 1, 0)


def test_mail_of_a_change_that_nobody_would_take_is_gone_too():
    tell_of_change(user=UserFactory(), kind=Kind.PASSKEY_ADDED, now=NOW)
    Mail.objects.update(given_up_at=NOW)

    forget_expired(now=NOW)

    assert not Mail.objects.exists()


# --- by an administrator ------------------------------------------------------------------------


def test_new_address_is_logged_and_told_to_the_old_one(cast, client_of):
    client = client_of(cast.administrator)
    url = reverse("admin:accounts_user_change", args=[cast.chief.pk])
    old = cast.chief.email

    client.post(url, form_of(client, url, "user_form") | {"email": "ny-chef@test.example"})

    told = Mail.objects.get()
    made = Entry.objects.get(kind=Kind.ADDRESS_CHANGED)
    assert (made.actor, made.subject) == (cast.administrator.log_key, cast.chief.log_key)
    assert "ny-chef" not in repr(Entry.objects.values())
    assert (told.kind, told.address) == ("address_changed", old)
    assert "kl.\N{NO-BREAK SPACE}" in told.body


def test_second_step_removed_by_an_administrator_is_logged_and_told(cast, client_of):
    TOTP.activate(cast.chief, SECRET)

    client_of(cast.administrator).post(reverse("admin:user_second_factor", args=[cast.chief.pk]))

    made = Entry.objects.get(kind=Kind.SECOND_STEP_REMOVED)
    assert (made.actor, made.subject) == (cast.administrator.log_key, cast.chief.log_key)
    assert "kl.\N{NO-BREAK SPACE}" in Mail.objects.get().body
