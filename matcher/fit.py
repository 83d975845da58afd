"""Pair features to a probability for each fit level.

The proportional-odds model (McCullagh 1980, "Regression Models for Ordinal Data"):
log-odds(level >= j) = sum_i w_i * (x_i - r_i) - theta_j, for j = 2, 3, 4. One weighted sum
serves all three thresholds, so it can be taken apart: what a feature adds to the log-odds is its
contribution, and all contributions and the base add up to the score's log-odds.

The shipped weights are provisional: they come from the bundled sample (`matcher.fitting`).
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import NoWeightsError, ResourceError
from matcher.types import Level

Floats = NDArray[np.float64]
SCORED_LEVEL = Level.FAIRLY_STRONG
"""A list is sorted by P(level >= this)."""


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
        """The median level: P(level >= it) is at least one half."""
        reached = 0.0
        for level in reversed(Level):
            reached += self.probabilities[level]
            if reached >= 0.5:
                return level
        return Level.NONE


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


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted models of one encoder.

    Attributes:
        first: judges by what retrieval knows (`matcher.fuse`).
        pair: judges after the closer look (`matcher.rerank`).
        centre: mean vector of usual texts, by role (`matcher.embed.Centre`).
    """

    first: FitModels
    pair: FitModels
    centre: Mapping[str, Sequence[float]]

    @property
    def fingerprint(self) -> str:
        """Hash of all numbers."""
        return "fit-" + hashlib.sha256(self.dumps({}).encode()).hexdigest()[:12]

    def dumps(self, card: Mapping[str, Any]) -> str:
        """Write both models as JSON, with a card that says where they come from."""
        stored: dict[str, Any] = {"card": dict(card), "centre": self.centre}
        for name, models in (("first", self.first), ("pair", self.pair)):
            stored[name] = {offer: model.as_json() for offer, model in models.by_offer.items()}
        return json.dumps(stored, ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def loads(cls, packed: str) -> "Weights":
        """Read what `dumps` wrote.

        Raises:
            ResourceError: it is no such file.
        """
        try:
            stored = json.loads(packed)
            first, pair = (
                FitModels({at: FitModel.from_json(one) for at, one in stored[name].items()})
                for name in ("first", "pair")
            )
            centre = {role: tuple(stored["centre"][role]) for role in ("query", "passage")}
        except (ValueError, KeyError, TypeError) as error:
            raise ResourceError(f"匹配度权重文件无法读取（{error}）；请重新生成或安装。") from error
        return cls(first, pair, centre)

    @classmethod
    def shipped(cls, encoder: str) -> "Weights":
        """Read the weights that come with the package for an encoder.

        Raises:
            NoWeightsError: none come with the package for this encoder.
        """
        folder = resources.files("matcher") / "weights"
        try:
            # looked up by name: an encoder may be named by a path, which leads elsewhere
            files = {file.name: file for file in folder.iterdir()}
            packed = files[f"{encoder}.json"].read_text(encoding="utf-8")
        except (OSError, KeyError) as error:
            raise NoWeightsError(
                f"编码器 {encoder} 没有随程序提供的匹配度权重；"
                f"请运行 duijie index --encoder {encoder}，它会先用自带样例拟合权重。"
            ) from error
        return cls.loads(packed)
