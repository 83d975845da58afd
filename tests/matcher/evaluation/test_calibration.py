import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evaluation.calibration import calibration_error, reliability

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def test_calibration_error_is_the_gap_between_promise_and_outcome():
    assert calibration_error([0.5] * 4, [True, False, True, False], 1) == 0.0
    # two bins: 0.1 promised and 0.5 seen; 0.9 promised and 0.5 seen
    gap = calibration_error([0.1, 0.1, 0.9, 0.9], [True, False, True, False], 2)
    assert gap == pytest.approx(0.4)


def test_bins_hold_equally_many_pairs_and_ascend():
    p = np.random.default_rng(0).random(103) ** 4
    bins = reliability(p.tolist(), (p > 0.5).tolist())
    assert sorted(one.count for one in bins) == [10] * 7 + [11] * 3
    promised = [one.promised for one in bins]
    assert promised == sorted(promised)


def test_the_interval_of_a_share_is_wilsons():
    (found,) = reliability([0.2] * 10, [True] * 3 + [False] * 7, bins=1)
    z, n, share = 1.959964, 10, 0.3
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    assert (found.promised, found.observed) == pytest.approx((0.2, 0.3))
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half))


@given(PAIRS, st.integers(1, 12))
def test_the_error_is_the_mean_gap_of_the_bins(pairs, bins):
    p, y = [one for one, _ in pairs], [one for _, one in pairs]
    found = reliability(p, y, bins)
    assert sum(one.count for one in found) == len(pairs)
    gap = sum(one.count * abs(one.promised - one.observed) for one in found) / len(pairs)
    assert calibration_error(p, y, bins) == pytest.approx(gap)
    assert all(
        one.low <= one.observed + 1e-12 and one.observed <= one.high + 1e-12 for one in found
    )
