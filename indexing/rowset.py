"""Which rows an index holds."""

from pathlib import Path
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexing.base import Mask, Rows
from indexing.errors import DimensionError, DuplicateRowError, NegativeRowError, UnknownRowError
from indexing.files import load_bits, save_bits

T = TypeVar("T", bound=np.generic)


class RowSet:
    """A growing bitmap over rows: rows are given out densely, so a bit a row is the least."""

    def __init__(self) -> None:
        self._present: Mask = np.zeros(0, dtype=np.bool_)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, rows: Rows) -> None:
        """Add new rows.

        Raises:
            DuplicateRowError: a row is there already, or twice in the call.
            NegativeRowError: a row is below 0.
        """
        rows = as_rows(rows)
        if not len(rows):
            return
        if rows.min() < 0:
            raise NegativeRowError(rows[rows < 0])
        if (rows[1:] > rows[:-1]).all():  # the rule; and sorting a million takes its time
            distinct, repeated = rows, self.has(rows)
        else:
            distinct, times = np.unique(rows, return_counts=True)
            repeated = (times > 1) | self.has(distinct)
        if repeated.any():
            raise DuplicateRowError(distinct[repeated])
        self._present = grown(self._present, int(distinct[-1]) + 1, False)
        self._present[rows] = True
        self._count += len(rows)

    def discard(self, rows: Rows) -> Rows:
        """Take rows out; returns those that were there, ascending."""
        there = np.unique(as_rows(rows))
        there = there[self.has(there)]
        self._present[there] = False
        self._count -= len(there)
        return there

    def has(self, rows: Rows) -> Mask:
        """bool[n]: whether each row is there."""
        within = (rows >= 0) & (rows < len(self._present))
        found: Mask = np.zeros(len(rows), dtype=np.bool_)
        found[within] = self._present[rows[within]]
        return found

    def require(self, rows: Rows) -> Rows:
        """Return rows as int64[n].

        Raises:
            UnknownRowError: a row is not there.
        """
        rows = as_rows(rows)
        there = self.has(rows)
        if not there.all():
            raise UnknownRowError(rows[~there])
        return rows

    def passing(self, allowed: Mask) -> Rows:
        """Rows that are there and allowed, ascending."""
        return np.flatnonzero(self._passing(allowed)).astype(np.int64, copy=False)

    def count_passing(self, allowed: Mask) -> int:
        """How many rows are there and allowed; much faster than listing them."""
        return int(np.count_nonzero(self._passing(allowed)))

    def _passing(self, allowed: Mask) -> Mask:
        size = min(len(allowed), len(self._present))
        return self._present[:size] & allowed[:size]

    def all(self) -> Rows:
        """All rows, ascending."""
        return np.flatnonzero(self._present).astype(np.int64, copy=False)

    def mask(self) -> Mask:
        """bool[m]: which rows are there; m is one more than the last."""
        last = len(self._present) - int(self._present[::-1].argmax()) if self._count else 0
        return self._present[:last].copy()

    def save(self, path: Path) -> None:
        """Write the rows as bits: an eighth of a byte for each row that was ever given."""
        save_bits(path, self.mask())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Raises CorruptIndexError."""
        rows = cls()
        rows._present = load_bits(path)
        rows._count = int(np.count_nonzero(rows._present))
        return rows


def as_rows(rows: Rows) -> Rows:
    """Take rows as int64[n].

    Raises:
        DimensionError: they are not a list of whole numbers.
    """
    array = np.asarray(rows)
    if array.ndim != 1 or (array.size and not np.issubdtype(array.dtype, np.integer)):
        raise DimensionError("行号", ("n",), (*array.shape, str(array.dtype)))
    return array.astype(np.int64, copy=False)


def grown(array: NDArray[T], size: int, fill: object) -> NDArray[T]:
    """Return the array with at least `size` places, new ones filled; it doubles when it grows."""
    if size <= len(array):
        return array
    larger = np.full(max(size, 2 * len(array)), fill, dtype=array.dtype)
    larger[: len(array)] = array
    return larger
