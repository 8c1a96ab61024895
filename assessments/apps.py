from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Frameworks and rounds")

    def ready(self) -> None:
        import_string("assessments.sign_in_log.listen")()

    def import_models(self) -> None:
        super().import_models()
        import assessments.answers  # noqa: F401, PLC0415 -- models that stand outside models/
