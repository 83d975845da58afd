"""What a reader gives: tables of rows, whatever kind of file they stand in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

Cell = str | float | int | bool | date | datetime | time | timedelta | list[Any] | dict[str, Any]
Cells = Mapping[str, Cell | None]

HEADER_ROWS = 20
"""Rows looked at for the headings; titles and remarks may stand above them."""

Recognise = Callable[[str], str | None]
"""Gives the field that a heading stands for, None for an unknown heading."""

Note = tuple[str, str]
"""Something that people should know of a file, in Chinese, and where it came up."""


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        position: Its number, counted from 1 as a spreadsheet or an editor shows it; 0 where a
            problem concerns the whole table.
        cells: Values by column; blank ones may be left out.
        surplus: It has more cells than the table has columns.
        problem: In Chinese, why it could not be read; empty for a good row.
    """

    position: int
    cells: Cells
    surplus: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with named columns.

    Attributes:
        name: The worksheet's name; empty where a file is one table.
        columns: The headings; for JSON lines the keys of the first rows.
        rows: Each row once, blank rows left out.
        fraction: How much of the table was read so far, in [0, 1].
        within: What of the file the table is, in Chinese; by itself it follows from the name.
        counted: What a row is called: 行 of a table, 条 of a document.
        member: In Chinese, the file inside an archive; empty outside of one.
    """

    name: str
    columns: tuple[str, ...]
    rows: Iterator[Row]
    fraction: Callable[[], float]
    within: str = ""
    counted: str = "行"
    member: str = ""

    @property
    def label(self) -> str:
        """Tell people which table it is; empty where a file is one table."""
        within = self.within or (f"工作表“{self.name}”" if self.name else "")
        return " ".join(part for part in (self.member, within) if part)

    def place(self, position: int) -> str:
        """Tell people where a row is."""
        if not position:
            return self.label or "整个文件"
        blank = " " if self.member and not self.label.endswith("”") else ""
        return f"{self.label}{blank}第 {position} {self.counted}"


@dataclass(frozen=True, slots=True)
class Source:
    """An open file.

    Attributes:
        tables: At least one, each with at least its headings.
        encoding: Codec of a text file; empty for the other kinds.
        notes: What people should know of the file.
    """

    tables: list[Table]
    encoding: str = ""
    notes: list[Note] = field(default_factory=list)


def whole() -> float:
    """Tell of a table that is in memory as a whole: it is read."""
    return 1.0


def find_header(rows: Sequence[Sequence[object]], recognise: Recognise) -> int | None:
    """Return the index of the row with the most known headings; None without any.

    The first of equals wins, so that a value that reads like a heading cannot.
    """
    scores = [known_headings(row, recognise) for row in rows]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def known_headings(row: Sequence[object], recognise: Recognise) -> int:
    """Count the known headings of a row, each once: a text may say one word many times."""
    return sum(bool(recognise(one)) for one in {str(cell) for cell in row if is_filled(cell)})


def name_columns(header: Sequence[object]) -> tuple[str, ...]:
    """Make each heading a name of its own: blank ones get a number, later twins too."""
    names: list[str] = []
    for at, cell in enumerate(header, start=1):
        heading = str(cell).strip() if is_filled(cell) else f"第{at}列"
        twin = 2
        name = heading
        while name in names:
            name = f"{heading} ({twin})"
            twin += 1
        names.append(name)
    return tuple(names)


def is_filled(cell: object) -> bool:
    """Tell whether a cell holds anything but blanks."""
    return cell is not None and (not isinstance(cell, str) or not cell.isspace()) and cell != ""


def rows_below(
    columns: Sequence[str], grid: Iterator[tuple[int, Sequence[Cell | None], str]]
) -> Iterator[Row]:
    """Name the cells of rows given as (position, cells, problem); blank rows are left out."""
    width = len(columns)
    for position, cells, problem in grid:
        if problem:
            yield Row(position, {}, problem=problem)
            continue
        # Most rows show at once that they are not blank.
        if not is_filled(next(filter(None, cells), None)) and not any(map(is_filled, cells)):
            continue
        surplus = len(cells) > width and any(map(is_filled, cells[width:]))
        yield Row(position, dict(zip(columns, cells, strict=False)), surplus)
