from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string


class PlfConfig(AppConfig):
    name = "plf"

    def ready(self) -> None:
        import_string("plf.checks.listen")()
        if settings.SENTRY_DSN:
            import_string("plf.lib.sentry.tell")(settings.SENTRY_DSN)
