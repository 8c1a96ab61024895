"""Creates a municipality with the one who administers it first."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from plf.operation.municipality import create_municipality


class Command(BaseCommand):
    help = "Create a municipality with its first administrator, who is invited by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as in Norddjurs Kommune")
        parser.add_argument("slug", help="its short name, as in norddjurs")
        parser.add_argument("email", help="the administrator's address")
        parser.add_argument("administrator", help="the administrator's name")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] for name in ("name", "slug", "email", "administrator")}
        try:
            link = create_municipality(**given, now=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{given['name']} er oprettet.")
        self.stdout.write(
            f"Invitationen er på vej til {given['email']}. Samme link, gyldigt i to uger:\n{link}"
            if link
            else f"{given['email']} findes i forvejen og kan logge ind nu."
        )
