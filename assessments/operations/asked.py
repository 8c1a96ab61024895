"""What a round asks: its edition and its goals, read once in each process where nobody can change
them any more."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from functools import lru_cache

from django.db.models import QuerySet

from assessments.models import Edition, Goal, Round, RoundForum
from assessments.models.local_wordings import with_local_words
from plf.lib.prepared import Prepared, moment, number

EDITION = Prepared(lambda: Edition.objects.filter(pk=number("edition")).order_by("pk"))


def edition_of(round_: Round) -> Edition:
    """The round's edition. What asks for invitations alone may leave it out of its query: a round
    that has invited has an edition in use, of which the database lets nobody change a word."""
    if round_.opened_at is None:
        return round_.edition
    return copy(_edition_in_use(round_.edition_id, round_.opened_at))


@lru_cache(maxsize=200)
def _edition_in_use(edition: int, _opened_at: datetime) -> Edition:
    """For copying only: not even what is fetched along with it is kept."""
    (found,) = EDITION.rows(edition=edition)
    return found


def goals_in_order(edition: int) -> QuerySet[Goal]:
    """In the edition's order, with their pillars."""
    return (
        Goal.objects.filter(pillar__edition=edition)
        .select_related("pillar")
        .order_by("pillar__position", "pillar", "position", "pk")
    )


GOALS = Prepared(lambda: goals_in_order(number("edition")))
GOALS_WITH_LOCAL_WORDS = Prepared(
    lambda: with_local_words(
        goals_in_order(number("edition")), forum_id=number("forum"), at=moment("at")
    )
)


@lru_cache(maxsize=200)
def goals_in_use(edition: int, _taken_at: datetime) -> tuple[Goal, ...]:
    """Of an edition that has been taken in use: the database lets nobody change them again, so each
    process reads them once. For reading only."""
    return tuple(GOALS.rows(edition=edition))


def goals_of(edition: Edition, round_forum: RoundForum) -> list[Goal]:
    """The goals, with the forum's own words as they stood when its round opened."""
    opened_at, forum = round_forum.round.opened_at, round_forum.forum_id
    if edition.local_translation and opened_at is not None and forum is not None:
        return list(GOALS_WITH_LOCAL_WORDS.rows(edition=edition.pk, forum=forum, at=opened_at))
    return list(_goals_alone(edition))


def goal_keys(edition: Edition) -> set[int]:
    return {goal.pk for goal in _goals_alone(edition)}


def _goals_alone(edition: Edition) -> Iterable[Goal]:
    if edition.in_use_at:
        return goals_in_use(edition.pk, edition.in_use_at)
    return GOALS.rows(edition=edition.pk)


def own_words(round_forum: RoundForum) -> str:
    """Whose own words may stand beside the goals: the same text, the same goals as drawn."""
    round_ = round_forum.round
    if not round_.edition.local_translation:
        return ""
    return f"{round_.pk} {round_forum.forum_id} {round_.opened_at}"


def forget() -> None:
    """In a database that is another."""
    _edition_in_use.cache_clear()
    goals_in_use.cache_clear()
