"""The figures of the field, each with its formula.

Levels are 1-4. A level's gain is 2^(level-1) - 1 (none 0, weak 1, fairly strong 3, strong 7); a
record is relevant from level 3 on.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RELEVANT = 3


def gains(levels: Sequence[int]) -> Floats:
    """2^(level-1) - 1 of each level."""
    return np.asarray(2.0 ** (np.asarray(levels, dtype=np.float64) - 1) - 1)


def dcg(levels: Sequence[int], k: int) -> float:
    """Discounted cumulative gain: sum over ranks i <= k of gain_i / log2(i + 1)."""
    top = gains(levels)[:k]
    return float(np.sum(top / np.log2(np.arange(2, len(top) + 2))))


def ndcg(ranked: Sequence[int], judged: Sequence[int], k: int) -> float:
    """DCG of a list over DCG of the best possible one (Järvelin & Kekäläinen 2002).

    Args:
        ranked: the levels in the order of the list.
        judged: the levels of all judged records of the need, in any order.
        k: how far down the list.

    Returns:
        0-1; 0 when nothing is worth anything.
    """
    best = dcg(sorted(judged, reverse=True), k)
    return dcg(ranked, k) / best if best else 0.0


def reciprocal_rank(ranked: Sequence[int], k: int) -> float:
    """1 / rank of the first relevant record among the first k; 0 without one."""
    for rank, level in enumerate(ranked[:k], start=1):
        if level >= RELEVANT:
            return 1.0 / rank
    return 0.0


def recall(ranked: Sequence[int], judged: Sequence[int], k: int) -> float:
    """Share of the relevant records that stand among the first k."""
    relevant = sum(level >= RELEVANT for level in judged)
    return sum(level >= RELEVANT for level in ranked[:k]) / relevant if relevant else 0.0


def precision(ranked: Sequence[int], k: int) -> float:
    """Share of the first k places that hold a relevant record."""
    return sum(level >= RELEVANT for level in ranked[:k]) / k


def quadratic_kappa(truth: Sequence[int], given: Sequence[int]) -> float:
    """Cohen's kappa with quadratic weights (Cohen 1968): 1 - observed / expected disagreement."""
    seen = np.zeros((4, 4))
    np.add.at(seen, (np.asarray(truth) - 1, np.asarray(given) - 1), 1)
    weights = (np.arange(4)[:, None] - np.arange(4)[None, :]) ** 2
    by_chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    expected = float((weights * by_chance).sum())
    return 1.0 - float((weights * seen).sum()) / expected if expected else 1.0


def calibration_error(probabilities: Sequence[float], happened: Sequence[bool], bins: int) -> float:
    """Expected calibration error: mean over pairs of |mean p - observed share| of their bin.

    Bins hold equally many pairs (Nixon et al. 2019, "Measuring Calibration in Deep Learning"),
    since probabilities crowd near 0.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    y = np.asarray(happened, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(p[part].mean() - y[part].mean()) for part in parts]
    return float(sum(gaps) / len(p))


def bootstrap_interval(
    values: Sequence[float], *, rounds: int = 2000, seed: int = 0, level: float = 0.95
) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean (Efron 1979), resampling whole needs."""
    x = np.asarray(values, dtype=np.float64)
    if not len(x):
        return (float("nan"), float("nan"))
    drawn = np.random.default_rng(seed).integers(0, len(x), size=(rounds, len(x)))
    low, high = np.quantile(x[drawn].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
