"""The nearest rows of many questions at once, exactly, by blocked matrix products.

A block of scores stays in the processor's cache, is compared with the least score that may still
count, and is forgotten. Where BLAS rounds as it likes, candidates are taken generously and scored
again with `indexing.ranking.inner_products`: so the answer does not depend on how the work was
cut, and is the one that the exact index gives.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from indexing.base import Hits, Rows, Scores, Vectors
from indexing.ranking import best, inner_products, no_hits

TILE = 1024
"""Vectors in one product."""
ROUNDING = 1e-5
"""More than the rounding by which two ways of adding up one inner product differ."""
SETTLED_AT = 300
"""Candidates waiting, a question on average, before limits are raised."""
TIES = 4
"""This many times what is wanted may be within rounding of the last before they are told apart."""

Places = NDArray[np.int64]


def nearest(
    queries: Vectors, rows: Rows, vectors: Callable[[Rows], Vectors], keep: int
) -> list[Hits]:
    """Find the best `keep` of some rows for each question, by inner product.

    Args:
        queries: float32[n, dim]; some hundreds at a time are best.
        rows: int64[m], ascending.
        vectors: gives the vectors float32[., dim] of rows.
        keep: how many; at least 1.

    Returns:
        For each question its hits, sorted by (-score, row).
    """
    if not len(queries):
        return []
    search = _Search(queries, vectors, keep)
    for at in range(0, len(rows), TILE):
        search.take(rows[at : at + TILE])
    return search.found()


class _Search:
    """What was found so far, and for each question the least score that still counts."""

    def __init__(self, queries: Vectors, vectors: Callable[[Rows], Vectors], keep: int) -> None:
        self._queries = np.ascontiguousarray(queries, dtype=np.float32)
        self._vectors = vectors
        self._keep = keep
        self._limits = np.full((len(queries), 1), -np.inf, dtype=np.float32)
        self._waiting: list[tuple[Places, Rows, Scores]] = []
        self._count = 0
        self._scores = np.empty(len(queries) * TILE, dtype=np.float32)
        self._above = np.empty(len(queries) * TILE, dtype=np.bool_)
        self._found: list[Hits] = [no_hits() for _ in queries]

    def take(self, rows: Rows) -> None:
        """Compare the vectors of at most `TILE` rows."""
        vectors, count = self._vectors(rows), len(self._queries)
        scores = self._scores[: count * len(rows)].reshape(count, len(rows))
        np.matmul(self._queries, vectors.T, out=scores)
        places = self._passing(scores)
        if len(places) > SETTLED_AT * count and len(rows) > self._keep:
            cut = len(rows) - self._keep
            self._raise(np.partition(scores, cut, axis=1)[:, cut, np.newaxis])
            places = self._passing(scores)
        asked, at = np.divmod(places, len(rows))
        self._waiting.append((asked, rows[at], scores.reshape(-1)[places]))
        self._count += len(places)
        if self._count > SETTLED_AT * count:
            self._settle()

    def found(self) -> list[Hits]:
        """The best of all that was taken."""
        self._settle()
        return [self._exact(number, hits.rows) for number, hits in enumerate(self._found)]

    def _settle(self) -> None:
        """Pass over what is surely not among the best, and raise the limits."""
        if not self._waiting:
            return
        asked, rows, scores = map(np.concatenate, zip(*self._waiting, strict=True))
        self._waiting, self._count = [], 0
        order = np.argsort(asked, kind="stable")
        ends = np.cumsum(np.bincount(asked, minlength=len(self._queries)))[:-1]
        pieces = zip(np.split(rows[order], ends), np.split(scores[order], ends), strict=True)
        for number, (own, given) in enumerate(pieces):
            if len(own):
                before = self._found[number]
                own = np.concatenate([before.rows, own])
                given = np.concatenate([before.scores, given])
                self._found[number] = self._foremost(number, Hits(own, given))

    def _foremost(self, number: int, hits: Hits) -> Hits:
        """Hits that may be among the best, unsorted; where very many tie, just the best."""
        cut = len(hits.rows) - self._keep
        if cut <= 0:
            return hits
        kth = np.partition(hits.scores, cut)[cut]
        limit = max(self._limits[number, 0], kth - 2 * _near(kth))
        self._limits[number] = limit
        near = hits.scores >= limit
        if np.count_nonzero(near) > TIES * self._keep:
            return self._exact(number, hits.rows[near])
        return Hits(hits.rows[near], hits.scores[near])

    def _exact(self, number: int, rows: Rows) -> Hits:
        scores = inner_products(self._vectors(rows), self._queries[number])
        return best(rows, scores, self._keep)

    def _raise(self, kth: Scores) -> None:
        """Raise limits float32[n, 1] to just below scores that enough rows have."""
        np.maximum(self._limits, kth - 2 * _near(kth), out=self._limits)

    def _passing(self, scores: Scores) -> Places:
        """Places in the flattened scores float32[n, m] that reach their question's limit."""
        above = self._above[: scores.size]
        np.greater_equal(scores, self._limits, out=above.reshape(scores.shape))
        if scores.size % 8:
            return np.flatnonzero(above)
        # Nearly all are below: eight are looked at together.
        eights = np.flatnonzero(above.view(np.uint64))
        inside, within = np.nonzero(above.reshape(-1, 8)[eights])
        places: Places = eights[inside] * 8 + within
        return places


def _near(scores: Scores) -> Scores:
    return np.asarray(ROUNDING * np.maximum(1.0, np.abs(scores)), dtype=np.float32)
