"""What has been kept long enough: shown, or deleted as the clock does every night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dashboards.operations.retention import (
    Due,
    due,
    due_of_nobody,
    forget,
    forget_of_nobody,
)
from forums.models import Municipality
from plf.lib.collation import InDanish


class Command(BaseCommand):
    help = "Delete what has been kept long enough; --dry-run shows what that would be."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only show what would go")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        for municipality in Municipality.objects.order_by(InDanish("name"), "pk"):
            self.stdout.write(municipality.name)
            self._tell(due(municipality, now))
            if not dry_run:
                forget(municipality=municipality, now=now)
        self.stdout.write("Without a municipality")
        self._tell(due_of_nobody(now))
        if dry_run:
            self.stdout.write("Nothing is deleted: this was a dry run.")
        else:
            forget_of_nobody(now=now)

    def _tell(self, found: tuple[Due, ...]) -> None:
        for row in found:
            names = f": {', '.join(row.names)}" if row.names else ""
            self.stdout.write(f"  {row.what} before {row.before:%Y-%m-%d}: {row.count}{names}")
