"""What an administrator can do to how a person signs in, and that the person is told."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.guarding import remove_second_factor
from accounts.models import Mail
from accounts.operations import send_due_mails
from tests.factories import MembershipFactory, UserFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def invited(cast):
    """A member who has not chosen a password yet."""
    person = UserFactory(password=None, email="ny.leder@test.example", name="Ny leder")
    MembershipFactory(forum=cast.team, user=person)
    return person


def change(client, person, email: str):
    url = reverse("admin:accounts_user_change", args=[person.pk])
    return client.post(url, {"name": person.name, "email": email})


def test_old_address_is_told_of_the_new_one(cast, client_of):
    person = cast.department_head
    old = person.email

    change(client_of(cast.administrator), person, "anden@test.example")
    send_due_mails(now=timezone.now())

    person.refresh_from_db()
    assert person.email == "anden@test.example"
    assert [message.to for message in mail.outbox] == [[old]]


def test_one_who_was_invited_gets_a_new_link_at_the_new_address(cast, client_of, invited):
    change(client_of(cast.administrator), invited, "rettet@test.example")
    send_due_mails(now=timezone.now())

    assert sorted(message.to[0] for message in mail.outbox) == [
        "ny.leder@test.example",
        "rettet@test.example",
    ]


def test_same_address_is_no_news(cast, client_of):
    change(client_of(cast.administrator), cast.department_head, cast.department_head.email)

    assert not Mail.objects.exists()


def test_invitation_is_sent_again(cast, client_of, invited):
    client = client_of(cast.administrator)
    page = client.get(reverse("admin:accounts_user_change", args=[invited.pk]))

    response = client.post(reverse("admin:user_invite", args=[invited.pk]))

    assert page.context["may_invite"] is True
    assert response.status_code == 302
    assert Mail.objects.get().to == invited


def test_page_looks_the_same_before_and_after_a_password_is_chosen(cast, client_of, invited):
    """Chosen between two looks while a round is open, it would tell that the person was here."""
    client = client_of(cast.administrator)
    url = reverse("admin:accounts_user_change", args=[invited.pk])

    def look() -> tuple[str, list[str]]:
        page = client.get(url).content.decode()
        sent = client.post(reverse("admin:user_invite", args=[invited.pk]), follow=True)
        told = [str(message) for message in sent.context["messages"]]
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page), told

    before = look()
    Mail.objects.all().delete()
    invited.set_password("plf-demo")
    invited.save()

    assert look() == before
    assert not Mail.objects.exists()


def test_second_step_of_one_who_has_lost_it_is_removed_and_told(cast, client_of):
    person = cast.department_head
    TOTP.activate(person, SECRET)
    client = client_of(cast.administrator)
    url = reverse("admin:user_second_factor", args=[person.pk])
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk]))

    statuses = [client.post(url).status_code for _ in range(2)]

    assert page.context["may_remove_second_factor"] is True
    assert statuses == [302, 302]
    assert not Authenticator.objects.exists()
    assert Mail.objects.get().kind == "second_factor_removed"


def test_nothing_is_told_where_there_was_nothing_to_remove(cast):
    assert remove_second_factor(user=cast.chief, now=timezone.now()) is False
    assert not Mail.objects.exists()


def test_second_step_is_locked_while_the_person_is_asked(cast, client_of):
    open_round_of(cast.forum)
    TOTP.activate(cast.unit_head, SECRET)
    client = client_of(cast.administrator)
    page = client.get(reverse("admin:accounts_user_change", args=[cast.unit_head.pk]))

    response = client.post(reverse("admin:user_second_factor", args=[cast.unit_head.pk]))

    assert page.context["may_remove_second_factor"] is False
    assert response.status_code == 403
    assert Authenticator.objects.exists()


@pytest.mark.parametrize("name", ["user_invite", "user_second_factor"])
@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("administrator", "outsider", 404),
        ("outsider", "chief", 404),
        ("chief", "unit_head", 403),
        ("anonymous", "chief", 302),
    ],
)
def test_only_the_own_municipality_s_people(cast, client_of, name, who, whom, status):
    client = client_of(cast.person(who))

    response = client.post(reverse(f"admin:{name}", args=[cast.person(whom).pk]))

    assert response.status_code == status


def test_person_known_in_another_municipality_too_is_changed_by_neither(cast, client_of):
    MembershipFactory(user=cast.facilitator)

    response = client_of(cast.administrator).post(
        reverse("admin:user_invite", args=[cast.facilitator.pk])
    )

    assert response.status_code == 403


def test_own_second_step_is_not_removed_here(cast, client_of):
    TOTP.activate(cast.administrator, SECRET)

    response = client_of(cast.administrator).post(
        reverse("admin:user_second_factor", args=[cast.administrator.pk])
    )

    assert response.status_code == 403


@pytest.mark.parametrize(("who", "changes"), [("administrator", False), ("system", True)])
def test_only_the_system_administrator_chooses_who_says_who_people_are(
    cast, client_of, who, changes
):
    person = UserFactory(is_staff=True, is_superuser=True) if who == "system" else None
    client = client_of(person or cast.administrator)
    url = reverse("admin:forums_municipality_change", args=[cast.municipality.pk])
    form = client.get(url).context["adminform"].form

    assert ("sign_in_server" in form.fields) is changes
    assert "second_factor_required" in form.fields
