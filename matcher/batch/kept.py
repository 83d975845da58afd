"""The dense list of a need as a job keeps it, and how it follows a change of the achievements.

A list is longer than retrieval asks for, so that it may lose some rows before it must be made
anew. All of its scores are exact, so whether a pair was scored today or last year is the same.
"""

from dataclasses import dataclass

import numpy as np

from indexing.base import Hits, Mask, Rows, Scores
from indexing.ranking import best


@dataclass(frozen=True, slots=True)
class Kept:
    """The best rows of all that were searched, none left out among them.

    Attributes:
        rows: int64[n], sorted by (-score, row).
        scores: float32[n].
        is_complete: nothing that was searched is missing.
    """

    rows: Rows
    scores: Scores
    is_complete: bool


def merged(before: Kept, gone: Mask, fresh: Hits, *, keep: int, passing: int) -> Kept:
    """Bring a list up to date: take out what is gone, put in what is new.

    Nothing is known of rows behind the last of an incomplete list, so what is new counts only
    down to there; the outcome may be shorter than what was there. Who needs more searches anew.

    Args:
        before: the list as it was.
        gone: bool[m], rows that were removed or changed; rows >= m were not.
        fresh: the `keep` best of the rows that are new or changed.
        keep: how many the outcome has at the most.
        passing: how many rows are searched now.
    """
    stay = np.ones(len(before.rows), dtype=np.bool_)
    known = before.rows < len(gone)
    stay[known] = ~gone[before.rows[known]]
    rows, scores = fresh.rows, fresh.scores
    if not before.is_complete:
        inside = _down_to_last(before, fresh)
        rows, scores = rows[inside], scores[inside]
    hits = best(
        np.concatenate([before.rows[stay], rows]),
        np.concatenate([before.scores[stay], scores]),
        keep,
    )
    return Kept(hits.rows, hits.scores, len(hits.rows) == passing)


def _down_to_last(before: Kept, fresh: Hits) -> Mask:
    if not len(before.rows):
        return np.zeros(len(fresh.rows), dtype=np.bool_)
    row, score = before.rows[-1], before.scores[-1]
    inside: Mask = (fresh.scores > score) | ((fresh.scores == score) & (fresh.rows < row))
    return inside
