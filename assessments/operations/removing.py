"""The one way past the triggers that keep what people have rated: a whole framework goes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from assessments.models import Framework


@contextmanager
def removal_allowed(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Within it, and within its transaction alone, editions that people have rated may go.

    The triggers look for a row in a table of no model, which is empty but here.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("INSERT INTO assessments_leave_to_remove (id) VALUES (1)")
        yield
        cursor.execute("DELETE FROM assessments_leave_to_remove")


def remove_framework(*, framework: Framework) -> None:
    """Every edition of it, for a municipality that leaves.

    Refuses with ProtectedError while a round stands on one of them.
    """
    with removal_allowed():
        framework.delete()
