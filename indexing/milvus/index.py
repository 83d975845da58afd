"""A `VectorIndex` whose vectors lie on a Milvus server; which rows count is known here."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import ClassVar, Self

import numpy as np

from indexing.base import Hits, Mask, Rows, Vectors
from indexing.column_kinds import ColumnKind, Value
from indexing.errors import UnknownRowError
from indexing.files import load_array, load_json, reading, save_array, save_json
from indexing.milvus.collection import BATCH, Collection
from indexing.milvus.connection import Connection
from indexing.milvus.fields import entities
from indexing.milvus.narrow import narrowed
from indexing.milvus.options import MilvusOptions
from indexing.milvus.search import Search
from indexing.milvus.vector_cache import VectorCache
from indexing.ranking import as_query, as_vectors, best, inner_products, no_hits
from indexing.rowset import RowSet, as_rows

FILE = "milvus.json"
GRACE_SECONDS = 900
"""So long a removed row stays on the server: workers may still read the generation before."""
SEAL_ROWS = 50_000
"""After so many new rows a save has their graph built; fewer are searched one by one."""


class MilvusIndex:
    """Vectors on a server, rows here.

    The server finds candidates, their scores are computed again by `inner_products`: so single,
    batched and filtered searches agree to the last bit, and ties are broken by row. A row that was
    removed, or was written but never saved, is on the server and yet never answered.

    `on_server` gives the class for one server, which has the constructor and the `load` that every
    kind of index has.
    """

    connection: ClassVar[Connection]

    def __init__(self, dim: int) -> None:
        self._dim = dim
        self.kinds: Mapping[str, ColumnKind] = {}
        self._collection: Collection | None = None
        self._present = RowSet()
        self._gone: dict[int, float] = {}  # row: when it was removed, Unix seconds
        self._pending: dict[int, Vectors] = {}
        self._values: dict[int, Mapping[str, Value]] = {}
        self._unsealed = 0
        self._cache = VectorCache()
        self._writing = RLock()

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return self._dim

    @property
    def collection(self) -> str | None:
        """Name of the collection; None until something was written."""
        return self._collection.name if self._collection else None

    def __len__(self) -> int:
        return len(self._present)

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add vectors under new rows; see `VectorIndex.add`. They are sent in batches."""
        rows = as_rows(rows)
        vectors = as_vectors(vectors, self.dim, "向量", len(rows))
        with self._writing:
            # Before, not after: the newest rows wait for `describe`.
            if len(self._pending) >= BATCH:
                self._send()
            self._present.add(rows)
            for row, vector in zip(rows.tolist(), vectors, strict=True):
                self._pending[row] = vector
                self._gone.pop(row, None)

    def describe(self, rows: Rows, values: Sequence[Mapping[str, Value]]) -> None:
        """Give rows that were just added the values that filters narrow them by."""
        with self._writing:
            for row, stored in zip(rows.tolist(), values, strict=True):
                self._values[row] = stored

    def remove(self, rows: Rows) -> int:
        """Remove rows; see `VectorIndex.remove`."""
        with self._writing:
            gone = self._present.discard(rows)
            now = time.time()
            for row in gone.tolist():
                if self._pending.pop(row, None) is None:
                    self._gone[row] = now
            self._cache.forget(gone.tolist())
            return len(gone)

    def search(self, query: Vectors, k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows for a query; see `VectorIndex.search`."""
        return self._search(as_query(query, self.dim)[np.newaxis], k, allowed)[0]

    def search_many(self, queries: Vectors, k: int, allowed: Mask | None = None) -> list[Hits]:
        """`search` for each query, many in one call."""
        queries = as_vectors(queries, self.dim, "查询向量")
        return self._search(queries, k, allowed)

    def vectors(self, rows: Rows) -> Vectors:
        """Return stored vectors; see `VectorIndex.vectors`."""
        wanted = self._present.require(rows).tolist()
        self._send()
        found = self._stored(list(dict.fromkeys(wanted)))
        if lost := [row for row in wanted if row not in found]:
            raise UnknownRowError(lost)
        return np.array([found[row] for row in wanted], dtype=np.float32).reshape(-1, self.dim)

    def save(self, folder: Path) -> None:
        """Send what is waiting and write which rows count into an existing empty folder."""
        with self._writing:
            self._send()
            self._purge()
            if self._collection and self._unsealed >= SEAL_ROWS:
                self._collection.seal()
                self._unsealed = 0
            gone = np.array([*self._gone], dtype=np.int64)
            self._present.save(folder / "present.npy")
            save_array(folder / "gone.npy", gone)
            save_array(folder / "gone_at.npy", np.array([*self._gone.values()], dtype=np.float64))
            since = self._collection.since if self._collection else 0
            content = {"dim": self.dim, "kinds": dict(self.kinds), "collection": self.collection}
            save_json(folder / FILE, content | {"since": since})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote; the server is not asked. Raises CorruptIndexError."""
        content = load_json(folder / FILE)
        present = RowSet.load(folder / "present.npy")
        gone = load_array(folder / "gone.npy", np.int64, 1)
        gone_at = load_array(folder / "gone_at.npy", np.float64, 1)
        with reading(folder):
            index = cls(int(content["dim"]))
            index.kinds = dict(content["kinds"])
            index._present = present
            index._gone = dict(zip(gone.tolist(), gone_at.tolist(), strict=True))
            if content["collection"]:
                index._collection = Collection(cls.connection, str(content["collection"]))
                index._collection.since = int(content["since"])
        return index

    def _send(self) -> None:
        """Send rows that wait; after an error they wait on, and sending them twice is harmless."""
        with self._writing:
            if not self._pending:
                return
            if self._collection is None:
                self._collection = Collection.create(self.connection, self.dim, self.kinds)
            rows = np.array([*self._pending], dtype=np.int64)
            vectors = np.stack([*self._pending.values()])
            self._collection.upsert(entities(rows, vectors, self._values, self.kinds))
            self._unsealed += len(rows)
            self._pending.clear()
            self._values.clear()

    def _purge(self) -> None:
        due = time.time() - GRACE_SECONDS
        old = [row for row, at in self._gone.items() if at < due]
        if old and self._collection:
            self._collection.delete(np.array(old, dtype=np.int64))
            for row in old:
                del self._gone[row]

    def _search(self, queries: Vectors, k: int, allowed: Mask | None) -> list[Hits]:
        self._send()
        count = len(self) if allowed is None else self._present.count_passing(allowed)
        k = min(k, count)
        if k <= 0 or self._collection is None:
            return [no_hits() for _ in queries]
        gone = np.array([*self._gone], dtype=np.int64)
        narrow = narrowed(self._present, gone, allowed, self.kinds)
        search = Search(self._collection, self._present, allowed, narrow, k)
        candidates = search.candidates(queries)
        found = self._stored(np.unique(np.concatenate(candidates)).tolist()) if candidates else {}
        return [
            self._ranked(query, [row for row in rows.tolist() if row in found], found, k)
            for query, rows in zip(queries, candidates, strict=True)
        ]

    def _ranked(
        self, query: Vectors, rows: Sequence[int], found: Mapping[int, Vectors], k: int
    ) -> Hits:
        vectors = np.array([found[row] for row in rows], dtype=np.float32).reshape(-1, self.dim)
        return best(np.array(rows, dtype=np.int64), inner_products(vectors, query), k)

    def _stored(self, rows: Sequence[int]) -> dict[int, Vectors]:
        """Vectors of rows that are on the server."""
        found = self._cache.get(rows)
        missing = [row for row in rows if row not in found]
        if missing and self._collection:
            fetched = self._collection.fetch(np.array(missing, dtype=np.int64))
            self._cache.put(fetched)
            found |= fetched
        return found


def on_server(options: MilvusOptions) -> type[MilvusIndex]:
    """Return the kind of index whose vectors lie on one server; nothing is asked of it yet."""

    class OnServer(MilvusIndex):
        connection = Connection(options)

    return OnServer
