"""Documents: paragraphs and grids in their order, made into tables of records.

A grid with headings is a table, a grid with labels is a form and a record; where there is neither,
the paragraphs are the record (see `prose`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.importer.forms import OTHER, Record, records_of
from service.importer.grids import Grid, filled_down, headings
from service.importer.labels import cleaned, is_label, parts_of
from service.importer.prose import Paragraph, prose_records, title_line
from service.importer.tables import (
    HEADER_ROWS,
    Note,
    Recognise,
    Row,
    Source,
    Table,
    find_header,
    is_filled,
    rows_below,
    whole,
)

Block = Paragraph | Grid


def source_of(blocks: Iterable[Block], recognise: Recognise, name: str) -> Source:
    """Make tables of a document.

    Args:
        blocks: What stands in it; blank paragraphs may be left out.
        recognise: Tells known headings.
        name: Title of a document without one, the file's name without its ending.
    """
    sorter = _Sorter(recognise)
    blocks = list(blocks)
    for block in blocks:
        if isinstance(block, Grid):
            sorter.take_grid(block)
        else:
            sorter.take_paragraph(block)
    if sorter.found_any:
        return sorter.finish()
    paragraphs = [one for block in blocks for one in _as_paragraphs(block, recognise)]
    records = prose_records(paragraphs, recognise, name)
    return Source([record_table(records)] if records else [])


def record_table(records: Sequence[Record]) -> Table:
    """Make a table of records, each with columns of its own."""
    columns = tuple(dict.fromkeys(label for record in records for label in record))
    rows = [Row(at, record) for at, record in enumerate(records, start=1)]
    return Table("", columns, iter(rows), whole, counted="条")


def _as_paragraphs(block: Block, recognise: Recognise) -> list[Paragraph]:
    """Write a block as lines; what is about persons in a grid becomes `label：value`."""
    if isinstance(block, Paragraph):
        return [block]
    if records := records_of(block, recognise):
        return [
            Paragraph(str(value) if label == OTHER else f"{label}：{value}")
            for record in records
            for label, value in record.items()
        ]
    head, personal = _personal_columns(block, recognise)
    covered = block.covered()
    lines, persons = [], []
    for at, row in enumerate(block.rows):
        filled = [
            (column, str(cell))
            for column, cell in enumerate(row)
            if is_filled(cell) and (at, column) not in covered
        ]
        shown = [cell for column, cell in filled if at < head or column not in personal]
        lines.append("\t".join(shown))
        if at > head:
            persons += [f"{personal[one]}：{cell}" for one, cell in filled if one in personal]
    return [Paragraph(line) for line in (*lines, *persons) if line]


def _personal_columns(grid: Grid, recognise: Recognise) -> tuple[int, dict[int, str]]:
    """Find a row of headings, and those of its columns that are about persons."""
    for at, row in enumerate(grid.rows[:HEADER_ROWS]):
        labels = [column for column, cell in enumerate(row) if is_label(str(cell), recognise)]
        if len(labels) > 1:
            names = {column: cleaned(str(row[column])) for column in labels}
            return at, {one: name for one, name in names.items() if recognise(name) is None}
    return 0, {}


@dataclass(slots=True)
class _List:
    """A grid with headings, and the grids that go on with it on the next pages."""

    columns: tuple[str, ...]
    width: int
    rows: list[Row]


class _Sorter:
    """Sorts the blocks of a document into lists, forms and paragraphs."""

    def __init__(self, recognise: Recognise) -> None:
        self._recognise = recognise
        self._lists: list[_List] = []
        self._forms: list[Record] = []
        self._before: list[Paragraph] = []
        self._stray: list[Paragraph] = []
        self._open: _List | None = None

    @property
    def found_any(self) -> bool:
        """Whether there was a grid with known headings or labels."""
        return bool(self._lists or self._forms)

    def take_paragraph(self, paragraph: Paragraph) -> None:
        """Keep a paragraph until it is known what comes after it."""
        self._before.append(paragraph)
        self._open = None

    def take_grid(self, grid: Grid) -> None:
        """Tell what a grid is."""
        records = records_of(grid, self._recognise)
        if records and (self._goes_on(records[0]) or any(map(self._is_record, records))):
            self._take_form(records)
            return
        head = grid.rows[:HEADER_ROWS]
        at = None if records else find_header(head, self._recognise)
        columns: tuple[str, ...] = ()
        last = -1
        if at is not None:
            columns, last = headings(head, grid.regions, at, self._recognise)
        if self._is_record(columns):
            if self._open is None or self._open.columns != columns:
                self._open = _List(columns, grid.width, [])
                self._lists.append(self._open)
            above = ("\t".join(str(one) for one in row if is_filled(one)) for row in head[:at])
            self._stray.extend(Paragraph(line) for line in above if line)
            self._add_rows(self._open, grid, last + 1)
        elif at is None and self._open is not None and self._open.width == grid.width:
            self._add_rows(self._open, grid, 0)
        else:
            self._open = None
            self._before.extend(_as_paragraphs(grid, self._recognise))

    def finish(self) -> Source:
        """Give the tables; what stands beside them is told, not imported."""
        self._stray.extend(self._before)
        tables = [
            Table("", one.columns, iter(one.rows), whole, within=f"第 {number} 个表格")
            for number, one in enumerate(self._lists, start=1)
        ]
        if self._forms:
            tables.append(record_table(self._forms))
        left_out = sum(len(one.text) for one in self._stray)
        note: Note = (f"文档里表格以外的文字（{left_out:,} 字）没有导入", "")
        return Source(tables, notes=[note] if left_out else [])

    def _add_rows(self, into: _List, grid: Grid, start: int) -> None:
        regions = [one for one in grid.regions if one[0] >= start]
        numbered = ((at + 1, grid.rows[at], "") for at in range(start, len(grid.rows)))
        below = rows_below(into.columns, filled_down(numbered, regions))
        # On another page rows are counted on from the ones before.
        last = into.rows[-1].position + 1 - (start + 1) if into.rows else 0
        into.rows.extend(row._replace(position=last + row.position) for row in below)
        self._stray.extend(self._before)
        self._before = []

    def _take_form(self, records: list[Record]) -> None:
        self._open = None
        labelled, plain = self._labelled_before()
        first = records[0]
        if self._goes_on(first):
            self._forms[-1].update(first)
            self._forms.extend(records[1:])
            return
        for label, value in labelled.items():
            if first.setdefault(label, value) != value:
                plain.append(Paragraph(f"{label}：{value}"))
        if not self._has_title(first) and (title := title_line(plain)) is not None:
            plain.remove(title)
            records[0] = {"title": title.text} | first
        self._forms.extend(records)
        self._stray.extend(plain)
        self._before = []

    def _goes_on(self, record: Record) -> bool:
        """Tell whether a form is the rest of the one before it, as over the end of a page."""
        return (
            bool(self._forms)
            and not self._before
            and not self._has_title(record)
            and record.keys().isdisjoint(self._forms[-1])
        )

    def _is_record(self, labels: Iterable[str]) -> bool:
        """Tell whether there is a title or a text; without, a grid is a part of the text."""
        return any(self._recognise(label) in ("title", "text") for label in labels)

    def _has_title(self, record: Record) -> bool:
        return any(self._recognise(label) == "title" for label in record)

    def _labelled_before(self) -> tuple[Record, list[Paragraph]]:
        """Split the paragraphs above a form into labelled values and the others."""
        labelled: Record = {}
        plain = []
        for paragraph in self._before:
            parts = [*parts_of(paragraph.text, self._recognise)]
            if any(part.label and part.value for part in parts):
                for label, value in ((one.label or OTHER, one.value) for one in parts):
                    before = f"{labelled[label]}\n" if label in labelled else ""
                    if value:
                        labelled[label] = before + value
            else:
                plain.append(paragraph)
        return labelled, plain
