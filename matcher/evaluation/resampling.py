"""How sure a figure is, and whether two differ: whole needs are drawn, never single pairs.

Pairs of one need resemble each other, so an interval that draws pairs would be too narrow
(cluster bootstrap; Davison & Hinkley 1997, section 3.8).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Rows = NDArray[np.float64]
ROUNDS = 1000
SEED = 0
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval; the bounds are nan where fewer than two needs count."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        """Average one value a need."""
        return figure(Sampled.means({str(at): value for at, value in enumerate(values)}))


@dataclass(frozen=True, slots=True)
class Difference:
    """What one configuration has over another on the same needs.

    Attributes:
        value: new figure - old figure.
        low: lower bound of its 95 % interval; nan where fewer than two needs count.
        high: upper bound.
        p: chance of a difference at least as large if the configurations were alike; nan where
            some exchange leaves the figure without a value.
        needs: how many needs it rests on.
    """

    value: float
    low: float
    high: float
    p: float
    needs: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """A figure, taken apart by need so that needs can be drawn.

    Attributes:
        rows: need id -> float64[n, columns], what the need gives to the figure.
        statistic: rows of some needs, one below the other -> the figure.
    """

    rows: Mapping[str, Rows]
    statistic: Callable[[Rows], float]

    @classmethod
    def means(cls, values: Mapping[str, float]) -> "Sampled":
        """Take the mean of one value a need."""
        return cls({need: np.array([[value]]) for need, value in values.items()}, mean)


def mean(rows: Rows) -> float:
    """Mean of the first column."""
    return float(rows[:, 0].mean())


def figure(sampled: Sampled) -> Figure:
    """Give a figure its interval: percentile bootstrap (Efron 1979)."""
    parts = list(sampled.rows.values())
    if not parts:
        return Figure(float("nan"), float("nan"), float("nan"))
    low, high = _interval(len(parts), lambda drawn: _of(sampled, parts, drawn))
    return Figure(sampled.statistic(np.concatenate(parts)), low, high)


def difference(new: Sampled, old: Sampled) -> Difference:
    """Compare two configurations on the needs that both have.

    The interval draws needs with both their answers (paired bootstrap); p comes from exchanging
    the two answers of a need at random (paired randomisation test, Smucker et al. 2007), over
    all exchanges where there are few enough.
    """
    needs = [need for need in new.rows if need in old.rows]
    count = len(needs)
    if not count:
        return Difference(float("nan"), float("nan"), float("nan"), float("nan"), 0)
    parts = [new.rows[need] for need in needs] + [old.rows[need] for need in needs]

    def gap(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> float:
        return _of(new, parts, ours) - _of(new, parts, theirs)

    first, second = np.arange(count), np.arange(count, 2 * count)
    low, high = _interval(count, lambda drawn: gap(drawn, drawn + count))
    if count < 2:
        return Difference(gap(first, second), low, high, 1.0, count)
    test = stats.permutation_test(
        (first, second),
        gap,
        permutation_type="samples",
        vectorized=False,
        n_resamples=ROUNDS * 2 - 1,
        rng=SEED,
    )
    known = bool(np.isfinite(test.null_distribution).all())
    return Difference(
        gap(first, second), low, high, float(test.pvalue) if known else float("nan"), count
    )


def _of(sampled: Sampled, parts: Sequence[Rows], drawn: NDArray[np.int64]) -> float:
    return sampled.statistic(np.concatenate([parts[at] for at in drawn.tolist()]))


def _interval(count: int, statistic: Callable[[NDArray[np.int64]], float]) -> tuple[float, float]:
    """Percentile bootstrap; draws in which the figure has no value are passed over."""
    if count < 2:
        return float("nan"), float("nan")
    drawn = np.random.default_rng(SEED).integers(count, size=(ROUNDS, count))
    values = np.array([statistic(one) for one in drawn])
    # SciPy's `bootstrap` would give no interval at all where a single draw has no value
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
