from dataclasses import replace

import pytest

from matcher.quality import POOR, Assessment, QualityCounts, assess
from matcher.types import Need
from tests.described import FULL_NEED


def scored(score: float) -> Assessment:
    return Assessment("1", "need", score, (), ())


def test_counts_add_up() -> None:
    counts = QualityCounts()
    assert counts.mean is None
    for score in (0.0, 0.19, 0.2, POOR, 0.999, 1.0):
        counts.add(scored(score))
    assert counts.bins == [2, 1, 1, 0, 2]
    assert (counts.assessed, counts.poor) == (6, 3)
    assert counts.mean == pytest.approx((0.19 + 0.2 + POOR + 0.999 + 1.0) / 6)


def test_counts_tell_what_is_missing_and_which_advice_is_commonest() -> None:
    counts = QualityCounts()
    for record in (Need(id="1", title="叶片抗氧化涂层", text="详见附件"), FULL_NEED):
        counts.add(assess(record))
    assert counts.missing["量化指标"] == 1
    assert "标题" not in counts.missing
    assert counts.defects == {"placeholder": 1}
    assert set(counts.advice.values()) == {1}


def test_the_advice_that_would_gain_most_over_all_comes_first() -> None:
    counts = QualityCounts()
    for _ in range(3):  # nothing but the budget is missing
        counts.add(assess(replace(FULL_NEED, budget_wan=None)))
    counts.add(assess(replace(FULL_NEED, text="现用涂层容易剥落，希望解决")))
    worth = counts.worth_most(2)
    assert worth[0][0].startswith("写出要达到的指标")
    assert [number for _, number in worth] == [1, 1]
    assert ("写明预算的大致范围", 3) in counts.worth_most(9)
