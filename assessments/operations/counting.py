"""How many have answered: a number that changes at midnight only, so that it tells of nobody."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from assessments.models import RoundForum


def count_answered(*, now: datetime) -> int:
    """Set the number of every open round to that of last midnight; returns how many were set."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    due = RoundForum.objects.filter(
        Q(counted_at=None) | Q(counted_at__lt=midnight),
        round__opened_at__lt=midnight,
        round__sealed_at=None,
    )
    before_midnight = Count("participations", filter=Q(participations__answered_at__lt=midnight))
    counts = dict(due.annotate(count=before_midnight).order_by("pk").values_list("pk", "count"))
    RoundForum.objects.bulk_update(
        (RoundForum(pk=pk, answered=count, counted_at=now) for pk, count in counts.items()),
        ["answered", "counted_at"],
        batch_size=500,
    )
    return len(counts)
