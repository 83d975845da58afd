"""Vector search that stays quick as it grows: exact at first, through inverted lists later.

The whole vectors lie in a `VectorStore`, mapped into memory. Up to some tens of thousands every
one is compared. Beyond, `Lists` of quantised vectors name candidates, and those are scored again
with the whole vectors, as are the vectors that came after the lists were made. So a score is
always exact, and what may be missed are rows in lists that were not looked into.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexing.base import Hits, Mask, Rows, Scores, Vectors
from indexing.ivf_lists import Lists
from indexing.ivf_settings import IvfSettings
from indexing.ivf_training import fill, trained
from indexing.ranking import as_query, as_vectors, best, inner_products, no_hits
from indexing.vector_store import Places, VectorStore

TOLERANCE = 1e-5
"""More than the rounding by which two ways of adding up one inner product differ."""
BATCH = 32
FRESH_SHARE = 64
"""One vector in this many may be outside the lists before they are brought up to date."""
FRESH_LEAST = 8192
DEAD_SHARE = 5
"""One vector in this many may be a removed one before it is taken out of the lists."""
OUTGROWN = 4
"""Times as many, or as few, vectors as the lists were made for: they are made anew."""


class IvfIndex:
    """A `VectorIndex` and `Compacting`.

    Args:
        dim: width of a vector.
        settings: how lists are made.
    """

    def __init__(self, dim: int, settings: IvfSettings | None = None) -> None:
        self.settings = settings or IvfSettings()
        self._store = VectorStore(dim)
        self._lists: Lists | None = None
        self._forget()

    def _forget(self) -> None:
        """Forget what was derived from the rows that were there."""
        self._unlisted: tuple[int, Mask] | None = None
        self._removed: int | None = None
        self._bits: NDArray[np.uint8] | None = None

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return self._store.dim

    def __len__(self) -> int:
        return len(self._store.present)

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add vectors under new rows; see `VectorIndex.add`."""
        vectors = as_vectors(vectors, self.dim, "向量", len(rows))
        self._store.add(rows, vectors)
        self._forget()

    def remove(self, rows: Rows) -> int:
        """Remove rows; see `VectorIndex.remove`."""
        removed = self._store.remove(rows)
        self._forget()
        return removed

    def vectors(self, rows: Rows) -> Vectors:
        """Return stored vectors; see `VectorIndex.vectors`."""
        return self._store.get(rows)

    def search(self, query: Vectors, k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows for a query; see `VectorIndex.search`."""
        query = as_query(query, self.dim)
        return next(self._answers(query[np.newaxis], k, allowed))

    def search_many(self, queries: Vectors, k: int, allowed: Mask | None = None) -> list[Hits]:
        """`search` for each query; small indexes gain from asking for many."""
        queries = as_vectors(queries, self.dim, "查询向量")
        return [
            hits
            for at in range(0, len(queries), BATCH)
            for hits in self._answers(queries[at : at + BATCH], k, allowed)
        ]

    def _answers(self, queries: Vectors, k: int, allowed: Mask | None) -> Iterator[Hits]:
        passing = len(self) if allowed is None else self._store.present.count_passing(allowed)
        k = min(k, passing)
        if k <= 0:
            yield from (no_hits() for _ in queries)
        elif allowed is not None and passing <= max(k, self.settings.scan_share * len(self)):
            rows = self._store.present.passing(allowed)
            vectors = self.vectors(rows)
            for query in queries:
                yield best(rows, inner_products(vectors, query), k)
        elif self._lists is None:
            for query, rows in zip(queries, self._scanned(queries, k, 0, allowed), strict=True):
                yield self._scored(query, rows, k)
        else:
            start, fresh = self._fresh()
            beside = self._scanned(queries, k, start, allowed, fresh)
            for query, rows in zip(queries, beside, strict=True):
                yield self._probed(query, k, allowed, passing, rows)

    def _scanned(
        self,
        queries: Vectors,
        k: int,
        start: int,
        allowed: Mask | None,
        among: Mask | None = None,
    ) -> list[Rows]:
        """Rows from a place on that may be among the k best, for each query.

        Compared in one product, whose rounding depends on its company; so all within rounding of
        the k-th are returned.
        """
        wanted = self._store.alive[start:] if among is None else among
        rows = self._store.rows[start:]
        if allowed is not None:
            wanted = wanted & _within(allowed, rows)
        if not wanted.any():
            return [rows[:0] for _ in queries]
        scores = self._store.products(queries, start)
        if not wanted.all():
            scores = np.where(wanted, scores, -np.inf)
        return [rows[_foremost(own, k)] for own in scores]

    def _probed(
        self, query: Vectors, k: int, allowed: Mask | None, passing: int, fresh: Rows
    ) -> Hits:
        """Answer from the lists, and from rows that are in none.

        Should those hold too few rows that pass, every vector is compared: rough codes do not tell
        far rows apart, and to score all of the passing ones again would take memory for them all.
        """
        lists, bits = self._need_lists(), self._selected(allowed)
        nprobe = self._nprobe(lists, passing)
        fetch = min(self.settings.factor * k + lists.spare, len(lists))
        found = lists.search(query, fetch, nprobe, bits)
        hits = self._scored(query, np.concatenate([found, fresh]), k)
        if len(hits.rows) < k:
            hits = self._scored(query, self._scanned(query[np.newaxis], k, 0, allowed)[0], k)
        return hits

    def _nprobe(self, lists: Lists, passing: int) -> int:
        """Lists to look into: the fewer rows pass a filter, the more."""
        share = passing / max(len(self), 1)
        if share <= self.settings.full_share:
            return lists.count
        return min(lists.count, int(lists.nprobe / share + 0.999))

    def _scored(self, query: Vectors, rows: Rows, k: int) -> Hits:
        if self._count_removed():
            rows = np.unique(rows)  # one that was removed and came back may be found twice
        return best(rows, inner_products(self._store.known(rows), query), k)

    def _need_lists(self) -> Lists:
        if self._lists is None:  # pragma: no cover - callers look first
            raise RuntimeError("no lists")
        return self._lists

    def _selected(self, allowed: Mask | None) -> NDArray[np.uint8] | None:
        """Bits of the rows that lists may answer; None where that is all that they know."""
        if allowed is None and not self._count_removed():
            return None
        if allowed is None and self._bits is not None:
            return self._bits
        mask = self._store.present.mask()
        if allowed is not None:
            both = min(len(mask), len(allowed))
            return np.packbits(mask[:both] & allowed[:both], bitorder="little")
        self._bits = np.packbits(mask, bitorder="little")
        return self._bits

    def _count_removed(self) -> int:
        """How many vectors that were removed the lists still know."""
        if self._removed is None:
            known = int(np.count_nonzero(self._store.listed & self._store.alive))
            self._removed = len(self._lists) - known if self._lists else 0
        return self._removed

    def _fresh(self) -> tuple[int, Mask]:
        """Place of the first vector that no list knows, and which from there on count."""
        if self._unlisted is None:
            fresh = self._store.alive & ~self._store.listed
            start = int(fresh.argmax()) if fresh.any() else len(fresh)
            self._unlisted = start, fresh[start:]
        return self._unlisted

    @property
    def compaction_due(self) -> bool:
        """Whether lists should be made, made anew, or brought up to date."""
        count = len(self)
        if self._lists is None or self._outgrown(self._lists, count):
            return self._lists is not None or count > self.settings.unlisted
        fresh = int(np.count_nonzero(self._fresh()[1]))
        much = fresh > max(FRESH_LEAST, count // FRESH_SHARE)
        return much or self._count_removed() > len(self._lists) // DEAD_SHARE

    def compact(self) -> None:
        """Make the lists, or take what is new in and what was removed out."""
        store, lists = self._store, self._lists
        if len(self) <= self.settings.unlisted:
            self._lists = None
        elif lists is None or self._outgrown(lists, len(self)):
            self._lists = trained(store, self.settings)
        else:
            wanted = np.zeros(len(store.present.mask()), dtype=np.bool_)
            wanted[store.rows[store.listed & store.alive]] = True
            lists.keep(np.packbits(wanted, bitorder="little"))
            fill(lists, store, store.alive & ~store.listed)
        store.listed[:] = store.alive if self._lists is not None else False
        self._forget()

    def _outgrown(self, lists: Lists, count: int) -> bool:
        below = count <= self.settings.unlisted
        return below or not lists.trained_on / OUTGROWN <= count <= lists.trained_on * OUTGROWN

    def save(self, folder: Path) -> None:
        """Write the index into an existing empty folder; unchanged files are linked."""
        self._store.save(folder)
        if self._lists is not None:
            self._lists.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote into memory. Raises CorruptIndexError."""
        store = VectorStore.load(folder)
        index = cls(store.dim)
        index._store = store
        if store.listed.any():
            index._lists = Lists.load(folder, store.dim)
        return index


@dataclass(frozen=True, slots=True)
class IvfKind:
    """An `IvfIndex` with settings of its own, as the factory knows kinds."""

    settings: IvfSettings

    def __call__(self, dim: int) -> IvfIndex:
        """Make an empty index."""
        return IvfIndex(dim, self.settings)

    def load(self, folder: Path) -> IvfIndex:
        """Read a saved index. Raises CorruptIndexError."""
        index = IvfIndex.load(folder)
        index.settings = self.settings
        return index


def _within(allowed: Mask, rows: Rows) -> Mask:
    inside: Mask = rows < len(allowed)
    inside[inside] = allowed[rows[inside]]
    return inside


def _foremost(scores: Scores, k: int) -> Places:
    """Places of the scores that are among the k best, or within rounding of the k-th."""
    if len(scores) <= k:
        return np.flatnonzero(scores > -np.inf)
    kth = np.partition(scores, len(scores) - k)[-k]
    near = TOLERANCE * max(1.0, abs(float(scores.max())))
    return np.flatnonzero((scores >= kth - near) & (scores > -np.inf))
