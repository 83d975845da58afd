"""One value a row, in blocks of consecutive rows: saved ones are mapped, the last is in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexing.base import Rows
from indexing.blocks import first_rewritten, write_blockwise
from indexing.files import link_or_copy, load_array
from indexing.rowset import grown

T = TypeVar("T", bound=np.generic)


class RowArray(Generic[T]):
    """Values by row.

    Args:
        dtype: of the values.
        none: the value of a row that has none.
    """

    def __init__(self, dtype: type[T], none: object) -> None:
        self._dtype = dtype
        self._none = none
        self._blocks: list[NDArray[T]] = []
        self._files: list[Path | None] = []
        self._start = 0
        self._tail: NDArray[T] = np.zeros(0, dtype=dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._start + self._count

    def put(self, row: int, value: Any) -> None:
        """Store a value."""
        if row < self._start:
            block, start = self._own(row)
            block[row - start] = value
            return
        at = row - self._start
        self._tail = grown(self._tail, at + 1, self._none)
        self._tail[at] = value
        self._count = max(self._count, at + 1)

    def parts(self) -> Iterator[NDArray[T]]:
        """All values in the order of the rows, in as many arrays as there are blocks."""
        yield from self._blocks
        yield self._tail[: self._count]

    def take(self, rows: Rows) -> NDArray[T]:
        """Values [n] of rows; `none` of rows beyond the last."""
        found = np.full(len(rows), self._none, dtype=self._dtype)
        start = 0
        for part in self.parts():
            inside = (rows >= start) & (rows < start + len(part))
            found[inside] = part[rows[inside] - start]
            start += len(part)
        return found

    def _own(self, row: int) -> tuple[NDArray[T], int]:
        """Return the block of a row, in memory from now on, and its first row."""
        start = at = 0
        while row >= start + len(self._blocks[at]):
            start += len(self._blocks[at])
            at += 1
        if self._files[at] is not None:
            self._blocks[at], self._files[at] = self._blocks[at].copy(), None
        return self._blocks[at], start

    def save(self, folder: Path, stem: str) -> int:
        """Write the blocks into an existing folder; returns how many files that makes."""
        linked = self._files.index(None) if None in self._files else len(self._files)
        fresh = len(self) - sum(map(len, self._blocks[:linked]))
        kept = first_rewritten([len(block) for block in self._blocks[:linked]], fresh)
        for number, file in enumerate(self._files[:kept]):
            link_or_copy(file or folder, file_of(folder, stem, number))
        rest = list(self.parts())[kept:]
        count = sum(map(len, rest))
        if not count:
            return kept
        write_blockwise(file_of(folder, stem, kept), rest, (count,), self._dtype)
        return kept + 1

    def load(self, folder: Path, stem: str, count: int) -> None:
        """Map what `save` wrote into memory. Raises CorruptIndexError."""
        for number in range(count):
            path = file_of(folder, stem, number)
            block: Any = load_array(path, self._dtype, 1, mmap=True)
            self._blocks.append(np.asarray(block))
            self._files.append(path)
            self._start += len(block)


def file_of(folder: Path, stem: str, number: int) -> Path:
    """Path of a block."""
    return folder / f"{stem}-{number:03}.npy"
