"""Exact vector search with FAISS: a flat inner-product index under the caller's rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np

from indexing.base import Hits, Mask, Rows, Scores, Vectors
from indexing.files import reading
from indexing.ranking import as_query, as_vectors, best, inner_products, no_hits
from indexing.rowset import RowSet, as_rows
from indexing.vector_files import load_vectors, save_vectors

_faiss: Any = faiss
"""FAISS's type stubs describe the C++ signatures where Python has others."""
MARGIN = 16
"""Rows fetched beyond k, so that near ties at the cut are seen without asking again."""
TOLERANCE = 1e-5
"""More than the rounding by which two ways of adding up one inner product differ."""
SCAN_SHARE = 100
"""One row in this many may pass a filter for the rows to be scanned one by one; measured."""
BATCH = 1024


class FaissIndex:
    """A `VectorIndex` on `IndexIDMap2(IndexFlatIP)`.

    FAISS finds the candidates; their scores are computed again by `inner_products`, so single,
    batched and filtered searches agree to the last bit, and ties are broken by row.
    """

    def __init__(self, dim: int) -> None:
        self._present = RowSet()
        self._flat = faiss.IndexFlatIP(dim)
        self._index = _faiss.IndexIDMap2(self._flat)

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return len(self._present)

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add vectors under new rows; see `VectorIndex.add`."""
        rows = as_rows(rows)
        vectors = as_vectors(vectors, self.dim, "向量", len(rows))
        self._present.add(rows)
        self._index.add_with_ids(vectors, np.ascontiguousarray(rows))

    def remove(self, rows: Rows) -> int:
        """Remove rows in one pass over the index; see `VectorIndex.remove`."""
        gone = self._present.discard(rows)
        if len(gone):
            self._index.remove_ids(gone)
        return len(gone)

    def search(self, query: Vectors, k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows for a query; see `VectorIndex.search`."""
        query = as_query(query, self.dim)
        if allowed is None:
            return self._best(query, k, len(self), None)
        passing = self._present.count_passing(allowed)
        if self._scans(passing, k):
            rows = self._present.passing(allowed)
            return best(rows, inner_products(self.vectors(rows), query), k)
        return self._best(query, k, passing, _parameters(allowed))

    def search_many(self, queries: Vectors, k: int, allowed: Mask | None = None) -> list[Hits]:
        """`search` for each query, faster from some hundred queries on (FAISS then uses BLAS)."""
        queries = as_vectors(queries, self.dim, "查询向量")
        parameters, limit = None, len(self)
        if allowed is not None:
            limit = self._present.count_passing(allowed)
            if self._scans(limit, k):
                rows = self._present.passing(allowed)
                vectors = self.vectors(rows)
                return [best(rows, inner_products(vectors, query), k) for query in queries]
            parameters = _parameters(allowed)
        answers: list[Hits] = []
        for start in range(0, len(queries), BATCH):
            answers += self._best_many(queries[start : start + BATCH], k, limit, parameters)
        return answers

    def vectors(self, rows: Rows) -> Vectors:
        """Return stored vectors; see `VectorIndex.vectors`."""
        rows = np.ascontiguousarray(self._present.require(rows))
        if not len(rows):
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the index into an existing empty folder, as `ExactIndex` does."""
        rows: Rows = faiss.vector_to_array(self._index.id_map)
        stored = np.zeros((0, self.dim), dtype=np.float32)
        if len(rows):
            floats = faiss.rev_swig_ptr(self._flat.get_xb(), len(rows) * self.dim)
            stored = floats.reshape(len(rows), self.dim)
        save_vectors(folder, rows, stored)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises CorruptIndexError."""
        rows, vectors = load_vectors(folder)
        index = cls(vectors.shape[1])
        with reading(folder):
            index.add(rows, vectors)
        return index

    def _scans(self, passing: int, k: int) -> bool:
        return passing <= max(k, len(self) // SCAN_SHARE)

    def _best(self, query: Vectors, k: int, limit: int, parameters: Any) -> Hits:
        """Search one query among the `limit` rows that the parameters let through."""
        k = min(k, limit)
        if k <= 0:
            return no_hits()
        fetch = min(k + MARGIN, limit)
        with _one_thread():
            while True:
                scores, rows = self._index.search(query[np.newaxis], fetch, params=parameters)
                if fetch == limit or _cut_is_clear(scores[0], k):
                    return self._rescored(query, rows[0], k)
                fetch = min(fetch * 4, limit)

    def _best_many(self, queries: Vectors, k: int, limit: int, parameters: Any) -> list[Hits]:
        k = min(k, limit)
        if k <= 0:
            return [no_hits() for _ in queries]
        fetch = min(k + MARGIN, limit)
        scores, rows = self._index.search(queries, fetch, params=parameters)
        return [
            self._rescored(query, found, k)
            if fetch == limit or _cut_is_clear(approximate, k)
            else self._best(query, k, limit, parameters)
            for query, approximate, found in zip(queries, scores, rows, strict=True)
        ]

    def _rescored(self, query: Vectors, rows: Rows, k: int) -> Hits:
        rows = rows[rows >= 0]
        vectors = np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32)
        return best(rows, inner_products(vectors, query), k)


def _cut_is_clear(scores: Scores, k: int) -> bool:
    """Whether the last fetched score is so far below the k-th that no row is missed by rounding."""
    return bool(scores[k - 1] - scores[-1] > TOLERANCE * max(1.0, abs(float(scores[0]))))


def _parameters(allowed: Mask) -> Any:
    bits = np.packbits(allowed, bitorder="little")
    return _faiss.SearchParameters(sel=_faiss.IDSelectorBitmap(bits))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let FAISS use one thread for the calling thread's next calls.

    A single query does not gain from more (measured: three times the time on two threads), and
    a server answers many at once. OpenMP keeps this number per calling thread, and it is put
    back.
    """
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
