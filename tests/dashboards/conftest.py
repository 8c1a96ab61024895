"""What the dashboards' tests begin with."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from assessments.models import Edition
from tests.factories import EditionFactory


@pytest.fixture
def edition(db: None) -> Edition:
    """Two pillars of two goals."""
    return EditionFactory()


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield
