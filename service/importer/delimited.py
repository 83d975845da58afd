"""Delimited text: csv with comma, semicolon, tab, bar or the full-width comma."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from service.errors import EmptyFileError
from service.formulas import restored
from service.importer.tables import (
    HEADER_ROWS,
    Cell,
    Recognise,
    Source,
    Table,
    find_header,
    is_filled,
    known_headings,
    name_columns,
    rows_below,
)
from service.importer.text_files import LONGEST_LINE, TOO_LONG, decoded, skip_line

DELIMITERS = (",", "\t", ";", "|", "，")
_FULL_WIDTH = "，"
"""Delimits only where nothing else gives a known heading: Chinese texts are full of it."""

_FIELD_LIMIT = 4_000_000
"""Characters of one cell. A quotation mark that is never closed swallows rows up to here."""

_ENDLESS = f"有一格超过 {_FIELD_LIMIT:,} 字，没有读取"
_UNCLOSED = "引号没有配对，从这一行起到文件末尾（或很长一段）被当成了一个单元格"

GridRow = tuple[int, Sequence[Cell | None], str]


@contextmanager
def opened(path: Path, recognise: Recognise) -> Iterator[Source]:
    """Open a file of delimited text.

    Raises:
        ImportFileError: it is empty, no text, or not decodable.
    """
    with decoded(path, newline="") as (stream, codec, fraction):
        table = _table(stream, fraction, recognise)
        if table is None:
            raise EmptyFileError(path)
        yield Source([table], codec)


def _table(stream: TextIO, fraction: Callable[[], float], recognise: Recognise) -> Table | None:
    csv.field_size_limit(_FIELD_LIMIT)
    start = stream.tell()
    delimiter, fitness = "", (-1, 0, 0)
    for one in DELIMITERS:
        if one == _FULL_WIDTH and fitness[0] > 0:
            break
        stream.seek(start)
        found = _fitness(list(islice(_grid(stream, one), HEADER_ROWS)), recognise)
        if found > fitness:
            delimiter, fitness = one, found
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
    headings = known_headings(rows[at], recognise) if at is not None else 0
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
        lines.begin_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield position, (), _UNCLOSED if lines.quotes else _ENDLESS
            continue
        except _RecordTooLongError:
            yield position, (), TOO_LONG
            # The old reader is still inside of the record.
            reader = csv.reader(lines, delimiter=delimiter)
            continue
        if lines.ended and lines.quotes % 2:
            yield position, (), _UNCLOSED
            return
        yield position, [*map(restored, cells)] if lines.apostrophes else cells, ""


class _RecordTooLongError(Exception):
    pass


class _Lines:
    """The lines of a stream, with the marks of the current record counted."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._length = 0
        self.ended = False
        self.begin_record()

    def begin_record(self) -> None:
        """Count from nought."""
        self._length = self.quotes = self.apostrophes = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        self._length += len(line)
        if self._length >= LONGEST_LINE:
            if not line.endswith(("\n", "\r")):
                skip_line(self._stream)
            raise _RecordTooLongError
        self.quotes += line.count('"')
        self.apostrophes += line.count("'")
        return line
