"""Gives the installation a new secret, and nobody is signed out."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plf.operation.secret import NoSecretHere, rotate_secret


class Command(BaseCommand):
    help = "Write a new SECRET_KEY to the file of settings; start the product again afterwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file that holds SECRET_KEY=…")
        parser.add_argument(
            "--forget-old",
            action="store_true",
            help="the old secret has leaked: sign everyone out",
        )

    def handle(self, *args: Any, file: Path, forget_old: bool, **options: Any) -> None:
        try:
            rotate_secret(path=file, forget=forget_old)
        except (NoSecretHere, OSError) as error:
            raise CommandError(
                f"{file} indeholder ikke den SECRET_KEY, der er i brug. Intet er ændret."
            ) from error
        self.stdout.write("Ny hemmelighed. Genstart nu alle tjenesterne: siderne, login og uret.")
