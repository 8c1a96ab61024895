"""The log: who did what to what, when, and from which address. Written once, never changed.

A person stands here under a random key that is kept on the person alone. When the person is
erased, the key goes with them: the row stays and names nobody. The municipality, forum and round
are numbers and no foreign keys, so that a row outlives what it tells of.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 200


class Entry(models.Model):
    """One thing that was done. No answer, reason or password, and no words that anybody wrote but
    the names of forums, rounds and the like."""

    at = models.DateTimeField(_("at"))
    municipality = models.PositiveBigIntegerField(_("municipality"), null=True)
    kind = models.CharField(_("what was done"), max_length=30)
    actor = models.UUIDField(_("by"), null=True)
    subject = models.UUIDField(_("to whom"), null=True)
    name = models.CharField(_("to what"), max_length=LONGEST_NAME, blank=True)
    detail = models.CharField(_("details"), max_length=60, blank=True)
    forum = models.PositiveBigIntegerField(_("forum"), null=True)
    round = models.PositiveBigIntegerField(_("round"), null=True)
    address = models.GenericIPAddressField(_("network address"), null=True)

    class Meta:
        verbose_name = _("row of the log")
        verbose_name_plural = _("rows of the log")
        ordering = ("-at", "-pk")
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["municipality", "at"], name="audit_entry_municipality")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} · {self.kind}"
