"""The seal: count, publish what may be shown, delete the answers. Once, in one transaction.

This is the only place outside `assessments` that reads what people answered; a contract on imports
says so. Nothing here is logged but that a round was sealed.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from assessments.models import Goal, Round, RoundForum
from assessments.operations.inviting import forget_reminders
from assessments.operations.leaving import remove_leavers
from forums.enums import HIERARCHY
from results.disclosure import Atom, Published, Reason, Tally, Withheld, encode, part, publish
from results.models import FORUM_ROW, Comment, Publication

SIDE_BY_SIDE = 2

# What the seal does with answers, in SQL: it can be read as it is run. Each takes the round's key.
INVITED = """
SELECT invited.id FROM assessments_participation invited
JOIN assessments_roundforum forum ON forum.id = invited.round_forum_id
WHERE forum.round_id = %s
"""
# One pass for the counts and the reasons. A reason may stand without a rating.
COUNT = """
SELECT invited.round_forum_id, invited.role, rating.goal_id, rating.value,
count(*) FILTER (WHERE rating.value IS NOT NULL OR rating.no_answer),
CAST({as_list}(rating.reason) FILTER (WHERE NOT (rating.reason = '')) AS text)
FROM assessments_rating rating
JOIN assessments_answer answer ON answer.key = rating.answer_id
JOIN assessments_participation invited ON invited.id = answer.participation_id
JOIN assessments_roundforum forum ON forum.id = invited.round_forum_id
WHERE forum.round_id = %s
GROUP BY invited.round_forum_id, invited.role, rating.goal_id, rating.value
"""
# No statistics are kept of what people answer: without these words PostgreSQL's planner would read
# all answers in the country for each round, and sort where it can count in memory.
PLAN = """
SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'
"""
# How many rows there are, and nothing of what is in them. A planner that takes the tables for empty
# ones, as they were last night, looks through all of them for each person.
LOOK_AT_SIZES = "ANALYZE assessments_answer, assessments_rating"
AS_LIST = {"sqlite": "json_group_array", "postgresql": "json_agg"}
COUNT_PEOPLE = """
SELECT invited.round_forum_id, invited.role, count(*), count(invited.answered_at)
FROM assessments_participation invited
JOIN assessments_roundforum forum ON forum.id = invited.round_forum_id
WHERE forum.round_id = %s
GROUP BY invited.round_forum_id, invited.role
"""
DELETE_RATINGS = f"""
DELETE FROM assessments_rating WHERE answer_id IN
(SELECT key FROM assessments_answer WHERE participation_id IN ({INVITED}))
"""  # noqa: S608 -- put together from the constants above
DELETE_ANSWERS = f"""
DELETE FROM assessments_answer WHERE participation_id IN ({INVITED})
"""  # noqa: S608 -- put together from the constants above
CLEAR_MARKS = f"""
UPDATE assessments_participation SET answered_at = NULL, done_at = NULL, key = NULL
WHERE id IN ({INVITED})
"""  # noqa: S608 -- put together from the constants above

# (role, goal, value or None for "ved ikke") -> how many, for one forum
Counts = dict[tuple[str, int, int | None], int]
# goal -> what was written of it, for one forum
Reasons = dict[int, list[str]]


@dataclass(slots=True)
class _Head:
    """How many of each role were invited and answered, highest role first."""

    invited: dict[str, int] = field(default_factory=dict)
    respondents: dict[str, int] = field(default_factory=dict)


def seal_due_rounds(*, now: datetime) -> int:
    """Seal every round whose time has come; returns how many were sealed here.

    Side by side where the database lets several write at once.
    """
    due = list(
        Round.objects.due_to_seal(now).select_related("edition", "municipality").order_by("pk")
    )
    if not due:
        return 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(LOOK_AT_SIZES)
        alone = len(due) < 2 or connection.in_atomic_block
        return _seal_all(due, now) if alone else seal_side_by_side(due, now)
    return _seal_all(due, now)


def seal_side_by_side(rounds: Sequence[Round], now: datetime) -> int:
    """Dealt to two connections: one counts while the other's answers are worked on."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        hands = [rounds[place::SIDE_BY_SIDE] for place in range(SIDE_BY_SIDE)]
        return sum(pool.map(_seal_all_apart, hands, [now] * SIDE_BY_SIDE))


def _seal_all(rounds: Iterable[Round], now: datetime) -> int:
    return sum(seal_round(round_=round_, now=now) for round_ in rounds)


def _seal_all_apart(rounds: Iterable[Round], now: datetime) -> int:
    """In a thread of its own, whose connection nobody else would close."""
    try:
        return _seal_all(rounds, now)
    finally:
        connection.close()


@transaction.atomic
def seal_round(*, round_: Round, now: datetime) -> bool:
    """Seal the round. False where it is not due or someone else sealed it first.

    The row lock waits for every save that is under way; a save that comes later meets a sealed
    round. Killed anywhere, the transaction leaves the round as it was.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(PLAN)
    due = Round.objects.due_to_seal(now).select_for_update().filter(pk=round_.pk).first()
    if due is None:
        return False
    # Read once for all rounds that are due: an edition that is rated is frozen.
    due.edition, due.municipality = round_.edition, round_.municipality
    remove_leavers(now=due.closes_at, round_=due)
    due.sealed_at = now
    # What was promised when it opened, or more if the municipality has raised it since.
    due.smallest_group = max(due.smallest_group, due.municipality.smallest_group)
    due.save(update_fields=["sealed_at", "smallest_group"])
    forget_reminders(round_=due)
    if due.is_shared:
        due.round_forums.update(releases_itself_at=due.released_by_itself_at())
    else:
        _publish(due, due.smallest_group)
        delete_answers(due)
    return True


def _publish(round_: Round, k: int) -> None:
    goals = list(Goal.objects.filter(pillar__edition=round_.edition).values_list("pk", flat=True))
    heads = _heads(round_)
    counts, reasons = _counts(round_)
    publications: list[Publication] = []
    comments: list[Comment] = []
    round_forums = list(round_.round_forums.order_by("pk"))
    for row in round_forums:
        head, tally = heads[row.pk], counts[row.pk]
        row.invited = sum(head.invited.values())
        row.answered = sum(head.respondents.values())
        row.releases_itself_at = round_.released_by_itself_at()
        rows = list(_rows(round_, row, head, tally, goals, k))
        publications += rows
        comments += _comments(row, reasons[row.pk], _goals_with_comments(rows, goals))
    Publication.objects.bulk_create(publications)
    RoundForum.objects.bulk_create(
        round_forums,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["invited", "answered", "releases_itself_at"],
    )
    # Sorted by their text, so that their order tells nothing.
    Comment.objects.bulk_create(sorted(comments, key=lambda comment: comment.text))


def _heads(round_: Round) -> Mapping[int, _Head]:
    found = {
        (forum, role): (invited, answered)
        for forum, role, invited, answered in _ask(COUNT_PEOPLE, round_)
    }
    heads: defaultdict[int, _Head] = defaultdict(_Head)
    for forum in {forum for forum, _ in found}:
        for role in HIERARCHY:
            if (forum, role) in found:
                heads[forum].invited[role], heads[forum].respondents[role] = found[forum, role]
    return heads


def _counts(round_: Round) -> tuple[Mapping[int, Counts], Mapping[int, Reasons]]:
    """The one count of all answers in the round, and what was written, both by forum."""
    counts: defaultdict[int, Counts] = defaultdict(dict)
    reasons: defaultdict[int, Reasons] = defaultdict(dict)
    for forum, role, goal, value, ratings, texts in _ask(
        COUNT.format(as_list=AS_LIST[connection.vendor]), round_
    ):
        if ratings:
            counts[forum][role, goal, value] = ratings
        reasons[forum].setdefault(goal, []).extend(json.loads(texts or "[]"))
    return counts, reasons


def _ask(statement: str, round_: Round) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [round_.pk])
        return list(cursor.fetchall())


def _rows(
    round_: Round, row: RoundForum, head: _Head, counts: Counts, goals: list[int], k: int
) -> Iterator[Publication]:
    atoms = part(head.respondents)
    levels = len(round_.edition.levels)
    published = publish(
        _tallies(atoms, counts, goals, levels),
        invited=head.invited,
        respondents=row.answered,
        levels=levels,
        k=k,
    )
    roles_by_place = {FORUM_ROW: tuple(head.invited)} | {
        place: atom.roles for place, atom in enumerate(atoms, start=1)
    }
    for place, cells in _places(published):
        roles = roles_by_place[place]
        yield Publication(
            round=round_,
            forum_id=row.forum_id,
            municipality_id=row.municipality_id,
            place=place,
            roles=list(roles),
            invited=sum(head.invited[role] for role in roles),
            cells=cells,
        )


def _tallies(
    atoms: tuple[Atom, ...], counts: Counts, goals: list[int], levels: int
) -> list[list[Tally]]:
    """One row for each atom, one tally for each goal, from one pass over the counts."""
    row_of = {role: row for row, atom in enumerate(atoms) for role in atom.roles}
    column_of = {goal: column for column, goal in enumerate(goals)}
    table = [[[0] * (levels + 1) for _ in goals] for _ in atoms]
    for (role, goal, value), ratings in counts.items():
        level = levels if value is None else value - 1
        table[row_of[role]][column_of[goal]][level] += ratings
    return [[Tally(tuple(cell[:levels]), cell[levels]) for cell in row] for row in table]


def _places(published: Published) -> Iterator[tuple[int, list[object]]]:
    """The rows that hold anything; what may not be shown is not stored."""
    for place, cells in enumerate((published.forum, *published.atoms)):
        if any(cell is not None for cell in cells):
            yield place, [encode(cell) for cell in cells]


def _goals_with_comments(rows: list[Publication], goals: list[int]) -> set[int]:
    """Goals that are shown at all: at least k rated them, and the forum is large enough."""
    withheld = encode(Withheld(Reason.TOO_FEW))
    return {
        goal
        for position, goal in enumerate(goals)
        if any(row.cells[position] not in (None, withheld) for row in rows)
    }


def _comments(row: RoundForum, reasons: Reasons, shown: set[int]) -> Iterator[Comment]:
    """Reasons that may be shown."""
    for goal in reasons.keys() & shown:
        for text in reasons[goal]:
            yield Comment(
                round_id=row.round_id,
                forum_id=row.forum_id,
                municipality_id=row.municipality_id,
                goal_id=goal,
                text=text,
            )


def delete_answers(round_: Round) -> None:
    """Two DELETE statements, and the marks of who took part."""
    with connection.cursor() as cursor:
        for statement in (DELETE_RATINGS, DELETE_ANSWERS, CLEAR_MARKS):
            cursor.execute(statement, [round_.pk])
