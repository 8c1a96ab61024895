"""What a reader has seen of all goals of a round, and what it tells of a person.

`solver.py` reasons about one goal; here goals are read together, by the pillar's mean and by how
many answered anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from tests.attack.solver import (
    BLANK,
    Choice,
    Counts,
    Is,
    NearlyAll,
    People,
    Statement,
    Sums,
    Took,
    groups_in,
    possible,
    possible_sums,
)


@dataclass(frozen=True)
class PillarMean:
    """The unweighted mean of the goals' means, each over the same people, rounded."""

    goals: tuple[str, ...]
    people: People
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Answered:
    """How many of the people answered anything at all."""

    people: People
    count: int


@dataclass(frozen=True)
class Evidence:
    """All that a reader has seen about one set of answers."""

    levels: int
    people: People
    by_goal: Mapping[str, frozenset[Statement]]
    answered: tuple[Answered, ...] = ()
    pillars: tuple[PillarMean, ...] = ()

    def and_own(self, person: str, answers: Mapping[str, Choice]) -> "Evidence":
        """The same reader, who is one of the people and knows what they answered."""
        return Evidence(
            self.levels,
            self.people,
            {
                goal: rows | {Is(person, answers.get(goal, BLANK))}
                for goal, rows in self.by_goal.items()
            },
            self.answered,
            self.pillars,
        )

    def of_goal(self, goal: str) -> frozenset[Statement]:
        """What is said of one goal, by what is said of it and of the others."""
        rows = set(self.by_goal[goal])
        for answered in self.answered:
            rows.update(self._at_most(goal, answered))
        for pillar in self.pillars:
            if goal in pillar.goals:
                rows.add(Sums(pillar.people, self._sums_in(goal, pillar)))
        return frozenset(rows)

    def _at_most(self, goal: str, answered: Answered) -> Iterator[Statement]:
        """Who took part in other goals leaves so many fewer who may take part in this one."""
        groups: dict[People, int] = {}
        for other, rows in self.by_goal.items():
            for row in rows if other != goal else ():
                if isinstance(row, Counts | NearlyAll) and row.people <= answered.people:
                    groups[row.people] = max(groups.get(row.people, 0), _took_part(row))
        yield Took(answered.people, 0, answered.count)
        disjoint = [group for group in groups if group < answered.people]
        for chosen in product((False, True), repeat=min(len(disjoint), 4)):
            busy = [group for group, taken in zip(disjoint, chosen, strict=False) if taken]
            if busy and sum(map(len, busy)) == len(frozenset().union(*busy)):
                rest = answered.people.difference(*busy)
                if rest:
                    yield Took(rest, 0, answered.count - sum(groups[group] for group in busy))

    def _sums_in(self, goal: str, pillar: PillarMean) -> frozenset[tuple[int, int]]:
        """The sums that leave the pillar's mean where it was shown, whatever the other goals'."""

        def means(name: str) -> dict[Fraction, set[tuple[int, int]]]:
            by_mean: dict[Fraction, set[tuple[int, int]]] = {}
            for total, n in possible_sums(
                self.levels, self.people, self.by_goal[name], pillar.people
            ):
                if n:
                    by_mean.setdefault(Fraction(total, n), set()).add((total, n))
            return by_mean

        others = {Fraction(0)}
        for name in pillar.goals:
            if name != goal:
                others = {a + b for a in others for b in means(name)}
        count = len(pillar.goals)
        return frozenset(
            pair
            for mean, pairs in means(goal).items()
            if any(pillar.low <= (mean + other) / count < pillar.high for other in others)
            for pair in pairs
        )

    def conclude(self) -> dict[str, Mapping[str, frozenset[Choice]]]:
        """For each goal and person everything that they may have answered."""
        return {
            goal: possible(self.levels, self.people, self.of_goal(goal)) for goal in self.by_goal
        }


def _took_part(row: Counts | NearlyAll) -> int:
    if isinstance(row, NearlyAll):
        return row.n
    return sum(row.counts) + (row.no_answer or 0)


# --- leaks --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leak:
    """A reader who can tell on which level somebody else must have rated, if they rated at all."""

    reader: str
    person: str
    goal: str
    told: Choice


OUTSIDER = "udenforstående"


def only(choices: frozenset[Choice]) -> Choice | None:
    """The only level that is possible, or the only choice at all."""
    levels = [choice for choice in choices if isinstance(choice, int)]
    if len(levels) == 1:
        return levels[0]
    return next(iter(choices)) if len(choices) == 1 and BLANK not in choices else None


def leaks(evidence: Evidence, answers: Mapping[str, Mapping[str, Choice]]) -> set[Leak]:
    """All that an outsider, and each person who knows their own answers, can tell of another.

    Of people who answered alike and whom no figure tells apart, one reads for all of them.
    """
    found = _leaks_to(OUTSIDER, evidence)
    for reader in readers(evidence, answers):
        found |= _leaks_to(reader, evidence.and_own(reader, answers[reader]))
    return found


def readers(evidence: Evidence, answers: Mapping[str, Mapping[str, Choice]]) -> list[str]:
    """One of each kind of person: what they answered, and in which figures they are counted."""
    groups = sorted(
        {group for rows in evidence.by_goal.values() for row in rows for group in groups_in(row)},
        key=sorted,
    )
    kinds: dict[object, str] = {}
    for person, own in sorted(answers.items()):
        mark = tuple(person in group for group in groups)
        kinds.setdefault((mark, tuple(sorted(own.items()))), person)
    return list(kinds.values())


def _leaks_to(reader: str, evidence: Evidence) -> set[Leak]:
    return {
        Leak(reader, person, goal, told)
        for goal, people in evidence.conclude().items()
        for person, choices in people.items()
        if person != reader and (told := only(choices)) is not None
    }
