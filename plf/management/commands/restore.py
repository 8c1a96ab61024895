"""Brings a backup back, on an empty machine or in the place of what is there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.formats import date_format

from plf.operation.copies import CopyFailed
from plf.operation.restoring import BackupIsUnusable, DatabaseIsInUse, restore


class Command(BaseCommand):
    help = "Restore a backup. The web server and the clock must stand still."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument(
            "--replace", action="store_true", help="throw away what is in the database now"
        )

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        try:
            made_at = restore(path=file, replace=replace)
        except DatabaseIsInUse as error:
            raise CommandError(
                "Databasen er ikke tom. Skal kopien træde i stedet for det, der er der nu, "
                "så kør igen med --replace."
            ) from error
        except (BackupIsUnusable, CopyFailed) as error:
            raise CommandError(f"{error}. Intet er ændret.") from error
        when = date_format(timezone.localtime(made_at), "j. F Y \\k\\l. H.i")
        self.stdout.write(
            f"Gendannet, som det var {when}. Uret henter selv de resultater, der er talt op siden. "
            "Først skal »manage.py upgrade« køres og tjenesterne startes; deploy/debian/restore "
            "gør begge dele."
        )
