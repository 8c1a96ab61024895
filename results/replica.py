"""Publications from a replica of the database, where the settings name one.

A publication never changes, so a replica cannot be wrong about one that it has; it can only lack
it. Each reader knows from the primary which results there are: where the replica lacks one, or does
not answer, the primary is asked, and nobody sees a difference.
"""

import logging
import time
from collections.abc import Collection
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.models import Model, QuerySet

from results.models import Publication

REPLICA = "replica"
LEFT_ALONE = 10.0  # seconds after it did not answer

Row = TypeVar("Row", bound=Model)
Results = Collection[tuple[int, int]]  # by round and forum
log = logging.getLogger(__name__)


class Replica:
    """Whether this process asks it just now."""

    def __init__(self) -> None:
        self.left_alone_until = 0.0

    def ask(self, rows: QuerySet[Row]) -> list[Row] | None:
        """None where there is none, or where it does not answer."""
        if REPLICA not in connections or time.monotonic() < self.left_alone_until:
            return None
        try:
            return list(rows.using(REPLICA))
        except (OperationalError, InterfaceError) as error:
            self.left_alone_until = time.monotonic() + LEFT_ALONE
            log.warning("The replica is away: %s", type(error).__name__)
            return None


the_replica = Replica()


def publications(rows: QuerySet[Publication], *, of: Results) -> list[Publication]:
    """The rows; `of` are the results that the primary says there are."""
    found = the_replica.ask(rows)
    if found is not None and set(of) <= {(row.round_id, row.forum_id) for row in found}:
        return found
    return list(rows.using(DEFAULT_DB_ALIAS))


def known(keys: QuerySet[Any, int]) -> QuerySet[Any, int] | list[int]:
    """Keys that a query of publications asks for, by what may change, as a release: where there is
    a replica they are asked of the primary first; else they stay a part of the query."""
    return list(keys) if REPLICA in connections else keys


def comments(rows: QuerySet[Row], *, beside: Publication) -> list[Row]:
    """From where their publication came: what was sealed in one transaction arrives together."""
    found = the_replica.ask(rows) if beside._state.db == REPLICA else None
    return list(rows.using(DEFAULT_DB_ALIAS)) if found is None else found
