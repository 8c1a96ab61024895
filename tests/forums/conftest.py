"""Those who change who sits where."""

import pytest

from tests.factories import UserFactory


@pytest.fixture
def client(cast, client_of):
    """The municipality's administrator."""
    return client_of(cast.administrator)


@pytest.fixture
def system(db, client_of):
    """The installation's administrator."""
    return client_of(UserFactory(is_staff=True, is_superuser=True))
