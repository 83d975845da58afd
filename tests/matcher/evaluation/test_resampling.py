import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from matcher.evaluation.resampling import Figure, Sampled, difference, figure


def pooled(rows):
    return float(rows[:, 0].sum() / rows[:, 1].sum())


def test_the_interval_covers_the_mean_and_narrows_with_more_values():
    random = np.random.default_rng(2)
    few, many = (Figure.of(random.random(size).tolist()) for size in (10, 300))
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low


def test_the_interval_of_a_mean_is_about_that_of_the_normal_law():
    values = np.random.default_rng(3).normal(size=200)
    found = Figure.of(values.tolist())
    half = 1.96 * values.std() / math.sqrt(200)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.25 * half)
    assert found.high == pytest.approx(values.mean() + half, abs=0.25 * half)


def test_pairs_of_one_need_are_drawn_together():
    # Ten needs whose twenty pairs say the same: as sure as ten values, not as two hundred.
    values = np.random.default_rng(4).random(10)
    alike = Sampled(
        {str(at): np.full((20, 1), value) for at, value in enumerate(values)},
        lambda rows: float(rows.mean()),
    )
    drawn, single = figure(alike), Figure.of(values.tolist())
    assert (drawn.low, drawn.high) == pytest.approx((single.low, single.high))


@pytest.mark.parametrize(("values", "value"), [([], math.nan), ([0.4], 0.4)])
def test_fewer_than_two_needs_give_no_interval(values, value):
    found = Figure.of(values)
    assert found.value == pytest.approx(value, nan_ok=True)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_equal_values_leave_no_doubt():
    assert Figure.of([0.5] * 6) == Figure(0.5, 0.5, 0.5)


def test_draws_without_a_value_are_passed_over():
    def odd(rows):
        return float(rows.mean()) if rows.any() else math.nan

    rows = {"a": np.zeros((1, 1)), "b": np.ones((1, 1))}
    assert (figure(Sampled(rows, odd)).low, figure(Sampled(rows, odd)).high) == (0.5, 1.0)
    nothing = figure(Sampled(rows, lambda rows: math.nan))
    assert math.isnan(nothing.low)
    assert math.isnan(nothing.high)


def test_a_configuration_does_not_differ_from_itself():
    one = Sampled.means({str(at): value for at, value in enumerate((0.1, 0.9, 0.4, 0.7))})
    found = difference(one, one)
    assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_the_test_counts_all_exchanges_where_they_are_few():
    # All five needs are better, by different amounts: 1 of 2^5 exchanges is as good, two-sided 2.
    old = {str(at): 0.1 for at in range(5)}
    new = {str(at): 0.2 + at / 10 for at in range(5)}
    found = difference(Sampled.means(new), Sampled.means(old))
    assert found.p == pytest.approx(2 / 32)
    assert found.value == pytest.approx(0.3)
    assert 0.1 <= found.low < found.value < found.high <= 0.5
    assert found.needs == 5


def test_the_test_agrees_with_the_paired_t_test_on_normal_values():
    random = np.random.default_rng(5)
    old = random.normal(size=60)
    new = old + random.normal(0.25, 1, size=60)
    theirs = stats.ttest_rel(new, old)
    found = difference(*(Sampled.means(dict(enumerate(one.tolist()))) for one in (new, old)))
    assert found.p == pytest.approx(theirs.pvalue, abs=0.02)
    low, high = theirs.confidence_interval()
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.06)


def test_only_needs_that_both_answered_are_compared():
    new = Sampled.means({"a": 1.0, "b": 0.5, "c": 0.0})
    old = Sampled.means({"b": 0.25, "c": 0.25, "d": 1.0})
    found = difference(new, old)
    assert found.needs == 2
    assert found.value == 0.0
    assert math.isnan(difference(new, Sampled.means({"x": 1.0})).value)


def test_a_single_need_proves_nothing():
    found = difference(Sampled.means({"a": 1.0}), Sampled.means({"a": 0.0}))
    assert found.value == 1.0
    assert found.p == 1.0
    assert math.isnan(found.low)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3), st.integers(1, 5)), min_size=2, max_size=6)
)
def test_exchanging_the_configurations_turns_the_sign(cases):
    new, old = (
        Sampled(
            {str(at): np.array([[case[side], case[2]]]) for at, case in enumerate(cases)}, pooled
        )
        for side in (0, 1)
    )
    there, back = difference(new, old), difference(old, new)
    assert there.value == pytest.approx(-back.value)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p == pytest.approx(back.p)
