"""Grids of cells with merged regions, as workbooks and documents have them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from service.importer.tables import Cell, Recognise, is_filled, name_columns

Region = tuple[int, int, int, int]
"""A merged region: its first row and column, its last row and column, counted from 0."""

NumberedRow = tuple[int, Sequence[Cell | None], str]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells; the value of a merged region stands in its first cell."""

    rows: Sequence[Sequence[Cell | None]]
    regions: Sequence[Region] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The number of columns."""
        return max(map(len, self.rows), default=0)

    def covered(self) -> set[tuple[int, int]]:
        """Give the cells that belong to a region and are not its first."""
        height, width = len(self.rows), self.width
        return {
            (row, column)
            for top, left, bottom, right in self.regions
            for row in range(top, min(bottom + 1, height))
            for column in range(left, min(right + 1, width))
            if (row, column) != (top, left)
        }


def filled_down(rows: Iterator[NumberedRow], regions: Sequence[Region]) -> Iterator[NumberedRow]:
    """Give rows, counted from 1, with values merged over several rows filled into each of them.

    Values merged across columns stay where they are, and a row that has nothing of its own stays
    blank.
    """
    waiting = sorted((one for one in regions if one[2] > one[0]), reverse=True)
    reaching: dict[int, tuple[int, Cell]] = {}  # by column the last row and the value
    for position, cells, problem in rows:
        at = position - 1
        if reaching:
            reaching = {column: one for column, one in reaching.items() if one[0] >= at}
        if reaching and any(map(is_filled, cells)):
            filled = list(cells)
            for column, (_, merged) in reaching.items():
                filled.extend([None] * (column + 1 - len(filled)))
                if not is_filled(filled[column]):
                    filled[column] = merged
            yield position, filled, problem
        else:
            yield position, cells, problem
        while waiting and waiting[-1][0] <= at:
            top, left, bottom, _ = waiting.pop()
            value = cells[left] if top == at and left < len(cells) else None
            if is_filled(value) and value is not None:
                reaching[left] = bottom, value


def headings(
    head: Sequence[Sequence[Cell | None]],
    regions: Sequence[Region],
    at: int,
    recognise: Recognise,
) -> tuple[tuple[str, ...], int]:
    """Name the columns by the row `at`, or by two rows where it stands above or below parts.

    Returns:
        The names, and the last row that headings stand in.
    """
    for upper in (at, at - 1):
        groups = _groups(head, regions, upper)
        if groups:
            return _two_rows(head[upper], head[upper + 1], groups, recognise), upper + 1
    return name_columns(head[at]), at


def _groups(
    head: Sequence[Sequence[Cell | None]], regions: Sequence[Region], upper: int
) -> Mapping[int, int]:
    """Give, for each column below a heading merged across, the column of that heading.

    Nothing where the rows `upper` and the next are not a pair: then a cell of the lower row
    stands where the upper one has a heading of its own.
    """
    if upper < 0 or upper + 1 >= len(head):
        return {}
    groups = {
        column: left
        for top, left, bottom, right in regions
        if top == bottom == upper and right > left and is_filled(head[upper][left])
        for column in range(left, right + 1)
    }
    lower = head[upper + 1]
    parts = [column for column, cell in enumerate(lower) if is_filled(cell)]
    others = any(is_filled(cell) for column, cell in enumerate(head[upper]) if column not in groups)
    return groups if parts and others and all(column in groups for column in parts) else {}


def _two_rows(
    upper: Sequence[Cell | None],
    lower: Sequence[Cell | None],
    groups: Mapping[int, int],
    recognise: Recognise,
) -> tuple[str, ...]:
    names: list[Cell | None] = []
    for column in range(max(len(upper), len(lower))):
        own = upper[column] if column < len(upper) else None
        part = lower[column] if column < len(lower) else None
        if column not in groups or not is_filled(part):
            names.append(own)
        elif recognise(str(part)):
            names.append(part)
        else:
            # What stands in brackets is left out when a heading is looked up.
            names.append(f"{upper[groups[column]]}（{part}）")
    return name_columns(names)
