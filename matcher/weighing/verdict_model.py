"""Fits the model that names verdicts (`matcher.requirements.naming`) to pairs with known ones."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from matcher.gold import GoldPair
from matcher.reading.closely import ReadPair
from matcher.requirements.naming import Floats, VerdictModel, claim_features
from matcher.requirements.verdicts import NAMES
from matcher.weighing.gold_pairs import JUDGED

INVERSE_PENALTY = 0.1
LOWER = 0.3
"""Weight of a verdict in a pair below level 3: most lists end in such pairs."""
TILT = (1.4, 0.9, 1.0)
"""Factors of missing, partly and met after the fit, which counts each verdict alike: of the
requirements of pairs of level 1 .09 instead of .14 are called partly or met, and the macro-F1 over
pairs from level 3 on does not suffer (fit and dev, cross-validated by need: .509 and .499)."""


def fit_naming(pairs: Sequence[tuple[GoldPair, ReadPair]]) -> VerdictModel:
    """Fit to graded pairs that the reader did not learn from; each verdict weighs the same in all.

    In a pair below level 3 a requirement without a verdict counts as missing.
    """
    features = np.concatenate([_features(close) for _, close in pairs])
    truth: list[int] = []
    weights: list[float] = []
    for pair, close in pairs:
        given = {one.requirement.id: one.name for one in pair.verdicts}
        for requirement in close.read.asked.requirements:
            truth.append(NAMES.index(given.get(requirement.id, "missing")))
            weights.append(1.0 if pair.level >= JUDGED else LOWER)
    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    model = LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=1000)
    model.fit((features - mean) / scale, truth, sample_weight=weights)
    return VerdictModel(model.coef_, model.intercept_ + np.log(TILT), mean, scale)


def _features(close: ReadPair) -> Floats:
    read = close.read
    return claim_features(close.pair, read.asked, read.reading, read.compared, read.likeness)
