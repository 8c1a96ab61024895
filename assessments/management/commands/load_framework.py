"""Load frameworks from the project's TOML files; what is there already is kept."""

import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from pydantic import ValidationError

from assessments.enums import Shape
from assessments.framework_files import FOLDER, FrameworkFile, Scale, read_framework, read_scale
from assessments.framework_messages import in_words
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
        levels: Scale = _read(scale, read_scale)
        frameworks = [_framework(name) for name in files]
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


def _framework(name: str) -> FrameworkFile:
    file: FrameworkFile = _read(name, read_framework)
    if file.shape not in Shape.values:
        raise CommandError(f"{name}: shape er »{file.shape}«, men skal være house eller list")
    return file


def _read(name: str, reader: Any) -> Any:
    """The file, or a refusal that names it and says what to mend, and where."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        return reader(path)
    except FileNotFoundError as error:
        raise CommandError(f"{path.name}: filen findes ikke") from error
    except tomllib.TOMLDecodeError as error:
        raise CommandError(f"{path.name}: filen er ikke gyldig TOML: {error}") from error
    except ValidationError as error:
        found = [f"{path.name}: {line}" for line in in_words(error)]
        raise CommandError("\n".join(found)) from error


def _owner(slug: str | None) -> Municipality | None:
    if slug is None:
        return None
    owner = Municipality.objects.filter(slug=slug).first()
    if owner is None:
        raise CommandError(f"Kommunen »{slug}« findes ikke")
    return owner
