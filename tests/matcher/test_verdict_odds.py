"""How the reader's verdicts are weighed with comparisons of numbers."""

import numpy as np
import pytest

from matcher.quantities import find_indicators
from matcher.requirements.pairing import Compared
from matcher.requirements.verdicts import VerdictOdds, weighed
from matcher.types import Requirement, Span, Verdict
from matcher.weighing.verdict_odds import RELATIONS, Answered, fit_odds, likelihoods
from models.base import PairReading

[NUMBER] = find_indicators("耐温1200℃")
ASKED = Requirement("r1", "indicator", Span("text", 0, 4, "耐温12"), NUMBER)
NAMES = ("missing", "partly", "met")


def verdict(name):
    return Verdict(ASKED, name, 1.0)


def compared(relation):
    return Compared(relation, NUMBER) if relation else None


def answered(shares, relations, names):
    reading = PairReading(
        np.zeros(3, dtype=np.float32),
        np.array(shares, dtype=np.float32),
        np.full((len(shares), 2), 0.5, dtype=np.float32),
    )
    return Answered(reading, tuple(map(compared, relations)), tuple(map(verdict, names)))


def test_likelihoods_are_counted_with_one_added():
    seen = [("met", "met"), ("met", "met"), ("met", "partly"), ("short", "partly")]
    seen += [("against", "missing"), ("unrelated", "met"), (None, "met")]
    found = likelihoods((compared(relation), verdict(name)) for relation, name in seen)
    assert set(found) == set(RELATIONS)
    assert found["met"] == pytest.approx((1 / 4, 2 / 5, 3 / 5))
    assert found["short"] == pytest.approx((1 / 4, 2 / 5, 1 / 5))
    assert found["against"] == pytest.approx((2 / 4, 1 / 5, 1 / 5))
    for column in range(3):  # each verdict has some outcome
        assert sum(row[column] for row in found.values()) == pytest.approx(1)


def test_numbers_are_trusted_where_the_reader_is_wrong_and_they_are_right():
    counted = [(compared(r), verdict(n)) for r, n in (("met", "met"), ("against", "missing"))] * 50
    counted += [(compared("short"), verdict("partly"))] * 50
    unseen = [
        answered([(0.5, 0.1, 0.4)], ["met"], ["met"]),
        answered([(0.3, 0.2, 0.5)], ["against"], ["missing"]),
        answered([(0.4, 0.3, 0.3)], ["short"], ["partly"]),
    ]
    odds = fit_odds(counted, unseen)
    for one in unseen:
        given = weighed(one.reading, one.compared, odds).argmax(axis=1)
        assert [NAMES[at] for at in given] == [verdict.name for verdict in one.truth]


def test_a_verdict_that_the_reader_shuns_is_given_more_weight():
    unseen = [
        answered([(0.1, 0.4, 0.5), (0.8, 0.1, 0.1)], [None, None], ["partly", "missing"]),
        answered([(0.1, 0.1, 0.8)], [None], ["met"]),
    ]
    odds = fit_odds([], unseen)
    assert odds.bias[0] == 1
    assert odds.bias[1] > odds.bias[2]


def test_numbers_that_mislead_are_not_trusted():
    counted = [(compared("met"), verdict("met"))] * 50
    unseen = [
        answered([(0.60, 0.25, 0.15)], ["met"], ["missing"]),
        answered([(0.15, 0.60, 0.25)], ["met"], ["partly"]),
        answered([(0.15, 0.25, 0.60)], [None], ["met"]),
    ]
    odds = fit_odds(counted, unseen)
    assert set(odds.relations["met"]) == {1.0}


def test_shares_are_weighed_by_bayes_rule():
    odds = VerdictOdds((1.0, 2.0, 0.5), {"met": (0.1, 0.2, 0.7)})
    one = answered([(0.5, 0.3, 0.2), (0.5, 0.3, 0.2), (np.nan,) * 3], ["met", "short", None], [])
    first, second, third = weighed(one.reading, one.compared, odds)
    wanted = np.array([0.5 * 0.1, 0.6 * 0.2, 0.1 * 0.7])
    assert first == pytest.approx(wanted / wanted.sum(), abs=1e-6)
    assert second == pytest.approx(np.array([0.5, 0.6, 0.1]) / 1.2, abs=1e-6)
    assert third.tolist() == [1, 0, 0]
