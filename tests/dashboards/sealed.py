"""Sealed rounds whose publications are written by hand, so that every figure is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from assessments.enums import EditionStatus
from assessments.models import Edition, Goal, RoundForum
from forums.models import Forum
from results.disclosure import Cell, Histogram, NearlyAll, Reason, Where, Withheld, encode
from tests.factories import (
    LEVELS,
    EditionFactory,
    FrameworkFactory,
    GoalFactory,
    PillarFactory,
    PublicationFactory,
    RoundFactory,
    RoundForumFactory,
    SharedRatingFactory,
)

WITHHELD = Withheld(Reason.TOO_FEW)
HIGH = NearlyAll(Where.UPPER, 9, 5)
LOW = NearlyAll(Where.LOWER, 9, 5)


def counts(*levels: int, no_answer: int = 0) -> Histogram:
    return Histogram(tuple(levels), no_answer)


SPLIT = counts(2, 2, 1, 2, 2)
MIDDLE = counts(0, 2, 5, 2, 0)
UPPER = counts(0, 0, 2, 5, 2)


def goals_of(edition: Edition) -> list[Goal]:
    return list(
        Goal.objects.filter(pillar__edition=edition).order_by(
            "pillar__position", "pillar", "position", "pk"
        )
    )


def sealed(
    forum: Forum,
    edition: Edition,
    rows: dict[int, tuple[list[str], list[Cell | None]]],
    *,
    closed: datetime,
    invited: int = 11,
    answered: int = 9,
    released: bool = True,
    **fields: object,
) -> RoundForum:
    """A sealed round of the forum; `rows` holds the roles and cells of each place."""
    sealed_at = closed + timedelta(minutes=6)
    round_ = RoundFactory(
        municipality=forum.municipality,
        edition=edition,
        opens_at=closed - timedelta(days=15),
        closes_at=closed,
        sealed_at=sealed_at,
        **fields,
    )
    row = RoundForumFactory(
        round=round_,
        forum=forum,
        invited=invited,
        answered=answered,
        released_at=sealed_at if released else None,
        releases_itself_at=sealed_at + timedelta(days=14),
    )
    for place, (roles, cells) in rows.items():
        PublicationFactory(
            round=round_,
            forum=forum,
            place=place,
            roles=roles,
            invited=invited if len(rows) == 1 or place == 0 else invited // len(rows),
            cells=[encode(cell) for cell in cells],
        )
    return row


def shared_round(
    forum: Forum,
    edition: Edition,
    levels: Sequence[int | str | None],
    *,
    closed: datetime,
    released: bool = True,
) -> RoundForum:
    """`levels` holds one entry a goal: a level, "differs" or None."""
    row = sealed(forum, edition, {}, closed=closed, kind="shared", released=released)
    for goal, level in zip(goals_of(edition), levels, strict=True):
        if level is not None:
            agreed = None if level == "differs" else level
            SharedRatingFactory(
                round_forum=row, goal=goal, level=agreed, differs=level == "differs"
            )
    return row


def two_scales() -> list[Edition]:
    """One pillar with two goals that stay the same, first on five levels and then on three."""
    framework = FrameworkFactory()
    joined: list[Goal | None] = [None, None]
    editions: list[Edition] = []
    for number, levels in enumerate((5, 3), start=1):
        framework.editions.filter(status=EditionStatus.IN_USE).update(status=EditionStatus.RETIRED)
        edition = EditionFactory(
            framework=framework,
            number=number,
            status=EditionStatus.DRAFT,
            pillar_count=0,
            levels=LEVELS[:levels],
        )
        pillar = PillarFactory(edition=edition, code="a")
        joined = [GoalFactory(pillar=pillar, same_as=origin) for origin in joined]
        framework.editions.filter(pk=edition.pk).update(status=EditionStatus.IN_USE)
        editions.append(edition)
    return editions


def a_goal_dropped() -> list[Edition]:
    """Editions of a pillar with two goals and with the first of them alone."""
    framework = FrameworkFactory()
    kept: Goal | None = None
    editions: list[Edition] = []
    for number, dropped in ((1, 1), (2, 0)):
        framework.editions.filter(status=EditionStatus.IN_USE).update(status=EditionStatus.RETIRED)
        edition = EditionFactory(
            framework=framework, number=number, pillar_count=0, status=EditionStatus.DRAFT
        )
        pillar = PillarFactory(edition=edition, code="a")
        kept = GoalFactory(pillar=pillar, same_as=kept)
        GoalFactory.create_batch(dropped, pillar=pillar)
        framework.editions.filter(pk=edition.pk).update(status=EditionStatus.IN_USE)
        editions.append(edition)
    return editions


def one_group(*cells: Cell) -> dict[int, tuple[list[str], list[Cell | None]]]:
    """A forum in one group, no goal fallen back."""
    return {1: (["chief", "unit_head"], list(cells))}


def four_goals(forum: Forum, edition: Edition) -> RoundForum:
    """A round closed twenty days ago: split, near-unanimous, withheld, and one with "ved ikke"."""
    return sealed(
        forum,
        edition,
        one_group(SPLIT, HIGH, WITHHELD, counts(0, 1, 2, 4, 1, no_answer=1)),
        closed=timezone.now() - timedelta(days=20),
    )
