"""Candidates for one question: the dense and the lexical side, each with a score on every row."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from indexing.base import Mask, Rows, Scores
from indexing.bundle import Bundle
from indexing.errors import EngineUnavailableError
from indexing.ranking import no_hits
from matcher.config import MatchConfig
from models.base import FloatMatrix

log = logging.getLogger(__name__)

BM25_CEILING = 2.2
"""k1 + 1: what a word's idf is multiplied by at the most."""


class Worded(Protocol):
    """What has words, as a `matcher.documents.Document`."""

    @property
    def words(self) -> Sequence[str]:
        """The words in their order; one that is said twice stands there twice."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows worth a closer look, best first on neither side.

    Attributes:
        rows: int64[n].
        dense: float32[n], cosine of the whole texts.
        lexical: float32[n], BM25 as a share of the most that the question's words could give
            ("theoretical" scaling: Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for
            Hybrid Retrieval"), so it means the same for short and long questions.
        words_only: the engine of the vectors did not answer: the rows were found by words alone,
            and `dense` is 0.
    """

    rows: Rows
    dense: Scores
    lexical: Scores
    words_only: bool = False


def retrieve(
    question: Worded,
    vector: FloatMatrix,
    bundle: Bundle,
    config: MatchConfig,
    allowed: Mask | None,
    nearest: Rows | None = None,
) -> Candidates:
    """Ask both sides for `config.depth` rows and give each found row both scores.

    Where the engine of the vectors is not to be had, words alone have to do.

    Args:
        question: what is asked; only its words are looked at.
        vector: its vector, float32[dim].
        bundle: what is searched.
        config: which sides are asked, and for how many rows.
        allowed: rows that may be answered; None for all.
        nearest: what the dense side would find, where that is known already.

    Raises:
        EngineUnavailableError: it is not, and there are no words to go by.
    """
    depth = config.depth
    words = question.words if config.lexical else []
    lexical_rows, bm25 = bundle.lexical_search(words, depth, allowed) if words else no_hits()
    rows, words_only = np.sort(lexical_rows), False
    dense = np.zeros(len(rows), dtype=np.float32)
    if config.dense:
        try:
            found = bundle.dense(vector, depth, allowed).rows if nearest is None else nearest
            rows = np.union1d(rows, found)
            dense = (bundle.vectors(rows) @ vector).astype(np.float32)
        except EngineUnavailableError:
            if not words:
                raise
            log.warning("vectors not available: %d rows found by words alone", len(lexical_rows))
            rows, words_only = np.sort(lexical_rows), True
    lexical = np.zeros(len(rows), dtype=np.float32)
    if words and len(rows):
        lexical = _lexical_scores(words, rows, lexical_rows, bm25, bundle, depth)
    return Candidates(rows, dense, lexical, words_only)


def _lexical_scores(
    words: Sequence[str], rows: Rows, found: Rows, bm25: Scores, bundle: Bundle, depth: int
) -> Scores:
    scores = np.zeros(len(rows), dtype=np.float32)
    # A row below the cut has at most the last score that was given; half of it is the best guess.
    # Without a cut every row with a shared word was given, so the others stay at 0.
    if len(found) >= depth:
        scores[:] = bm25[-1] / 2
    scores[np.searchsorted(rows, found)] = bm25
    ceiling = float(bundle.idf(words).sum()) * BM25_CEILING
    return scores / ceiling if ceiling > 0 else scores
