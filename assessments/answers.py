"""What a person answers while a round is open. Nothing outside this app and the seal reads it.

Rows live from the first save until the seal counts and deletes them, or the person withdraws.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Goal, Participation


class Answer(models.Model):
    """One member's answers in one round."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participation = models.OneToOneField(Participation, models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "Answer"


class Rating(models.Model):
    """One goal's value, or "ved ikke", with an optional reason; a reason may stand alone."""

    # The unique constraint's index serves the key as well.
    answer = models.ForeignKey(Answer, models.CASCADE, db_index=False, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(null=True)
    no_answer = models.BooleanField(default=False)
    reason = models.CharField(max_length=2000, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["answer", "goal"], name="assessments_rating_once_per_goal"
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=1, value__lte=7),
                name="assessments_rating_value_on_a_scale",
                violation_error_message=_("Choose one of the levels."),
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(no_answer=False),
                name="assessments_rating_value_or_no_answer",
                violation_error_message=_("Choose a level, or that you do not know."),
            ),
        ]

    def __str__(self) -> str:
        return "Rating"
