"""Puts the project's own administration in place of Django's."""

from django.contrib.admin.apps import AdminConfig


class PlfAdminConfig(AdminConfig):
    default_site = "plf.admin.PlfAdminSite"
