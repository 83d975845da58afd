import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapie.classification import SplitConformalClassifier
from sklearn.base import BaseEstimator, ClassifierMixin

from matcher.abstention import possible_levels
from matcher.conformal import bound_of
from matcher.fit import Fit
from matcher.types import Level


def fits_of(shares: np.ndarray) -> list[Fit]:
    return [Fit(0.0, {}, dict(zip(Level, row.tolist(), strict=True))) for row in shares]


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and levels drawn from other ones: the model is wrong, the bound must hold."""
    draw = np.random.default_rng(seed)
    shares = draw.dirichlet(np.ones(4), size=count)
    truth = 0.6 * shares + 0.4 * draw.dirichlet(np.ones(4), size=count)
    places = (draw.random((count, 1)) > truth.cumsum(axis=1)).sum(axis=1)
    return shares, np.minimum(places, 3) + 1


@given(st.integers(0, 10_000), st.sampled_from([0.05, 0.1, 0.3]), st.integers(1, 60))
def test_the_bound_is_the_order_statistic_of_the_definition(
    seed: int, miss: float, count: int
) -> None:
    shares, levels = drawn(count, seed)
    bound = bound_of(fits_of(shares), levels.tolist(), miss)
    of_truth = shares[np.arange(count), levels - 1]
    kept = int((of_truth >= bound).sum())
    assert kept >= min(count, (count + 1) * (1 - miss) - 1e-9)
    # the next larger value would keep too few
    larger = of_truth[of_truth > bound]
    if bound > 0 and len(larger):
        assert (of_truth >= larger.min()).sum() < (count + 1) * (1 - miss) - 1e-9


def test_further_pairs_are_covered_as_often_as_promised() -> None:
    covered = []
    for seed in range(30):
        shares, levels = drawn(400, seed)
        bound = bound_of(fits_of(shares[:200]), levels[:200].tolist(), 0.1)
        sets = [possible_levels(fit, bound) for fit in fits_of(shares[200:])]
        covered.append(np.mean([at in one for at, one in zip(levels[200:], sets, strict=True)]))
    assert np.mean(covered) >= 0.89
    # and not by leaving nothing out: holes are filled, so it may be more than promised, not all
    assert np.mean(covered) < 0.97


def test_coverage_of_the_bare_sets_is_not_far_above_what_is_asked_for() -> None:
    rates = []
    for seed in range(60):
        shares, levels = drawn(600, seed)
        bound = bound_of(fits_of(shares[:200]), levels[:200].tolist(), 0.2)
        rates.append((shares[200:][np.arange(400), levels[200:] - 1] >= bound).mean())
    assert np.mean(rates) == pytest.approx(0.8, abs=0.015)


def test_too_few_pairs_exclude_nothing() -> None:
    shares, levels = drawn(8, 1)
    assert bound_of(fits_of(shares), levels.tolist(), 0.1) == 0.0
    assert bound_of([], [], 0.1) == 0.0
    assert bound_of(fits_of(shares), levels.tolist(), 0.2) > 0.0


class Said(ClassifierMixin, BaseEstimator):
    """A fitted classifier whose probabilities are its features."""

    def __init__(self) -> None:
        self.classes_ = np.array([1, 2, 3, 4])
        self.is_fitted_ = True

    def fit(self, x: np.ndarray, y: np.ndarray) -> "Said":
        return self

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        return x

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.classes_[x.argmax(axis=1)]


# (n + 1)(1 - miss) has to be such that MAPIE takes the same order statistic: elsewhere it takes
# one more than the definition asks for (its pull request 973)
@pytest.mark.parametrize(("count", "miss"), [(110, 0.1), (211, 0.1), (63, 0.2)])
def test_the_sets_are_those_of_mapie(count: int, miss: float) -> None:
    c = (count + 1) * (1 - miss)
    assert 0 < c - int(c) <= c / count
    shares, levels = drawn(count + 300, count)
    bound = bound_of(fits_of(shares[:count]), levels[:count].tolist(), miss)
    theirs = SplitConformalClassifier(Said(), confidence_level=1 - miss, prefit=True)
    theirs.conformalize(shares[:count], levels[:count])
    _, sets = theirs.predict_set(shares[count:])
    assert np.array_equal(shares[count:] >= bound, sets[:, :, 0])
