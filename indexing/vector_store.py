"""Vectors by row, in blocks that are mapped into memory; the truth that approximate lists refer to.

Each vector has a place in the chain of blocks. Vectors of one file lie together, new ones follow in
memory; a vector that is removed keeps its place until its block is written anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexing.base import Mask, Rows, Scores, Vectors
from indexing.blocks import first_rewritten, write_blockwise
from indexing.errors import CorruptIndexError
from indexing.files import (
    link_or_copy,
    load_array,
    load_bits,
    load_json,
    reading,
    save_array,
    save_bits,
    save_json,
)
from indexing.rowset import RowSet, as_rows, grown

HEAD = "vectors.json"
JOINED = 1 << 16
"""Vectors of the largest block in memory that is put together of smaller ones."""

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Vectors that lie together.

    Attributes:
        start: place of the first.
        vectors: float32[n, dim].
        files: of the rows and of the vectors; None where they are in memory only.
    """

    start: int
    vectors: Vectors
    files: tuple[Path, Path] | None

    @property
    def end(self) -> int:
        """One place beyond the last."""
        return self.start + len(self.vectors)


class VectorStore:
    """Unit vectors float32[dim] under rows.

    Attributes:
        dim: width of a vector.
        present: the rows that are there.
        rows: int64[places], row of each place.
        alive: bool[places], false where the row was removed.
        listed: bool[places], whether approximate lists know the vector.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.present = RowSet()
        self._count = 0
        self._rows: Rows = np.zeros(0, dtype=np.int64)
        self._alive: Mask = np.zeros(0, dtype=np.bool_)
        self._listed: Mask = np.zeros(0, dtype=np.bool_)
        self._place: Places = np.zeros(0, dtype=np.int64)
        self._blocks: list[Block] = []

    @property
    def rows(self) -> Rows:
        """Row of each place."""
        return self._rows[: self._count]

    @property
    def alive(self) -> Mask:
        """Whether the vector of each place counts."""
        return self._alive[: self._count]

    @property
    def listed(self) -> Mask:
        """Whether approximate lists know the vector of each place; may be written."""
        return self._listed[: self._count]

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add vectors float32[n, dim] under new rows; raises what `RowSet.add` raises."""
        rows = as_rows(rows)
        self.present.add(rows)
        self._append(rows, vectors.copy(), None)

    def remove(self, rows: Rows) -> int:
        """Remove rows; returns how many were there."""
        gone = self.present.discard(rows)
        self._alive[self._place[gone]] = False
        return len(gone)

    def get(self, rows: Rows) -> Vectors:
        """Vectors float32[n, dim] of rows. Raises UnknownRowError."""
        return self.known(self.present.require(rows))

    def known(self, rows: Rows) -> Vectors:
        """Vectors float32[n, dim] of rows that are surely there."""
        return self.at(self._place[rows])

    def at(self, places: Places) -> Vectors:
        """Vectors float32[n, dim] of places."""
        found = np.empty((len(places), self.dim), dtype=np.float32)
        for block in self._blocks:
            if len(self._blocks) == 1:
                return block.vectors[places]
            inside = (places >= block.start) & (places < block.end)
            if inside.any():
                found[inside] = block.vectors[places[inside] - block.start]
        return found

    def runs(self, start: int, size: int) -> Iterator[tuple[int, Vectors]]:
        """Go through all vectors from a place on, at most `size` together, with their place."""
        for block in self._blocks:
            for at in range(max(start, block.start), block.end, size):
                yield at, block.vectors[at - block.start : min(at + size, block.end) - block.start]

    def products(self, queries: Vectors, start: int = 0) -> Scores:
        """float32[q, places]: inner products from a place on; rounded as BLAS likes."""
        parts = [vectors @ queries.T for _, vectors in self.runs(start, self._count + 1)]
        if not parts:
            return np.zeros((len(queries), 0), dtype=np.float32)
        return np.concatenate(parts).T

    def save(self, folder: Path) -> None:
        """Write the store into an existing empty folder; unchanged blocks are linked."""
        saved = [block for block in self._blocks if block.files]
        alive = [int(np.count_nonzero(self.alive[block.start : block.end])) for block in saved]
        written = saved[-1].end if saved else 0
        sizes = [len(block.vectors) for block in saved]
        kept = first_rewritten(sizes, self._count - written, alive)
        for number, block in enumerate(saved[:kept]):
            for file in block.files or ():
                link_or_copy(file, folder / f"{file.stem.split('-')[0]}-{number:03}.npy")
        start = saved[kept].start if kept < len(saved) else written
        states = [self.alive[:start], self.listed[:start]]
        if start < self._count:
            places = start + np.flatnonzero(self.alive[start:])
            kept += self._write(folder, kept, places)
            states[0] = np.concatenate([states[0], np.ones(len(places), dtype=np.bool_)])
            states[1] = np.concatenate([states[1], self.listed[places]])
        save_bits(folder / "alive.npy", states[0])
        save_bits(folder / "listed.npy", states[1])
        save_json(folder / HEAD, {"dim": self.dim, "blocks": kept})

    def _write(self, folder: Path, number: int, places: Places) -> int:
        """Write the vectors of ascending places as one block; returns how many blocks that is."""
        if not len(places):
            return 0
        save_array(folder / f"rows-{number:03}.npy", self.rows[places])
        parts = (
            vectors[self.alive[at : at + len(vectors)]]
            for at, vectors in self.runs(int(places[0]), 1 << 14)
        )
        path = folder / f"vectors-{number:03}.npy"
        write_blockwise(path, parts, (len(places), self.dim), np.float32)
        return 1

    @classmethod
    def load(cls, folder: Path) -> "VectorStore":
        """Map what `save` wrote into memory. Raises CorruptIndexError."""
        head = folder / HEAD
        with reading(head):
            content = load_json(head)
            store, count = cls(int(content["dim"])), int(content["blocks"])
        for number in range(count):
            files = (folder / f"rows-{number:03}.npy", folder / f"vectors-{number:03}.npy")
            vectors = load_array(files[1], np.float32, 2, mmap=True)
            rows = load_array(files[0], np.int64, 1)
            if vectors.shape != (len(rows), store.dim):
                wanted = (len(rows), store.dim)
                raise CorruptIndexError(files[1], f"形状应为 {wanted}，实际为 {vectors.shape}")
            if len(rows) and rows.min() < 0:
                raise CorruptIndexError(files[0], "有负的行号")
            store._append(rows, np.asarray(vectors), files)
        store._take(folder, load_bits(folder / "alive.npy"), load_bits(folder / "listed.npy"))
        return store

    def _take(self, folder: Path, alive: Mask, listed: Mask) -> None:
        """Take the state of each place that a save wrote. Raises CorruptIndexError."""
        if not len(alive) == len(listed) == self._count:
            raise CorruptIndexError(folder / "alive.npy", f"应有 {self._count} 位")
        with reading(folder):
            self.present.add(self.rows[alive])
        # Of a row that came back, the place that counts is the one that is alive.
        self._place[self.rows[alive]] = np.flatnonzero(alive)
        self.alive[:], self.listed[:] = alive, listed

    def _append(self, rows: Rows, vectors: Vectors, files: tuple[Path, Path] | None) -> None:
        if not len(rows):
            return
        places = np.arange(self._count, self._count + len(rows), dtype=np.int64)
        self._blocks.append(Block(self._count, vectors, files))
        self._count += len(rows)
        self._join_small()
        self._rows = grown(self._rows, self._count, -1)
        self._alive = grown(self._alive, self._count, False)
        self._listed = grown(self._listed, self._count, False)
        self._place = grown(self._place, int(rows.max()) + 1, -1)
        self._rows[places] = rows
        self._alive[places] = True
        self._place[rows] = places

    def _join_small(self) -> None:
        """Join blocks in memory, so that many small additions do not make many blocks."""
        while len(self._blocks) > 1:
            before, last = self._blocks[-2:]
            together = len(before.vectors) + len(last.vectors)
            if before.files or last.files or together > min(JOINED, 3 * len(last.vectors)):
                return
            joined = np.concatenate([before.vectors, last.vectors])
            self._blocks[-2:] = [Block(before.start, joined, None)]
