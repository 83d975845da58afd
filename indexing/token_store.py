"""Token vectors by row, for late interaction: a bit a component, mapped into memory when loaded.

A store is a chain of blocks uint8[t, ceil(dim / 8)], one .npy file for each save that added rows,
and a table that says where in the chain a row's tokens lie. So adding a few records to a store of
many gigabytes writes only the new ones; the old files are hard-linked into the next generation.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexing.base import Rows, Vectors
from indexing.errors import CorruptIndexError, DimensionError
from indexing.files import link_or_copy, load_array, load_json, reading, save_array, save_json
from indexing.ranking import as_vectors
from indexing.rowset import RowSet, as_rows, grown

MOST_BLOCKS = 16
"""Files in a chain beyond which a save writes them into one."""

Codes = NDArray[np.uint8]


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
        self._blocks: list[Codes] = []
        self._files: list[Path | None] = []
        self._ends: list[int] = []

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
        places = int(rows.max()) + 1
        self._starts = grown(self._starts, places, 0)
        self._lengths = grown(self._lengths, places, 0)
        self._starts[rows] = self._total() + np.cumsum(lengths) - lengths
        self._lengths[rows] = lengths
        self._append(_packed(np.concatenate(arrays)), None)

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
        rows = self._present.all()
        starts, lengths = self._starts[rows], self._lengths[rows]
        linked = sum(file is not None for file in self._files)
        if 2 * lengths.sum() < self._total() or linked > MOST_BLOCKS:
            names = ["000.npy"]
            codes = (self._codes(row) for row in rows.tolist())
            _write(folder / names[0], codes, int(lengths.sum()), self._width)
            starts = np.cumsum(lengths) - lengths
        else:
            names = self._write_chain(folder)
        save_array(folder / "table.npy", np.stack([rows, starts, lengths], axis=1))
        save_json(folder / "tokens.json", {"dim": self.dim, "files": names})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote into memory. Raises CorruptIndexError."""
        head = folder / "tokens.json"
        with reading(head):
            content = load_json(head)
            store = cls(int(content["dim"]))
            for name in content["files"]:
                block = load_array(folder / name, np.uint8, 2, mmap=True)
                if block.shape[1] != store._width:
                    raise CorruptIndexError(folder / name, f"宽度应为 {store._width}")
                store._append(block, folder / name)
            table = load_array(folder / "table.npy", np.int64, 2)
            if not store._take_table(table):
                raise CorruptIndexError(folder / "table.npy", "位置超出词向量文件")
        return store

    def _write_chain(self, folder: Path) -> list[str]:
        """Link the blocks that are files, write those that follow each other in memory as one."""
        names: list[str] = []
        pairs = zip(self._files, self._blocks, strict=True)
        for file, group in groupby(pairs, key=itemgetter(0)):
            path = folder / f"{len(names):03}.npy"
            names.append(path.name)
            if file is not None:
                link_or_copy(file, path)
            else:
                blocks = [block for _, block in group]
                _write(path, blocks, sum(map(len, blocks)), self._width)
        return names

    def _take_table(self, table: NDArray[np.int64]) -> bool:
        """Take the places of all rows; false where one lies outside the blocks."""
        rows, starts, lengths = table.T
        self._present.add(rows)
        if not len(rows):
            return True
        if min(starts.min(), lengths.min()) < 0 or (starts + lengths).max() > self._total():
            return False
        self._starts = grown(self._starts, int(rows.max()) + 1, 0)
        self._lengths = grown(self._lengths, int(rows.max()) + 1, 0)
        self._starts[rows], self._lengths[rows] = starts, lengths
        return True

    def _total(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _append(self, block: Codes, file: Path | None) -> None:
        if len(block):
            self._ends.append(self._total() + len(block))
            self._blocks.append(block)
            self._files.append(file)

    def _codes(self, row: int) -> Codes:
        """The stored codes of a row: a slice of one block, for a row never spans two."""
        start, length = int(self._starts[row]), int(self._lengths[row])
        if not length:
            return np.zeros((0, self._width), dtype=np.uint8)
        at = bisect_right(self._ends, start)
        block = self._blocks[at]
        begin = start - (self._ends[at] - len(block))
        return block[begin : begin + length]


def _packed(vectors: Vectors) -> Codes:
    return np.packbits(vectors > 0, axis=1)


def _unpacked(codes: Codes, dim: int) -> Vectors:
    bits = np.unpackbits(codes, axis=1, count=dim)
    step = np.float32(1.0 / math.sqrt(dim))
    return np.where(bits, step, -step)


def _write(path: Path, parts: Iterable[Codes], count: int, width: int) -> None:
    """Write parts one after the other as one .npy array uint8[count, width].

    Not through a memory map: a full disk would then end the process instead of raising OSError.
    """
    header = {"descr": "|u1", "fortran_order": False, "shape": (count, width)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for part in parts:
            file.write(part.tobytes())
