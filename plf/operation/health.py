"""How the product is, for a monitor: a few statements, no secret, and no number of people.

How many mails wait is not told: just after a reminder it would be how many have not answered.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min, Subquery

from accounts.models import Mail
from forums.models import Municipality
from results.models import Beat

OK = "ok"
LATEST_BEAT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
MISSED_NIGHT = timedelta(days=2)


def health(*, now: datetime) -> Mapping[str, str | int | bool]:
    """What each part says: "ok", or in a word what is wrong. `ok` sums it up."""
    try:
        if _migrations_wait():
            return {"ok": False, "database": OK, "migrations": "pending"}
        clock, mail = _clock(now), _mail(now)
    except DatabaseError:
        return {"ok": False, "database": "away"}
    is_well = clock["clock"] == clock["night"] == mail["mail"] == OK
    return {"ok": is_well, "database": OK, "migrations": OK, **clock, **mail}


def _migrations_wait() -> bool:
    applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    return not _newest_migrations() <= applied


@cache
def _newest_migrations() -> set[tuple[str, str]]:
    """The last of each app, as this process has them: read from the files once."""
    return set(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def _clock(now: datetime) -> dict[str, str | int]:
    looked_through = Municipality.objects.exclude(looked_through_at=None)
    oldest = looked_through.order_by("looked_through_at").values("looked_through_at")[:1]
    beats = Beat.objects.order_by("pk").values_list("at", "cleaned_at", Subquery(oldest))
    found = beats.first()
    if found is None:
        return {"clock": "never", "night": OK}
    last, *nights = found
    ago = now - last
    # A beat that lies ahead is just as wrong: somebody has set the machine's time.
    state = OK if abs(ago) <= LATEST_BEAT else "late"
    # A clock may beat, and fail each time before it has overwritten and forgotten what it must.
    missed = any(done is not None and now - done > MISSED_NIGHT for done in nights)
    night = "late" if missed else OK
    return {"clock": state, "clock_seconds": int(ago.total_seconds()), "night": night}


def _mail(now: datetime) -> dict[str, str | int]:
    """Stuck where the oldest has waited for long and nothing has left since it was written.

    A single wrong address is no reason to be woken, as long as other mails go out.
    """
    oldest = Mail.objects.filter(sent_at=None, given_up_at=None).aggregate(at=Min("created_at"))
    written_at = oldest["at"]
    if written_at is None or now - written_at <= LONGEST_WAIT:
        return {"mail": OK}
    if Mail.objects.filter(sent_at__gt=written_at).exists():
        return {"mail": OK}
    return {"mail": "stuck", "mail_minutes": int((now - written_at).total_seconds()) // 60}
