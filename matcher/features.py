"""What a pair of records has in common, as numbers; the same in both directions.

The need always asks and the achievement always answers, whichever side the user came from, so a
pair has one score. Late interaction (MaxSim) follows Khattab & Zaharia 2020, "ColBERT": each
weighted token of one side takes its best cosine among the tokens of the other.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matcher.documents import Document
from matcher.text.idf import BackgroundIdf

Floats = NDArray[np.float32]
Form = Literal["full", "title"]
FORMS: tuple[Form, ...] = ("full", "title")
SHORTEST_TEXT = 40
"""Characters; what is shorter is judged as a title, whichever field it stands in."""
K1, B = 1.2, 0.75
USUAL_WORDS = 120
"""L: words of a usual description."""


@dataclass(frozen=True)
class Profile:
    """A record with the numbers that pair features are made from.

    Attributes:
        vector: float32[dim], unit length.
        token_vectors: float32[t, token_dim], unit rows.
        token_spans: int32[t, 2], offsets into `document.full`.
    """

    document: Document
    vector: Floats
    token_vectors: Floats
    token_spans: NDArray[np.int32]
    idf: BackgroundIdf

    @cached_property
    def token_weights(self) -> Floats:
        """Weight of each token, float32[t]: the idf of the words under it."""
        ends = np.concatenate([[0.0], np.cumsum(self.document.weights(self.idf))])
        weights = ends[self.token_spans[:, 1]] - ends[self.token_spans[:, 0]]
        return np.asarray(weights, dtype=np.float32)

    @cached_property
    def title_tokens(self) -> int:
        """How many of the tokens belong to the title; all of them without a title."""
        end = self.document.title_end
        if not end:
            return len(self.token_spans)
        return int(np.count_nonzero(self.token_spans[:, 1] <= end))

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word stands in the record."""
        return Counter(self.document.words)

    @cached_property
    def words(self) -> dict[str, float]:
        """Word -> idf times how often it is asked for."""
        return {word: count * self.idf(word) for word, count in self.counts.items()}

    @cached_property
    def title_words(self) -> dict[str, float]:
        """`words` of the title alone; of the whole without a title."""
        end = self.document.title_end
        if not end:
            return self.words
        counts = Counter(t.word for t in self.document.tokens if t.end <= end)
        return {word: count * self.idf(word) for word, count in counts.items()}

    @cached_property
    def sentence_vectors(self) -> tuple[Floats, Floats]:
        """(float32[s, token_dim] unit rows, float32[s] weights), for each sentence."""
        spans = self.document.sentences
        vectors = np.zeros((len(spans), self.token_vectors.shape[1]), dtype=np.float32)
        weights = np.zeros(len(spans), dtype=np.float32)
        for at, (start, end) in enumerate(spans):
            inside = (self.token_spans[:, 0] >= start) & (self.token_spans[:, 1] <= end)
            weights[at] = self.token_weights[inside].sum()
            vectors[at] = self.token_weights[inside] @ self.token_vectors[inside]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-9), weights


def form_of(document: Document) -> Form:
    """Tell whether a record is a full text, or a bare title or a phrase as short as one."""
    return "full" if len(document.body.text.strip()) >= SHORTEST_TEXT else "title"


def offer_of(need: Form, achievement: Form) -> str:
    """Name what a pair offers, such as `full-title`: it decides which weights judge the pair."""
    return f"{need}-{achievement}"


OFFERS = tuple(offer_of(need, achievement) for need in FORMS for achievement in FORMS)


def word_shares(asked: Mapping[str, float], offered: Profile) -> dict[str, float]:
    """Share of the asked words' weight that each shared word covers; together 0-1.

    A word covers its weight up to BM25's saturation tf / (tf + k1 * (1 - b + b * |d| / L)), with
    k1 = 1.2, b = 0.75 and a fixed L instead of an index's mean length.
    """
    total = sum(asked.values())
    if not total:
        return {}
    counts = offered.counts
    slack = K1 * (1 - B + B * len(offered.document.tokens) / USUAL_WORDS)
    return {
        word: weight / total * counts[word] / (counts[word] + slack)
        for word, weight in asked.items()
        if word in counts
    }


@dataclass(frozen=True)
class PairFeatures:
    """One pair's features, with the alignment that explains them.

    Attributes:
        best: float32[t_need], the best cosine of each need token in the achievement.
        best_at: int64[t_need], the achievement's token that gives it.
        values: feature -> value.
    """

    need: Profile
    achievement: Profile
    best: Floats
    best_at: NDArray[np.int64]
    values: Mapping[str, float]

    @property
    def offer(self) -> str:
        """What the pair offers; see `offer_of`."""
        return offer_of(form_of(self.need.document), form_of(self.achievement.document))


def pair_features(need: Profile, achievement: Profile) -> PairFeatures:
    """Compare a need with an achievement."""
    if len(need.token_vectors) and len(achievement.token_vectors):
        likeness = need.token_vectors @ achievement.token_vectors.T
        best_at = likeness.argmax(axis=1)
        best = likeness[np.arange(len(likeness)), best_at]
        title = likeness[:, : achievement.title_tokens]
        back = title.max(axis=0) if title.size else np.zeros(0, dtype=np.float32)
    else:
        best_at = np.zeros(len(need.token_vectors), dtype=np.int64)
        best = np.zeros(len(need.token_vectors), dtype=np.float32)
        back = np.zeros(achievement.title_tokens, dtype=np.float32)
    weights, titled = need.token_weights, need.title_tokens
    values = {
        "dense": float(need.vector @ achievement.vector),
        "need_words": math.fsum(word_shares(need.words, achievement).values()),
        "title_words": math.fsum(word_shares(achievement.title_words, need).values()),
        "need_meaning": _mean(best, weights),
        "need_title_meaning": _mean(best[:titled], weights[:titled]),
        "title_meaning": _mean(back, achievement.token_weights[: achievement.title_tokens]),
        "sentences": _sentence_likeness(need, achievement),
    }
    return PairFeatures(need, achievement, best, best_at, values)


def _mean(values: Floats, weights: Floats) -> float:
    total = float(weights.sum())
    return float(values @ weights) / total if total > 0 else 0.0


def _sentence_likeness(need: Profile, achievement: Profile) -> float:
    """Mean over the need's sentences of the best cosine to a sentence of the achievement."""
    asked, weights = need.sentence_vectors
    offered, _ = achievement.sentence_vectors
    if not len(asked) or not len(offered):
        return 0.0
    return _mean((asked @ offered.T).max(axis=1), weights)
