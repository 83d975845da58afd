"""Fits all weights of an encoder to judged pairs: `python -m service.weights` and `train fit`.

Cosines of different encoders mean different things, so each encoder has weights of its own. Those
of the two shipped encoders come with the package; `fit_weights` makes those of any other.
"""

from matcher.weighing.examples import Example, Judgements, Progress
from matcher.weighing.fit_weights import (
    FIRST_FEATURES,
    FULL_FEATURES,
    PENALTY,
    READ_FEATURES,
    TITLE_FEATURES,
    WORD_FEATURES,
    fit_models,
    fit_weights,
    make_embedder,
    names_of,
)
from matcher.weighing.gold_odds import gold_odds

__all__ = [
    "FIRST_FEATURES",
    "FULL_FEATURES",
    "PENALTY",
    "READ_FEATURES",
    "TITLE_FEATURES",
    "WORD_FEATURES",
    "Example",
    "Judgements",
    "Progress",
    "fit_models",
    "fit_weights",
    "gold_odds",
    "make_embedder",
    "names_of",
]
