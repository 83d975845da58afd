import math

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, ndcg_score

from matcher.errors import EvaluationError
from matcher.evaluation import metrics
from matcher.evaluation.report import Figure, check_qrels, level_figures, ranking_figures
from matcher.fit import FitModel


def test_ndcg_follows_its_formula():
    # gains 7, 0, 1 at ranks 1, 2, 3; the best order is 7, 1, 0
    expected = (7 / math.log2(2) + 1 / math.log2(4)) / (7 / math.log2(2) + 1 / math.log2(3))
    assert metrics.ndcg([4, 1, 2], [1, 2, 4], 10) == pytest.approx(expected)


def test_ndcg_agrees_with_scikit_learn():
    random = np.random.default_rng(0)
    for _ in range(20):
        levels = random.integers(1, 5, size=15)
        scores = random.permutation(15).astype(float)
        ranked = levels[np.argsort(-scores)]
        if levels.max() > 1:
            ours = metrics.ndcg(ranked, levels, 10)
            theirs = ndcg_score([metrics.gains(levels)], [scores], k=10)
            assert ours == pytest.approx(theirs)


def test_ndcg_of_a_need_without_any_fit_is_zero():
    assert metrics.ndcg([1, 1], [1, 1], 10) == 0.0


def test_rank_figures_follow_their_formulas():
    ranked = [1, 2, 3, 1, 4, 3]
    assert metrics.reciprocal_rank(ranked, 10) == 1 / 3
    assert metrics.reciprocal_rank(ranked, 2) == 0.0
    assert metrics.precision(ranked, 5) == 2 / 5
    assert metrics.recall(ranked, [3, 4, 3, 3], 5) == 2 / 4
    assert metrics.recall(ranked, [1, 2], 5) == 0.0


def test_kappa_agrees_with_scikit_learn():
    random = np.random.default_rng(1)
    truth = random.integers(1, 5, size=200)
    given = np.clip(truth + random.integers(-1, 2, size=200), 1, 4)
    theirs = cohen_kappa_score(truth, given, weights="quadratic")
    assert metrics.quadratic_kappa(truth, given) == pytest.approx(theirs)
    assert metrics.quadratic_kappa([2, 2], [2, 2]) == 1.0


def test_calibration_error_is_the_gap_between_promise_and_outcome():
    assert metrics.calibration_error([0.5] * 4, [True, False, True, False], 1) == 0.0
    # two bins: 0.1 promised and 0.5 seen; 0.9 promised and 0.5 seen
    gap = metrics.calibration_error([0.1, 0.1, 0.9, 0.9], [True, False, True, False], 2)
    assert gap == pytest.approx(0.4)


def test_the_interval_covers_the_mean_and_narrows_with_more_values():
    random = np.random.default_rng(2)
    few, many = random.random(10), random.random(1000)
    low, high = metrics.bootstrap_interval(few)
    assert low < few.mean() < high
    narrow_low, narrow_high = metrics.bootstrap_interval(many)
    assert narrow_high - narrow_low < high - low
    assert all(math.isnan(bound) for bound in metrics.bootstrap_interval([]))


def test_ranking_figures_average_over_needs_that_can_score():
    qrels = {"n1": {"a": 4, "b": 1}, "n2": {"a": 2}, "n3": {"c": 1}}
    run = {"n1": ["b", "a"], "n2": ["x", "a"]}
    figures = ranking_figures(run, qrels)
    at_second = (1 / math.log2(3)) / 1.0
    assert figures["ndcg@10"].value == pytest.approx((at_second + at_second) / 2)
    assert figures["mrr@10"].value == pytest.approx(1 / 2)
    assert figures["recall@50"].value == 1.0
    assert figures["p@5"].value == 1 / 5


def test_level_figures_compare_levels_and_probabilities():
    model = FitModel({"a": 1.0}, {"a": 0.0}, (-1.0, 0.0, 1.0))
    strong, none = model({"a": 9.0}), model({"a": -9.0})
    judged = [("n1", 4, strong), ("n1", 1, none), ("n2", 3, strong), ("n2", 1, none)]
    figures = level_figures(judged, bins=2)
    mae = figures["mae"]
    assert isinstance(mae, Figure)
    assert mae.value == 1 / 4
    assert mae.low <= mae.value <= mae.high
    assert figures["1/(1+mae)"].value == pytest.approx(1 / (1 + 1 / 4))
    assert figures["ece"] == pytest.approx(0.0, abs=1e-3)


def test_a_figure_over_no_need_is_not_a_number():
    assert math.isnan(Figure.of([]).value)


@pytest.mark.parametrize("qrels", [{}, {"n1": {"a1": 5}}])
def test_judgements_that_cannot_be_evaluated_are_refused(qrels):
    with pytest.raises(EvaluationError):
        check_qrels(qrels)
