"""Fits a model of one's own to labelled pairs.

First a model of the features alone says what to expect; what the labels say beyond it goes into the
memory; then two models weigh features and memory: one for needs without labels of their own (all
that is recalled comes from other needs), one for needs that have some (each pair is left out of
what it recalls). So a label never explains itself.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.fit import FitModel, FitModels
from matcher.fitting import fit_levels
from matcher.memory.compared import SHIPPED, Compared
from matcher.memory.memory import OTHERS, OWN, Memory
from matcher.memory.trained import POOLED, TrainedModel, expected_levels
from matcher.weighing import PENALTY, names_of

ENOUGH = 200
"""Pairs of an offer that are worth a model of its own."""

Levels = NDArray[np.int64]
Rows = Sequence[Mapping[str, float]]


def fit_own(pairs: Compared, levels: Levels) -> TrainedModel:
    """Fit a model to pairs.

    Args:
        pairs: what was labelled.
        levels: int64[n], 1-4; of two kinds at least.
    """
    alone = _fit(pairs, pairs.values, levels, ())
    surprises = levels - expected_levels(alone, pairs.offers, list(pairs.values))
    memory = Memory(pairs.needs, pairs.achievements, pairs.need_at, pairs.achievement_at, surprises)
    recalled, labels = memory.recall(pairs, own=True)
    columns = zip(*(column.tolist() for column in recalled.values()), strict=True)
    rows = [
        {**values, **dict(zip(recalled, column, strict=True))}
        for values, column in zip(pairs.values, columns, strict=True)
    ]
    new = _fit(pairs, rows, levels, tuple(OTHERS))
    seen = np.flatnonzero(labels)
    known = new
    if len(set(levels[seen].tolist())) > 1:
        some = pairs.some(seen)
        known = _fit(some, [rows[at] for at in seen.tolist()], levels[seen], (*OTHERS, *OWN))
    return TrainedModel(new, known, memory)


def _fit(pairs: Compared, rows: Rows, levels: Levels, remembered: Sequence[str]) -> FitModels:
    """A model for each offer with enough pairs, and one for all the others."""
    models = {POOLED: _fit_one(rows, levels, (SHIPPED, *remembered))}
    offers = np.array(pairs.offers)
    for offer in dict.fromkeys(pairs.offers):
        at = np.flatnonzero(offers == offer)
        if len(at) >= ENOUGH and len(set(levels[at].tolist())) > 1:
            stage = "read" if "reader" in rows[int(at[0])] else "pair"
            names = (SHIPPED, *names_of(offer, stage), *remembered)
            models[offer] = _fit_one([rows[one] for one in at.tolist()], levels[at], names)
    return FitModels(models)


def _fit_one(rows: Rows, levels: Levels, names: Sequence[str]) -> FitModel:
    means = {
        name: 0.0 if name in OTHERS or name in OWN else float(np.mean([row[name] for row in rows]))
        for name in names
    }
    return fit_levels(rows, levels.tolist(), names=names, references=means, penalty=PENALTY)
