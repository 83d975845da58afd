"""One question to a collection, asked again until the best k rows are sure to be among the hits."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexing.base import Mask, Rows, Vectors
from indexing.milvus.collection import MOST_HITS, Collection, Found
from indexing.milvus.expressions import in_rows
from indexing.milvus.narrow import LISTED, Narrowed
from indexing.rowset import RowSet

log = logging.getLogger(__name__)

MARGIN = 16
"""Hits fetched beyond k, so that near ties at the cut are seen without asking again."""
TOLERANCE = 1e-5
"""More than the rounding by which the server's inner products differ from ours."""
GROWTH = 4
TOGETHER = 64
"""Queries in one call."""
MOST_LISTS = 64
"""Lists of rows that are gone through for a question that the graph answers too shortly."""


@dataclass(frozen=True, slots=True)
class Search:
    """What questions are asked of, and which rows may be answered.

    Attributes:
        collection: on the server.
        present: rows that count.
        allowed: the caller's mask; it has the last word.
        narrow: what the server is told of both.
        k: rows that are wanted; there are as many that may be answered.
    """

    collection: Collection
    present: RowSet
    allowed: Mask | None
    narrow: Narrowed
    k: int

    def candidates(self, queries: Vectors) -> list[Rows]:
        """For each of queries float32[n, dim] rows int64[m] among which the k best are."""
        wanted = self.narrow.fetch(self.k + MARGIN)
        if wanted > MOST_HITS and self._can_be_listed:
            return [self._by_lists(query) for query in queries]
        fetch = min(wanted, MOST_HITS)
        answers: list[Rows] = []
        for start in range(0, len(queries), TOGETHER):
            part = queries[start : start + TOGETHER]
            for query, found in zip(part, self._ask(part, fetch), strict=True):
                sure = self._sure(found, fetch)
                answers.append(self._further(query, fetch, found) if sure is None else sure)
        return answers

    def _ask(self, queries: Vectors, fetch: int) -> Sequence[Found]:
        narrow = self.narrow
        return self.collection.search(queries, fetch, narrow.expression, narrow.ef(fetch))

    def _further(self, query: Vectors, fetch: int, found: Found) -> Rows:
        while fetch < MOST_HITS:
            fetch = min(fetch * GROWTH, MOST_HITS)
            found = self._ask(query[np.newaxis], fetch)[0]
            sure = self._sure(found, fetch)
            if sure is not None:
                return sure
        if self._can_be_listed:
            return self._by_lists(query)
        log.warning("fewer than %d rows found among many", self.k)
        return found.rows[self._may_be_answered(found.rows)]

    def _sure(self, found: Found, fetch: int) -> Rows | None:
        """Rows among which the k best are, or None where the hits do not tell."""
        kept = self._may_be_answered(found.rows)
        rows, scores = found.rows[kept], found.scores[kept]
        if len(rows) < self.k:
            return None
        cut = scores[self.k - 1] - TOLERANCE * max(1.0, abs(float(scores[0])))
        if len(found.rows) == fetch and found.scores[-1] >= cut and fetch < MOST_HITS:
            return None
        sure: Rows = rows[scores >= cut]
        return sure

    def _may_be_answered(self, rows: Rows) -> Mask:
        kept = self.present.has(rows)
        if self.allowed is not None:
            kept &= rows < len(self.allowed)
            kept[kept] = self.allowed[rows[kept]]
        return kept

    @property
    def _can_be_listed(self) -> bool:
        allowed, count = self.allowed, len(self.present)
        if allowed is not None:
            count = self.present.count_passing(allowed)
        return count <= MOST_LISTS * LISTED

    def _by_lists(self, query: Vectors) -> Rows:
        """Go through all rows that may be answered, list by list: slow, and complete."""
        passing = self.present.all() if self.allowed is None else self.present.passing(self.allowed)
        best: list[Rows] = []
        for start in range(0, len(passing), LISTED):
            rows = passing[start : start + LISTED]
            limit = min(self.k + MARGIN, len(rows))
            found = self.collection.search(query[np.newaxis], limit, in_rows(rows), limit)[0]
            best.append(found.rows[self._may_be_answered(found.rows)])
        return np.concatenate(best)
