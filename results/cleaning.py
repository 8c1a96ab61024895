"""Make the database forget what the seal deleted.

SQLite overwrites deleted rows (`secure_delete`) but keeps copies in its write-ahead log until that
is emptied, which takes no time. PostgreSQL keeps them in the tables until those are written anew,
which locks them: that waits for the night. It also keeps them for as long as a transaction that
began before the seal may look at them: that is waited for.
"""

import time
from datetime import datetime

from django.db import connection

from plf.lib.local_time import last_night
from results.models import Beat

PATIENCE = 30.0  # seconds that older transactions are waited for
BREATH = 0.2
# On PostgreSQL the invitations are written anew in the order of their keys: a row that was changed
# lies behind those that were not, and would go on telling who had answered. Second factors and
# people are written by one transaction first: else a recovery code that was used, or a language or
# password that was chosen, would tell who was here.
STATEMENTS = {
    "sqlite": ("PRAGMA wal_checkpoint(TRUNCATE)",),
    "postgresql": (
        "VACUUM FULL assessments_rating, assessments_answer, accounts_mail, accounts_signin,"
        " django_session, plf_cache",
        "CLUSTER assessments_participation USING assessments_participation_pkey",
        "UPDATE mfa_authenticator SET last_used_at = NULL",
        "CLUSTER mfa_authenticator USING mfa_authenticator_pkey",
        "UPDATE accounts_user SET language = language",
        "CLUSTER accounts_user USING accounts_user_pkey",
    ),
}


def clean_up_if_due(*, now: datetime) -> bool:
    """At each beat on SQLite, once a night on PostgreSQL; returns whether it was done.

    Outside any transaction. It also follows those who withdrew, and rounds that were cancelled.
    """
    last = Beat.objects.order_by("pk").values_list("cleaned_at", flat=True).first()
    due = connection.vendor == "sqlite" or last is None or last < last_night(now)
    if not due or not clean_up_deleted_rows(patience=PATIENCE):
        return False
    Beat.objects.update(cleaned_at=now)
    return True


def clean_up_deleted_rows(*, patience: float) -> bool:
    """False, and nothing done, where an older transaction lasts longer than `patience` seconds."""
    if connection.vendor == "postgresql" and not _older_transactions_have_ended(patience):
        return False
    with connection.cursor() as cursor:
        for statement in STATEMENTS[connection.vendor]:
            cursor.execute(statement)
    return True


def _older_transactions_have_ended(patience: float) -> bool:
    """Whether nobody looks at the database as it was before this moment any more.

    A transaction that writes, in whichever database of the server, keeps deleted rows in all; one
    that reads keeps them in its own.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text, clock_timestamp()")
        horizon, began = cursor.fetchone()
        deadline = time.monotonic() + patience
        while True:
            cursor.execute(
                "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %s::xid8 AND NOT EXISTS ("
                " SELECT FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND xact_start < %s)",
                [horizon, began],
            )
            if cursor.fetchone()[0]:
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(BREATH)
