"""The plain data that pages are made of: every text is ready, every figure is published."""

from dataclasses import dataclass
from datetime import datetime

from results.disclosure import Cell, Histogram, NearlyAll, Withheld
from results.figures import Change, Figure, Range


@dataclass(frozen=True, slots=True)
class Part:
    """One published cell of a goal: the forum's (without a name) or one of its groups'."""

    name: str
    cell: Cell
    text: str
    figure_text: str
    silent_text: str


@dataclass(frozen=True, slots=True)
class Silent:
    """How many of those invited did not answer, and where they could move a goal's mean."""

    count: int
    bounds: Range


@dataclass(frozen=True, slots=True)
class GoalResult:
    """A goal as the forum answered it. `whole` is the forum's histogram where it may be known."""

    pk: int
    number: int
    text: str
    local: str
    """The forum's own words for the goal, as they stood when the round opened."""
    pillar_name: str
    colour: int
    parts: tuple[Part, ...]
    whole: Histogram | None
    whole_text: str
    figure: Figure | None
    figure_text: str
    class_text: str
    n: int | None
    n_text: str
    spread: float | None
    spread_text: str
    agreement: float | None
    silent: Silent | None
    silent_text: str
    change: Change | None
    change_text: str
    comments: tuple[str, ...]

    @property
    def is_withheld(self) -> bool:
        return any(isinstance(part.cell, Withheld) for part in self.parts)

    @property
    def near_unanimous(self) -> NearlyAll | None:
        """The class, where the whole forum is one group and it is near-unanimous."""
        if len(self.parts) == 1 and isinstance(self.parts[0].cell, NearlyAll):
            return self.parts[0].cell
        return None

    @property
    def parted(self) -> bool:
        """Whether the groups have to be shown one by one."""
        return self.whole is None and len(self.parts) > 1


@dataclass(frozen=True, slots=True)
class PillarResult:
    """`basis_text`: from how many of its goals the figure is made, where not from all of them."""

    number: int
    code: str
    name: str
    description: str
    colour: int
    figure: Figure | None
    figure_text: str
    basis_text: str
    silent_text: str
    change: Change | None
    change_text: str
    previous: float | None
    goals: tuple[GoalResult, ...]


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """A pillar's figure in one group: how many answered, and from how many of its goals it is made.

    `silent_text`: between what those of the group who did not answer could move it.
    """

    text: str
    basis_text: str
    n_text: str
    silent_text: str

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(note for note in (self.n_text, self.basis_text) if note)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One pillar with its figure in each group."""

    pillar_name: str
    colour: int
    figures: tuple[GroupFigure, ...]


@dataclass(frozen=True, slots=True)
class ForumResult:
    """All that is shown of one forum's confidential round.

    `compared_with`: the round before, where something is compared with it; otherwise
    `not_compared_text` says why nothing is. Neither of a first round.
    """

    levels: tuple[str, ...]
    pillars: tuple[PillarResult, ...]
    participation_text: str
    compared_with: datetime | None
    not_compared_text: str
    group_names: tuple[str, ...]
    group_rows: tuple[GroupRow, ...]

    @property
    def groups_move(self) -> bool:
        """Whether those who did not answer could have moved some group's figure."""
        return any(figure.silent_text for row in self.group_rows for figure in row.figures)

    @property
    def goals(self) -> tuple[GoalResult, ...]:
        return tuple(goal for pillar in self.pillars for goal in pillar.goals)

    @property
    def withheld(self) -> tuple[GoalResult, ...]:
        return tuple(goal for goal in self.goals if goal.is_withheld)

    @property
    def everything_withheld(self) -> bool:
        return all(goal.is_withheld for goal in self.goals)


@dataclass(frozen=True, slots=True)
class SharedGoal:
    """What a team agreed on for one goal; neither level nor `differs` where it is not rated."""

    pk: int
    number: int
    text: str
    local: str
    level: int | None
    level_text: str
    differs: bool
    note: str
    change_text: str
    moved: int


@dataclass(frozen=True, slots=True)
class SharedPillar:
    """`basis_text` as a confidential pillar's."""

    number: int
    code: str
    name: str
    description: str
    colour: int
    figure: Figure | None
    figure_text: str
    basis_text: str
    change_text: str
    previous: float | None
    goals: tuple[SharedGoal, ...]


@dataclass(frozen=True, slots=True)
class SharedResult:
    """All that is shown of a team's shared round."""

    levels: tuple[str, ...]
    pillars: tuple[SharedPillar, ...]
    compared_with: datetime | None
    not_compared_text: str

    @property
    def goals(self) -> tuple[SharedGoal, ...]:
        return tuple(goal for pillar in self.pillars for goal in pillar.goals)

    @property
    def differing(self) -> tuple[SharedGoal, ...]:
        return tuple(goal for goal in self.goals if goal.differs)
