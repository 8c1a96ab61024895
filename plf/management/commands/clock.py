"""The clock: opens and seals what is due. Late, twice or killed halfway changes nothing."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from accounts.operations import send_due_mails
from accounts.sessions import forget_expired
from assessments.operations.changing import close_finished_rounds
from assessments.operations.counting import count_answered
from assessments.operations.inviting import tell_results
from assessments.operations.leaving import remove_leavers
from assessments.operations.reminding import MAIL_CHECKS, post_due_reminders
from assessments.operations.rounds import open_due_rounds
from dashboards.operations.retention import forget_if_due
from forums.operations import let_out_administrators
from results.cleaning import clean_up_if_due
from results.filing import file_results, settle_if_restored
from results.operations import tell_released
from results.seal import seal_due_rounds

BEAT_SECONDS = 60
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Open and seal the rounds that are due; once, or with --loop every minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until stopped")

    def handle(self, *args: Any, loop: bool, **options: Any) -> None:
        beat()
        while loop:  # pragma: no cover -- the loop is run by the test of the whole product
            time.sleep(BEAT_SECONDS - time.time() % BEAT_SECONDS)
            close_old_connections()
            try:
                beat()
            except OperationalError:
                log.exception("The database did not answer; the clock tries again")


def beat() -> None:
    """All that is due now."""
    now = timezone.now()
    if settle_if_restored(now=now):
        log.warning("The database was restored: results were taken from their files")
    close_finished_rounds(now=now)  # as they stood at midnight
    count_answered(now=now)
    remove_leavers(now=now)
    let_out_administrators(now=now)
    opened = open_due_rounds(now=now)
    sealed = seal_due_rounds(now=now)
    file_results(now=now)
    post_due_reminders(now=now)
    tell_results(now=now)
    tell_released(now=now)
    send_due_mails(now=now, checks=MAIL_CHECKS)
    forget_expired(now=now)
    clean_up_if_due(now=now)  # before what may go wrong for one municipality
    forget_if_due(now=now)
    if opened or sealed:
        log.info("opened %s and sealed %s rounds", opened, sealed)
