import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User
from tests.factories import UserFactory


def test_user_is_found_by_address_whatever_its_capitals(db):
    user = User.objects.create_user("Anna@Skole.Example", "kodeord", name="Anna")

    assert user.email == "anna@skole.example"
    assert User.objects.get_by_natural_key("ANNA@skole.example") == user


def test_user_clean_lowers_the_address(db):
    user = UserFactory.build(email="ANNA@Skole.Example")

    user.clean()

    assert user.email == "anna@skole.example"


def test_user_address_is_unique_whatever_its_capitals(db):
    UserFactory(email="anna@skole.example")

    with pytest.raises(ValidationError):
        UserFactory.build(email="ANNA@skole.example").validate_constraints()
    with pytest.raises(IntegrityError):
        UserFactory(email="ANNA@skole.example")


def test_user_is_called_by_name_or_else_by_address():
    assert str(User(name="Anna", email="a@b.example")) == "Anna"
    assert str(User(email="a@b.example")) == "a@b.example"
    assert User(name="Anna").get_full_name() == "Anna"
    assert User(name="Anna").get_short_name() == "Anna"


def test_superuser_may_everything(db):
    user = User.objects.create_superuser("rod@skole.example", "kodeord", name="Rod")

    assert (user.is_staff, user.is_superuser) == (True, True)
    assert user.check_password("kodeord")
