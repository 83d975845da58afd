"""Exact vector search in plain NumPy: the oracle of the tests, and good for small indexes."""

from pathlib import Path
from typing import Self

import numpy as np

from indexing.base import Hits, Mask, Rows, Vectors
from indexing.files import reading
from indexing.ranking import as_query, as_vectors, best, inner_products
from indexing.rowset import RowSet, as_rows
from indexing.vector_files import load_vectors, save_vectors


class ExactIndex:
    """A `VectorIndex` that computes every score and sorts them all."""

    def __init__(self, dim: int) -> None:
        self._present = RowSet()
        self._rows: Rows = np.zeros(0, dtype=np.int64)
        self._vectors: Vectors = np.zeros((0, dim), dtype=np.float32)

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return int(self._vectors.shape[1])

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add vectors under new rows; see `VectorIndex.add`."""
        rows = as_rows(rows)
        vectors = as_vectors(vectors, self.dim, "向量", len(rows))
        self._present.add(rows)
        # Ascending rows, so that a row's place is found by bisection.
        order = np.argsort(np.concatenate([self._rows, rows]))
        self._rows = np.concatenate([self._rows, rows])[order]
        self._vectors = np.concatenate([self._vectors, vectors])[order]

    def remove(self, rows: Rows) -> int:
        """Remove rows; see `VectorIndex.remove`."""
        gone = self._present.discard(rows)
        keep = ~np.isin(self._rows, gone)
        self._rows, self._vectors = self._rows[keep], self._vectors[keep]
        return len(gone)

    def search(self, query: Vectors, k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows for a query; see `VectorIndex.search`."""
        query = as_query(query, self.dim)
        if allowed is None:
            return best(self._rows, inner_products(self._vectors, query), k)
        passing = self._present.passing(allowed)
        return best(passing, inner_products(self.vectors(passing), query), k)

    def search_many(self, queries: Vectors, k: int, allowed: Mask | None = None) -> list[Hits]:
        """`search` for each query."""
        queries = as_vectors(queries, self.dim, "查询向量")
        return [self.search(query, k, allowed) for query in queries]

    def vectors(self, rows: Rows) -> Vectors:
        """Return stored vectors; see `VectorIndex.vectors`."""
        places = np.searchsorted(self._rows, self._present.require(rows))
        return self._vectors[places]

    def save(self, folder: Path) -> None:
        """Write the index into an existing empty folder."""
        save_vectors(folder, self._rows, self._vectors)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises CorruptIndexError."""
        rows, vectors = load_vectors(folder)
        index = cls(vectors.shape[1])
        with reading(folder):
            index.add(rows, vectors)
        return index
