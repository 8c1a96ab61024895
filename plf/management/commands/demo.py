"""Build the demo, or reset it."""

import shutil
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from forums.models import Municipality
from plf.demo.build import DEMO_SLUGS, NotADemo, build_demo


class Command(BaseCommand):
    help = "Build the demo with invented answers, once; --reset empties the database first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="empty the database first")

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        if reset and self._may_be_emptied():
            call_command("flush", interactive=False, verbosity=0)
            # Results on file without their database would look like a restored backup.
            shutil.rmtree(settings.FILES_DIR, ignore_errors=True)
        try:
            built = build_demo(now=timezone.now())
        except NotADemo as error:
            raise CommandError(f"Demoen bygges ikke: {error}") from error
        if options["verbosity"]:
            self.stdout.write("Demoen er bygget." if built else "Demoen er der allerede.")

    def _may_be_emptied(self) -> bool:
        """Never a database that holds a real municipality, and never with demo mode off."""
        return settings.DEMO and not Municipality.objects.exclude(slug__in=DEMO_SLUGS).exists()
