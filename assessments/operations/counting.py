"""How many have answered: a number that changes at midnight only, so that it tells of nobody."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from assessments.models import RoundForum


def count_answered(*, now: datetime) -> int:
    """Set the number of every open round to that of last midnight; returns how many were set."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = list(
        RoundForum.objects.filter(
            Q(counted_at=None) | Q(counted_at__lt=midnight),
            round__opened_at__lt=midnight,
            round__sealed_at=None,
        )
        .annotate(
            before_midnight=Count(
                "participations", filter=Q(participations__answered_at__lt=midnight)
            )
        )
        .order_by("pk")
    )
    for row in rows:
        row.answered = row.before_midnight
        row.counted_at = now
    RoundForum.objects.bulk_update(rows, ["answered", "counted_at"], batch_size=500)
    return len(rows)
