"""Delimited text: csv with comma, semicolon or tab."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import TextIO

from service.importer.tables import (
    HEADER_ROWS,
    Cell,
    Recognise,
    Table,
    find_header,
    is_filled,
    name_columns,
    rows_below,
)

DELIMITERS = (",", "\t", ";")

_FIELD_LIMIT = 4_000_000
"""Characters of one cell. A quotation mark that is never closed swallows rows up to here."""

_UNCLOSED = "引号没有配对，从这一行起到文件末尾（或很长一段）被当成了一个单元格"

GridRow = tuple[int, Sequence[Cell | None], str]


def read(stream: TextIO, fraction: Callable[[], float], recognise: Recognise) -> Table | None:
    """Read delimited text, a stream opened with `newline=""`; None when it has no row."""
    csv.field_size_limit(_FIELD_LIMIT)
    start = stream.tell()
    grids = {}
    for delimiter in DELIMITERS:
        stream.seek(start)
        grids[delimiter] = list(islice(_grid(stream, delimiter), HEADER_ROWS))
    delimiter = max(DELIMITERS, key=lambda one: _fitness(grids[one], recognise))
    stream.seek(start)
    grid = _grid(stream, delimiter)
    head = list(islice(grid, HEADER_ROWS))
    # Without a known heading the first row with anything in it is taken for the headings, so that
    # the error can name them.
    at = find_header([cells for _, cells, _ in head], recognise)
    if at is None:
        at = next((n for n, (_, cells, _) in enumerate(head) if any(map(is_filled, cells))), None)
    if at is None:
        return None
    columns = name_columns(head[at][1])
    return Table("", columns, rows_below(columns, chain(head[at + 1 :], grid)), fraction)


def _fitness(grid: list[GridRow], recognise: Recognise) -> tuple[int, int, int]:
    """Rank a delimiter: by known headings, then by rows of the same width, then by that width."""
    rows = [cells for _, cells, problem in grid if cells and not problem]
    at = find_header(rows, recognise)
    headings = sum(recognise(str(cell)) for cell in rows[at]) if at is not None else 0
    widths = Counter(len(cells) for cells in rows)
    if not widths:
        return 0, 0, 0
    width, count = widths.most_common(1)[0]
    return headings, count if width > 1 else 0, width


def _grid(stream: TextIO, delimiter: str) -> Iterator[GridRow]:
    """Give (position, cells, problem) for each record, blank lines counted like a spreadsheet."""
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter)
    position = 0
    while True:
        position += 1
        lines.quotes = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield position, (), _UNCLOSED
            continue
        if lines.ended and lines.quotes % 2:
            yield position, (), _UNCLOSED
            return
        yield position, cells, ""


class _Lines:
    """The lines of a stream, with the quotation marks of the current record counted."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.quotes = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline()
        if not line:
            self.ended = True
            raise StopIteration
        self.quotes += line.count('"')
        return line
