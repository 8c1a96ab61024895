"""Erasure leaves nothing of a person in any table; what is frozen stays as it is."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.invitations import invite_to_sign_in
from accounts.models import Mail, User
from accounts.operations import post_mail
from assessments.answers import Answer
from assessments.models import Participation
from audit.models import Entry
from dashboards.operations.erasing import (
    CannotBeErased,
    ask_for_erasure,
    can_be_erased,
    erase_person,
    take_back_wish,
)
from forums.models import Administrator, Forum
from results.models import Comment, Publication
from tests.cast import Cast
from tests.factories import AdministratorFactory, MailFactory, UserFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "Kanarieøje Ærligsen", "kanarie-7c1f0b@example.org"


def dump() -> dict[str, str]:
    quote = connection.ops.quote_name
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {quote(name)}")  # noqa: S608 -- names from the database
            found[name] = repr(cursor.fetchall())
    return found


def holding(*canaries: str) -> set[str]:
    return {name for name, rows in dump().items() if any(word in rows for word in canaries)}


@pytest.fixture
def person(cast: Cast) -> User:
    """A unit head with something in every table that can name a person."""
    person = cast.unit_head
    person.name, person.email = NAME, ADDRESS
    person.save()
    sealed = open_round_of(cast.forum, days_ago=100)
    sealed.answer([1, 2, 3, 4, 5, 3, 2, 4, 3], reason="Vi øver os")
    sealed.seal()
    opened = open_round_of(cast.forum, edition=sealed.round.edition)
    opened.rate(opened.participation_of(person), dict.fromkeys(opened.goals, 4))
    Forum.objects.filter(pk=cast.team.pk).update(chief=person)
    client = Client()
    client.force_login(person)
    client.get(f"/resultater/{sealed.round.pk}/{cast.forum.pk}/")
    now = timezone.now()
    person.set_unusable_password()
    invite_to_sign_in(user=person, now=now)
    post_mail(
        to=cast.chief, kind="x", occasion="x", subject=f"Om {NAME}", body=f"{ADDRESS}", now=now
    )
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    EmailAddress.objects.create(user=person, email=ADDRESS)
    people = ContentType.objects.get_for_model(User)
    for about, text in ((people, NAME), (ContentType.objects.get_for_model(Forum), "Lederforum")):
        LogEntry.objects.create(
            user=cast.administrator,
            content_type=about,
            object_id=str(person.pk),
            object_repr=text,
            action_flag=CHANGE,
            change_message=f"Chef ændret fra »Bo« til »{NAME}«",
        )
    assert ask_for_erasure(user=person, now=now)
    return person


def test_nothing_of_the_person_is_left_in_any_table(person):
    key = person.log_key
    canaries = (NAME, ADDRESS, str(key), key.hex)
    before = holding(*canaries)
    assert {"accounts_user", "accounts_mail", "django_admin_log"} <= before, "the search is blind"

    erase_person(user=person, now=timezone.now())

    # The log keeps its rows under a key that now stands nowhere else.
    assert holding(NAME, ADDRESS) == set()
    assert holding(str(key), key.hex) <= {"audit_entry"}
    assert not User.objects.filter(log_key=key).exists()


def test_what_others_have_stays(person, cast):
    published = list(Publication.objects.order_by("pk").values())
    comments = list(Comment.objects.order_by("key").values())
    rows = Entry.objects.count()
    others = set(Participation.objects.exclude(user=person).values_list("pk", flat=True))
    pk = person.pk

    erase_person(user=person, now=timezone.now())

    assert list(Publication.objects.order_by("pk").values()) == published
    assert list(Comment.objects.order_by("key").values()) == comments
    assert set(Participation.objects.values_list("pk", flat=True)) == others
    assert not Answer.objects.exists()
    assert Entry.objects.count() == rows + 1
    assert Entry.objects.order_by("pk").last().kind == "erased"
    assert not Session.objects.exists()
    assert not Mail.objects.filter(to=pk).exists()
    assert Mail.objects.get(to=cast.chief).subject == "Om …"
    assert [row.change_message for row in LogEntry.objects.all()] == [
        "Chef ændret fra »Bo« til »…«"
    ]


def test_name_within_another_word_is_left_alone(cast):
    person = UserFactory(name="Bo", email="bo@example.org")
    mail = MailFactory(subject="Bo og Borgmesteren", body="Skriv til bo@example.org, Bo.")

    erase_person(user=person, now=timezone.now())

    mail.refresh_from_db()
    assert (mail.subject, mail.body) == ("… og Borgmesteren", "Skriv til …, ….")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        # Of one word, only as it is written: a mail that has not left would go out with holes.
        (
            "Ny",
            "Ny har fået en ny adgangskode. NY.LEDER@example.org",
            "… har fået en ny adgangskode. …",
        ),
        ("Ny Ærlig", "NY ÆRLIG og ny ærlig og Ny", "… og … og Ny"),
        ("", "ny.leder@example.org er kommet til", "… er kommet til"),
    ],
)
def test_name_goes_from_others_mails_and_no_word_with_it(cast, name, before, after):
    person = UserFactory(name=name, email="ny.leder@example.org")
    mail = MailFactory(body=before)

    erase_person(user=person, now=timezone.now())

    mail.refresh_from_db()
    assert mail.body == after


def test_only_administrator_of_a_municipality_stays(cast):
    now = timezone.now()
    with pytest.raises(CannotBeErased):
        erase_person(user=cast.administrator, now=now)

    AdministratorFactory(municipality=cast.municipality)

    assert can_be_erased(cast.administrator, now)


def test_system_administrator_stays():
    with pytest.raises(CannotBeErased):
        erase_person(user=UserFactory(is_superuser=True), now=timezone.now())


def test_wish_is_told_once_to_the_municipality_s_administrators(cast):
    now = timezone.now()

    assert ask_for_erasure(user=cast.unit_head, now=now)
    assert not ask_for_erasure(user=cast.unit_head, now=now + timedelta(minutes=1))

    mail = Mail.objects.get(kind="erasure_asked")
    assert mail.to == cast.administrator
    assert cast.unit_head.name not in mail.subject + mail.body
    assert mail.url.endswith(f"/medlemmer/{cast.unit_head.pk}/slet/")
    row = Entry.objects.get(kind="erasure_asked")
    assert (row.actor, row.municipality) == (cast.unit_head.log_key, cast.municipality.pk)


def test_wish_of_somebody_who_was_a_member_reaches_the_municipality(cast):
    now = timezone.now()
    cast.unit_head.memberships.update(ends_at=now)
    Administrator.objects.filter(user=cast.outsider).delete()

    ask_for_erasure(user=cast.unit_head, now=now)

    assert Mail.objects.filter(kind="erasure_asked", to=cast.administrator).exists()


def test_wish_is_taken_back(cast):
    ask_for_erasure(user=cast.unit_head, now=timezone.now())

    take_back_wish(user=cast.unit_head)

    cast.unit_head.refresh_from_db()
    assert cast.unit_head.erasure_asked_at is None
