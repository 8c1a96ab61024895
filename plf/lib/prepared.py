"""Queries that are put together once, and asked with other values each time.

Django writes a query set's SQL anew each time it is asked: for a page's wide lookup that is several
times the database's own work. Here the same query set, with the same rules of who sees what, is
written once and kept, and PostgreSQL plans it once: docs/adr/0008.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    Expression,
    Field,
    Model,
    QuerySet,
)
from django.db.models.sql.compiler import SQLCompiler
from django.utils.dateparse import parse_datetime

from plf.lib.planned import name_of

M = TypeVar("M", bound=Model)
Row = TypeVar("Row")
Written = TypeVar("Written")


class Slot(Expression):
    """Stands in a query for a value that is given when it is asked."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return "%s", [self]

    def filled(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


def number(name: str) -> Any:
    """A key that is given later."""
    return Slot(name, BigIntegerField())


def moment(name: str) -> Any:
    """A time that is given later."""
    return Slot(name, DateTimeField())


def text(name: str) -> Any:
    """Words that are given later."""
    return Slot(name, CharField())


class Prepared(Generic[M, Row]):
    """A query set with `number`, `moment` and `text` where its values go.

    ValueError where it has no order (nobody is to lean on the one that rows happen to come in), or
    holds a time of its own: that would be the time of the first asking for ever. `is_of_one` says
    that a constraint lets no second row fit: one row has no order, and planning it takes the
    database longer than fetching the row.
    """

    def __init__(self, build: Callable[[], "QuerySet[M, Row]"], *, is_of_one: bool = False) -> None:
        self._build = build
        self._is_of_one = is_of_one

    def rows(self, **values: Any) -> "QuerySet[M, Row]":
        """Asked when it is first used, as any query set; not to be narrowed further."""
        queryset, compiler, sql, parameters, converters = self._written
        connection = connections[queryset.db]
        bound = [
            part.filled(values, connection) if isinstance(part, Slot) else part
            for part in parameters
        ]
        asked = _like(
            compiler,
            connection=connection,
            as_sql=lambda *_, **__: self._asked(connection, sql, parameters, bound),
            get_converters=lambda _: converters,
        )
        query = _like(queryset.query, get_compiler=lambda *_, **__: asked)
        return _like(queryset, _query=query)

    def _asked(
        self,
        connection: BaseDatabaseWrapper,
        sql: str,
        parameters: Sequence[Any],
        bound: Sequence[Any],
    ) -> tuple[str, Sequence[Any]]:
        """What is sent to the database: all of it, or a name and what is asked for now."""
        if connection.vendor != "postgresql":
            return sql, bound
        slots = {place: part for place, part in enumerate(parameters) if isinstance(part, Slot)}

        def write(cursor: Any) -> str:
            types = ", ".join(str(slot.output_field.db_type(connection)) for slot in slots.values())
            numbers = {place: f"${number}" for number, place in enumerate(slots, start=1)}
            parts = (
                numbers.get(place) or cursor.mogrify("%s", [part]).decode()
                for place, part in enumerate(parameters)
            )
            return (f"({types})" if types else "") + " AS " + sql % tuple(parts)

        name = name_of(self, connection, write)
        if name is None:
            return sql, bound
        places = ", ".join(["%s"] * len(slots))
        return f"EXECUTE {name} ({places})", [bound[place] for place in slots]

    def first(self, **values: Any) -> Row | None:
        return next(iter(self.rows(**values)), None)

    def exists(self, **values: Any) -> bool:
        return self.first(**values) is not None

    @cached_property
    def _written(
        self,
    ) -> tuple["QuerySet[M, Row]", SQLCompiler, str, Sequence[Any], dict[int, Any]]:
        queryset = self._build()
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, parameters = compiler.as_sql()
        if not (queryset.ordered or self._is_of_one):
            raise ValueError("a prepared query needs an order")
        if any(_is_time(part) for part in parameters):
            raise ValueError("a prepared query holds a time of its own")
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        return queryset, compiler, sql, parameters, compiler.get_converters(columns)


def _like(one: Written, **instead: Any) -> Written:
    """Another of the same, without what `clone` copies for those who narrow it further: this one is
    only read. Django's own classes stay untouched."""
    other = object.__new__(type(one))
    vars(other).update(vars(one), **instead)
    return other


def _is_time(part: object) -> bool:
    """As a time or, on SQLite, in words."""
    return isinstance(part, date) or (isinstance(part, str) and parse_datetime(part) is not None)
