from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.invitations import (
    GOOD_FOR,
    KIND,
    invite_again,
    invite_all_to_sign_in,
    invite_to_sign_in,
    invited_by,
    token_for,
)
from accounts.models import Mail
from forums import arrivals
from forums.enums import Role
from forums.operations import add_member
from tests.factories import ForumFactory, UserFactory

pytestmark = pytest.mark.django_db
GOOD = {"password1": "fire gode lange ord", "password2": "fire gode lange ord"}


@pytest.fixture
def newcomer():
    return UserFactory(password=None)


def url_of(person) -> str:
    return reverse("accounts:invitation", args=[token_for(person)])


def test_invitation_is_posted_once_however_often_it_is_asked_for(newcomer):
    now = timezone.now()

    for _ in range(2):
        invite_to_sign_in(user=newcomer, now=now)
    invite_all_to_sign_in(users=[newcomer, UserFactory(password=None)], now=now)

    assert Mail.objects.count() == 2
    assert Mail.objects.filter(to=newcomer).get().url.startswith("http://localhost:8000/velkommen/")


def test_invitation_can_be_sent_again(newcomer):
    now = timezone.now()
    invite_to_sign_in(user=newcomer, now=now)

    for _ in range(2):
        invite_again(user=newcomer, now=now)

    assert Mail.objects.filter(to=newcomer).count() == 2


def test_somebody_with_a_password_or_a_closed_access_is_not_invited():
    people = [UserFactory(), UserFactory(password=None, is_active=False)]

    invite_all_to_sign_in(users=people, now=timezone.now())
    for person in people:
        invite_again(user=person, now=timezone.now())

    assert not Mail.objects.exists()


def test_new_member_is_invited_and_a_known_one_is_not(newcomer):
    stranger = UserFactory.build(password=None)
    forum = ForumFactory()

    for person in (stranger, newcomer):
        add_member(user=person, forum=forum, role=Role.UNIT_HEAD, now=timezone.now())

    told = {mail.to: mail.kind for mail in Mail.objects.all()}
    assert told == {stranger: KIND, newcomer: arrivals.KIND}


def test_invited_person_chooses_a_password_and_is_signed_in(newcomer):
    client = Client()

    response = client.post(url_of(newcomer), GOOD)

    newcomer.refresh_from_db()
    assert (response.status_code, response.url) == (302, "/")
    assert newcomer.check_password(GOOD["password1"])
    assert client.get("/konto/").status_code == 200


def test_refused_password_is_told_at_its_field(newcomer):
    response = Client().post(url_of(newcomer), {"password1": "kort", "password2": "kort"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["password1"]


@pytest.mark.parametrize("change", ["password", "address", "access", "time"])
def test_link_dies_with_what_it_was_made_for(newcomer, change):
    token = token_for(newcomer)
    if change == "password":
        newcomer.set_password("fire gode lange ord")
    if change == "address":
        newcomer.email = "ny@adresse.example"
    if change == "access":
        newcomer.is_active = False
    newcomer.save()
    later = GOOD_FOR + timedelta(minutes=1) if change == "time" else timedelta()

    with time_machine.travel(timezone.now() + later):
        assert invited_by(token) is None


def test_link_outlives_the_secret_that_was_changed(newcomer, settings):
    key = token_for(newcomer)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret, as long as it has to be to be taken for one"

    assert invited_by(key) == newcomer


def test_link_of_a_deleted_person_or_an_invented_one_is_gone(newcomer):
    url = url_of(newcomer)
    newcomer.delete()

    assert Client().get(url).status_code == 410
    assert Client().get(url[:-3] + "xx/").status_code == 410
