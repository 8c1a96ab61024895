"""Django's own flush, which empties every table, frozen editions and the log too."""

from typing import Any

from django.core.management.commands.flush import Command as Flush

from assessments.operations.removing import removal_allowed
from audit.operations import removal_allowed as log_removal_allowed


class Command(Flush):
    def handle(self, **options: Any) -> None:
        using = options["database"]
        with removal_allowed(using=using), log_removal_allowed(using=using):
            super().handle(**options)
