"""What a closed round becomes. Everything shown is a function of these rows."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models import Goal, Round
from forums.models import Forum, Municipality
from plf.lib.fields import WholeJSONField

FORUM_ROW = 0


class Publication(models.Model):
    """One wide row for each atom of a forum in a round, and one for goals that fall back.

    `cells` holds one entry per goal in the edition's order, as `disclosure.encode` writes it; null
    where the goal stands in the other kind of row. A trigger refuses a goal that stands in both.
    Rows are written once, by the seal, and never changed.
    """

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="publications", verbose_name=_("round")
    )
    forum = models.ForeignKey(
        Forum, models.PROTECT, related_name="publications", verbose_name=_("forum")
    )
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField(
        _("place"), help_text=_("0 for the forum as a whole, 1 and up for its groups.")
    )
    roles = models.JSONField(_("roles"), default=list)
    invited = models.PositiveSmallIntegerField(_("invited"))
    cells = WholeJSONField(_("goals"))

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ("forum", "round", "place")
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["forum", "round", "place"], name="results_publication_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_id} · {self.forum_id} · {self.place}"


class Comment(models.Model):
    """A reason after sealing: its words and its goal, nothing else."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="+", verbose_name=_("round"))
    forum = models.ForeignKey(Forum, models.PROTECT, related_name="+", verbose_name=_("forum"))
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+", verbose_name=_("goal"))
    text = models.CharField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("text", "key")
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["round", "forum"], name="results_comment_place")
        ]

    def __str__(self) -> str:
        return self.text


class Beat(models.Model):
    """When the clock last ran: one row."""

    at = models.DateTimeField(_("last beat"))
    cleaned_at = models.DateTimeField(_("last clean-up"), null=True)

    class Meta:
        verbose_name = _("beat of the clock")
        verbose_name_plural = _("beats of the clock")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
