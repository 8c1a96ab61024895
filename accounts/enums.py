"""The fixed words of people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """In which a person reads pages and gets mails."""

    DANISH = "da", _("Danish")
    ENGLISH = "en", _("English")
