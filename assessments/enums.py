"""The fixed words of questions and rounds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_USE = "in_use", _("in use")
    RETIRED = "retired", _("retired")


class Shape(models.TextChoices):
    """How a framework is drawn: as a house with pillars, or as a list."""

    HOUSE = "house", _("house")
    LIST = "list", _("list")


class RoundKind(models.TextChoices):
    """Each alone and in confidence, or the team together."""

    CONFIDENTIAL = "confidential", _("confidential")
    SHARED = "shared", _("shared")


class RoundState(models.TextChoices):
    """Where a round stands; it follows from the clock and the seal and is stored nowhere."""

    PLANNED = "planned", _("planned")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    SEALED = "sealed", _("sealed")
    LOST = "lost", _("lost in a restore")


class MailKind(models.TextChoices):
    """The mails whose words a municipality may choose."""

    INVITATION = "invitation", _("invitation to a confidential round")
    INVITATION_SHARED = "invitation_shared", _("invitation to a shared round")
    REMINDER = "reminder", _("reminder in a confidential round")
    REMINDER_SHARED = "reminder_shared", _("reminder in a shared round")
    RESULTS = "results", _("the result is open")
