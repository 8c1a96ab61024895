"""Everything of one municipality, as files in a folder or a zip."""

import zipfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from audit.enums import Kind
from audit.operations import Deed, log
from dashboards.operations.tenant_export import export_files
from forums.models import Municipality


class Command(BaseCommand):
    help = "Write everything of a municipality to a new folder, or to a file that ends in .zip."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the municipality's short name")
        parser.add_argument("target", type=Path, help="a folder that is not there, or a .zip")

    def handle(self, *args: Any, slug: str, target: Path, **options: Any) -> None:
        municipality = Municipality.objects.filter(slug=slug).first()
        if municipality is None:
            raise CommandError(f"no municipality is called {slug}")
        if target.exists():
            raise CommandError(f"{target} is there already")
        now = timezone.now()
        with translation.override("da"):
            files = list(export_files(municipality, now))
        if target.suffix == ".zip":
            with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
                for file in files:
                    archive.writestr(file.name, file.content)
        else:
            for file in files:
                path = target / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.content)
        log(Deed(kind=Kind.COPIED, municipality_id=municipality.pk), now=now)
        self.stdout.write(f"{len(files)} files in {target}")
