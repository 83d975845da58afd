import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evaluation.selective import risk_coverage

PAIRS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.integers(0, 3)), min_size=1, max_size=30
)


def test_the_surest_pairs_are_kept_longest():
    curve = risk_coverage([0.9, 0.5, 0.7, 0.6], [0, 3, 1, 0])
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk == pytest.approx([0, 1 / 2, 1 / 3, 1])
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1) / 4)
    assert curve.best == pytest.approx((0 + 0 + 1 / 3 + 1) / 4)


def test_sureness_that_says_nothing_leaves_the_risk_as_it_is():
    curve = risk_coverage([0.5] * 4, [2, 0, 0, 2])
    assert curve.risk == pytest.approx([1.0] * 4)


@given(PAIRS, st.randoms())
def test_the_order_of_the_pairs_does_not_matter(pairs, random):
    shuffled = random.sample(pairs, len(pairs))
    one, other = (risk_coverage(*map(list, zip(*some, strict=True))) for some in (pairs, shuffled))
    assert one.risk == pytest.approx(other.risk)


@given(PAIRS)
def test_the_curve_ends_at_the_mean_and_is_never_better_than_the_best(pairs):
    sureness, errors = map(list, zip(*pairs, strict=True))
    curve = risk_coverage(sureness, errors)
    assert curve.coverage[-1] == 1.0
    assert curve.risk[-1] == pytest.approx(np.mean(errors))
    assert curve.best <= curve.area + 1e-9
    assert risk_coverage([-one for one in errors], errors).area == pytest.approx(curve.best)
