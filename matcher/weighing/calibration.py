"""Stretches a fitted model until it is as sure of needs that it has not seen as it may be.

The fit mixes sources whose likeness means different things, and a penalty holds it back, so of new
needs it is too little sure: its log-odds of `SCORED_LEVEL` are stretched and moved by the line that
a logistic regression finds for held-out needs (Platt 1999). The order of a need's pairs stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from matcher.fit import SCORED_LEVEL, FitModel
from matcher.weighing.examples import Example

Fitting = Callable[[Sequence[Example]], FitModel]
FEWEST = 20
"""Needs with judged pairs from which on a line is fitted."""
FOLDS = 4
ASSUMED = 0.25
"""What a pair counts here that nobody graded, whose level is assumed to be 1 (benchmarks.md)."""
_INVERSE_PENALTY = 1e3


def calibrated(examples: Sequence[Example], fitting: Fitting) -> FitModel:
    """Fit a model of the read stage, and calibrate it on needs held out in turn.

    With few needs, or where all held-out pairs are alike, it stays as it was fitted.
    """
    model = fitting(examples)
    needs = sorted({one.need for one in examples if one.judged})
    if len(needs) < FEWEST:
        return model
    odds: list[float] = []
    truth: list[bool] = []
    counts: list[float] = []
    for fold in range(FOLDS):
        held_out = set(needs[fold::FOLDS])
        without = fitting([one for one in examples if one.need not in held_out])
        for one in examples:
            if one.need in held_out:
                odds.append(without(one.read or {}).log_odds)
                truth.append(one.level >= SCORED_LEVEL)
                counts.append(1.0 if one.judged else ASSUMED)
    if len(set(truth)) == 1:
        return model
    line = LogisticRegression(C=_INVERSE_PENALTY)
    line.fit(np.array(odds)[:, np.newaxis], truth, sample_weight=counts)
    slope, shift = float(line.coef_[0, 0]), float(line.intercept_[0])
    return stretched(model, slope, shift) if slope > 0 else model


def stretched(model: FitModel, slope: float, shift: float) -> FitModel:
    """A model whose log-odds of each level are `slope` times those of another, and `shift` more."""
    low, middle, high = (slope * theta - shift for theta in model.thresholds)
    return replace(
        model,
        weights={name: slope * weight for name, weight in model.weights.items()},
        thresholds=(low, middle, high),
    )
