"""How a question is narrowed on the server: by filters, by lists of rows, and how hard to look."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indexing.base import Mask, Rows
from indexing.column_kinds import ColumnKind
from indexing.milvus.expressions import all_of, in_rows, narrowing, not_in_rows
from indexing.milvus.mask import filters_of
from indexing.rowset import RowSet

LISTED = 4096
"""Rows in one expression at the most; Milvus 2.3 reads about 70,000 a second."""
FEW = 256
"""So many rows are listed even where filters would say it too."""
SPARE = 1.25
LEAST_EF = 512
LEAST_SHARE = 0.02
"""Where fewer pass, Milvus scans those that do instead of walking its graph."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A question's expression.

    Attributes:
        expression: lets through every row that may be answered, and perhaps others.
        share: of the rows, how many it lets through, about; 0 to 1.
        excess: rows that it lets through for each one that may be answered, about; from 1.
    """

    expression: str
    share: float = 1.0
    excess: float = 1.0

    def fetch(self, wanted: int) -> int:
        """How many hits to ask for, to keep so many."""
        return wanted if self.excess <= 1 else int(wanted * self.excess * SPARE)

    def ef(self, fetch: int) -> int:
        """How many rows a walk through the graph keeps in sight: the more, the fewer pass."""
        return int(max(2 * fetch, LEAST_EF) / max(self.share, LEAST_SHARE))


def narrowed(
    present: RowSet, gone: Rows, allowed: Mask | None, kinds: Mapping[str, ColumnKind]
) -> Narrowed:
    """Say to the server what may be answered, as exactly as it is short.

    Args:
        present: rows that count.
        gone: rows that are still on the server and do not.
        allowed: the caller's mask, of which at least one row is present.
        kinds: columns that the collection has fields for.
    """
    away = not_in_rows(gone) if 0 < len(gone) <= LISTED else ""
    excess = 1.0 if away or not len(gone) else 1 + len(gone) / max(len(present), 1)
    if allowed is None:
        return Narrowed(away, excess=excess)
    count, whole = present.count_passing(allowed), len(present)
    share = count / whole
    by_filters = narrowing(filters_of(allowed), kinds)
    if count <= (FEW if by_filters else LISTED):
        return Narrowed(in_rows(present.passing(allowed)), share)
    if whole - count <= LISTED:
        kept_away = np.union1d(_refused(present, allowed), gone[: LISTED if away else 0])
        return Narrowed(not_in_rows(kept_away) if len(kept_away) else "", share, excess)
    if by_filters:
        return Narrowed(all_of([by_filters, away]), share, excess)
    return Narrowed(away, excess=max(excess, 1 / share))


def _refused(present: RowSet, allowed: Mask) -> Rows:
    rows = present.all()
    known = rows < len(allowed)
    refused = ~known
    refused[known] = ~allowed[rows[known]]
    found: Rows = rows[refused]
    return found
