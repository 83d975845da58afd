"""Fits the weights of `matcher.fit` to judged pairs, by maximum likelihood.

Weights are held at or above 0 and shrunk by an L2 penalty; thresholds stay in order because their
gaps are fitted as exponentials. Features are scaled to unit variance while fitting, so the
penalty treats them alike.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matcher.fit import FitModel

Floats = NDArray[np.float64]


def fit_levels(
    features: Sequence[Mapping[str, float]],
    levels: Sequence[int],
    *,
    names: Sequence[str],
    references: Mapping[str, float] | None = None,
    penalty: float = 1.0,
    sample_weights: Sequence[float] | None = None,
) -> FitModel:
    """Fit a proportional-odds model.

    Args:
        features: one mapping a pair, with at least `names`.
        levels: 1-4, one a pair.
        names: the features that the model may use.
        references: where a feature says nothing; 0 where none is given.
        penalty: weight of the L2 penalty on scaled weights.
        sample_weights: how often a pair counts; 1 where none are given.
    """
    x = np.array([[row[name] for name in names] for row in features], dtype=np.float64)
    at = np.array([(references or {}).get(name, 0.0) for name in names])
    scale = np.maximum(x.std(axis=0), 1e-6)
    scaled = (x - at) / scale
    y = np.asarray(levels, dtype=np.int64)
    counts = np.ones(len(y)) if sample_weights is None else np.asarray(sample_weights, float)
    start = np.concatenate([np.full(len(names), 0.1), [0.0, 0.0, 0.0]])
    bounds = [(0.0, None)] * len(names) + [(None, None)] * 3
    found = minimize(
        _loss,
        start,
        args=(scaled, y, counts, penalty),
        method="L-BFGS-B",
        jac=True,
        bounds=bounds,
        options={"maxiter": 2000},
    )
    weights, thresholds = found.x[: len(names)], _thresholds(found.x[len(names) :])
    return FitModel(
        weights={n: float(w) for n, w in zip(names, weights / scale, strict=True)},
        references={n: float(r) for n, r in zip(names, at, strict=True)},
        thresholds=(float(thresholds[0]), float(thresholds[1]), float(thresholds[2])),
    )


def _thresholds(free: Floats) -> Floats:
    return np.array(
        [free[0], free[0] + np.exp(free[1]), free[0] + np.exp(free[1]) + np.exp(free[2])]
    )


def _loss(
    parameters: Floats, x: Floats, levels: NDArray[np.int64], counts: Floats, penalty: float
) -> tuple[float, Floats]:
    """Penalised negative log-likelihood and its gradient."""
    width = x.shape[1]
    weights, free = parameters[:width], parameters[width:]
    eta = x @ weights
    bounds = np.concatenate([[-np.inf], _thresholds(free), [np.inf]])
    # level l lies between thresholds l-1 and l: P = F(upper - eta) - F(lower - eta)
    upper, lower = _cdf(bounds[levels] - eta), _cdf(bounds[levels - 1] - eta)
    p = np.maximum(upper - lower, 1e-12)
    loss = -float(counts @ np.log(p)) + 0.5 * penalty * float(weights @ weights)
    slope_up, slope_low = upper * (1 - upper), lower * (1 - lower)
    by_eta = counts * (slope_up - slope_low) / p
    gradient = np.empty_like(parameters)
    gradient[:width] = x.T @ by_eta + penalty * weights
    by_theta = np.array(
        [
            -np.sum((counts * slope_up / p)[levels == j])
            + np.sum((counts * slope_low / p)[levels == j + 1])
            for j in (1, 2, 3)
        ]
    )
    gap1, gap2 = np.exp(free[1]), np.exp(free[2])
    gradient[width] = by_theta.sum()
    gradient[width + 1] = gap1 * (by_theta[1] + by_theta[2])
    gradient[width + 2] = gap2 * by_theta[2]
    return loss, gradient


def _cdf(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -500, 500))))
