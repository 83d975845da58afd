"""Names the verdicts: a small model over the reader, late interaction, words and numbers.

The reader alone was trained on a few hundred needs; how near the nearest sentence comes to
a requirement, which of its words recur, and how its number compares say the same thing by other
ways. A multinomial logistic model weighs them (`matcher.weighing.verdict_model` fits it).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from matcher.features import PairFeatures, word_shares
from matcher.requirements.extract import KINDS, Asked
from matcher.requirements.linear import LinearModel
from matcher.requirements.pairing import Compared
from matcher.requirements.verdicts import LIGHTEST
from models.base import PairReading

Floats = NDArray[np.float64]
Place = tuple[int, int]
CLAIM_FEATURES = (
    "anywhere",  # mean over the requirement's tokens of the best cosine in the achievement
    "nearest",  # the same within the sentence that comes nearest
    "second",  # and within the second nearest
    "words",  # share of the requirement's words that recur
    "met",
    "short",
    "against",  # how its number compares
    "unanswered",  # it asks for a number, and none answers
    "chance",  # how likely the compared number is the answer
    "need",
    "dense",  # the whole pair's nearness
    "length",
    "log_missing",
    "log_partly",
    "log_met",  # what the reader says of it
    "levels",
    "nowhere",  # what it says of the pair, and that no sentence answers
    *KINDS,
)
_NEAR = [CLAIM_FEATURES.index(name) for name in ("need", "dense", "nearest")]
_NUMBERED = [CLAIM_FEATURES.index(name) for name in ("met", "short")]
FAR = -1.0
"""Mean of the standardised nearnesses of pair and sentence below which nothing is met: there the
reader alone would speak, and of texts unlike all that it learned from (chosen on dev)."""
UNSUPPORTED = (0.9, 0.07, 0.03)
_LEAST = 1e-3
_UNSEEN = (0.5, 0.2, 0.3)
"""Probabilities for a requirement that was cut off before the reader saw it."""


@dataclass(frozen=True, slots=True)
class VerdictModel(LinearModel):
    """Multinomial logistic model over `CLAIM_FEATURES`; rows as `verdicts.NAMES`."""

    NAMES = CLAIM_FEATURES
    ROWS = 3

    def __call__(self, features: Floats) -> Floats:
        """Probabilities of the verdicts, float64[claims, 3]; what is far away is missing."""
        standard = self.standard(features)
        named = softmax(self.logits(standard), axis=1)
        answered = features[:, _NUMBERED].any(axis=1)
        named[(standard[:, _NEAR].mean(axis=1) < FAR) & ~answered] = UNSUPPORTED
        return np.asarray(named)


def claim_likeness(pair: PairFeatures, asked: Asked, places: Sequence[Place]) -> Floats:
    """How near each place of the achievement comes to each requirement.

    Mean over the requirement's tokens, by weight, of their best cosine in the place; -1 for
    a place without tokens.

    Args:
        pair: whose tokens are compared.
        asked: the requirements.
        places: sentences or clauses of the achievement, in its document's `full`.

    Returns:
        float64[requirements, places].
    """
    need, achievement = pair.need, pair.achievement
    found = np.full((len(asked.places), len(places)), -1.0)
    starts = achievement.token_spans[:, 0]
    columns = [np.flatnonzero((starts >= first) & (starts < last)) for first, last in places]
    for row, (start, end) in enumerate(asked.places):
        under = (need.token_spans[:, 0] < end) & (need.token_spans[:, 1] > start)
        if not under.any():
            continue
        weights = need.token_weights[under] + LIGHTEST
        likeness = need.token_vectors[under] @ achievement.token_vectors.T
        for column, tokens in enumerate(columns):
            if tokens.size:
                found[row, column] = weights @ likeness[:, tokens].max(axis=1) / weights.sum()
    return found


def claim_features(
    pair: PairFeatures,
    asked: Asked,
    reading: PairReading,
    compared: Sequence[Compared | None],
    likeness: Floats,
) -> Floats:
    """`CLAIM_FEATURES` of each requirement, float64[requirements, features]."""
    rows = np.zeros((len(asked.places), len(CLAIM_FEATURES)))
    for at, (place, one) in enumerate(zip(asked.places, compared, strict=True)):
        relation = one.relation if one else ""
        asks = asked.requirements[at].indicator is not None
        under = (pair.need.token_spans[:, 0] < place[1]) & (pair.need.token_spans[:, 1] > place[0])
        weights = pair.need.token_weights[under] + LIGHTEST
        anywhere = float(pair.best[under] @ weights / weights.sum()) if under.any() else 0.0
        nearest = np.sort(np.concatenate([likeness[at], [-1.0, -1.0]]))
        said = np.array(_UNSEEN) if np.isnan(reading.verdicts[at]).any() else reading.verdicts[at]
        rows[at] = (
            anywhere,
            nearest[-1],
            nearest[-2] if nearest[-2] > -1 else nearest[-1],
            _words(pair, place),
            relation == "met",
            relation == "short",
            relation == "against",
            asks and not relation,
            one.chance if one else 0.0,
            pair.values["need_meaning"],
            pair.values["dense"],
            under.sum() / 20,
            *np.log(np.maximum(said, _LEAST)),
            reading.levels.mean(),
            reading.passages[at][0],
            *(asked.requirements[at].kind == kind for kind in KINDS),
        )
    return rows


def _words(pair: PairFeatures, place: tuple[int, int]) -> float:
    document, idf = pair.need.document, pair.need.idf
    inside = (one for one in document.tokens if one.start >= place[0] and one.end <= place[1])
    wanted = {word: idf(word) for word in dict.fromkeys(one.word for one in inside)}
    return float(sum(word_shares(wanted, pair.achievement).values()))
