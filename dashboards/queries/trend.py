"""A forum's results over time: every figure from what each round published.

Seven queries at most, for four rounds and for forty; the series are made in `series.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.http import Http404

from assessments.models import Edition, RoundForum, SharedRating
from dashboards.queries.editions import Editions, load_editions
from dashboards.queries.over_time import Confidential, Rounds, Shared
from dashboards.queries.published import read
from dashboards.queries.series import Line, pillar_lines
from forums.menu import menu_of, with_menu
from forums.models import Forum
from results import replica
from results.models import Publication

if TYPE_CHECKING:
    from accounts.models import User

# Few, and wide: beside each of forty rounds the same words would be sent and read forty times.
EDITIONS = Prefetch("round__edition", Edition.objects.select_related("framework"))


@dataclass(frozen=True, slots=True)
class TrendPillar:
    """A pillar's line and its goals', those of the newest edition first."""

    code: str
    line: Line
    goals: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The forum's rounds of one kind on one framework and one scale, the oldest first.

    Figures on two scales are never in one drawing: where the scale changes a section ends and
    the next begins. `before` and `after`: how many levels the scale had then; 0 for no rounds.
    """

    name: str
    shared: bool
    before: int
    after: int
    levels: tuple[str, ...]
    goal_words: str
    rounds: tuple[RoundForum, ...]
    pillars: tuple[TrendPillar, ...]

    @property
    def editions(self) -> int:
        return len({row.round.edition_id for row in self.rounds})


@dataclass(frozen=True, slots=True)
class Trend:
    forum: Forum
    nav: dict[str, bool]
    sections: tuple[Section, ...]


def trend_of(user: "User", forum_id: int, now: datetime) -> Trend:
    """All rounds whose result is open to this person; 404 for those who may not know the forum."""
    visible = Forum.objects.visible_to(user, now).filter(pk=forum_id)
    forum = with_menu(visible, user, now).order_by("pk").first()
    if forum is None:
        raise Http404
    rows = list(
        RoundForum.objects.result_open_to(user, now)
        .filter(forum=forum_id)
        .select_related("round")
        .defer("round__information")
        .prefetch_related(EDITIONS)
        .order_by("round__closes_at", "pk")
    )
    return Trend(forum, menu_of(user, forum), tuple(_sections(rows, forum_id)))


def _sections(rows: Sequence[RoundForum], forum_id: int) -> Iterable[Section]:
    """The newest first."""
    editions = load_editions({row.round.edition_id: row.round.edition for row in rows}.values())
    publications = _publications(rows, forum_id)
    ratings = _ratings(rows)
    for before, rounds, after in sorted(
        _runs(rows, editions), key=lambda run: run[1].rows[-1].round.closes_at, reverse=True
    ):
        source = (
            Shared(rounds, ratings)
            if rounds.rows[-1].round.is_shared
            else Confidential(
                rounds,
                {
                    row.round_id: read(published, _scale(row))
                    for row in rounds.rows
                    if (published := publications.get(row.round_id))
                },
            )
        )
        yield _section(before, rounds, after, source)


def _runs(rows: Sequence[RoundForum], editions: Editions) -> Iterator[tuple[int, Rounds, int]]:
    """Rounds that follow each other on one scale, and how many levels it had before and after."""
    groups: dict[tuple[int, bool], list[RoundForum]] = defaultdict(list)
    for row in rows:
        groups[row.round.edition.framework_id, row.round.is_shared].append(row)
    for group in groups.values():
        runs = [(levels, tuple(run)) for levels, run in groupby(group, key=_scale)]
        scales = [0, *(levels for levels, _run in runs), 0]
        for (_levels, run), before, after in zip(runs, scales, scales[2:], strict=False):
            yield before, Rounds(run, editions), after


def _scale(row: RoundForum) -> int:
    return len(row.round.edition.levels)


def _section(before: int, rounds: Rounds, after: int, source: Confidential | Shared) -> Section:
    newest = rounds.rows[-1].round
    return Section(
        name=newest.edition.framework.name,
        shared=newest.is_shared,
        before=before,
        after=after,
        levels=tuple(newest.edition.levels),
        goal_words=newest.edition.goal_words,
        rounds=rounds.rows,
        pillars=tuple(
            TrendPillar(code, line, goals) for code, line, goals in pillar_lines(rounds, source)
        ),
    )


def _publications(rows: Sequence[RoundForum], forum_id: int) -> dict[int, list[Publication]]:
    wanted = [row.round_id for row in rows if not row.round.is_shared]
    asked = Publication.objects.filter(forum=forum_id, round__in=wanted)
    asked = asked.order_by("round_id", "place")
    of = {(round_id, forum_id) for round_id in wanted}
    found = replica.publications(asked, of=of) if wanted else []
    return {
        round_id: list(group) for round_id, group in groupby(found, key=lambda row: row.round_id)
    }


def _ratings(rows: Sequence[RoundForum]) -> dict[int, dict[int, SharedRating]]:
    wanted = {row.pk: row.round_id for row in rows if row.round.is_shared}
    found: dict[int, dict[int, SharedRating]] = defaultdict(dict)
    if wanted:
        for rating in SharedRating.objects.filter(round_forum__in=wanted).order_by(
            "round_forum", "goal"
        ):
            found[wanted[rating.round_forum_id]][rating.goal_id] = rating
    return found
