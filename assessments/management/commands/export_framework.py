"""Write an edition as the TOML file that load_framework reads."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.framework_writing import toml_of
from assessments.models import Edition
from assessments.operations.as_file import file_of


class Command(BaseCommand):
    help = "Write a framework's edition as TOML: the one in use, or --edition; to the screen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the framework's short name")
        parser.add_argument("--edition", type=int, help="its number; without: the one in use")

    def handle(self, *args: Any, slug: str, edition: int | None, **options: Any) -> None:
        editions = Edition.objects.filter(framework__slug=slug).select_related("framework")
        chosen = editions.in_use() if edition is None else editions.filter(number=edition)
        found = chosen.first()
        if found is None:
            which = "en udgave i brug" if edition is None else f"udgave {edition}"
            raise CommandError(f"»{slug}« med {which} findes ikke")
        self.stdout.write(toml_of(file_of(found)), ending="")
