"""Backs up: the database and the filed results in one file, while the product is in use."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone

from plf.operation.backup import NothingToBackUp, back_up
from plf.operation.copies import CopyFailed


class Command(BaseCommand):
    help = "Back up to BACKUPS_DIR; old backups are removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep", type=int, default=settings.BACKUPS_KEPT, help="how many are kept"
        )

    def handle(self, *args: Any, keep: int, **options: Any) -> None:
        if keep < 1:
            raise CommandError("Der skal beholdes mindst én sikkerhedskopi.")
        try:
            path = back_up(now=timezone.now(), keep=keep)
        except NothingToBackUp as error:
            raise CommandError("Databasen er tom. Der er intet at kopiere.") from error
        except (CopyFailed, OSError, OperationalError) as error:
            raise CommandError(f"Der blev ikke lavet en sikkerhedskopi: {error}") from error
        self.stdout.write(str(path))
