"""That somebody looked at a result or took a file, in the log: one INSERT a page.

Whoever is asked in a confidential round just then is not named. Looking at an old result tells that
they were here, and with the number of answers of each midnight, who answered that day.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists
from django.http import HttpRequest

from accounts.requests import person
from assessments.deeds import result_deed
from assessments.models import Participation, RoundForum
from audit.enums import Kind
from audit.operations import Deed, log_all


def note_result(
    request: HttpRequest,
    round_forum: RoundForum,
    now: datetime,
    *,
    has_comments: bool = False,
    taken_as: str = "",
) -> None:
    """`taken_as`: the kind of file, where the result is taken along and not read on a page."""
    kind = Kind.COMMENTS_READ if has_comments else Kind.RESULT_READ
    if taken_as:
        kind = Kind.EXPORTED
    note(request, [result_deed(kind, round_forum, detail=taken_as)], now)


def note(request: HttpRequest, deeds: Sequence[Deed], now: datetime) -> None:
    asked = Participation.objects.being_asked(person(request).pk)
    log_all(deeds, now=now, unnamed_if=Exists(asked))
