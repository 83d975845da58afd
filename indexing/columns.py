"""Filter columns by row: which records a list may show at all."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from indexing.base import Mask, Rows
from indexing.column_kinds import (
    NEW_COLUMN,
    AnyColumn,
    CodedColumn,
    ColumnKind,
    NumberColumn,
    Value,
)
from indexing.errors import ColumnError, FilterError
from indexing.files import load_json, reading, save_json
from indexing.filters import AnyOf, Equals, Filter, InRange, Scalar, StartsWith
from indexing.rowset import RowSet

__all__ = ["ColumnKind", "Columns", "Value"]

HEAD = "columns.json"
PRESENT = "present.npy"
KIND_NAMES: Mapping[ColumnKind, str] = {
    "text": "文字",
    "number": "数字",
    "date": "日期",
    "texts": "文字列表",
}


class Columns:
    """Typed columns; filters on them are joined by AND."""

    def __init__(self, kinds: Mapping[str, ColumnKind]) -> None:
        self.kinds = dict(kinds)
        self._columns = {name: NEW_COLUMN[kind]() for name, kind in kinds.items()}
        self._present = RowSet()

    def __len__(self) -> int:
        return len(self._present)

    def read(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Check a record's values and turn them into what `put` stores.

        Raises:
            ColumnError: a column does not exist, or a value does not fit it.
        """
        unknown = [name for name in values if name not in self._columns]
        if unknown:
            raise ColumnError(
                f"没有名为“{'、'.join(unknown)}”的筛选字段；现有字段：{self._named()}。"
                "请改正字段名后重新写入。"
            )
        return {name: self._read(name, values.get(name)) for name in self._columns}

    def set(self, row: int, values: Mapping[str, Value]) -> None:
        """Set all values of a row; a column that is not named has none. Raises ColumnError."""
        self.put(np.array([row], dtype=np.int64), [self.read(values)])

    def put(self, rows: Rows, stored: Sequence[Mapping[str, Any]]) -> None:
        """Store for each row int64[n] what `read` returned."""
        self._present.discard(rows)
        self._present.add(rows)
        for name, column in self._columns.items():
            for row, values in zip(rows.tolist(), stored, strict=True):
                column.put(row, values[name])

    def remove(self, rows: Rows) -> int:
        """Forget rows; returns how many were there."""
        return len(self._present.discard(rows))

    def mask(self, filters: Sequence[Filter]) -> Mask:
        """bool[m]: which rows pass all filters.

        Raises:
            FilterError: a field does not exist, or its kind cannot answer the filter.
        """
        mask = self._present.mask()
        for condition in filters:
            passing = self._match(condition)[: len(mask)]
            mask[: len(passing)] &= passing
            mask[len(passing) :] = False
        return mask

    def counts(self, name: str, allowed: Mask | None = None) -> dict[Scalar, int]:
        """How many allowed rows have each value; of a list each value counts.

        Raises:
            FilterError: there is no such field.
        """
        if name not in self._columns:
            raise FilterError(f"没有名为“{name}”的筛选字段；可用字段：{self._named()}。")
        mask = self._present.mask()
        if allowed is not None:
            both = min(len(mask), len(allowed))
            mask = mask[:both] & allowed[:both]
        found = self._columns[name].counts(mask)
        if self.kinds[name] == "date":
            return {date.fromordinal(int(value)): count for value, count in found.items()}
        return found

    def numbers(self, name: str, rows: Rows) -> NDArray[np.float64]:
        """Values float64[n] of a number column; NaN where a row has none. Raises FilterError."""
        column = self._columns.get(name)
        if not isinstance(column, NumberColumn):
            raise FilterError(f"没有名为“{name}”的数字字段；可用字段：{self._named()}。")
        values = column.stored.take(rows)
        values[~self._present.has(rows)] = np.nan
        return values

    def save(self, folder: Path) -> None:
        """Write the columns into an existing empty folder."""
        present = self._present.mask()
        vocabularies: dict[str, list[Any]] = {}
        blocks: dict[str, int] = {}
        self._present.save(folder / PRESENT)
        for at, (name, column) in enumerate(self._columns.items()):
            blocks[name] = column.stored.save(folder, f"{at:03}")
            if isinstance(column, CodedColumn):
                vocabularies[name] = column.used(present)
        head = {"kinds": self.kinds, "blocks": blocks, "values": vocabularies}
        save_json(folder / HEAD, head)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote into memory. Raises CorruptIndexError."""
        path = folder / HEAD
        with reading(path):
            content = load_json(path)
            columns = cls(content["kinds"])
            columns._present = RowSet.load(folder / PRESENT)
            for at, (name, column) in enumerate(columns._columns.items()):
                column.stored.load(folder, f"{at:03}", content["blocks"][name])
                if isinstance(column, CodedColumn):
                    column.restore(content["values"][name])
        return columns

    def _read(self, name: str, value: Value) -> Any:
        try:
            return self._columns[name].read(value)
        except (TypeError, ValueError) as error:
            kind = KIND_NAMES[self.kinds[name]]
            raise ColumnError(
                f"筛选字段“{name}”是{kind}，不能存入 {value!r}：{error}。请改正后重新写入。"
            ) from error

    def _match(self, condition: Filter) -> Mask:
        name = condition.field
        if name not in self._columns:
            raise FilterError(f"没有名为“{name}”的筛选字段；可用字段：{self._named()}。")
        try:
            return _matching(self._columns[name], condition)
        except (TypeError, ValueError) as error:
            kind = KIND_NAMES[self.kinds[name]]
            raise FilterError(
                f"筛选字段“{name}”是{kind}，{error}。可用字段：{self._named()}。"
            ) from error

    def _named(self) -> str:
        return "、".join(f"{name}（{KIND_NAMES[kind]}）" for name, kind in self.kinds.items())


def _matching(column: AnyColumn, condition: Filter) -> Mask:
    match condition:
        case Equals():
            return column.any_of([condition.value])
        case AnyOf():
            return column.any_of(condition.values)
        case StartsWith():
            return column.starts_with(condition.value)
        case InRange():
            return column.in_range(condition.low, condition.high)
