from django.apps import AppConfig
from django.conf import settings
from django.urls import register_converter
from django.utils.module_loading import import_string

from plf.lib.addresses import KeyConverter


class PlfConfig(AppConfig):
    name = "plf"

    def ready(self) -> None:
        register_converter(KeyConverter, "key")
        import_string("plf.checks.listen")()
        if settings.SENTRY_DSN:
            import_string("plf.lib.sentry.tell")(settings.SENTRY_DSN)
