"""Pair features to a probability for each fit level.

The proportional-odds model (McCullagh 1980, "Regression Models for Ordinal Data"):
log-odds(level >= j) = sum_i w_i * (x_i - r_i) - theta_j, for j = 2, 3, 4. One weighted sum
serves all three thresholds, so it can be taken apart: what a feature adds to the log-odds is its
contribution, and all contributions and the base add up to the score's log-odds.

Its weights are fitted by `matcher.fitting` and kept by `matcher.weights`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import ResourceError
from matcher.types import Level

Floats = NDArray[np.float64]
SCORED_LEVEL = Level.FAIRLY_STRONG
"""A list is sorted by P(level >= this)."""


UNDERSTATED = 1.5
"""How much worse it is to show a match below its level than as far above it."""


def cost_of(true: Level, shown: Level) -> float:
    """What showing a level costs: the square of how far it is off, more for hiding a match.

    The level of least expected *absolute* error (the median) hides strong matches wherever they
    are rare: it is right most often and useless. A broker who opens a weak match loses minutes; a
    strong match that is not shown is lost.
    """
    off = shown - true
    return float(off * off) * (UNDERSTATED if off < 0 else 1.0)


def logistic(x: float) -> float:
    """1 / (1 + e^-x), without overflow."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    grown = math.exp(x)
    return grown / (1.0 + grown)


@dataclass(frozen=True, slots=True)
class Fit:
    """The levels' probabilities of one pair.

    Attributes:
        base: log-odds of `SCORED_LEVEL` when every feature stands at its reference.
        contributions: feature -> log-odds that it adds.
        probabilities: level -> P(level); they add up to 1.
    """

    base: float
    contributions: Mapping[str, float]
    probabilities: Mapping[Level, float]

    @property
    def log_odds(self) -> float:
        """Log-odds of `SCORED_LEVEL`: base and contributions."""
        return self.base + math.fsum(self.contributions.values())

    @property
    def score(self) -> float:
        """P(level >= SCORED_LEVEL)."""
        return logistic(self.log_odds)

    @property
    def expected(self) -> float:
        """Mean level, 1-4."""
        return math.fsum(level * p for level, p in self.probabilities.items())

    @property
    def level(self) -> Level:
        """The level that costs least to show, on average over what may be true; see `cost_of`."""
        return min(Level, key=lambda shown: (self._cost(shown), -shown))

    def _cost(self, shown: Level) -> float:
        return math.fsum(p * cost_of(true, shown) for true, p in self.probabilities.items())


@dataclass(frozen=True, slots=True)
class FitModel:
    """Weights of the proportional-odds model for pairs that offer the same kinds of text.

    Attributes:
        weights: feature -> w, never negative: more likeness never lowers a score.
        references: feature -> r, the value at which a feature says nothing.
        thresholds: theta for level >= 2, >= 3, >= 4; ascending.
    """

    weights: Mapping[str, float]
    references: Mapping[str, float]
    thresholds: tuple[float, float, float]

    def __call__(self, features: Mapping[str, float]) -> Fit:
        """Judge one pair; features that the model does not know are passed over."""
        contributions = {
            name: weight * (features[name] - self.references[name])
            for name, weight in self.weights.items()
        }
        total = math.fsum(contributions.values())
        at_least = [1.0, *(logistic(total - theta) for theta in self.thresholds), 0.0]
        probabilities = {level: at_least[level - 1] - at_least[level] for level in Level}
        return Fit(-self.thresholds[SCORED_LEVEL - 2], contributions, probabilities)

    def log_odds(self, features: Mapping[str, Floats]) -> Floats:
        """Log-odds of `SCORED_LEVEL` for many pairs at once: float64[n] from columns float64[n]."""
        terms = (w * (features[name] - self.references[name]) for name, w in self.weights.items())
        return np.asarray(sum(terms) - self.thresholds[SCORED_LEVEL - 2], dtype=np.float64)

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "weights": dict(self.weights),
            "references": dict(self.references),
            "thresholds": list(self.thresholds),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "FitModel":
        """Read what `as_json` wrote."""
        low, middle, high = (float(theta) for theta in stored["thresholds"])
        if not low <= middle <= high:
            raise ResourceError(f"匹配度模型的阈值必须递增，读到的是 {stored['thresholds']}。")
        return cls(dict(stored["weights"]), dict(stored["references"]), (low, middle, high))


@dataclass(frozen=True, slots=True)
class FitModels:
    """One `FitModel` for each kind of pair, by `offer`; see `matcher.features.offer_of`."""

    by_offer: Mapping[str, FitModel]

    def __call__(self, offer: str, features: Mapping[str, float]) -> Fit:
        """Judge one pair by the model for what it offers."""
        return self.by_offer[offer](features)
