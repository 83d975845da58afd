"""Facts of a pair to the probability that both records are the same thing.

Logistic regression, log-odds(same) = b + sum_i w_i * x_i, one for pairs with two texts and one
for pairs in which a text is missing. The signs of the weights are fixed beforehand
(`matcher.duplicates.facts.FEATURES`): whatever the fitted set looked like, likeness never speaks
against a pair, and a conflict never for it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matcher.duplicates.facts import FEATURES, Facts, Form
from matcher.errors import ResourceError
from matcher.fit import logistic

PENALTY = 0.3
FILE = "weights.json"


@dataclass(frozen=True, slots=True)
class SameModel:
    """The fitted weights.

    Attributes:
        bias: log-odds without anything known, by form.
        weights: feature -> log-odds a unit, by form.
        merge_from: probability from which a pair may be merged without being looked at.
        suggest_from: probability from which a pair is worth a look.
    """

    bias: Mapping[Form, float]
    weights: Mapping[Form, Mapping[str, float]]
    merge_from: float
    suggest_from: float

    def __call__(self, facts: Facts) -> float:
        """P(same)."""
        weights = self.weights[facts.form]
        terms = (weight * facts.features[name] for name, weight in weights.items())
        return logistic(self.bias[facts.form] + sum(terms))

    def dumps(self, card: Mapping[str, Any]) -> str:
        """Write the weights as JSON, with a card that says where they come from."""
        stored = {
            "card": dict(card),
            "bias": dict(self.bias),
            "weights": {form: dict(one) for form, one in self.weights.items()},
            "merge_from": self.merge_from,
            "suggest_from": self.suggest_from,
        }
        return json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def loads(cls, packed: str) -> "SameModel":
        """Read what `dumps` wrote.

        Raises:
            ResourceError: it is no such file, or weighs other features than this code knows.
        """
        try:
            stored = json.loads(packed)
            weights = {form: dict(stored["weights"][form]) for form in FEATURES}
            bias = {form: float(stored["bias"][form]) for form in FEATURES}
            thresholds = float(stored["merge_from"]), float(stored["suggest_from"])
        except (ValueError, KeyError, TypeError) as error:
            raise ResourceError(
                f"查重的权重文件无法读取（{error}）；请重新安装 duijie。"
            ) from error
        for form, names in FEATURES.items():
            if set(weights[form]) != set(names):
                raise ResourceError(
                    "查重的权重文件与程序版本不符；请重新安装 duijie，"
                    "或运行 python -m benchmarks.duplicates --fit 重新拟合。"
                )
        return cls(bias, weights, *thresholds)


@cache
def shipped_model() -> SameModel:
    """Read the weights that come with the package, once.

    Raises:
        ResourceError: the file is missing or damaged.
    """
    try:
        file = resources.files("matcher.duplicates") / FILE
        return SameModel.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResourceError(f"缺少程序自带的 {FILE}；请重新安装 duijie。") from error


def fit_model(
    pairs: Sequence[tuple[Facts, bool]], merge_from: float, suggest_from: float
) -> SameModel:
    """Fit both forms to judged pairs, with an L2 penalty on the weights."""
    bias: dict[Form, float] = {}
    weights: dict[Form, dict[str, float]] = {}
    for form, signs in FEATURES.items():
        rows = [(facts.features, same) for facts, same in pairs if facts.form == form]
        columns = np.array([[one[name] for name in signs] for one, _ in rows])
        labels = np.array([same for _, same in rows], dtype=np.float64)
        fitted = _fit(columns, labels, list(signs.values()))
        bias[form] = float(f"{fitted[0]:.5g}")
        weights[form] = {name: float(f"{w:.5g}") for name, w in zip(signs, fitted[1:], strict=True)}
    return SameModel(bias, weights, merge_from, suggest_from)


def _fit(
    columns: NDArray[np.float64], labels: NDArray[np.float64], signs: Sequence[int]
) -> NDArray[np.float64]:
    """Minimise the log-loss under the signs; returns the bias, then the weights."""

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        log_odds = parameters[0] + columns @ parameters[1:]
        value = np.logaddexp(0.0, log_odds).sum() - labels @ log_odds
        slope = 1.0 / (1.0 + np.exp(-log_odds)) - labels
        penalty = PENALTY * parameters[1:]
        gradient = np.concatenate(([slope.sum()], columns.T @ slope + penalty))
        return float(value + 0.5 * penalty @ parameters[1:]), gradient

    bounds = [(None, None), *((0, None) if sign > 0 else (None, 0) for sign in signs)]
    start = np.zeros(len(bounds))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)
