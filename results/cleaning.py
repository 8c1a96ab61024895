"""Make the database forget what the seal deleted.

SQLite overwrites deleted rows (`secure_delete`) but keeps copies in its write-ahead log until that
is emptied, which takes no time. PostgreSQL keeps them in the tables until those are written anew,
which locks them: that waits for the night.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from results.models import Beat

NIGHT = 3
# On PostgreSQL the invitations are written anew in the order of their keys: a row that was changed
# lies behind those that were not, and would go on telling who had answered.
STATEMENTS = {
    "sqlite": ("PRAGMA wal_checkpoint(TRUNCATE)",),
    "postgresql": (
        "VACUUM FULL assessments_rating, assessments_answer, accounts_mail",
        "CLUSTER assessments_participation USING assessments_participation_pkey",
    ),
}


def clean_up_if_due(*, now: datetime) -> bool:
    """At each beat on SQLite, once a night on PostgreSQL; returns whether it was done.

    Outside any transaction. It also follows those who withdrew, and rounds that were cancelled.
    """
    last = Beat.objects.order_by("pk").values_list("cleaned_at", flat=True).first()
    due = connection.vendor == "sqlite" or last is None or last < _last_night(now)
    if due:
        clean_up_deleted_rows()
        Beat.objects.update(cleaned_at=now)
    return due


def clean_up_deleted_rows() -> None:
    with connection.cursor() as cursor:
        for statement in STATEMENTS[connection.vendor]:
            cursor.execute(statement)


def _last_night(now: datetime) -> datetime:
    local = timezone.localtime(now)
    night = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return night if night <= local else night - timedelta(days=1)
