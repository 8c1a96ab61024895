"""What the chef's overview is made of, and the orders its rows can stand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assessments.enums import RoundKind
from assessments.models import Edition, RoundForum
from dashboards.queries.waiting import Why
from forums.models import Forum
from results.figures import Figure, Number

BY_ANSWERS = "svar"
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    colour: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A pillar's figure in one forum, how far it moved where that is clear, and from how many of
    its goals it is made where not from all of them."""

    column: Column
    text: str
    figure: Figure | None
    change_text: str
    basis_text: str

    @property
    def shown(self) -> bool:
        return self.figure is not None


@dataclass(frozen=True, slots=True)
class Coming:
    """A round whose result this person does not see yet."""

    round_forum: RoundForum
    why: Why
    at: datetime | None
    participation_text: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A forum's newest result that this person may see."""

    forum: Forum
    round_forum: RoundForum
    cells: tuple[Cell, ...]
    compared_text: str
    participation_text: str
    coming: tuple[Coming, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Forums with the same kind of result on the same edition."""

    edition: Edition
    shared: bool
    columns: tuple[Column, ...]
    edition_text: str
    """Which edition, where there are tables for several of the same framework."""
    order: str
    """The code of the column that the rows are sorted by, or `BY_FORUM` or `BY_ANSWERS`."""
    rows: tuple[ResultRow, ...]

    @property
    def ordered_by(self) -> str:
        """The name of the pillar that the rows are sorted by; empty where they are not."""
        return next((column.name for column in self.columns if column.code == self.order), "")

    @property
    def has_changes(self) -> bool:
        return any(cell.change_text for row in self.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class ComingRow:
    forum: Forum
    coming: Coming


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round with the forums that the person reads in it, by name."""

    pk: int
    name: str
    kind: RoundKind
    closes_at: datetime
    closed: bool
    forums: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        return self.forums[:MOST_NAMES]

    @property
    def unnamed(self) -> int:
        return len(self.forums) - len(self.named)


@dataclass(frozen=True, slots=True)
class Overview:
    confidential: tuple[Table, ...]
    shared: tuple[Table, ...]
    not_released: tuple[ComingRow, ...]
    under_way: tuple[ComingRow, ...]
    lost: tuple[ComingRow, ...]
    without: tuple[Forum, ...]
    rounds: tuple[RoundRow, ...]
    count: int
    nav: dict[str, bool]


def order_in(columns: Sequence[Column], sort: str, *, shared: bool) -> str:
    """The order that was asked for, where the table has that column; else by name."""
    known = {column.code for column in columns} | (set() if shared else {BY_ANSWERS})
    return sort if sort in known else ""


def sorted_rows(rows: Sequence[ResultRow], sort: str) -> tuple[ResultRow, ...]:
    """By name, or by one column with the highest first; what is not one figure has no place in it
    and comes after, by name. Equals stay by name."""
    keys = [(_key(row, sort), row) for row in rows]
    known = sorted(((key, row) for key, row in keys if key is not None), key=lambda pair: -pair[0])
    return (*(row for _k, row in known), *(row for key, row in keys if key is None))


def _key(row: ResultRow, sort: str) -> float | None:
    part = row.round_forum
    if sort == BY_ANSWERS:
        counted = part.invited and not part.round.is_shared
        return part.answered / part.invited if counted else None
    return next(
        (
            cell.figure.value
            for cell in row.cells
            if sort and cell.column.code == sort and isinstance(cell.figure, Number)
        ),
        None,
    )
