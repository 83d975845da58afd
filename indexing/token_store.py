"""Token vectors by row, for late interaction: a bit a component, mapped into memory when loaded.

A store is a chain of blocks uint8[t, ceil(dim / 8)], each with a table of the rows whose tokens
lie in it. So adding a few records to a store of many gigabytes writes only the new ones; the old
files are hard-linked into the next generation (`indexing.blocks`).
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexing.base import Rows, Vectors
from indexing.blocks import first_rewritten, write_blockwise
from indexing.errors import CorruptIndexError, DimensionError
from indexing.files import link_or_copy, load_array, load_json, reading, save_array, save_json
from indexing.ranking import as_vectors
from indexing.rowset import RowSet, as_rows, grown

HEAD = "tokens.json"
PRESENT = "present.npy"

Codes = NDArray[np.uint8]
Table = NDArray[np.int64]
"""int64[n, 2]: rows, and how many tokens each has, in the order in which they lie in a block."""


class TokenStore:
    """Ragged token vectors float32[t, dim] by row, of which the signs are kept.

    What comes back is +-1 / sqrt(dim), a unit row; a component of 0 counts as negative. So vectors
    that are signs already (`models.token_signs`) come back as they were, at 1/32 of their size.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._width = (dim + 7) // 8
        self._present = RowSet()
        self._starts: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._lengths: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._block_of: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._blocks: list[Codes] = []
        self._tables: list[Table] = []
        self._ends: list[int] = []
        self._folder: Path | None = None
        self._saved = 0

    def __len__(self) -> int:
        return len(self._present)

    @property
    def tokens(self) -> int:
        """How many token vectors the rows have together."""
        return int(self._lengths[self._present.all()].sum())

    def add(self, rows: Rows, vectors: Sequence[Vectors]) -> None:
        """Add token vectors float32[t, dim] under new rows, one array a row.

        Raises:
            DimensionError: a width is not `dim`, or there are not as many arrays as rows.
            DuplicateRowError: a row is there already, or twice in the call.
        """
        rows = as_rows(rows)
        if len(rows) != len(vectors):
            raise DimensionError("词向量列表", (len(rows),), (len(vectors),))
        arrays = [as_vectors(array, self.dim, "词向量") for array in vectors]
        self._present.add(rows)
        if not len(rows):
            return
        lengths = np.array([len(array) for array in arrays], dtype=np.int64)
        self._append(_packed(np.concatenate(arrays)), np.stack([rows, lengths], axis=1))

    def remove(self, rows: Rows) -> int:
        """Remove rows; returns how many were there. Their space is freed by a later save."""
        return len(self._present.discard(rows))

    def get(self, row: int) -> Vectors:
        """Token vectors float32[t, dim] of a row. Raises UnknownRowError."""
        return self.get_many(np.array([row], dtype=np.int64))[0]

    def get_many(self, rows: Rows) -> list[Vectors]:
        """Token vectors float32[t, dim] of each row. Raises UnknownRowError."""
        rows = self._present.require(rows)
        if not len(rows):
            return []
        codes = np.concatenate([self._codes(row) for row in rows.tolist()])
        vectors = _unpacked(codes, self.dim)
        return np.split(vectors, np.cumsum(self._lengths[rows])[:-1])

    def save(self, folder: Path) -> None:
        """Write the store into an existing empty folder; unchanged files are linked, not copied."""
        # A row takes a place, too: else blocks of rows without tokens would never be put together.
        sizes = [*map(_places, self._tables)]
        tables = [self._live(number) for number in range(len(self._tables))]
        used = [*map(_places, tables[: self._saved])]
        kept = first_rewritten(sizes[: self._saved], sum(sizes[self._saved :]), used)
        for number in range(kept if self._folder else 0):
            for name in (_codes_file, _table_file):
                link_or_copy(name(self._folder or folder, number), name(folder, number))
        table = np.concatenate([np.zeros((0, 2), dtype=np.int64), *tables[kept:]])
        if len(table):
            codes = (self._codes(row) for row in table[:, 0].tolist())
            shape = (int(table[:, 1].sum()), self._width)
            write_blockwise(_codes_file(folder, kept), codes, shape, np.uint8)
            save_array(_table_file(folder, kept), table)
        self._present.save(folder / PRESENT)
        save_json(folder / HEAD, {"dim": self.dim, "blocks": kept + bool(len(table))})

    def _live(self, number: int) -> Table:
        """The part of a block's table that counts: a row that came back lies in a later one."""
        table = self._tables[number]
        rows = table[:, 0]
        live: Table = table[self._present.has(rows) & (self._block_of[rows] == number)]
        return live

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote into memory. Raises CorruptIndexError."""
        head = folder / HEAD
        with reading(head):
            content = load_json(head)
            store, count = cls(int(content["dim"])), int(content["blocks"])
        for number in range(count):
            path = _codes_file(folder, number)
            block = np.asarray(load_array(path, np.uint8, 2, mmap=True))
            if block.shape[1] != store._width:
                raise CorruptIndexError(path, f"宽度应为 {store._width}")
            path = _table_file(folder, number)
            table = load_array(path, np.int64, 2)
            with reading(path):
                if int(table[:, 1].sum()) != len(block) or table.min(initial=0) < 0:
                    raise CorruptIndexError(path, "位置超出词向量文件")
                store._append(block, table)
        store._present = RowSet.load(folder / PRESENT)
        store._folder, store._saved = folder, count
        if sum(len(store._live(number)) for number in range(count)) != len(store):
            raise CorruptIndexError(folder / PRESENT, "缺少一些行的词向量")
        return store

    def _total(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _append(self, block: Codes, table: Table) -> None:
        rows, lengths = table.T
        places = int(rows.max()) + 1 if len(rows) else 0
        self._starts = grown(self._starts, places, 0)
        self._lengths = grown(self._lengths, places, 0)
        self._starts[rows] = self._total() + np.cumsum(lengths) - lengths
        self._lengths[rows] = lengths
        self._block_of = grown(self._block_of, places, -1)
        self._block_of[rows] = len(self._blocks)
        self._ends.append(self._total() + len(block))
        self._blocks.append(block)
        self._tables.append(table)

    def _codes(self, row: int) -> Codes:
        """The stored codes of a row: a slice of one block, for a row never spans two."""
        start, length = int(self._starts[row]), int(self._lengths[row])
        if not length:
            return np.zeros((0, self._width), dtype=np.uint8)
        at = bisect_right(self._ends, start)
        block = self._blocks[at]
        begin = start - (self._ends[at] - len(block))
        return block[begin : begin + length]


def _places(table: Table) -> int:
    return len(table) + int(table[:, 1].sum())


def _packed(vectors: Vectors) -> Codes:
    return np.packbits(vectors > 0, axis=1)


def _unpacked(codes: Codes, dim: int) -> Vectors:
    bits = np.unpackbits(codes, axis=1, count=dim)
    step = np.float32(1.0 / math.sqrt(dim))
    return np.where(bits, step, -step)


def _codes_file(folder: Path, number: int) -> Path:
    return folder / f"codes-{number:03}.npy"


def _table_file(folder: Path, number: int) -> Path:
    return folder / f"table-{number:03}.npy"
