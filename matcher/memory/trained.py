"""The model of one's own: features of the pair, the shipped judgement, and what is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.fit import Fit, FitModels
from matcher.memory.compared import Compared
from matcher.memory.memory import Memory

POOLED = "pooled"
"""Key of the model for offers that had too few labelled pairs."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """Fitted to labelled pairs.

    Attributes:
        new: judges pairs of needs without labels; by offer, and `POOLED`.
        known: judges pairs of needs that have labels; likewise.
        memory: the labelled pairs.
        abstention: see `matcher.weight_file.Weights`.
    """

    new: FitModels
    known: FitModels
    memory: Memory
    abstention: float = 0.0

    def __call__(self, pairs: Compared) -> list[Fit]:
        """Judge pairs, each by itself."""
        recalled, labels = self.memory.recall(pairs)
        columns = list(zip(*recalled.values(), strict=True))
        fits = []
        for at, (offer, values) in enumerate(zip(pairs.offers, pairs.values, strict=True)):
            models = self.known if labels[at] else self.new
            features = {**values, **dict(zip(recalled, map(float, columns[at]), strict=True))}
            fits.append(models(offer if offer in models.by_offer else POOLED, features))
        return fits


def expected_levels(
    model: FitModels, offers: tuple[str, ...], rows: list[Mapping[str, float]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Mean level of each pair under a model, float64[n]."""
    keys = [offer if offer in model.by_offer else POOLED for offer in offers]
    return np.array([model(key, row).expected for key, row in zip(keys, rows, strict=True)])
