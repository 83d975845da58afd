"""Whether probabilities come true."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of about the same probability.

    Attributes:
        count: how many.
        promised: their mean probability.
        observed: the share of them that came true.
        low: lower bound of the share's 95 % interval (Wilson 1927); pairs taken as independent.
        high: upper bound.
    """

    count: int
    promised: float
    observed: float
    low: float
    high: float


def calibration_error(
    probabilities: Sequence[float] | NDArray[np.float64],
    happened: Sequence[bool] | NDArray[np.float64],
    bins: int = BINS,
) -> float:
    """Expected calibration error: mean over pairs of |mean p - observed share| of their bin.

    Bins hold equally many pairs (Nixon et al. 2019, "Measuring Calibration in Deep Learning"),
    since probabilities crowd near 0; scikit-learn has no such figure.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    y = np.asarray(happened, dtype=np.float64)
    parts = _parts(p, bins)
    # a bin's count times its gap is the sum of its gaps
    starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
    return float(np.abs(np.add.reduceat((p - y)[np.concatenate(parts)], starts)).sum() / len(p))


def reliability(
    probabilities: Sequence[float], happened: Sequence[bool], bins: int = BINS
) -> list[Bin]:
    """Say for bins of equally many pairs what was promised and what happened, ascending."""
    p = np.asarray(probabilities, dtype=np.float64)
    y = np.asarray(happened, dtype=np.bool_)
    return [_bin(p[at], y[at]) for at in _parts(p, bins)]


def _bin(p: NDArray[np.float64], y: NDArray[np.bool_]) -> Bin:
    share = stats.binomtest(int(y.sum()), len(y)).proportion_ci(method="wilson")
    return Bin(len(y), float(p.mean()), float(y.mean()), float(share.low), float(share.high))


def _parts(p: NDArray[np.float64], bins: int) -> list[NDArray[np.int64]]:
    order = np.argsort(p, kind="stable")
    return [part for part in np.array_split(order, bins) if len(part)]
