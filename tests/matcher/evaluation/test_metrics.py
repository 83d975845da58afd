import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, ndcg_score

from matcher.errors import EvaluationError
from matcher.evaluation import metrics
from matcher.evaluation.report import (
    check_qrels,
    level_figures,
    median_level,
    quadratic_kappa,
    ranking_figures,
)
from matcher.fit import FitModel
from matcher.types import Level

LEVELS = st.integers(1, 4)


def dcg(levels, k):
    return sum((2 ** (n - 1) - 1) / math.log2(rank + 1) for rank, n in enumerate(levels[:k], 1))


@st.composite
def judged_lists(draw):
    """One need: judgements, and a list of judged and unjudged records."""
    judged = {f"成果 {at}": n for at, n in enumerate(draw(st.lists(LEVELS, min_size=1)))}
    pool = [*judged, *(f"x{at}" for at in range(draw(st.integers(0, 20))))]
    ranked = draw(st.permutations(pool))[: draw(st.integers(0, len(pool)))]
    return judged, ranked


@given(judged_lists())
def test_the_measures_follow_their_formulas(case):
    judged, ranked = case
    found = metrics.by_need({"需求": ranked}, {"需求": judged})
    levels = [judged.get(id_, 1) for id_ in ranked]
    good = [n >= 3 for n in levels]
    relevant = sum(n >= 3 for n in judged.values())
    expected = {}
    if max(judged.values()) >= 2:
        best = dcg(sorted(judged.values(), reverse=True), 10)
        expected["ndcg@10"] = {"需求": dcg(levels, 10) / best}
    if relevant:
        first = next((1 / rank for rank, hit in enumerate(good[:10], 1) if hit), 0.0)
        expected["mrr@10"] = {"需求": first}
        expected["p@5"] = {"需求": sum(good[:5]) / 5}
        for k in (10, 50, 100):
            expected[f"recall@{k}"] = {"需求": sum(good[:k]) / relevant}
    assert set(found) == set(expected)
    for name, values in expected.items():
        assert found[name] == pytest.approx(values), name


def test_ndcg_agrees_with_scikit_learn():
    random = np.random.default_rng(0)
    for _ in range(20):
        levels = random.integers(1, 5, size=15)
        scores = random.permutation(15).astype(float)
        if levels.max() > 1:
            ours = metrics.ndcg(levels[np.argsort(-scores)].tolist(), levels.tolist(), 10)
            theirs = ndcg_score([[metrics.gain(n) for n in levels]], [scores], k=10)
            assert ours == pytest.approx(theirs)


def test_a_list_of_levels_is_measured_against_all_that_was_judged():
    assert metrics.ndcg([4, 1, 2], [1, 2, 4], 10) == pytest.approx(7.5 / (7 + 1 / math.log2(3)))
    assert metrics.ndcg([3], [3, 4], 10) == pytest.approx(3 / (7 + 3 / math.log2(3)))
    assert metrics.ndcg([1, 1], [1, 1], 10) == 0.0
    assert metrics.ndcg([], [4], 10) == 0.0
    assert metrics.precision([1, 2, 3, 1, 4, 3], 5) == 2 / 5
    assert metrics.precision([4], 5) == 1 / 5


def test_the_order_of_a_list_counts_even_where_it_is_long():
    ranked = [f"x{at}" for at in range(70_000)]
    judged = {"n": {ranked[-1]: 4, ranked[49]: 3}}
    found = metrics.by_need({"n": ranked}, judged)
    assert found["recall@10"] == {"n": 0.0}
    assert found["recall@50"] == {"n": 1 / 2}


@given(st.lists(st.tuples(LEVELS, LEVELS), min_size=1))
def test_kappa_agrees_with_scikit_learn(pairs):
    truth, shown = zip(*pairs, strict=True)
    ours = quadratic_kappa(truth, shown)
    if len({*truth, *shown}) > 1:
        theirs = cohen_kappa_score(truth, shown, weights="quadratic", labels=[1, 2, 3, 4])
        assert ours == pytest.approx(theirs, abs=1e-9)
    else:
        assert math.isnan(ours)


def test_kappa_says_nothing_where_all_are_of_one_level():
    assert math.isnan(quadratic_kappa([2, 2], [2, 2]))
    assert quadratic_kappa([2, 2], [3, 3]) == 0.0


def test_ranking_figures_average_over_needs_that_can_score():
    qrels = {"n1": {"a": 4, "b": 1}, "n2": {"a": 2}, "n3": {"c": 1}, "n4": {"d": 3}}
    run = {"n1": ["b", "a"], "n2": ["x", "a"], "nobody": ["a"]}
    figures = ranking_figures(run, qrels)
    at_second = 1 / math.log2(3)
    assert figures["ndcg@10"].value == pytest.approx((at_second + at_second + 0) / 3)
    assert figures["mrr@10"].value == pytest.approx((1 / 2 + 0) / 2)
    assert figures["recall@50"].value == 1 / 2
    assert figures["p@5"].value == pytest.approx(1 / 5 / 2)


def test_nothing_is_measured_where_nothing_fits():
    assert ranking_figures({"n": ["a"]}, {"n": {"a": 1}}) == {}


def test_level_figures_compare_levels_and_probabilities():
    model = FitModel({"a": 1.0}, {"a": 0.0}, (-1.0, 0.0, 1.0))
    strong, none = model({"a": 9.0}), model({"a": -9.0})
    judged = [("n1", 4, strong), ("n1", 1, none), ("n2", 3, strong), ("n2", 1, none)]
    figures = level_figures(judged, bins=2)
    assert figures["mae"].value == 1 / 4
    assert figures["mae"].low == 0.0
    assert figures["mae"].high == 1 / 2
    closeness = figures["1/(1+mae)"]
    assert closeness.value == pytest.approx(1 / (1 + 1 / 4))
    assert (closeness.low, closeness.high) == (pytest.approx(2 / 3), 1.0)
    assert figures["qwk"].value == pytest.approx(quadratic_kappa([4, 1, 3, 1], [4, 1, 4, 1]))
    assert figures["ece"].value == pytest.approx(0.0, abs=1e-3)


@given(st.lists(st.floats(0.01, 1), min_size=4, max_size=4))
def test_the_median_level_has_the_least_expected_error(weights):
    shares = dict(zip(Level, np.array(weights) / sum(weights), strict=True))

    def loss(level):
        return sum(p * abs(level - other) for other, p in shares.items())

    assert loss(median_level(shares)) == pytest.approx(min(map(loss, Level)))


def test_the_median_of_no_more_than_certainty_is_the_lowest_level():
    assert median_level({Level.NONE: 1.0, **dict.fromkeys(list(Level)[1:], 0.0)}) == Level.NONE


@pytest.mark.parametrize("qrels", [{}, {"n1": {"a1": 5}}])
def test_judgements_that_cannot_be_evaluated_are_refused(qrels):
    with pytest.raises(EvaluationError):
        check_qrels(qrels)
