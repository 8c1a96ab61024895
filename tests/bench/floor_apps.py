"""The product's models for the floor, without what its apps begin when they start."""

from django.apps import AppConfig


class Bare(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"


class Accounts(Bare):
    name = "accounts"


class Forums(Bare):
    name = "forums"


class Assessments(Bare):
    name = "assessments"
