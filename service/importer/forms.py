"""Forms to fill in: grids with labels on the left or above, and values beside or below them.

`项目名称 | … | 所属行业 | …`, a label across the whole width with its value in the row below, a
label merged over several rows, a small list (`姓名 | 职称 | 电话`) inside of the form: all of
these stand in the forms that exchanges hand out.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from service.importer.grids import Grid, headings
from service.importer.labels import Labelled, cleaned, is_label, parts_of
from service.importer.tables import HEADER_ROWS, Cell, Recognise, is_filled

OTHER = "其他内容"
"""Column of what stands in a form without a label."""

_WIDEST = 60
_MOST_REGIONS = 5_000
_LOOKED_AT = 100
_SHORT = 15
_FEWEST_HEADINGS = 3
"""Labels that a row must have to be the headings of a list, whatever else stands in the grid."""

Record = dict[str, Cell]
FormRow = list[Cell | None]


def is_form(grid: Grid, recognise: Recognise) -> bool:
    """Tell a form from a list with headings: a form has labels in many rows, a list in one."""
    if grid.width > _WIDEST or len(grid.regions) > _MOST_REGIONS:
        return False
    rows = [_trimmed(row) for row in _own_cells(grid)][:_LOOKED_AT]
    in_row = [[_is_label(cell, recognise) for cell in row] for row in rows]
    best = max((sum(flags) for flags in in_row[:HEADER_ROWS]), default=0)
    labels = _labels(rows, in_row, recognise)
    if not best or not any(map(recognise, labels)):
        return False
    header = next(at for at, flags in enumerate(in_row) if sum(flags) == best)
    names, last = headings(grid.rows[: header + HEADER_ROWS], grid.regions, header, recognise)
    if _is_list(in_row, rows, header, last, recognise):
        return False
    best = max(best, sum(_is_label(name, recognise) for name in names))
    below = any(any(map(is_filled, row)) for row in rows[header + 1 :])
    return len(labels) > best or (len(labels) == best and not below)


def _is_list(
    in_row: Sequence[Sequence[bool]],
    rows: Sequence[FormRow],
    header: int,
    last: int,
    recognise: Recognise,
) -> bool:
    """Tell a list by its headings alone: a title among them, and rows of values below them.

    Then a label beside its value above the headings (`单位：万元`), in a value (`项目简介：…`) or
    below the list (`联系人：…`) does not make it a form.
    """
    head = [cell for cell in rows[header] if is_filled(cell)]
    labels = sum(in_row[header])
    if labels < _FEWEST_HEADINGS or 2 * labels <= len(head):
        return False
    if not any(recognise(str(cell)) == "title" for cell in head):
        return False
    below = [
        (row, flags)
        for row, flags in zip(rows[last + 1 :], in_row[last + 1 :], strict=True)
        if any(map(is_filled, row))
    ]
    above = (cell for row in rows[:header] for cell in row)
    return (
        any(sum(map(is_filled, row)) > 1 for row, _ in below)
        and not any(flags[[*map(is_filled, row)].index(True)] for row, flags in below)
        and not any(_holds_title(cell, recognise) for cell in above)
    )


def _holds_title(cell: Cell | None, recognise: Recognise) -> bool:
    return isinstance(cell, str) and any(
        recognise(part.label) == "title"
        for line in cell.splitlines()
        for part in parts_of(line, recognise)
        if part.label
    )


def _labels(
    rows: Sequence[FormRow], in_row: Sequence[Sequence[bool]], recognise: Recognise
) -> set[str]:
    """Give the labels that have a place for a value beside or below them."""
    labels = set()
    for row, flags in zip(rows, in_row, strict=True):
        for at, is_one in enumerate(flags):
            if is_one and not (at + 1 < len(row) and flags[at + 1]):
                labels.add(cleaned(str(row[at])))
        labels.update(
            part.label
            for cell in row
            if isinstance(cell, str)
            for part in parts_of(cell.partition("\n")[0], recognise)
            if part.label
        )
    return labels


def records_of(grid: Grid, recognise: Recognise) -> list[Record]:
    """Read the records of a form; a filled title after the first begins the next record.

    Returns:
        None of them where the grid is no form, or one that nobody has filled in.
    """
    if not is_form(grid, recognise):
        return []
    form = _Form(recognise)
    groups = _row_groups(grid, recognise)
    for at, cells in enumerate(_own_cells(grid)):
        if row := _trimmed(cells):
            form.take(row, [_is_label(cell, recognise) for cell in row], groups.get(at, ""))
    return form.finish()


def _own_cells(grid: Grid) -> Iterator[FormRow]:
    """Give the cells of each row that are not covered by another's region."""
    covered = grid.covered()
    for at, row in enumerate(grid.rows):
        yield [
            cell.strip() if isinstance(cell, str) else cell
            for column, cell in enumerate(row)
            if (at, column) not in covered
        ]


def _trimmed(row: FormRow) -> FormRow:
    end = len(row)
    while end and not is_filled(row[end - 1]):
        end -= 1
    return row[:end]


def _is_label(cell: Cell | None, recognise: Recognise) -> bool:
    return isinstance(cell, str) and is_label(cell, recognise)


def _is_short(cell: Cell | None) -> bool:
    return isinstance(cell, str) and 0 < len(cell) <= _SHORT and not any(map(str.isdigit, cell))


def _is_list_head(row: FormRow, flags: Sequence[bool]) -> bool:
    """Tell whether a row of labels has no values: they stand in the rows below it."""
    has_pair = any(left and right for left, right in pairwise(flags))
    return has_pair and 2 * sum(flags) > len(row) and all(map(_is_short, row))


def _row_groups(grid: Grid, recognise: Recognise) -> dict[int, str]:
    """Give, for rows beside a label that is merged over several, that label."""
    groups: dict[int, str] = {}
    for top, left, bottom, _ in grid.regions:
        if bottom > top < len(grid.rows) and left < len(grid.rows[top]):
            label = grid.rows[top][left]
            if isinstance(label, str) and is_label(label, recognise):
                last = min(bottom, len(grid.rows) - 1)
                groups |= dict.fromkeys(range(top + 1, last + 1), cleaned(label))
    return groups


class _Form:
    """Collects labels and values into records."""

    def __init__(self, recognise: Recognise) -> None:
        self._recognise = recognise
        self._records: list[Record] = []
        self._record: Record = {}
        self._pending = ""
        self._columns: FormRow = []
        self._unused: FormRow = []

    def take(self, row: FormRow, flags: Sequence[bool], group: str) -> None:
        """Take a row; `flags` tell its labels, `group` is the label that is merged beside it."""
        if self._columns and not any(flags) and len(row) == len(self._columns):
            filled = [head for head, cell in zip(self._columns, row, strict=True) if cell]
            self._unused = [head for head in self._unused if head not in filled]
            self._put_list_row(row)
            return
        self._end_list()
        if _is_list_head(row, flags):
            self._columns = row
            self._unused = [cell for cell, known in zip(row, flags, strict=True) if not known]
        elif any(flags):
            self._put_labelled(row, flags)
        else:
            self._put_plain(row, group)

    def finish(self) -> list[Record]:
        """Give the records that were found."""
        self._end_list()
        return [one for one in (*self._records, self._record) if one]

    def _put(self, label: str, values: Sequence[Cell | None]) -> None:
        """Take the values of a label; several become one text."""
        filled = [value for value in values if value is not None and is_filled(value)]
        if not filled:
            return
        if self._recognise(label) == "title" and label in self._record:
            self._records.append(self._record)
            self._record = {}
        value = filled[0] if len(filled) == 1 else " ".join(map(str, filled))
        before = self._record.get(label)
        self._record[label] = value if before is None else f"{before}\n{value}"

    def _put_beside(self, label: Cell | None, values: Sequence[Cell | None]) -> None:
        """Take what may be a label that is not known; without a value it was a text itself."""
        if any(map(is_filled, values)):
            self._put(cleaned(str(label)), values)
        else:
            self._put(OTHER, [label])

    def _put_labelled(self, row: FormRow, flags: Sequence[bool]) -> None:
        """Take a row with labels: each has the cells up to the next."""
        starts = [at for at, is_one in enumerate(flags) if is_one]
        for cell in row[: starts[0]]:
            self._put_cell(cell, "")
        for at, end in zip(starts, [*starts[1:], len(row)], strict=True):
            label, values = cleaned(str(row[at])), row[at + 1 : end]
            if len(values) % 2 and all(map(_is_short, values[1::2])):
                self._put(label, values[:1])
                for place in range(1, len(values), 2):
                    self._put_beside(values[place], values[place + 1 : place + 2])
            else:
                self._put(label, values)
        last = cleaned(str(row[starts[-1]]))
        self._pending = last if starts[-1] == len(row) - 1 else ""

    def _put_plain(self, row: FormRow, group: str) -> None:
        """Take a row without a known label."""
        pending, self._pending = self._pending, ""
        filled = [cell for cell in row if is_filled(cell)]
        if group:
            self._put(group, ["：".join(str(cell) for cell in filled)])
        elif len(filled) == 1 or any(map(self._holds_label, filled)):
            for cell in filled:
                self._put_cell(cell, pending)
        elif len(row) % 2 == 0 and all(map(_is_short, row[::2])):
            for label, value in zip(row[::2], row[1::2], strict=True):
                self._put_beside(label, [value])
        else:
            self._put(pending or OTHER, filled)

    def _put_list_row(self, row: FormRow) -> None:
        """Take a row of a list inside of the form."""
        for label, value in zip(self._columns, row, strict=True):
            self._put(cleaned(str(label)), [value])

    def _end_list(self) -> None:
        # What is no label and has no value below it was a text.
        self._put(OTHER, self._unused)
        self._columns, self._unused = [], []

    def _holds_label(self, cell: Cell | None) -> bool:
        return isinstance(cell, str) and any(part.label for part in self._parts(cell))

    def _parts(self, text: str) -> Iterator[Labelled]:
        for line in text.splitlines():
            yield from parts_of(line, self._recognise)

    def _put_cell(self, cell: Cell | None, label: str) -> None:
        """Take a cell that may hold label and value, one below or beside the other."""
        if not isinstance(cell, str):
            self._put(label or OTHER, [cell])
            return
        for part in self._parts(cell):
            label = part.label or label
            self._put(label or OTHER, [part.value])
