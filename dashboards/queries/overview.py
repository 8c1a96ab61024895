"""The chef's overview: one row a forum, in eight queries for three forums and for forty."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from assessments.models import Round, RoundForum, SharedRating
from dashboards import texts
from dashboards.queries.editions import Editions, load_editions
from dashboards.queries.overview_rounds import RELEASED_LATER, UNDER_WAY, coming_of, rounds_of
from dashboards.queries.overview_rows import (
    Cell,
    Column,
    Coming,
    ComingRow,
    Overview,
    ResultRow,
    Table,
    order_in,
    sorted_rows,
)
from dashboards.queries.published import read
from dashboards.queries.shared import basis_text, not_alike_text, pillar_level, pillar_moves
from dashboards.queries.source import (
    Source,
    before_of,
    not_compared_text,
    pillar_changes,
    pillar_figures,
)
from dashboards.queries.waiting import Why
from forums.menu import menu_of, with_menu
from forums.models import Forum
from plf.lib.collation import InDanish
from plf.lib.danish import signed
from plf.lib.rounding import rounded
from results import replica
from results.figures import Change
from results.models import Publication

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the queries brought, by forum or by round and forum."""

    newest: dict[int, RoundForum]
    before: dict[int, RoundForum]
    coming: dict[int, tuple[Coming, ...]]
    publications: dict[tuple[int, int], list[Publication]]
    ratings: dict[int, dict[int, SharedRating]]
    editions: Editions


def overview_for(
    user: "User", now: datetime, *, sort: str = "", round_: Round | None = None
) -> Overview:
    """`sort`: a pillar's code or `BY_ANSWERS`. `round_`: the forums of that round alone."""
    asked = Forum.objects.read_by_chief(user, now)
    if round_ is not None:
        asked = asked.filter(round_forums__round=round_)
    forums = list(with_menu(asked, user, now).order_by(InDanish("name"), "pk"))
    rows = _load(user, forums, now, round_)
    results = [_result_row(forum, rows) for forum in forums if forum.pk in rows.newest]
    rest = [forum for forum in forums if forum.pk not in rows.newest]
    coming = [ComingRow(forum, each) for forum in rest for each in rows.coming.get(forum.pk, ())]
    return Overview(
        confidential=tuple(_tables(results, rows, shared=False, sort=sort)),
        shared=tuple(_tables(results, rows, shared=True, sort=sort)),
        not_released=tuple(row for row in coming if row.coming.why in RELEASED_LATER),
        under_way=tuple(row for row in coming if row.coming.why in UNDER_WAY),
        lost=tuple(row for row in coming if row.coming.why is Why.LOST),
        without=tuple(forum for forum in rest if forum.pk not in rows.coming),
        rounds=() if round_ else rounds_of(forums, now),
        count=len(forums),
        nav=menu_of(user, forums[0]) if forums else {},
    )


def _load(user: "User", forums: Sequence[Forum], now: datetime, round_: Round | None) -> _Rows:
    newest, before = _seen(user, forums, now, round_)
    chosen = [*newest.values(), *before.values()]
    editions = load_editions({row.round.edition_id: row.round.edition for row in chosen}.values())
    return _Rows(
        newest=newest,
        before=before,
        coming=coming_of(user, forums, now, round_),
        publications=_publications(chosen),
        ratings=_ratings(chosen),
        editions=editions,
    )


def _seen(
    user: "User", forums: Sequence[Forum], now: datetime, round_: Round | None
) -> tuple[dict[int, RoundForum], dict[int, RoundForum]]:
    """For each forum the newest result open to the person, and the one it is compared with."""
    alike = [F("forum"), F("round__kind"), F("round__edition__framework")]
    ranked: Iterable[Any] = (
        RoundForum.objects.result_open_to(user, now)
        .filter(_until(round_), forum__in=forums)
        .annotate(
            released=ExpressionWrapper(_released(now), BooleanField()),
            place=_newest_first(alike),
            place_among_released=_newest_first([*alike, F("released")]),
        )
        .filter(Q(place=1) | Q(released=True, place_among_released__lte=2))
        .whole()
        .order_by("-round__closes_at", "-pk")
    )
    newest: dict[int, RoundForum] = {}
    before: dict[int, RoundForum] = {}
    for row in ranked:
        if round_ and row.forum_id not in newest and row.round_id != round_.pk:
            continue
        first = newest.setdefault(row.forum_id, row)
        if first is not row and _comparable(row, first) and row.released:
            before.setdefault(row.forum_id, row)
    return newest, before


def _until(round_: Round | None) -> Q:
    """One round's page shows that round and what it is compared with, nothing later."""
    if round_ is None:
        return Q()
    return Q(round=round_) | Q(
        round__closes_at__lt=round_.closes_at,
        round__kind=round_.kind,
        round__edition__framework=round_.edition.framework_id,
    )


def _comparable(row: RoundForum, first: RoundForum) -> bool:
    return (
        row.round.kind == first.round.kind
        and row.round.edition.framework_id == first.round.edition.framework_id
    )


def _newest_first(alike: Sequence[F]) -> Window:
    return Window(
        RowNumber(), partition_by=alike, order_by=[F("round__closes_at").desc(), F("pk").desc()]
    )


def _released(now: datetime) -> Q:
    """As in `comparable_before`: open to all who read the forum's results."""
    by_forum, by_itself = Q(released_at__lte=now), Q(releases_itself_at__lte=now)
    return Q(released_at__isnull=False) & by_forum | Q(releases_itself_at__isnull=False) & by_itself


def _publications(rows: Iterable[RoundForum]) -> dict[tuple[int, int], list[Publication]]:
    wanted = {(row.round_id, row.forum_id) for row in rows if not row.round.is_shared}
    found: dict[tuple[int, int], list[Publication]] = defaultdict(list)
    asked = (
        Publication.objects.filter(
            round__in={round_ for round_, _forum in wanted},
            forum__in={forum for _round, forum in wanted},
        )
        .select_related("round__edition")
        .order_by("round", "forum", "place")
    )
    for publication in replica.publications(asked, of=wanted):
        key = (publication.round_id, publication.forum_id)
        if key in wanted:
            found[key].append(publication)
    return found


def _ratings(rows: Iterable[RoundForum]) -> dict[int, dict[int, SharedRating]]:
    found: dict[int, dict[int, SharedRating]] = defaultdict(dict)
    for rating in SharedRating.objects.filter(
        round_forum__in=[row.pk for row in rows if row.round.is_shared]
    ).order_by("round_forum", "goal"):
        found[rating.round_forum_id][rating.goal_id] = rating
    return found


def _tables(rows: Sequence[ResultRow], found: _Rows, *, shared: bool, sort: str) -> Iterable[Table]:
    """One table for each edition; the forums in it stand by name if no column is chosen."""
    by_edition: dict[int, list[ResultRow]] = defaultdict(list)
    for row in rows:
        if row.round_forum.round.is_shared is shared:
            by_edition[row.round_forum.round.edition_id].append(row)
    editions = {own[0].round_forum.round.edition for own in by_edition.values()}
    frameworks = Counter(edition.framework_id for edition in editions)
    for edition_id, own in by_edition.items():
        edition = own[0].round_forum.round.edition
        columns = _columns(found.editions, edition_id)
        order = order_in(columns, sort, shared=shared)
        yield Table(
            edition=edition,
            shared=shared,
            columns=columns,
            edition_text=texts.edition_text(edition.number)
            if frameworks[edition.framework_id] > 1
            else "",
            order=order,
            rows=sorted_rows(own, order),
        )


def _columns(editions: Editions, edition_id: int) -> tuple[Column, ...]:
    return tuple(
        Column(pillar.name, pillar.colour, pillar.code)
        for pillar, _goals in editions.pillars(edition_id)
    )


def _result_row(forum: Forum, rows: _Rows) -> ResultRow:
    row = rows.newest[forum.pk]
    cells, compared = _shared(row, rows) if row.round.is_shared else _confidential(row, rows)
    return ResultRow(
        forum=forum,
        round_forum=row,
        cells=cells,
        compared_text=compared,
        participation_text=""
        if row.round.is_shared
        else texts.participation_text(row.answered, row.invited),
        coming=rows.coming.get(forum.pk, ()),
    )


def _confidential(row: RoundForum, rows: _Rows) -> tuple[tuple[Cell, ...], str]:
    own = rows.publications.get((row.round_id, row.forum_id))
    if own is None:
        return (), _("The result was lost when a backup was restored.")
    edition = row.round.edition
    last = rows.before.get(row.forum_id)
    earlier = rows.publications.get((last.round_id, last.forum_id)) if last else None
    source = Source(
        municipality=row.municipality,
        fewest=row.round.smallest_group,
        edition=edition,
        published=read(own, len(edition.levels)),
        editions=rows.editions,
        before=before_of(earlier, edition, rows.editions) if earlier else None,
        comments={},
        local={},
    )
    changes = pillar_changes(source)
    cells = tuple(
        Cell(
            Column(pillar.name, pillar.colour, pillar.code),
            texts.figure_text(figure) if figure else _("Not shown"),
            figure,
            _clear(changes.get(pillar.code)),
            basis,
        )
        for pillar, figure, basis in pillar_figures(source)
    )
    if last is not None and source.before is None:
        return cells, texts.incomparable_text(texts.Gap.LOST, edition.goal_words)
    return cells, _compared(source, changes.values())


def _clear(change: Change | None) -> str:
    return signed(change.delta) if change and change.clear else ""


def _compared(source: Source, changes: Iterable[Change | None]) -> str:
    """What is to be said of the comparison where no change stands by a figure."""
    if source.before is None:
        return _("first round")
    known = [change for change in changes if change]
    if any(change.clear for change in known):
        return ""
    if known:
        return _("no clear change")
    return not_compared_text(source)


def _shared(row: RoundForum, rows: _Rows) -> tuple[tuple[Cell, ...], str]:
    edition = row.round.edition
    agreed = {
        goal: rating.level
        for goal, rating in rows.ratings.get(row.pk, {}).items()
        if rating.level is not None
    }
    last = rows.before.get(row.forum_id)
    before = last.round.edition if last else None
    moves = (
        pillar_moves(rows.editions, edition, agreed, before, rows.ratings.get(last.pk, {}))
        if last and before
        else {}
    )
    cells = []
    for pillar, goals in rows.editions.pillars(edition.pk):
        figure = pillar_level(goals, agreed)
        text = texts.figure_text(figure) if figure else "–"
        move = moves.get(pillar.code)
        moved = signed(move) if move is not None and rounded(move) else ""
        basis = basis_text(goals, agreed, edition)
        column = Column(pillar.name, pillar.colour, pillar.code)
        cells.append(Cell(column, text, figure, moved, basis))
    if before is None:
        return tuple(cells), _("first round")
    if not moves:
        return tuple(cells), not_alike_text(edition, before)
    return tuple(cells), "" if any(cell.change_text for cell in cells) else _("as last time")
