"""Delete a municipality with everything in it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboards.operations.tenant_deletion import counts_of, delete_municipality
from forums.models import Municipality


class Command(BaseCommand):
    help = "Delete a municipality with everything in it; --dry-run shows what that is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the municipality's short name")
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")
        parser.add_argument("--confirm", help="the short name once more, instead of typing it")

    def handle(
        self, *args: Any, slug: str, dry_run: bool, confirm: str | None, **options: Any
    ) -> None:
        municipality = Municipality.objects.filter(slug=slug).first()
        if municipality is None:
            raise CommandError(f"no municipality is called {slug}")
        self.stdout.write(municipality.name)
        for name, count in counts_of(municipality).items():
            self.stdout.write(f"  {name}: {count}")
        if dry_run:
            self.stdout.write("Nothing is deleted: this was a dry run.")
            return
        if confirm is None:
            confirm = input(f"It cannot be undone. Write {slug} to delete it: ")
        if confirm != slug:
            raise CommandError("nothing is deleted: that was not the short name")
        delete_municipality(municipality=municipality, now=timezone.now())
        self.stdout.write(f"{municipality.name} is deleted. Backups keep it as long as they live.")
