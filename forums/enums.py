"""The organisation's fixed words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member is in a forum, from the top of the hierarchy down; facilitators stand apart."""

    CHIEF = "chief", _("chief")
    UNIT_HEAD = "unit_head", _("unit head")
    DEPARTMENT_HEAD = "department_head", _("department head")
    STAFF = "staff", _("staff")
    FACILITATOR = "facilitator", _("facilitator")


HIERARCHY = (Role.CHIEF, Role.UNIT_HEAD, Role.DEPARTMENT_HEAD, Role.STAFF)


class Level(models.TextChoices):
    """Where in the organisation a forum sits."""

    MUNICIPALITY = "municipality", _("municipality")
    UNIT = "unit", _("unit")
    TEAM = "team", _("team")
