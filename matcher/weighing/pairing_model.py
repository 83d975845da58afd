"""Fits the model that pairs numbers (`matcher.requirements.pairing`) to pairs with known proofs."""

from collections.abc import Iterable

import numpy as np
from sklearn.linear_model import LogisticRegression

from matcher.reading.closely import nearness_by_claim
from matcher.requirements.pairing import PAIRING_FEATURES, Pairing, candidates
from matcher.weighing.gold_pairs import JUDGED, ComparedPair

LOWER = 0.5
"""Weight of a number in a pair below level 3, whose requirements were not all judged."""


def fit_pairing(pairs: Iterable[ComparedPair]) -> Pairing:
    """Fit to graded pairs: a number that stands in the evidence of a requirement answers it."""
    rows = [np.zeros((0, len(PAIRING_FEATURES)))]
    truth: list[bool] = []
    weights: list[float] = []
    for one in pairs:
        document = one.pair.achievement.document
        proofs = {
            given.requirement.id: [document.place(span) for span in given.evidence]
            for given in one.graded.verdicts
        }
        found = candidates(one.pair, one.asked, *nearness_by_claim(one.pair, one.asked))
        for requirement, (rivals, features) in zip(one.asked.requirements, found, strict=True):
            places = proofs.get(requirement.id, [])
            starts = [rival.indicator.value_span[0] for rival in rivals]
            truth += [any(first <= at < last for first, last in places) for at in starts]
            weights += [1.0 if one.graded.level >= JUDGED else LOWER] * len(rivals)
            rows.append(features)
    features = np.concatenate(rows)
    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    model = LogisticRegression(max_iter=1000)
    model.fit((features - mean) / scale, truth, sample_weight=weights)
    return Pairing(model.coef_, model.intercept_, mean, scale)
