"""The seal: count, publish what may be shown, delete the answers. Once, in one transaction.

This is the only place outside `assessments` that reads what people answered; a contract on imports
says so. Nothing here is logged but that a round was sealed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count

from assessments.answers import Answer, Rating
from assessments.models import Goal, Participation, Round, RoundForum
from assessments.operations.inviting import forget_reminders
from assessments.operations.leaving import remove_leavers
from forums.enums import HIERARCHY
from results.disclosure import Atom, Published, Reason, Tally, Withheld, encode, part, publish
from results.models import FORUM_ROW, Comment, Publication

# (role, goal, value or None for "ved ikke") -> how many, for one forum
Counts = dict[tuple[str, int, int | None], int]


@dataclass(slots=True)
class _Head:
    """How many of each role were invited and answered, highest role first."""

    invited: dict[str, int] = field(default_factory=dict)
    respondents: dict[str, int] = field(default_factory=dict)


def seal_due_rounds(*, now: datetime) -> int:
    """Seal every round whose time has come; returns how many were sealed here."""
    return sum(
        seal_round(round_=round_, now=now)
        for round_ in Round.objects.due_to_seal(now).order_by("pk")
    )


@transaction.atomic
def seal_round(*, round_: Round, now: datetime) -> bool:
    """Seal the round. False where it is not due or someone else sealed it first.

    The row lock waits for every save that is under way; a save that comes later meets a sealed
    round. Killed anywhere, the transaction leaves the round as it was.
    """
    if connection.vendor == "postgresql":
        # No statistics are kept of what people answer: without this word the planner would read
        # all answers in the country for each round.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    due = (
        Round.objects.due_to_seal(now)
        .select_for_update(of=("self",))
        .select_related("edition", "municipality")
        .filter(pk=round_.pk)
        .first()
    )
    if due is None:
        return False
    remove_leavers(now=due.closes_at, round_=due)
    due.sealed_at = now
    due.save(update_fields=["sealed_at"])
    forget_reminders(round_=due)
    if due.is_shared:
        due.round_forums.update(releases_itself_at=due.released_by_itself_at())
    else:
        _publish(due)
        delete_answers(due)
    return True


def _publish(round_: Round) -> None:
    goals = list(Goal.objects.filter(pillar__edition=round_.edition).values_list("pk", flat=True))
    heads = _heads(round_)
    counts = _counts(round_)
    publications: list[Publication] = []
    commented: dict[int, set[int]] = {}
    round_forums = list(round_.round_forums.order_by("pk"))
    for row in round_forums:
        head, tally = heads[row.pk], counts[row.pk]
        row.invited = sum(head.invited.values())
        row.answered = sum(head.respondents.values())
        row.releases_itself_at = round_.released_by_itself_at()
        rows = list(_rows(round_, row, head, tally, goals))
        publications += rows
        commented[row.pk] = _goals_with_comments(rows, goals)
    Publication.objects.bulk_create(publications)
    RoundForum.objects.bulk_update(
        round_forums, ["invited", "answered", "releases_itself_at"], batch_size=500
    )
    _keep_comments(round_, round_forums, commented)


def _heads(round_: Round) -> Mapping[int, _Head]:
    rows = (
        Participation.objects.filter(round_forum__round=round_)
        .values_list("round_forum", "role")
        .order_by("round_forum", "role")
        .annotate(invited=Count("pk"), answered=Count("answered_at"))
    )
    found = {(forum, role): (invited, answered) for forum, role, invited, answered in rows}
    heads: defaultdict[int, _Head] = defaultdict(_Head)
    for forum in {forum for forum, _ in found}:
        for role in HIERARCHY:
            if (forum, role) in found:
                heads[forum].invited[role], heads[forum].respondents[role] = found[forum, role]
    return heads


def _counts(round_: Round) -> Mapping[int, Counts]:
    """The one count of all answers in the round."""
    rows = (
        Rating.objects.filter(answer__participation__round_forum__round=round_)
        .exclude(value=None, no_answer=False)
        .values_list(
            "answer__participation__round_forum", "answer__participation__role", "goal", "value"
        )
        .order_by()
        .annotate(ratings=Count("pk"))
    )
    counts: defaultdict[int, Counts] = defaultdict(dict)
    for forum, role, goal, value, ratings in rows:
        counts[forum][role, goal, value] = ratings
    return counts


def _rows(
    round_: Round, row: RoundForum, head: _Head, counts: Counts, goals: list[int]
) -> Iterator[Publication]:
    atoms = part(head.respondents)
    levels = len(round_.edition.levels)
    published = publish(
        _tallies(atoms, counts, goals, levels),
        invited=head.invited,
        respondents=row.answered,
        levels=levels,
        k=round_.municipality.smallest_group,
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


def _keep_comments(
    round_: Round, round_forums: list[RoundForum], commented: Mapping[int, set[int]]
) -> None:
    """Reasons that may be shown, sorted by their text, so that their order tells nothing."""
    forums = {row.pk: row for row in round_forums}
    reasons = (
        Rating.objects.filter(answer__participation__round_forum__round=round_)
        .exclude(reason="")
        .order_by("reason")
        .values_list("answer__participation__round_forum", "goal", "reason")
    )
    Comment.objects.bulk_create(
        Comment(
            round=round_,
            forum_id=forums[forum].forum_id,
            municipality_id=round_.municipality_id,
            goal_id=goal,
            text=text,
        )
        for forum, goal, text in reasons
        if goal in commented[forum]
    )


def delete_answers(round_: Round) -> None:
    """Two DELETE statements, and the marks of who took part."""
    answers = Answer.objects.filter(participation__round_forum__round=round_)
    # delete() would fetch every key first; nothing hangs on these rows but each other.
    ratings = Rating.objects.filter(answer__in=answers)
    ratings._raw_delete(ratings.db)
    answers._raw_delete(answers.db)
    Participation.objects.filter(round_forum__round=round_).update(answered_at=None, done_at=None)
