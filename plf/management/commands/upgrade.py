"""Brings the database to this release; goes back by itself where that fails."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from plf.operation.copies import CopyFailed
from plf.operation.upgrading import NotPutBack, UpgradeFailed, upgrade

NOT_PUT_BACK = 3  # by which deploy/debian/upgrade and deploy/container/upgrade start nothing


class Command(BaseCommand):
    help = "Back up, migrate and check. The web server and the clock must stand still."
    requires_system_checks = ()  # they are run when the tables are there

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep", type=int, default=settings.BACKUPS_KEPT, help="how many backups are kept"
        )

    def handle(self, *args: Any, keep: int, **options: Any) -> None:
        try:
            backup = upgrade(now=timezone.now(), keep=keep)
        except UpgradeFailed as error:
            cause = error.__cause__
            said = f"{type(cause).__name__}: {cause}".partition("\n")[0]
            raise CommandError(
                f"Opgraderingen mislykkedes ({said}). Databasen er, som den var før."
            ) from error
        except NotPutBack as error:
            raise CommandError(
                f"Opgraderingen mislykkedes, og databasen kunne ikke sættes tilbage"
                f" ({error.__cause__}). Siderne bliver lukket. Ret fejlen, og gendan så fra"
                f" {error.backup} (se docs/operation.md).",
                returncode=NOT_PUT_BACK,
            ) from error
        except (CopyFailed, OSError) as error:
            raise CommandError(f"Der blev ikke opgraderet. Intet er ændret: {error}") from error
        self.stdout.write(f"Opgraderet. Databasen, som den var før: {backup or 'den var tom'}")
