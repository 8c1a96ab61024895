"""What may be shown of a sealed round: the two rules, as pure functions over plain data.

**The guarantee.** Nobody who sees everything that is published, and no respondent who also
knows their own answer, can narrow another person's rating of any goal to a single level. It
holds for an attacker who knows these rules, the number invited in each role and the number
of respondents, and even the number of respondents in each atom.

**Why it holds.** A goal is published once, as counts without names, so two people's ratings in
it can change places and nothing published changes. A histogram is shown only if at least two
ratings lie off the commonest level: whichever one rating the reader knows, the others still lie
on two levels or more, and any other person may be on each of them. Near-unanimity is told
as a class of at least two levels, and the others may all lie on any one of them. Of a withheld
goal nothing is said.

**Where it is proven.** `tests/results/test_disclosure_enumeration.py` goes through every
possible set of answers in small forums, and finds the leak in rules weaker than these;
`test_disclosure_properties.py` draws whole forums of 2 to 60 people.

**What is not promised** is in `docs/privacy.md`. Among other things: a group that agrees is seen
to agree, and where everybody in a forum or an atom has answered, that can be seen.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SMALLEST_K = 5
ATOM_SIZE = 8


class Where(StrEnum):
    """The class of levels on which nearly all ratings of a goal lie."""

    UPPER = "upper"
    LOWER = "lower"
    SAME = "same"


class Reason(StrEnum):
    """Why a goal is not shown at all."""

    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Tally:
    """One goal's raw counts in one atom, before the rules; never stored and never shown."""

    counts: tuple[int, ...]
    no_answer: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """A goal shown in full: how many chose each level (lowest first), how many "ved ikke"."""

    counts: tuple[int, ...]
    no_answer: int

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def levels(self) -> int:
        return len(self.counts)


@dataclass(frozen=True, slots=True)
class NearlyAll:
    """A near-unanimous goal: the class that nearly all of n ratings lie in, not the level.

    Without "ved ikke": no figure needs it, and what is not needed is not told.
    """

    where: Where
    n: int
    levels: int

    @property
    def span(self) -> tuple[int, int]:
        """The lowest and the highest level of the class."""
        if self.where is Where.SAME:
            return 1, self.levels
        if self.where is Where.LOWER:
            return 1, _middle(self.levels)
        return _middle(self.levels) + 1, self.levels


@dataclass(frozen=True, slots=True)
class Withheld:
    """A goal that is not shown; nothing but the reason is known of it."""

    reason: Reason


Cell = Histogram | NearlyAll | Withheld
Coded = list[int] | str | None


@dataclass(frozen=True, slots=True)
class Atom:
    """Respondents whose counts are published together, named for the roles invited into it."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """All that is shown of a forum: each goal stands in every atom's row or in the forum's."""

    atoms: tuple[tuple[Cell | None, ...], ...]
    forum: tuple[Cell | None, ...]

    def cells(self, goal: int) -> tuple[Cell, ...]:
        """The cells in which a goal stands: one for each atom, or one for the forum."""
        rows = (*self.atoms, self.forum)
        return tuple(cell for row in rows if (cell := row[goal]) is not None)


def can_be_confidential(invited: Mapping[str, int], *, k: int = SMALLEST_K) -> bool:
    """Whether a forum is large enough for a confidential round: one may abstain.

    `invited` holds the number of people in each role, highest role first.
    """
    return _besides_the_head(invited, sum(invited.values())) > k


def part(respondents: Mapping[str, int]) -> tuple[Atom, ...]:
    """Rule 1: part a forum's respondents into atoms, from the top of the hierarchy down.

    `respondents` holds, highest role first, every role that was invited and how many of it
    answered. Roles are collected until they have 8 respondents, then the next atom begins; a
    rest under 8 joins the atom above.
    """
    groups: list[list[str]] = [[]]
    size = 0
    for role, answered in respondents.items():
        if size >= ATOM_SIZE:
            groups.append([])
            size = 0
        groups[-1].append(role)
        size += answered
    if size < ATOM_SIZE and len(groups) > 1:
        rest = groups.pop()
        groups[-1] += rest
    return tuple(Atom(tuple(roles)) for roles in groups)


def publish(
    tallies: Sequence[Sequence[Tally]],
    *,
    invited: Mapping[str, int],
    respondents: int,
    levels: int,
    k: int,
) -> Published:
    """From the raw counts to all that may be shown of a forum; the only way there.

    `tallies` holds one row for each atom and in it one tally for each goal; `invited` the
    number of people in each role, highest role first; `respondents` all of the forum's. Goals
    are decided one by one, each from its own counts alone.
    """
    _check(tallies, respondents=respondents, levels=levels, k=k)
    if _besides_the_head(invited, respondents) < k:
        goals = len(tallies[0])
        return Published(((None,) * goals,) * len(tallies), (Withheld(Reason.TOO_FEW),) * goals)
    rows = [_publish_goal(goal, k) for goal in zip(*tallies, strict=True)]
    return Published(
        atoms=tuple(tuple(cells[atom] for cells, _ in rows) for atom in range(len(tallies))),
        forum=tuple(forum for _, forum in rows),
    )


def strays(n: int) -> int:
    """Rule 2: how many of n ratings may lie elsewhere while nearly all lie on one level."""
    return max(1, n // 10)


def encode(cell: Cell | None) -> Coded:
    """A cell as it is stored: [counts …, "ved ikke"], "u11" / "l11" / "s11", "few" or null."""
    if cell is None:
        return None
    if isinstance(cell, Histogram):
        return [*cell.counts, cell.no_answer]
    if isinstance(cell, NearlyAll):
        return f"{cell.where[0]}{cell.n}"
    return "few"


def decode(raw: object, levels: int) -> Cell | None:
    """A cell from its stored form; ValueError for all that `encode` cannot have written."""
    _check_levels(levels)
    if raw is None:
        return None
    if raw == "few":
        return Withheld(Reason.TOO_FEW)
    if isinstance(raw, str):
        return _decode_class(raw, levels)
    if isinstance(raw, list):
        return _decode_counts(raw, levels)
    raise ValueError(f"Not a published cell: {raw!r}")


def _publish_goal(atoms: Sequence[Tally], k: int) -> tuple[tuple[Cell | None, ...], Cell | None]:
    """Rule 1: a goal stands in every atom's row, or in the forum's row, never in both."""
    if all(sum(tally.counts) >= k for tally in atoms):
        return tuple(_show(tally, k) for tally in atoms), None
    forum = Tally(
        counts=tuple(sum(level) for level in zip(*(tally.counts for tally in atoms), strict=True)),
        no_answer=sum(tally.no_answer for tally in atoms),
    )
    return (None,) * len(atoms), _show(forum, k)


def _show(tally: Tally, k: int) -> Cell:
    """Rule 2, after the threshold: near-unanimity is told, its level is not."""
    n = sum(tally.counts)
    commonest = max(tally.counts)
    if n < k:
        return Withheld(Reason.TOO_FEW)
    if n - commonest <= strays(n):
        levels = len(tally.counts)
        return NearlyAll(_where(tally.counts.index(commonest) + 1, levels), n, levels)
    return Histogram(tally.counts, tally.no_answer)


def _where(level: int, levels: int) -> Where:
    """The class a level belongs to; a class must hold two levels, so short scales have one."""
    if levels <= 3:
        return Where.SAME
    return Where.UPPER if level > _middle(levels) else Where.LOWER


def _middle(levels: int) -> int:
    """The highest level that is not above the middle of the scale."""
    return (levels + 1) // 2


def _besides_the_head(invited: Mapping[str, int], people: int) -> int:
    """How many of the people there are besides whoever alone holds the forum's highest role.

    That person is always subtracted, answered or not: otherwise a forum that is shown with
    5 respondents would tell that the head is not among them.
    """
    highest = next((held for held in invited.values() if held), 0)
    return people - 1 if highest == 1 else people


def _check(tallies: Sequence[Sequence[Tally]], *, respondents: int, levels: int, k: int) -> None:
    _check_levels(levels)
    if k < SMALLEST_K:
        raise ValueError(f"k may be raised, never lowered below {SMALLEST_K}: {k}")
    if not tallies:
        raise ValueError("A forum has at least one atom")
    for goal in zip(*tallies, strict=True):
        people = 0
        for tally in goal:
            if len(tally.counts) != levels:
                raise ValueError(f"Every tally must have {levels} levels: {goal}")
            if min(tally.counts) < 0 or tally.no_answer < 0:
                raise ValueError(f"A count cannot be negative: {goal}")
            people += sum(tally.counts) + tally.no_answer
        if people > respondents:
            raise ValueError(f"More answers than {respondents} respondents: {goal}")


def _check_levels(levels: int) -> None:
    if not 2 <= levels <= 7:
        raise ValueError(f"A scale has 2 to 7 levels: {levels}")


def _decode_class(raw: str, levels: int) -> NearlyAll:
    letters = "s" if levels <= 3 else "ul"
    found = re.fullmatch(f"([{letters}])([1-9][0-9]{{0,5}})", raw)
    if not found or int(found[2]) < SMALLEST_K:
        raise ValueError(f"Not a class of {levels} levels: {raw!r}")
    where = next(where for where in Where if where[0] == found[1])
    return NearlyAll(where, int(found[2]), levels)


def _decode_counts(raw: list[object], levels: int) -> Histogram:
    counts = [count for count in raw if type(count) is int and count >= 0]
    if len(raw) != levels + 1 or len(counts) != len(raw) or sum(counts[:-1]) < SMALLEST_K:
        raise ValueError(f"Not a histogram of {levels} levels: {raw!r}")
    return Histogram(tuple(counts[:-1]), counts[-1])
