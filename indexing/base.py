"""What the indexing room offers: rows, unit vectors, token lists and filter columns.

A row is an int64 that the caller chose and that stays the same for a record's life. Nothing here
knows texts, needs or models. In every answer a higher score is better and no row is negative.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Vectors = NDArray[np.float32]
Mask = NDArray[np.bool_]
"""bool[m]: `mask[row]` says whether a row may be answered; rows >= m may not."""


class Hits(NamedTuple):
    """An answer list, sorted by (-score, row).

    Attributes:
        rows: int64[n], no row twice, none negative.
        scores: float32[n].
    """

    rows: Rows
    scores: Scores


@runtime_checkable
class VectorIndex(Protocol):
    """Inner-product search over unit vectors."""

    @property
    def dim(self) -> int:
        """Width of a vector."""

    def __len__(self) -> int: ...

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add vectors float32[n, dim] under new rows int64[n].

        Raises:
            DimensionError: the width is not `dim`.
            DuplicateRowError: a row is there already, or twice in the call.
        """

    def remove(self, rows: Rows) -> int:
        """Remove rows; rows that are not there are passed over. Returns how many were removed."""

    def search(self, query: Vectors, k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows for one query float32[dim], among `allowed` rows only (filter first)."""

    def search_many(self, queries: Vectors, k: int, allowed: Mask | None = None) -> list[Hits]:
        """`search` for each row of queries float32[n, dim]; equal to n single searches."""

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors float32[n, dim] of rows.

        Raises:
            UnknownRowError: a row is not there.
        """

    def save(self, folder: Path) -> None:
        """Write the index into an existing empty folder."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            CorruptIndexError: a file is missing or cannot be read.
        """


@runtime_checkable
class Compacting(Protocol):
    """An index that has work which may wait until its changes are saved."""

    @property
    def compaction_due(self) -> bool:
        """Whether `compact` would be worth its time now."""

    def compact(self) -> None:
        """Bring in order what changes have left: the answers stay, they come faster."""


@runtime_checkable
class LexicalIndex(Protocol):
    """BM25 (k1 1.2, b 0.75) over token lists, OR semantics.

    score(q, d) = sum over tokens t of q, a token counted as often as it stands in q, of
    idf(t) * tf(t, d) * (k1 + 1) / (tf(t, d) + k1 * (1 - b + b * |d| / avgdl)),
    idf(t) = ln(1 + (N - df(t) + 0.5) / (df(t) + 0.5)).
    Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond".
    """

    def __len__(self) -> int: ...

    def add(self, rows: Rows, documents: Sequence[Sequence[str]]) -> None:
        """Add token lists under new rows. Raises DuplicateRowError."""

    def remove(self, rows: Rows) -> int:
        """Remove rows; rows that are not there are passed over. Returns how many were removed."""

    def search(self, tokens: Sequence[str], k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows with a score above 0 for a query's tokens, among `allowed` rows only."""

    def idf(self, tokens: Sequence[str]) -> Scores:
        """Inverse document frequency of each token, float32[n]; a token never seen has df 0."""

    def save(self, folder: Path) -> None:
        """Write the index into an existing empty folder."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises CorruptIndexError."""
