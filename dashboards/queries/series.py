"""Lines through a forum's rounds: one for each pillar, one for each goal as long as it is the same.

Two neighbours are joined only where both are numbers of the same goals: a range, a withheld
goal or a new wording that nobody joined breaks the line.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from assessments.models import Goal, Pillar, RoundForum
from dashboards import texts
from dashboards.queries.editions import GoalPair
from dashboards.queries.over_time import ABSENT, Bare, Rounds, Source
from plf.lib.danish import signed
from results.figures import Change, Figure


@dataclass(frozen=True, slots=True)
class Point:
    """A line at one round: `state` is shown, withheld, differs or absent (not asked).

    `n_text`: how many rated a goal; from how many of its goals a pillar's figure is made, where
    not from all of them.
    """

    state: str
    figure: Figure | None
    text: str
    n_text: str
    joined: bool
    """Whether it can be compared with the round before."""


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    name: str
    colour: int
    points: tuple[Point, ...]
    moved: Change | None
    last_text: str
    """What has happened since the round before the last; empty where that cannot be told."""
    first_text: str
    """The same since the first round, where that is another."""
    ended: bool
    """Whether the newest round no longer asks."""


def pillar_lines(rounds: Rounds, source: Source) -> Iterator[tuple[str, Line, tuple[Line, ...]]]:
    """Each pillar with its goals, the newest edition's first; those that ended come after."""
    pillars: dict[str, Pillar] = {}
    for place in reversed(range(len(rounds.rows))):
        for pillar, _goals in rounds.editions.pillars(rounds.edition(place)):
            pillars.setdefault(pillar.code, pillar)
    chains: dict[str, list[dict[int, Goal]]] = {}
    for chain in rounds.chains():
        chains.setdefault(next(iter(chain.values())).pillar.code, []).append(chain)
    for code, pillar in pillars.items():
        yield (
            code,
            _pillar_line(rounds, source, pillar),
            tuple(_goal_line(rounds, source, chain) for chain in chains.get(code, ())),
        )


def _pillar_line(rounds: Rounds, source: Source, pillar: Pillar) -> Line:
    goals = {
        edition: next(
            (own for row, own in rounds.editions.pillars(edition) if row.code == pillar.code), []
        )
        for edition in {rounds.edition(place) for place in range(len(rounds.rows))}
    }
    bare = [
        source.pillar(place, own) if (own := goals[rounds.edition(place)]) else ABSENT
        for place in range(len(rounds.rows))
    ]
    return _line(
        rounds,
        source,
        key=pillar.code,
        name=pillar.name,
        colour=pillar.colour,
        bare=bare,
        pairs=lambda earlier, later: rounds.pairs(earlier, later).get(pillar.code, []),
        asked=bool(goals[rounds.edition(-1)]),
    )


def _goal_line(rounds: Rounds, source: Source, chain: Mapping[int, Goal]) -> Line:
    newest = next(iter(chain.values()))
    own = [chain.get(rounds.edition(place)) for place in range(len(rounds.rows))]

    def pairs(earlier: int, later: int) -> list[GoalPair]:
        before, after = own[earlier], own[later]
        return [GoalPair(before.pk, after.pk)] if before and after else []

    return _line(
        rounds,
        source,
        key=f"maal-{newest.pk}",
        name=rounds.editions.text(newest),
        colour=newest.pillar.colour,
        bare=[source.goal(place, goal) if goal else ABSENT for place, goal in enumerate(own)],
        pairs=pairs,
        asked=own[-1] is not None,
        goal=True,
    )


def _line(
    rounds: Rounds,
    source: Source,
    *,
    key: str,
    name: str,
    colour: int,
    bare: Sequence[Bare],
    pairs: Callable[[int, int], list[GoalPair]],
    asked: bool,
    goal: bool = False,
) -> Line:
    last = len(bare) - 1

    def comparable(earlier: int, later: int) -> bool:
        return source.comparable(earlier, later, pairs(earlier, later))

    moved = source.moved(last - 1, last, pairs(last - 1, last)) if last else None
    last_text = source.moved_text(moved, goal=goal) if moved else ""
    if last and not moved and bare[-1][0] == "shown":
        gap = source.gap(last - 1, last, pairs(last - 1, last))
        last_text = texts.incomparable_text(gap, "" if goal else rounds.goal_words(last))
    first = next((place for place in range(last - 1) if comparable(place, last)), None)
    since = None if first is None else source.moved(first, last, pairs(first, last))
    return Line(
        key=key,
        name=name,
        colour=colour,
        points=tuple(
            Point(*point, joined=place > 0 and comparable(place - 1, place))
            for place, point in enumerate(bare)
        ),
        moved=moved,
        last_text=last_text,
        first_text=_since(since, moved, rounds.rows[first]) if since and first is not None else "",
        ended=not asked,
    )


def _since(since: Change, last: Change | None, row: RoundForum) -> str:
    """+0,6 siden maj 2025; nothing where that is as unclear as the last step."""
    if not since.clear and not (last and last.clear):
        return ""
    date = formats.date_format(timezone.localtime(row.round.closes_at), "YEAR_MONTH_FORMAT")
    if not since.clear:
        return _("no clear change since %(date)s") % {"date": date}
    return _("%(change)s since %(date)s") % {"change": signed(since.delta), "date": date}
