"""A member's own copy: a text that people read, with one last line that the dashboard reads.

It is made once, on its way to the person, and never comes back to the server.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import formats, timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assessments.models import RoundForum
from assessments.views._page import PillarRow
from plf.lib.danish import clock, continued

# The dashboard's script finds the line by this word; the number changes with the line's form.
MARK = "PLF-1"


def file_name(round_forum: RoundForum, now: datetime) -> str:
    forum = slugify(round_forum.forum.name) or "forum"
    return f"min-kopi-{forum}-{timezone.localtime(now):%Y-%m-%d}.txt"


def text(round_forum: RoundForum, question: str, pillars: list[PillarRow], now: datetime) -> str:
    return "\n".join(_lines(round_forum, question, pillars, now)) + "\n"


def _lines(
    round_forum: RoundForum, question: str, pillars: list[PillarRow], now: datetime
) -> Iterator[str]:
    yield f"{round_forum.forum.name} · {round_forum.round.name}"
    yield _("My own copy, made on %(day)s %(clock)s") % {
        "day": formats.date_format(timezone.localtime(now), "DATE_FORMAT"),
        "clock": clock(now),
    }
    yield ""
    yield question
    stem = round_forum.round.edition.stem
    for row in pillars:
        yield from ("", f"{row.number}. {row.pillar.name}", "")
        for goal in row.goals:
            yield f"  {continued(goal.goal.text) if stem else goal.goal.text}"
            yield from ([f"    {_('With us:')} {goal.local}"] if goal.local else [])
            yield "    → " + (goal.chosen or _("not answered"))
            yield from (f"      {line}" for line in goal.reason.splitlines())
    yield ""
    yield _(
        "Only you have this file. On the dashboard you can lay it beside the forum's result; it is "
        "read on your own screen and sent to nobody. That is what the last line is for."
    )
    yield f"{MARK} {_for_the_dashboard(round_forum, pillars)}"


def _for_the_dashboard(round_forum: RoundForum, pillars: Iterable[PillarRow]) -> str:
    chosen = {str(g.goal.pk): g.choice for row in pillars for g in row.goals if g.choice}
    return json.dumps(
        {"round": round_forum.round_id, "forum": round_forum.forum_id, "choices": chosen}
    )
