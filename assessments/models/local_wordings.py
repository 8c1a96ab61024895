"""A forum's own words for a goal, which stand under the common sentence and never in its place.

What people have rated does not change under them. A published wording is therefore never altered
or taken away: a newer one is written beside it, an empty one where the forum wants none any more,
and a round shows what was published when it opened. So a lead may publish at any time, nothing has
to be copied when a round opens, and a result of last year stands with last year's words. A trigger
says so too (`assessments/migrations/0008`), as for editions in use.
"""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from assessments.models.frameworks import Edition, Goal
from forums.models import Forum

LONGEST_WORDING = 300


class LocalWordingQuerySet(models.QuerySet["LocalWording"]):
    def of(self, forum_id: int, edition: Edition) -> "LocalWordingQuerySet":
        return self.filter(forum=forum_id, goal__pillar__edition=edition)

    def drafts(self) -> "LocalWordingQuerySet":
        return self.filter(published_at=None)

    def published_by_then(self, at: datetime | None) -> "LocalWordingQuerySet":
        """The oldest first, so that the last one of a goal is the one that holds."""
        return self.filter(published_at__lte=at).order_by("published_at", "pk")


class LocalWording(models.Model):
    """One wording of one goal; a draft until it is published, and then for good."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="local_wordings", verbose_name=_("forum")
    )
    goal = models.ForeignKey(
        Goal, models.CASCADE, related_name="local_wordings", verbose_name=_("goal")
    )
    text = models.CharField(_("own words"), max_length=LONGEST_WORDING, blank=True)
    published_at = models.DateTimeField(_("published"), null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = LocalWordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("local wording")
        verbose_name_plural = _("local wordings")
        ordering = ("forum", "goal", "published_at", "pk")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["forum", "goal", "published_at"], name="assessments_localwording_held"
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["forum", "goal"],
                condition=Q(published_at=None),
                name="assessments_localwording_one_draft",
            )
        ]

    def __str__(self) -> str:
        return f"{self.forum_id} · {self.goal_id}"


def with_local_words(goals: "QuerySet[Goal]", *, forum_id: int, at: datetime) -> "QuerySet[Goal]":
    """Each goal with `local`: the forum's own words as they stood then, or "". No query more."""
    held = (
        LocalWording.objects.filter(forum=forum_id, goal=OuterRef("pk"), published_at__lte=at)
        .order_by("-published_at", "-pk")
        .values("text")[:1]
    )
    return goals.annotate(local=Coalesce(Subquery(held), Value("")))


def local_words(*, edition: Edition, forum_id: int, at: datetime | None) -> dict[int, str]:
    """The same by goal, where the goals are read already; one query, or none at all."""
    if not edition.local_translation:
        return {}
    held = LocalWording.objects.of(forum_id, edition).published_by_then(at)
    last = dict(held.values_list("goal", "text"))
    return {goal: text for goal, text in last.items() if text}
