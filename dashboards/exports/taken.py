"""What is taken along: one result, with the facts that stand on top of it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments.models import Edition, RoundForum
from dashboards.queries.shown import ForumResult, SharedResult

LONGEST_NAME = 80
# What some file system refuses in a name.
REFUSED = re.compile(r'[\\/:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Taken:
    round_forum: RoundForum
    result: ForumResult | SharedResult

    @property
    def edition(self) -> Edition:
        return self.round_forum.round.edition

    @property
    def forum(self) -> str:
        return self.round_forum.forum.name

    @property
    def round_name(self) -> str:
        return self.round_forum.round.name

    @property
    def title(self) -> str:
        return f"{self.forum} – {self.round_name}"

    @property
    def question(self) -> str:
        return self.round_forum.question

    @property
    def closes_at(self) -> datetime:
        return self.round_forum.round.closes_at

    @property
    def kind_text(self) -> str:
        return _("Shared rating") if self.round_forum.round.is_shared else _("Confidential round")

    @property
    def participation_text(self) -> str:
        return "" if isinstance(self.result, SharedResult) else self.result.participation_text

    @property
    def closed_text(self) -> str:
        return _("Closed %(date)s") % {"date": _date(self.closes_at)}

    @property
    def compared_text(self) -> str:
        before = self.result.compared_with
        if before is None:
            return capfirst(self.result.not_compared_text)
        return _("Compared with %(date)s") % {"date": _date(before)}

    @property
    def facts(self) -> tuple[str, ...]:
        """The lines under the title."""
        facts = (self.kind_text, self.participation_text, self.closed_text, self.compared_text)
        return tuple(fact for fact in facts if fact)

    def file_name(self, ending: str) -> str:
        """Lederforum – Maj 2026.pdf, whatever the forum is called."""
        return f"{_plain(self.forum)} – {_plain(self.round_name)}.{ending}"


def _date(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


def _plain(name: str) -> str:
    """The name without what no file may be called, nor what turns its reading around."""
    seen = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in name)
    return " ".join(REFUSED.sub(" ", seen).split())[:LONGEST_NAME].strip(" .") or "PLF"
