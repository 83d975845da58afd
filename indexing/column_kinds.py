"""One filter column each: texts as codes, numbers and dates as floats; a place a row."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from numbers import Real
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexing.base import Mask
from indexing.filters import Scalar
from indexing.row_array import RowArray

ColumnKind = Literal["text", "number", "date", "texts"]
Value = str | float | date | Sequence[str] | None
"""What a record has in a column; None is no value."""

Texts = tuple[str, ...]
K = TypeVar("K", str, Texts)


class Column(ABC):
    """Values of one column by row.

    `read` and the three matching methods raise TypeError or ValueError where a value does not
    fit the kind; `Columns` says so with the column's name.
    """

    @abstractmethod
    def read(self, value: Any) -> Any:
        """Turn a value into what `put` stores."""

    @abstractmethod
    def put(self, row: int, stored: Any) -> None:
        """Store a value that `read` returned."""

    @abstractmethod
    def any_of(self, values: Iterable[Scalar]) -> Mask:
        """Rows with one of the values."""

    @abstractmethod
    def counts(self, allowed: Mask) -> dict[Any, int]:
        """How many allowed rows have each value."""

    def starts_with(self, prefix: str) -> Mask:
        """Rows with a text that begins so."""
        raise TypeError("不能按开头匹配")

    def in_range(self, low: Scalar | None, high: Scalar | None) -> Mask:
        """Rows with low <= value <= high."""
        raise TypeError("不能按范围筛选")


class NumberColumn(Column):
    """Numbers, or dates as their ordinals; NaN is no value."""

    def __init__(self, read: Callable[[Any], float]) -> None:
        self._read = read
        self.stored = RowArray(np.float64, math.nan)

    def read(self, value: Any) -> float:
        """Turn a value into a number."""
        return math.nan if value is None else self._read(value)

    def put(self, row: int, stored: float) -> None:
        """Store a number."""
        self.stored.put(row, stored)

    def any_of(self, values: Iterable[Scalar]) -> Mask:
        """Rows with one of the values."""
        wanted = [self._read(value) for value in values]
        return _joined(np.isin(part, wanted) for part in self.stored.parts())

    def counts(self, allowed: Mask) -> dict[Any, int]:
        """How many allowed rows have each number."""
        numbers = _among(self.stored, allowed)
        values, counts = np.unique(numbers[~np.isnan(numbers)], return_counts=True)
        return dict(zip(values.tolist(), counts.tolist(), strict=True))

    def in_range(self, low: Scalar | None, high: Scalar | None) -> Mask:
        """Rows with low <= value <= high."""
        least = -math.inf if low is None else self._read(low)
        most = math.inf if high is None else self._read(high)
        # NaN is in no range.
        return _joined((part >= least) & (part <= most) for part in self.stored.parts())


class CodedColumn(Column, Generic[K]):
    """Values that many rows share: each is stored once and rows hold its number, -1 for none.

    So a filter looks at each different value once and then at one int32 a row.
    """

    def __init__(self) -> None:
        self.stored = RowArray(np.int32, -1)
        self.values: list[K | None] = []
        self._code_of: dict[K, int] = {}

    def put(self, row: int, stored: K | None) -> None:
        """Store a value."""
        self.stored.put(row, -1 if stored is None else self._code(stored))

    def any_of(self, values: Iterable[Scalar]) -> Mask:
        """Rows with one of the values."""
        return self._rows_with([_text(value) for value in values])

    def starts_with(self, prefix: str) -> Mask:
        """Rows with a text that begins so."""
        prefix = _text(prefix)
        return self._rows_with(text for text in self._texts() if text.startswith(prefix))

    def counts(self, allowed: Mask) -> dict[Any, int]:
        """How many allowed rows have each text."""
        found: dict[Any, int] = {}
        for code, count in enumerate(self._times(allowed).tolist()):
            value = self.values[code]
            for text in self._parts_of(value) if count and value is not None else ():
                found[text] = found.get(text, 0) + count
        return found

    def _times(self, allowed: Mask) -> NDArray[np.int64]:
        """How many allowed rows have each value."""
        codes = _among(self.stored, allowed)
        return np.bincount(codes[codes >= 0], minlength=len(self.values))

    @abstractmethod
    def _parts_of(self, value: K) -> Iterable[str]:
        """Texts that a value counts for."""

    def used(self, present: Mask) -> list[K | None]:
        """Values as they are saved: None in the place of those that no row has any more."""
        times = self._times(present).tolist()
        return [value if count else None for value, count in zip(self.values, times, strict=True)]

    def restore(self, values: Iterable[Any]) -> None:
        """Take what `used` gave. Raises IndexError where a code has no value."""
        for value in values:
            if value is None:
                self.values.append(None)
            else:
                self._code(self.read(value))
        for part in self.stored.parts():
            if len(part) and not -1 <= part.min() <= part.max() < len(self.values):
                raise IndexError

    @abstractmethod
    def read(self, value: Any) -> Any:
        """Turn a value into what is stored."""

    @abstractmethod
    def _texts(self) -> Iterable[str]:
        """All texts that occur."""

    @abstractmethod
    def _codes_with(self, text: str) -> Sequence[int]:
        """Codes of the values that a text occurs in."""

    def _code(self, value: K) -> int:
        code = self._code_of.setdefault(value, len(self.values))
        if code == len(self.values):
            self.values.append(value)
        return code

    def _rows_with(self, texts: Iterable[str]) -> Mask:
        # One place more than there are values: the code -1 finds it, and it is never set.
        wanted = np.zeros(len(self.values) + 1, dtype=np.bool_)
        for text in texts:
            wanted[self._codes_with(text)] = True
        return _joined(wanted[part] for part in self.stored.parts())


class TextColumn(CodedColumn[str]):
    """One text a row."""

    def read(self, value: Any) -> str | None:
        """Take a text."""
        if not isinstance(value, str | None):
            raise TypeError("应为文字")
        return value

    def _texts(self) -> Iterable[str]:
        return self._code_of

    def _parts_of(self, value: str) -> Iterable[str]:
        return (value,)

    def _codes_with(self, text: str) -> Sequence[int]:
        return [self._code_of[text]] if text in self._code_of else []


class TextsColumn(CodedColumn[Texts]):
    """A list of texts a row."""

    def __init__(self) -> None:
        super().__init__()
        self._codes_of: dict[str, list[int]] = {}

    def read(self, value: Any) -> Texts | None:
        """Turn a list into a tuple of texts."""
        if value is None:
            return None
        texts = isinstance(value, Sequence) and not isinstance(value, str)
        if not texts or not all(isinstance(text, str) for text in value):
            raise TypeError("应为文字列表")
        return tuple(value)

    def _texts(self) -> Iterable[str]:
        return self._codes_of

    def _parts_of(self, value: Texts) -> Iterable[str]:
        return dict.fromkeys(value)

    def _codes_with(self, text: str) -> Sequence[int]:
        return self._codes_of.get(text, [])

    def _code(self, value: Texts) -> int:
        if value not in self._code_of:
            for text in dict.fromkeys(value):
                self._codes_of.setdefault(text, []).append(len(self.values))
        return super()._code(value)


def _joined(masks: Iterable[Mask]) -> Mask:
    found = list(masks)
    return found[0] if len(found) == 1 else np.concatenate(found)


def _among(stored: RowArray[Any], allowed: Mask) -> NDArray[Any]:
    """Values of allowed rows; rows beyond either array have no value, or are not allowed."""
    start, found = 0, []
    for part in stored.parts():
        mask = allowed[start : start + len(part)]
        found.append(part[: len(mask)][mask])
        start += len(part)
    return np.concatenate(found)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("应与文字比较")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, Real):
        raise TypeError("应为数字")
    return float(value)


def _ordinal(value: Any) -> float:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError as error:
            raise ValueError("应为日期，写成 2026-01-31 的样子") from error
    if not isinstance(value, date):
        raise TypeError("应为日期，写成 2026-01-31 的样子")
    return float(value.toordinal())


AnyColumn = NumberColumn | TextColumn | TextsColumn

NEW_COLUMN: Mapping[ColumnKind, Callable[[], AnyColumn]] = {
    "text": TextColumn,
    "texts": TextsColumn,
    "number": lambda: NumberColumn(_number),
    "date": lambda: NumberColumn(_ordinal),
}
"""Makes an empty column of a kind."""
