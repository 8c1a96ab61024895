"""The round that a result is compared with."""

from datetime import datetime

from django.db.models import Q, QuerySet

from assessments.models import RoundForum


def comparable_before(round_forum: RoundForum, now: datetime) -> QuerySet[RoundForum]:
    """The forum's last round of the same kind on the same framework, as a query of at most one.

    It must be open to all who read the forum's results, the chief above included: otherwise the
    change would tell some of them a result that they may not see, or the page would show people
    different things.
    """
    return RoundForum.objects.filter(
        Q(round__results_open_at=None) | Q(round__results_open_at__lte=now),
        Q(released_at__lte=now) | Q(releases_itself_at__lte=now),
        forum=round_forum.forum_id,
        round__kind=round_forum.round.kind,
        round__edition__framework=round_forum.round.edition.framework_id,
        round__sealed_at__isnull=False,
        round__closes_at__lt=round_forum.round.closes_at,
    ).order_by("-round__closes_at", "-pk")[:1]
