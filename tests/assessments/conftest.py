"""What the pages of an open confidential round are tested with."""

import pytest

from tests.worlds import open_round_of


@pytest.fixture
def world(cast):
    """The forum's open round."""
    return open_round_of(cast.forum)


@pytest.fixture
def mine(world, cast):
    """The unit head's invitation to it."""
    return world.participation_of(cast.unit_head)
