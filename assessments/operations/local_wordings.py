"""A forum's own words: drafted, published, and taken along into the next edition."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.models import Edition, Goal, LocalWording
from forums.models import Forum
from forums.permissions import Permission, open_to
from plf.lib.collation import InDanish

if TYPE_CHECKING:
    from accounts.models import User


def wordable_editions(municipality_id: int) -> QuerySet[Edition]:
    """Those in use that let units add their own words, the municipality's and the shared ones."""
    ours = Q(framework__municipality=municipality_id) | Q(framework__municipality=None)
    return (
        Edition.objects.in_use()
        .filter(ours, local_translation=True)
        .select_related("framework")
        .order_by(InDanish("framework__name"), "pk")
    )


def wordable_forums(user: "User", now: datetime) -> QuerySet[Forum]:
    """The forums for which the person may write own words, where there is something to word."""
    ours = Q(framework__municipality=OuterRef("municipality")) | Q(framework__municipality=None)
    editions = Edition.objects.in_use().filter(ours, local_translation=True)
    return open_to(user, Permission.WORD_GOALS, now).filter(Exists(editions))


@transaction.atomic
def keep_drafts(*, forum: Forum, edition: Edition, texts: Mapping[int, str]) -> None:
    """Keep these words by goal; what is published already needs no draft.

    A forum's words are kept one window at a time.
    """
    Forum.objects.select_for_update().get(pk=forum.pk)
    own = LocalWording.objects.of(forum.pk, edition)
    published = dict(
        own.exclude(published_at=None).order_by("published_at", "pk").values_list("goal", "text")
    )
    own.drafts().filter(goal__in=texts).delete()
    LocalWording.objects.bulk_create(
        LocalWording(forum=forum, goal_id=goal_id, text=text)
        for goal_id, text in texts.items()
        if text != published.get(goal_id, "")
    )


def publish_drafts(*, forum: Forum, edition: Edition, by: "User", now: datetime) -> int:
    """Let the drafts hold from now on: in rounds that open later. Returns how many."""
    drafts = LocalWording.objects.of(forum.pk, edition).drafts()
    return drafts.update(published_at=now, published_by=by)


def carry_over(*, edition: Edition, now: datetime) -> None:
    """Into an edition that is being taken in use: the words of each goal that it continues.

    They are rows of their own, so that what is written in one edition changes nothing in another.
    """
    goals = dict(
        Goal.objects.filter(pillar__edition=edition, same_as__isnull=False)
        .order_by("pk")
        .values_list("same_as", "pk")
    )
    held: dict[tuple[int, int, bool], LocalWording] = {}
    for row in LocalWording.objects.filter(goal__in=goals).order_by("published_at", "pk"):
        held[row.forum_id, row.goal_id, row.published_at is None] = row
    LocalWording.objects.bulk_create(
        [
            LocalWording(
                forum_id=row.forum_id,
                goal_id=goals[row.goal_id],
                text=row.text,
                published_at=None if is_draft else now,
                published_by_id=row.published_by_id,
            )
            for (_forum, _goal, is_draft), row in held.items()
            if is_draft or row.text
        ],
        batch_size=500,
    )
