"""Who saw a result between two times: the question after a breach."""

import re
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime

from dashboards.queries.log import lines_of, seen_rows
from plf.lib.days import can_be_meant

WHAT = re.compile(r"(forum|round)[-:]([0-9]+)")


class Command(BaseCommand):
    help = "List who opened or took along the results of a forum or a round, from the log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", help="forum-12 or round-7: the numbers in its address")
        parser.add_argument("--from", dest="first", required=True, help="2026-03-01 or a time")
        parser.add_argument("--to", dest="last", required=True, help="2026-03-02T16:00, not after")

    def handle(self, *args: Any, what: str, first: str, last: str, **options: Any) -> None:
        found = WHAT.fullmatch(what)
        if found is None:
            raise CommandError("say forum-12 or round-7")
        rows = list(seen_rows(found[1], int(found[2]), _moment(first), _moment(last)))
        with translation.override("da"):
            for line in lines_of(rows):
                at = timezone.localtime(line.at)
                told = f"{at:%Y-%m-%d %H:%M:%S}  {line.sentence}  {line.address}"
                self.stdout.write(told.rstrip())
        self.stdout.write(f"{len(rows)} rows")


def _moment(text: str) -> datetime:
    """A time of the clock in Denmark; a day alone is its midnight."""
    try:
        moment = parse_datetime(text) or parse_datetime(f"{parse_date(text)}T00:00")
    except ValueError:
        moment = None
    if moment is None or not can_be_meant(moment):
        raise CommandError(f"{text} is no time")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
