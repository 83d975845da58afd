"""Rows into records."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from matcher.fields.read import read_fields
from matcher.types import Record, Side
from service.importer import coerce
from service.importer.headings import is_personal
from service.importer.mapping import Column, ColumnMap
from service.importer.tables import Cell, Row
from service.store.rows import TYPES

MAX_CHARACTERS = 200_000
"""Of a title or a text; beyond it a row is a mistake or a book."""

_LETTER: Mapping[Side, str] = {"need": "N", "achievement": "A"}
_OWNER: Mapping[Side, str] = {"need": "organisation", "achievement": "owner"}
_SHOWN = 30


class Made(NamedTuple):
    """A record, whether its id was derived, the columns that are no field, and what was read."""

    record: Record
    derived: bool
    extra: dict[str, Any]
    parsed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot become a record.

    Attributes:
        cells: Its id and title, where there are any.
        reason: In Chinese.
    """

    cells: Mapping[str, str]
    reason: str


class RecordMaker:
    """Makes records of the rows of one table.

    Args:
        side: What the rows are.
        columns: What each column means.
        warn: Called with a message, the row's number and the value, when a value is dropped.
        unescape: The table writes line breaks as a backslash and an n.
    """

    def __init__(
        self,
        side: Side,
        columns: ColumnMap,
        warn: Callable[[str, int, str], None],
        *,
        unescape: bool = False,
    ) -> None:
        self._side = side
        self._columns = columns
        self._warn = warn
        self._unescape = unescape

    def make(self, row: Row) -> Made | Rejected:
        """Make the record of a row; values that cannot be read are left out with a warning."""
        if row.problem:
            return Rejected({}, row.problem)
        if row.surplus:
            self._warn("有的行比表头多出几格，多出的内容没有导入", row.position, "")
        return self._finish(*self._values(row))

    def _values(self, row: Row) -> tuple[dict[str, Any], dict[str, Any], "_Raw"]:
        """Give the values of a row's fields, its other columns, and what was written."""
        values: dict[str, Any] = {}
        raw = _Raw({})
        texts: list[tuple[str, str]] = []
        extra: dict[str, Any] = {}
        for name, cell in row.cells.items():
            if cell is None or cell == "":
                continue
            column = self._columns[name]
            if column.role == "extra":
                extra[column.name] = _plain(cell)
            elif column.role == "field":
                # The common case, without a call: nine cells of ten are plain texts.
                if column.is_text and type(cell) is str and cell.isprintable():
                    value: Any = cell.strip()
                else:
                    value = self._convert(column, cell, row.position, extra)
                if not column.is_text and column.field not in values:
                    raw.keep(column, cell)
                if column.field == "text":
                    texts.append((column.name, value))
                elif not value and value != 0:
                    continue
                elif column.field in values:
                    extra[column.name] = _plain(cell)
                else:
                    values[column.field] = value
        values["text"] = self._joined(texts) if texts else ""
        return values, extra, raw

    def _convert(self, column: Column, cell: Cell, position: int, extra: dict[str, Any]) -> Any:
        try:
            return column.convert(cell)
        except coerce.BadValueError as error:
            shown = coerce.text(cell)[:_SHOWN]
            self._warn(f"“{column.name}”列有的值{error}", position, shown)
            extra[column.name] = _plain(cell)
            # Showing what was meant to be hidden is worse than hiding what was not.
            return "受限" if column.field == "visibility" else None

    def _joined(self, texts: list[tuple[str, str]]) -> str:
        """Join several text columns; from the second on each part begins with its heading."""
        filled = [(name, text) for name, text in texts if text]
        parts = [text if at == 0 else f"{name}：{text}" for at, (name, text) in enumerate(filled)]
        joined = "\n".join(parts)
        return joined.replace("\\r\\n", "\n").replace("\\n", "\n") if self._unescape else joined

    def _finish(
        self, values: dict[str, Any], extra: dict[str, Any], raw: "_Raw"
    ) -> Made | Rejected:
        title, text = values.get("title", ""), values["text"]
        shown = {"id": values.get("id", ""), "title": title[:200]}
        if not title and not text:
            return Rejected(shown, "标题和正文都是空的，至少要有一个")
        longest = max(len(title), len(text))
        if longest > MAX_CHARACTERS:
            reason = (
                f"正文有 {longest:,} 字，超过上限 {MAX_CHARACTERS:,} 字。"
                "请拆成几条，或者只保留与技术有关的部分"
            )
            return Rejected(shown, reason)
        derived = "id" not in values
        if derived:
            values["id"] = derived_id(self._side, title, text, values.get(_OWNER[self._side], ""))
        record = TYPES[self._side](**values)
        parsed = read_fields(record, raw.written, raw.unit_wan)
        return Made(record, derived, extra, parsed.as_json())


@dataclass(slots=True)
class _Raw:
    """What stood in the cells whose values are converted, by field."""

    written: dict[str, str]
    unit_wan: float = 1.0

    def keep(self, column: Column, cell: Cell) -> None:
        self.written[column.field] = coerce.text(cell)
        if column.unit_wan != 1.0:
            self.unit_wan = column.unit_wan


def derived_id(side: Side, title: str, text: str, owner: str) -> str:
    """Name a record by its content: a letter for the side and 60 bits in base 32."""
    content = "\x1f".join((title, text, owner)).encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.blake2b(content, digest_size=8).digest()) >> 4
    letters = "0123456789abcdefghjkmnpqrstvwxyz"
    return _LETTER[side] + "".join(letters[number >> 5 * at & 31] for at in range(12))


def _plain(cell: Any) -> Any:
    """Make a cell a JSON value; what is personal inside an object is left out."""
    if isinstance(cell, str):
        return coerce.text(cell)
    if isinstance(cell, dict):
        return {coerce.text(k): _plain(v) for k, v in cell.items() if not is_personal(k)}
    if isinstance(cell, list):
        return [_plain(item) for item in cell]
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, float) and (cell != cell or cell in (float("inf"), float("-inf"))):
        return str(cell)
    return cell
