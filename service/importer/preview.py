"""How a file would be understood: its tables, what each column fills, and its first records."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from matcher.types import Side
from service.importer.mapping import ColumnMap, map_tables, recogniser
from service.importer.readers import opened
from service.importer.records import RecordMaker, Rejected
from service.importer.tables import Table

_FIRST = 3
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class TablePreview:
    """One table, as it would be imported.

    Attributes:
        table: What people call it; empty where a file is one table.
        fields: The field that each column fills.
        others: Columns that are kept beside the fields and not matched.
        personal: Columns that are dropped.
        titles: Titles of the first records, or the beginnings of their texts.
        problem: Why nothing of it can be read; empty where it can.
    """

    table: str
    fields: Mapping[str, str]
    others: tuple[str, ...]
    personal: tuple[str, ...]
    titles: tuple[str, ...]
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the preview as JSON values."""
        return asdict(self)

    def as_lines(self) -> list[str]:
        """Give the preview as lines for people."""
        if self.problem:
            return [f"  {self.table}：读不出来，{self.problem}"]
        filled = "，".join(f"{column} → {field}" for column, field in self.fields.items())
        lines = [f"  {self.table or '表格'}：{filled}"]
        if self.others:
            lines.append(f"    没有认出的列（原样保存，不参与匹配）：{'、'.join(self.others)}")
        if self.personal:
            lines.append(f"    个人信息列（不保存）：{'、'.join(self.personal)}")
        return [*lines, *(f"    {at}. {title}" for at, title in enumerate(self.titles, start=1))]


def preview(path: Path, side: Side, chosen: Mapping[str, str]) -> list[TablePreview]:
    """Read the headings and first rows of a file.

    Raises:
        ImportFileError, MappingError: the file cannot be imported as it is.
    """
    with opened(path, recogniser(side, chosen)) as source:
        tables = map_tables(path, source.tables, side, chosen)
        return [_preview(side, table, columns) for table, columns in tables]


def _preview(side: Side, table: Table, columns: ColumnMap) -> TablePreview:
    maker = RecordMaker(side, columns, lambda message, row, shown: None)
    first = next(table.rows, None)
    if first is not None and not first.position:
        return TablePreview(table.label, {}, (), (), (), first.problem)
    rows = table.rows if first is None else chain([first], table.rows)
    made = (maker.make(row) for row in rows)
    records = (one.record for one in made if not isinstance(one, Rejected))
    titles = (" ".join((one.title or one.text).split()) for one in islice(records, _FIRST))
    return TablePreview(
        table.label,
        columns.fields,
        tuple(columns.extras),
        tuple(columns.personal),
        tuple(one if len(one) <= _LONGEST else f"{one[:_LONGEST]}…" for one in titles),
    )
