"""What would be gained by leaving the least sure pairs to a person."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """Risk against coverage (El-Yaniv & Wiener 2010).

    Attributes:
        coverage: float64[n], the share of the pairs that are kept, the surest first; ends at 1.
        risk: float64[n], the mean error of those that are kept.
        area: mean of `risk` over all coverages (AURC, Geifman et al. 2019); low is good.
        best: the area if the sureness put the pairs in the order of their errors.
    """

    coverage: Floats
    risk: Floats
    area: float
    best: float


def risk_coverage(sureness: Sequence[float] | Floats, errors: Sequence[float] | Floats) -> Curve:
    """Leave pairs out, the least sure first.

    Args:
        sureness: n numbers, high is sure; pairs that are equally sure count with the mean error
            among them, so that their order does not matter.
        errors: n numbers.
    """
    sure = np.asarray(sureness, dtype=np.float64)
    wrong = np.asarray(errors, dtype=np.float64)
    order = np.argsort(-sure, kind="stable")
    ties = np.flatnonzero(np.diff(sure[order], prepend=np.inf))
    counts = np.diff(ties, append=len(wrong))
    risk = _running_mean(np.repeat(np.add.reduceat(wrong[order], ties) / counts, counts))
    kept = np.arange(1, len(wrong) + 1) / len(wrong)
    return Curve(kept, risk, float(risk.mean()), float(_running_mean(np.sort(wrong)).mean()))


def _running_mean(values: Floats) -> Floats:
    return np.asarray(np.cumsum(values) / np.arange(1, len(values) + 1), dtype=np.float64)
