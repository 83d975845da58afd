"""Records of one side that are like one of them: by meaning and by shared words, explained.

The likeness of two records is half the cosine of their vectors (as far as it is above 0), half the
cosine of their words, each word weighed by its background idf: a number in [0, 1], the same in
both directions, whatever else is indexed. The two searches only propose what is compared.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from indexing.bundle import Bundle
from indexing.filters import Filter
from matcher.documents import Document
from matcher.embed import Embedder
from matcher.pipeline import SearchSide
from matcher.protocols import Segmenter
from matcher.scoring import read_document
from matcher.text.idf import BackgroundIdf, background_idf
from matcher.types import Record, Span
from models.base import FloatMatrix

DEPTH = 40
"""Rows that each of both searches proposes, at the least."""
MEANING = 0.5
"""Share of the vectors' cosine in the likeness; the words have the rest."""


@dataclass(frozen=True, slots=True)
class SharedTerm:
    """A word of both records.

    Attributes:
        left: its first place in the record that was asked about.
        right: its first place in the similar one.
        share: what it adds to the likeness.
    """

    left: Span
    right: Span
    share: float


@dataclass(frozen=True, slots=True)
class Similar:
    """A record that is like another one.

    Attributes:
        rank: 1 is the most similar.
        score: the likeness, 0 to 1; `meaning` and all shared terms add up to it.
        meaning: what the vectors add.
        terms: the words that add most, at most as many as were asked for.
        other_terms: what the words that are not shown add together.
    """

    rank: int
    record: Record
    score: float
    meaning: float
    terms: tuple[SharedTerm, ...]
    other_terms: float


@dataclass(frozen=True)
class _Words:
    """A document's distinct words with their idf, and the length of that vector."""

    document: Document
    idf: Mapping[str, float]
    length: float

    @classmethod
    def of(cls, document: Document, idf: BackgroundIdf) -> "_Words":
        weights = {word: idf(word) for word in set(document.words)}
        return cls(document, weights, math.sqrt(math.fsum(w * w for w in weights.values())))

    def shares(self, other: "_Words") -> dict[str, float]:
        """What each shared word adds to the cosine."""
        lengths = self.length * other.length
        return {
            word: weight * weight / lengths
            for word, weight in self.idf.items()
            if word in other.idf and lengths
        }


def similar(
    record: Record,
    side: SearchSide,
    embedder: Embedder,
    segmenter: Segmenter,
    *,
    k: int = 10,
    filters: Sequence[Filter] = (),
    hidden: Collection[str] = (),
    terms: int = 5,
) -> list[Similar]:
    """Find the records that are most like one of their own side.

    Args:
        record: is not among the answers, nor is what shares nothing with it.
        side: its own side.
        embedder: must be the one that the index was built with.
        segmenter: likewise.
        k: how many.
        filters: what the answers must be.
        hidden: ids of records that must not be seen; taken away before anything is searched.
        terms: how many shared words are shown of each.

    Raises:
        EmptyQueryError: the record has neither title nor text.
        FilterError: a filter names an unknown field or a value of the wrong type.
    """
    asked = read_document(record, segmenter)
    vector = embedder.vectors([asked])[0]
    cosines = _proposed(record.id, asked, vector, side.bundle, filters, hidden, max(DEPTH, k))
    idf = background_idf()
    words = _Words.of(asked, idf)
    found = [
        _compared(words, _Words.of(Document.of(one, segmenter), idf), cosines[one.id], terms)
        for one in side.records.get_many(list(cosines))
    ]
    likely = [one for one in found if one.score > 0]
    best = sorted(likely, key=lambda one: (-one.score, one.record.id))
    return [replace(one, rank=rank) for rank, one in enumerate(best[:k], start=1)]


def _proposed(
    own: str,
    asked: Document,
    vector: FloatMatrix,
    bundle: Bundle,
    filters: Sequence[Filter],
    hidden: Collection[str],
    depth: int,
) -> dict[str, float]:
    """Ask both indexes; the cosine of each found record by its id."""
    allowed = bundle.mask(filters, {*hidden, own})
    rows, _ = bundle.dense(vector, depth, allowed)
    if asked.words:
        by_words, _ = bundle.lexical_search(asked.words, depth, allowed)
        rows = np.union1d(rows, by_words)
    cosines = bundle.vectors(rows) @ vector
    return dict(zip(bundle.ids(rows), map(float, cosines), strict=True))


def _compared(asked: _Words, found: _Words, cosine: float, limit: int) -> Similar:
    shares = asked.shares(found)
    by_words = {word: (1 - MEANING) * share for word, share in shares.items()}
    meaning = MEANING * min(1.0, max(0.0, cosine))
    shown = sorted(by_words, key=lambda word: (-by_words[word], word))[:limit]
    left, right = asked.document.tokens_by_word(), found.document.tokens_by_word()
    return Similar(
        rank=0,
        record=found.document.record,
        score=min(1.0, meaning + math.fsum(by_words.values())),
        meaning=meaning,
        terms=tuple(
            SharedTerm(
                asked.document.span(*left[word]), found.document.span(*right[word]), by_words[word]
            )
            for word in shown
        ),
        other_terms=math.fsum(share for word, share in by_words.items() if word not in shown),
    )
