"""What a confidential result is made of: publications, goals and comments, in three queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from assessments.models import Edition, Pillar, Round, RoundForum
from assessments.models.local_wordings import local_words
from dashboards import texts
from dashboards.queries.earlier import comparable_before
from dashboards.queries.editions import Editions, load_editions
from dashboards.queries.gaps import Cells, gap_between
from dashboards.queries.published import Published, read
from forums.models import Municipality
from plf.lib.collation import danish_key
from results import replica
from results.disclosure import Histogram
from results.figures import Change, Figure, forum_mean, pillar_change, pillar_mean
from results.models import Comment, Publication


@dataclass(frozen=True, slots=True)
class Before:
    """The round compared with, and where its goals stand."""

    round: Round
    published: Published
    positions: Mapping[int, int]
    origins: Mapping[int, int]

    def cells(self, goal: int | None) -> Cells | None:
        position = None if goal is None else self.positions.get(goal)
        return None if position is None else self.published.cells(position)

    def whole(self, goal: int | None) -> Histogram | None:
        return None if goal is None else self.published.whole(self.positions.get(goal))


@dataclass(frozen=True, slots=True)
class Source:
    """All that a result is made of.

    `fewest` is how many answers a goal needed to be shown, as it was when the round was sealed;
    None where the forum as a whole was too small.
    """

    municipality: Municipality
    fewest: int | None
    edition: Edition
    published: Published
    editions: Editions
    before: Before | None
    comments: Mapping[int, tuple[str, ...]]
    local: Mapping[int, str]
    """The forum's own words by goal."""

    @property
    def levels(self) -> tuple[str, ...]:
        return tuple(self.edition.levels)


def load(round_forum: RoundForum, now: datetime) -> Source | None:
    """None where nothing was published."""
    rows: dict[int, list[Publication]] = defaultdict(list)
    before = replica.known(comparable_before(round_forum, now).values_list("round", flat=True))
    asked = (
        Publication.objects.filter(
            Q(round=round_forum.round_id) | Q(round__in=before), forum=round_forum.forum_id
        )
        .select_related("round__edition")
        .order_by("round", "place")
    )
    for row in replica.publications(asked, of={(round_forum.round_id, round_forum.forum_id)}):
        rows[row.round_id].append(row)
    own = rows.pop(round_forum.round_id, None)
    if own is None:
        return None
    earlier = next(iter(rows.values()), None)
    edition = round_forum.round.edition
    editions = load_editions([edition, *(row.round.edition for row in (earlier or [])[:1])])
    published = read(own, len(edition.levels))
    return Source(
        municipality=round_forum.municipality,
        fewest=None if published.is_withheld else round_forum.round.smallest_group,
        edition=edition,
        published=published,
        editions=editions,
        before=before_of(earlier, edition, editions) if earlier else None,
        comments=_comments(round_forum, own[0]),
        local=local_words(
            edition=edition, forum_id=round_forum.forum_id, at=round_forum.round.opened_at
        ),
    )


def before_of(rows: Sequence[Publication], edition: Edition, editions: Editions) -> Before:
    round_ = rows[0].round
    return Before(
        round=round_,
        published=read(rows, len(round_.edition.levels)),
        positions=editions.positions(round_.edition_id),
        origins=editions.origins(edition.pk, round_.edition_id),
    )


def _comments(round_forum: RoundForum, beside: Publication) -> dict[int, tuple[str, ...]]:
    """Each goal's in alphabetical order, which no database knows by itself."""
    asked = Comment.objects.filter(round=round_forum.round_id, forum=round_forum.forum_id).order_by(
        "text", "key"
    )
    found: dict[int, list[str]] = defaultdict(list)
    for comment in replica.comments(asked, beside=beside):
        found[comment.goal_id].append(comment.text)
    return {
        goal: tuple(sorted(said, key=lambda text: (danish_key(text), text)))
        for goal, said in found.items()
    }


def pillar_changes(source: Source) -> dict[str, Change | None]:
    before = source.before
    if before is None:
        return {}
    positions = source.editions.positions(source.edition.pk)
    pairs = source.editions.pairs(source.edition.pk, before.round.edition_id)
    return {
        code: pillar_change(
            [
                (
                    before.whole(pair.before),
                    None if pair.after is None else source.published.whole(positions[pair.after]),
                )
                for pair in goals
            ],
            invited_before=before.published.invited,
            invited_after=source.published.invited,
        )
        for code, goals in pairs.items()
    }


def not_compared_text(source: Source) -> str:
    """Why nothing is compared with the round before, where that is so."""
    gaps = _pillar_gaps(source)
    if len(gaps) == 1:
        return texts.incomparable_text(gaps.pop(), source.edition.goal_words)
    return texts.not_comparable() if gaps else ""


def _pillar_gaps(source: Source) -> set[texts.Gap]:
    """Why the pillars cannot be compared, where none of them can."""
    before = source.before
    if before is None:
        return set()
    if not source.edition.is_on_scale_of(before.round.edition):
        return {texts.Gap.OTHER_SCALE}
    positions = source.editions.positions(source.edition.pk)
    pairs = source.editions.pairs(source.edition.pk, before.round.edition_id)
    return {
        gap_between(
            [
                (
                    before.cells(pair.before),
                    None if pair.after is None else source.published.cells(positions[pair.after]),
                )
                for pair in goals
            ]
        )
        for goals in pairs.values()
    }


def pillar_figures(source: Source) -> Iterator[tuple[Pillar, Figure | None, str]]:
    """Each pillar with its figure, and from how many of its goals, for pages that need no more."""
    positions = source.editions.positions(source.edition.pk)
    for pillar, goals in source.editions.pillars(source.edition.pk):
        means = [forum_mean(source.published.cells(positions[goal.pk])) for goal in goals]
        known = sum(mean is not None for mean in means)
        basis = texts.some_goals_text(known, len(goals), source.edition.goal_words)
        yield pillar, pillar_mean(means), basis
