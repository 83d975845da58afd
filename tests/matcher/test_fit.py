import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import NoWeightsError, ResourceError
from matcher.fit import Fit, FitModel, FitModels, cost_of, logistic
from matcher.fitting import fit_levels
from matcher.types import Level
from matcher.weight_file import Weights

MODEL = FitModel({"a": 2.0, "b": 0.5}, {"a": 0.3, "b": 0.0}, (-1.0, 0.5, 2.0))
CENTRE = {"query": (0.5, 0.0), "passage": (0.25, -1.0)}
FEATURES = st.fixed_dictionaries({"a": st.floats(-50, 50), "b": st.floats(-50, 50)})


@given(FEATURES)
def test_contributions_and_base_add_up_to_the_score(features):
    fit = MODEL(features)
    total = fit.base + sum(fit.contributions.values())
    assert fit.score == pytest.approx(logistic(total))
    assert fit.score == pytest.approx(
        fit.probabilities[Level.FAIRLY_STRONG] + fit.probabilities[Level.STRONG], abs=1e-12
    )


@given(FEATURES)
def test_probabilities_are_a_distribution(features):
    fit = MODEL(features)
    assert sum(fit.probabilities.values()) == pytest.approx(1.0)
    assert all(p >= 0 for p in fit.probabilities.values())
    assert 1 <= fit.expected <= 4


def test_levels_follow_the_formula():
    fit = MODEL({"a": 1.3, "b": 1.0})  # eta = 2.0 * 1.0 + 0.5 * 1.0 = 2.5
    assert fit.probabilities[Level.STRONG] == pytest.approx(1 / (1 + math.exp(-(2.5 - 2.0))))
    assert fit.probabilities[Level.NONE] == pytest.approx(1 - 1 / (1 + math.exp(-(2.5 + 1.0))))
    assert fit.level is Level.STRONG


def shown(*probabilities):
    return Fit(0.0, {}, dict(zip(Level, probabilities, strict=True))).level


@pytest.mark.parametrize(
    ("probabilities", "level"),
    [
        ((1.0, 0.0, 0.0, 0.0), Level.NONE),
        ((0.0, 0.0, 0.0, 1.0), Level.STRONG),
        # NONE costs 1.5 * 0.41 = 0.615, WEAK costs 0.59 * 1
        ((0.59, 0.41, 0.0, 0.0), Level.WEAK),
        ((0.61, 0.39, 0.0, 0.0), Level.NONE),
        # both cost 0.375 to the bit (so not all of one): the higher is shown
        ((0.375, 0.25, 0.0, 0.0), Level.WEAK),
        # the median is NONE: it costs 0.45 + 2.7, WEAK 0.5 + 1.2, FAIRLY_STRONG 2.6
        ((0.5, 0.3, 0.0, 0.2), Level.WEAK),
        # WEAK costs 0.55 + 2.7, FAIRLY_STRONG 2.2 + 0.675, STRONG 4.95
        ((0.55, 0.0, 0.0, 0.45), Level.FAIRLY_STRONG),
        ((0.0, 0.25, 0.25, 0.5), Level.FAIRLY_STRONG),
        ((0.0, 0.0, 0.5, 0.5), Level.STRONG),
    ],
)
def test_the_level_shown_is_the_one_that_costs_least(probabilities, level):
    assert shown(*probabilities) is level


@given(st.lists(st.floats(0.01, 1), min_size=4, max_size=4))
def test_no_other_level_would_cost_less(masses):
    probabilities = dict(zip(Level, np.array(masses) / sum(masses), strict=True))

    def cost(level):
        return sum(p * cost_of(true, level) for true, p in probabilities.items())

    chosen = Fit(0.0, {}, probabilities).level
    assert cost(chosen) == pytest.approx(min(cost(level) for level in Level))


def test_hiding_a_match_costs_more_than_showing_a_weak_one():
    assert cost_of(Level.STRONG, Level.WEAK) == 1.5 * cost_of(Level.WEAK, Level.STRONG) == 6
    assert cost_of(Level.WEAK, Level.WEAK) == 0


@given(FEATURES, st.floats(0.0, 10.0))
def test_more_likeness_never_lowers_a_score(features, more):
    raised = {**features, "a": features["a"] + more}
    assert MODEL(raised).score >= MODEL(features).score


def test_extreme_log_odds_do_not_overflow():
    assert logistic(-1e6) == 0.0
    assert logistic(1e6) == 1.0


def test_fitting_recovers_the_parameters_that_made_the_levels():
    random = np.random.default_rng(3)
    x = random.normal(size=(6000, 3)) * [1.0, 4.0, 1.0] + [0.5, 0.0, 0.0]
    eta = 1.5 * (x[:, 0] - 0.5) + 0.3 * x[:, 1]  # the third feature says nothing
    noise = random.logistic(size=len(x))
    levels = 1 + sum((eta + noise > theta).astype(int) for theta in (-0.5, 0.8, 2.0))
    rows = [dict(zip("abc", row, strict=True)) for row in x]
    model = fit_levels(rows, levels, names=["a", "b", "c"], references={"a": 0.5}, penalty=1e-3)
    assert model.weights["a"] == pytest.approx(1.5, abs=0.12)
    assert model.weights["b"] == pytest.approx(0.3, abs=0.03)
    assert model.weights["c"] == pytest.approx(0.0, abs=0.06)
    assert model.thresholds == pytest.approx((-0.5, 0.8, 2.0), abs=0.12)


def test_no_weight_is_negative_even_where_the_judgements_say_so():
    random = np.random.default_rng(4)
    x = random.normal(size=(400, 1))
    levels = np.where(x[:, 0] > 0, 1, 4)
    model = fit_levels([{"a": float(row[0])} for row in x], levels, names=["a"])
    assert model.weights["a"] == 0.0


def test_a_pair_counted_twice_weighs_as_two_pairs():
    rows = [{"a": 0.0}, {"a": 1.0}, {"a": 2.0}, {"a": 3.0}]
    levels = [1, 2, 2, 4]
    twice = fit_levels([*rows, rows[3]], [*levels, 4], names=["a"])
    weighed = fit_levels(rows, levels, names=["a"], sample_weights=[1, 1, 1, 2])
    # features are scaled by what is given, so only the likelihood is the same
    assert weighed.thresholds[0] < weighed.thresholds[1] < weighed.thresholds[2]
    assert twice.weights["a"] == pytest.approx(weighed.weights["a"], rel=0.2)


def test_weights_survive_writing_and_reading():
    weights = Weights(
        FitModels({"full": MODEL}), FitModels({"full": MODEL, "title": MODEL}), CENTRE
    )
    packed = weights.dumps({"made_by": "test"})
    assert json.loads(packed)["card"] == {"made_by": "test"}
    read = Weights.loads(packed)
    assert read == weights
    assert read.fingerprint == weights.fingerprint


def test_other_numbers_give_another_fingerprint():
    other = FitModel({"a": 2.5, "b": 0.5}, MODEL.references, MODEL.thresholds)
    one = Weights(FitModels({"full": MODEL}), FitModels({"full": MODEL}), CENTRE)
    two = Weights(FitModels({"full": MODEL}), FitModels({"full": other}), CENTRE)
    assert one.fingerprint != two.fingerprint


@pytest.mark.parametrize(
    "packed",
    [
        "no json",
        "{}",
        '{"first": {}, "pair": {"full": {"weights": {}, "thresholds": [3, 2, 1]}}}',
    ],
)
def test_an_unreadable_weights_file_is_refused(packed):
    with pytest.raises(ResourceError):
        Weights.loads(packed)


def test_thresholds_out_of_order_are_refused():
    stored = {**MODEL.as_json(), "thresholds": [3.0, 2.0, 1.0]}
    with pytest.raises(ResourceError, match="递增"):
        FitModel.from_json(stored)


def test_an_encoder_without_weights_is_named():
    with pytest.raises(NoWeightsError, match="st:somewhere"):
        Weights.shipped("st:somewhere")
