"""Candidates for one question: the dense and the lexical side, each with a score on every row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexing.base import Mask, Rows, Scores
from indexing.bundle import Bundle
from matcher.config import MatchConfig
from matcher.documents import Document
from models.base import FloatMatrix

BM25_CEILING = 2.2
"""k1 + 1: what a word's idf is multiplied by at the most."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows worth a closer look, best first on neither side.

    Attributes:
        rows: int64[n].
        dense: float32[n], cosine of the whole texts.
        lexical: float32[n], BM25 as a share of the most that the question's words could give
            ("theoretical" scaling: Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for
            Hybrid Retrieval"), so it means the same for short and long questions.
    """

    rows: Rows
    dense: Scores
    lexical: Scores


def retrieve(
    question: Document,
    vector: FloatMatrix,
    bundle: Bundle,
    config: MatchConfig,
    allowed: Mask | None,
) -> Candidates:
    """Ask both sides for `config.depth` rows and give each found row both scores."""
    depth = config.depth
    words = question.words
    lexical_rows, bm25 = _no_hits()
    dense_rows, _ = _no_hits()
    if config.lexical and words:
        lexical_rows, bm25 = bundle.lexical_search(words, depth, allowed)
    if config.dense:
        dense_rows, _ = bundle.dense(vector, depth, allowed)
    rows = np.union1d(lexical_rows, dense_rows)
    dense = np.zeros(len(rows), dtype=np.float32)
    lexical = np.zeros(len(rows), dtype=np.float32)
    if not len(rows):
        return Candidates(rows, dense, lexical)
    if config.dense:
        dense = (bundle.vectors(rows) @ vector).astype(np.float32)
    if config.lexical and words:
        lexical = _lexical_scores(words, rows, lexical_rows, bm25, bundle, depth)
    return Candidates(rows, dense, lexical)


def _lexical_scores(
    words: Sequence[str], rows: Rows, found: Rows, bm25: Scores, bundle: Bundle, depth: int
) -> Scores:
    scores = np.zeros(len(rows), dtype=np.float32)
    scores[np.searchsorted(rows, found)] = bm25
    # A row below the cut has at most the last score that was given; half of it is the best guess.
    # Without a cut every row with a shared word was given, so the others stay at 0.
    missing = np.isin(rows, found, invert=True)
    if len(found) >= depth and missing.any():
        scores[missing] = bm25[-1] / 2
    ceiling = float(bundle.idf(words).sum()) * BM25_CEILING
    return scores / ceiling if ceiling > 0 else scores


def _no_hits() -> tuple[Rows, Scores]:
    return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
