"""A municipality's own words in the mails that a round sends."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language
from assessments.enums import MailKind
from forums.models import Municipality


class MailText(models.Model):
    """Stands instead of the product's text of one kind, for those who read that language."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="mail_texts", verbose_name=_("municipality")
    )
    kind = models.CharField(_("kind"), max_length=30, choices=MailKind.choices)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language.choices,
        default=Language.DANISH,
        db_default=Language.DANISH,
    )
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), max_length=4000)

    class Meta:
        verbose_name = _("mail text")
        verbose_name_plural = _("mail texts")
        ordering = ("municipality", "kind", "language", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "language"], name="assessments_mailtext_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} · {self.kind} · {self.language}"
