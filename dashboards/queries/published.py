"""A forum's publications of one round, decoded: the only source of confidential figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from results.disclosure import Cell, Histogram, Withheld, decode
from results.figures import combine
from results.models import FORUM_ROW, Publication


@dataclass(frozen=True, slots=True)
class Row:
    """One publication: of a group of roles, or of the forum as a whole."""

    place: int
    roles: tuple[str, ...]
    invited: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """All rows of a forum in a round, and how many were invited."""

    rows: tuple[Row, ...]
    invited: int

    @property
    def groups(self) -> tuple[Row, ...]:
        """The groups; none where the forum is one group."""
        groups = tuple(row for row in self.rows if row.place != FORUM_ROW)
        return groups if len(groups) > 1 else ()

    @property
    def is_withheld(self) -> bool:
        """Whether nothing at all is shown of the forum."""
        return all(isinstance(cell, Withheld) for row in self.rows for cell in row.cells)

    def parts(self, position: int) -> tuple[tuple[Row, Cell], ...]:
        """The cells in which a goal stands, each with its row."""
        return tuple((row, cell) for row in self.rows if (cell := row.cells[position]) is not None)

    def cells(self, position: int) -> tuple[Cell, ...]:
        return tuple(cell for _row, cell in self.parts(position))

    def whole(self, position: int | None) -> Histogram | None:
        """The forum's histogram of a goal, where every part of it is shown in full."""
        return None if position is None else combine(self.cells(position))


def read(publications: Sequence[Publication], levels: int) -> Published:
    rows = tuple(
        Row(
            place=publication.place,
            roles=tuple(publication.roles),
            invited=publication.invited,
            cells=tuple(decode(raw, levels) for raw in publication.cells),
        )
        for publication in publications
    )
    whole = [row.invited for row in publications if row.place == FORUM_ROW]
    return Published(rows, whole[0] if whole else sum(row.invited for row in publications))
