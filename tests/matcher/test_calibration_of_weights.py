"""The read model is stretched to be as sure of new needs as it may; their order stays."""

import math
import random

import pytest

from matcher.fit import FitModel, logistic
from matcher.weighing.calibration import ASSUMED, FEWEST, calibrated, stretched
from matcher.weighing.examples import Example

TIMID = FitModel({"reader": 0.5}, {"reader": 0.2}, (-1.0, 0.4, 2.0))


def example(need, likeness, level, judged=True):
    return Example(need, "a", level, "full-full", {}, {}, {"reader": likeness}, judged)


def examples(needs, slope=3.0, judged=True):
    chance = random.Random(4)
    found = []
    for at in range(needs):
        for _ in range(40):
            likeness = chance.gauss(0, 1)
            strong = chance.random() < logistic(slope * likeness - 1)
            found.append(example(f"n{at}", likeness, 3 if strong else 1, judged))
    return found


def test_stretching_makes_log_odds_a_line_of_what_they_were():
    new = stretched(TIMID, 1.5, 0.25)
    for likeness in (-2.0, 0.0, 3.0):
        before, after = (model({"reader": likeness}) for model in (TIMID, new))
        assert after.log_odds == pytest.approx(1.5 * before.log_odds + 0.25)
        assert math.fsum(after.probabilities.values()) == pytest.approx(1)
    assert list(new.thresholds) == sorted(new.thresholds)


def test_a_timid_model_becomes_as_sure_as_the_held_out_needs_allow():
    model = calibrated(examples(FEWEST + 10), lambda some: TIMID)
    fit = model({"reader": 1.0})
    assert fit.score == pytest.approx(logistic(3.0 - 1), abs=0.05)
    assert model.weights["reader"] == pytest.approx(3.0, abs=0.4)


def test_a_need_is_judged_by_a_model_that_was_fitted_without_it():
    rows = examples(FEWEST)
    seen = []
    calibrated(rows, lambda some: seen.append({one.need for one in some}) or TIMID)
    assert len(seen[0]) == FEWEST
    held_out = [seen[0] - few for few in seen[1:]]
    assert set.union(*held_out) == seen[0]
    assert sum(map(len, held_out)) == FEWEST


def test_few_needs_or_needs_alike_leave_the_model_as_it_is():
    assert calibrated(examples(FEWEST - 1), lambda some: TIMID) is TIMID
    alike = [example(f"n{at}", 0.1 * at, 1) for at in range(FEWEST)]
    assert calibrated(alike, lambda some: TIMID) is TIMID
    against = examples(FEWEST, slope=-3.0)
    assert calibrated(against, lambda some: TIMID) is TIMID


def test_an_ungraded_pair_counts_less():
    rows = examples(FEWEST)
    strangers = [example(one.need, 2.0, 1, judged=False) for one in rows[::20]]
    alone, beside = (calibrated(some, lambda _: TIMID) for some in (rows, rows + strangers))
    graded = [example(one.need, 2.0, 1) for one in rows[::20]]
    in_full = calibrated(rows + graded, lambda _: TIMID)
    scores = [model({"reader": 2.0}).score for model in (in_full, beside, alone)]
    assert scores == sorted(scores)
    assert scores[0] < scores[1] < scores[2]
    assert 0 < ASSUMED < 1
