import math

import pytest

from matcher.errors import EvaluationError
from matcher.evaluation.breakdown import (
    by_achievement_length,
    by_industry,
    by_need_alone,
    by_need_length,
    confusion,
)
from matcher.evaluation.outcome import Outcome, PairScore, compare, level_curve, score_curve
from matcher.fit import FitModel
from tests.said import BAD, GOOD, NONE, QRELS, STRONG, WEAK


def test_what_is_kept_of_a_fit_is_what_it_said():
    fit = FitModel({"a": 1.0}, {"a": 0.0}, (-1.0, 0.5, 1.0))({"a": 0.3})
    kept = PairScore.of(fit)
    assert (kept.score, kept.level) == (fit.score, fit.level)
    assert kept.probabilities == fit.probabilities
    assert kept.expected == pytest.approx(fit.expected)


def test_an_outcome_has_all_figures():
    figures = GOOD.figures()
    assert set(figures) == {
        *("ndcg@10", "mrr@10", "recall@10", "recall@50", "recall@100", "p@5"),
        *("mae", "1/(1+mae)", "qwk", "ece", "aurc"),
    }
    assert figures["ndcg@10"].value == 1.0
    assert figures["mae"].value == 0.0
    assert figures["qwk"].value == 1.0
    assert figures["aurc"].value == 0.0


def test_a_better_configuration_has_something_over_a_worse_one():
    found = compare(GOOD, BAD)
    for name in ("ndcg@10", "mrr@10", "1/(1+mae)", "qwk"):
        assert found[name].value > 0, name
    for name in ("mae", "aurc"):
        assert found[name].value < 0, name
    assert found["mrr@10"].value == pytest.approx(1 - 1 / 3)
    assert found["mae"].needs == 3
    # n1 and n2 can have nDCG: of four exchanges one is as good, and its mirror image
    assert found["ndcg@10"].p == pytest.approx(2 / 4)
    back = compare(BAD, GOOD)
    assert back["qwk"].value == pytest.approx(-found["qwk"].value)


def test_a_figure_that_some_exchange_leaves_without_a_value_has_no_p():
    # exchanging n2 alone makes all levels of one side the same
    qrels = {"n1": {"a": 1}, "n2": {"a": 1, "b": 1}}
    new = Outcome(qrels, {}, {"n1": {"a": NONE}, "n2": {"a": NONE, "b": STRONG}})
    old = Outcome(qrels, {}, {"n1": {"a": WEAK}, "n2": {"a": NONE, "b": NONE}})
    found = compare(new, old)["qwk"]
    assert found.value == pytest.approx(0.0, abs=1e-9)
    assert math.isnan(found.p)
    assert not math.isnan(found.low)


def test_outcomes_of_other_judgements_are_not_compared():
    qrels = {**QRELS, "n3": {"a": 2}}
    with pytest.raises(EvaluationError, match="标注不同"):
        compare(GOOD, Outcome(qrels, GOOD.run, GOOD.scores))


def test_the_curves_leave_out_the_pairs_that_say_least():
    outcome = Outcome(
        {"n": {"a": 4, "b": 4, "c": 1}},
        {"n": ["a", "b", "c"]},
        {"n": {"a": STRONG, "b": WEAK, "c": NONE}},
    )
    level = level_curve(outcome)  # sure: c .9, a .7, b .5; errors 0, 0, 2
    assert level.risk == pytest.approx([0, 0, 2 / 3])
    score = score_curve(outcome)  # sure: c 0 and a .9, then b .3
    assert score.risk == pytest.approx([0.0, 0.1**2 / 2, (0.1**2 + 0.7**2) / 3], abs=1e-9)


def test_pairs_are_counted_by_true_and_shown_level():
    assert confusion(GOOD) == [[3, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert confusion(BAD) == [[0, 1, 1, 1], [1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]]


def test_errors_are_told_by_industry():
    first, second = by_industry(BAD, {"n1": "化工", "n2": "机械", "n3": "机械"})
    assert (first.name, first.needs, first.pairs) == ("化工", 1, 3)
    assert (second.name, second.needs, second.pairs) == ("机械", 2, 3)
    assert first.error == pytest.approx((3 + 3 + 1) / 3)
    assert first.bias == pytest.approx(((1.1 - 4) + (3.6 - 1) + (2.2 - 3)) / 3)
    assert first.ndcg < 1
    assert second.ndcg == pytest.approx(1 / math.log2(3))  # n3 has nothing to find


def test_errors_are_told_by_length_in_parts_that_cover_all():
    parts = by_need_length(BAD, {"n1": 20, "n2": 300, "n3": 4000, "unjudged": 9})
    assert [part.name for part in parts] == ["不超过 20 字", "21–300 字", "超过 300 字"]
    assert [part.needs for part in parts] == [1, 1, 1]
    assert math.isnan(parts[2].ndcg)
    pairs = by_achievement_length(BAD, {"a": 5, "b": 5, "c": 5, "d": 7})
    assert [(part.name, part.pairs) for part in pairs] == [("不超过 5 字", 5), ("超过 5 字", 1)]


def test_records_of_one_length_stand_in_one_part():
    (part,) = by_need_length(GOOD, dict.fromkeys(QRELS, 50))
    assert (part.name, part.pairs) == ("不超过 50 字", 6)


def test_the_worst_need_comes_first_and_needs_without_a_list_last():
    names = [one.name for one in by_need_alone(BAD)]
    assert names == ["n1", "n2", "n3"]
    assert by_need_alone(BAD)[0].ndcg == pytest.approx(
        (3 / 2 + 7 / math.log2(5)) / (7 + 3 / math.log2(3))
    )
