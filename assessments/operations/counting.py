"""How many have answered: a number that changes at midnight only, so that it tells of nobody.

The number invited changes with it: lowered at once for one who leaves, it would tell beside the
other number whether they had answered.
"""

from datetime import datetime

from django.db.models import Count, Q

from assessments.models import RoundForum
from plf.lib.local_time import last_midnight


def count_answered(*, now: datetime) -> int:
    """Set the number of every open round to that of last midnight; returns how many were set."""
    midnight = last_midnight(now)
    due = RoundForum.objects.filter(
        Q(counted_at=None) | Q(counted_at__lt=midnight),
        round__opened_at__lt=midnight,
        round__sealed_at=None,
        round__lost_at=None,
    )
    answered = Count("participations", filter=Q(participations__answered_at__lt=midnight))
    counts = (
        due.annotate(now_invited=Count("participations"), now_answered=answered)
        .order_by("pk")
        .values_list("pk", "now_invited", "now_answered")
    )
    rows = [
        RoundForum(pk=pk, invited=invited, answered=count, counted_at=now)
        for pk, invited, count in counts
    ]
    RoundForum.objects.bulk_update(rows, ["invited", "answered", "counted_at"], batch_size=500)
    return len(rows)
