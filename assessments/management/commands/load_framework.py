"""Load frameworks from the project's TOML files; what is there already is kept."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.framework_files import (
    FOLDER,
    FrameworkFile,
    Read,
    Scale,
    read_framework,
    read_scale,
    scale_of,
)
from assessments.framework_messages import FileIsWrong
from assessments.models import Framework
from assessments.operations.frameworks import load_framework
from forums.models import Municipality


class Command(BaseCommand):
    help = "Load frameworks by name (norddjurs-plf) or path; --municipality gives them an owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", help="a name in frameworks/, or a path")
        parser.add_argument("--scale", default="scale", help="the scale's name, or its path")
        parser.add_argument("--municipality", help="the owner's short name; without: shared")

    def handle(
        self,
        *args: Any,
        files: list[str],
        scale: str,
        municipality: str | None,
        **options: Any,
    ) -> None:
        """Every file is read before the first is loaded: all of them, or none."""
        levels = _read(scale, read_scale)
        frameworks = [_framework(name, levels) for name in files]
        owner = _owner(municipality)
        for file in frameworks:
            known = Framework.objects.filter(slug=file.slug).exists()
            edition = load_framework(
                file=file, scale=levels, municipality=owner, now=timezone.now()
            )
            self.stdout.write(
                f"{file.slug}: er der allerede ({edition}). Lav en ny udgave i administrationen."
                if known
                else f"{file.slug}: {edition} er i brug."
            )


def _framework(name: str, levels: Scale) -> FrameworkFile:
    def read(path: Path) -> FrameworkFile:
        file = read_framework(path)
        scale_of(file, levels)
        if empty := [n for n, pillar in enumerate(file.pillars, start=1) if not pillar.goals]:
            raise FileIsWrong(*(f"søjle {number}: målene mangler" for number in empty))
        if not file.pillars:
            raise FileIsWrong("søjlerne mangler")
        return file

    return _read(name, read)


def _read(name: str, reader: Callable[[Path], Read]) -> Read:
    """The file, or a refusal that names it and says what to mend, and where."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        return reader(path)
    except FileIsWrong as error:
        raise CommandError("\n".join(f"{path.name}: {line}" for line in error.lines)) from error


def _owner(slug: str | None) -> Municipality | None:
    if slug is None:
        return None
    owner = Municipality.objects.filter(slug=slug).first()
    if owner is None:
        raise CommandError(f"Kommunen »{slug}« findes ikke")
    return owner
