"""Here a sign-in is the matter: nothing of it is left out."""

import pytest


@pytest.fixture
def client_of(signed_in):
    return signed_in
