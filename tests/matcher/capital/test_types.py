import pytest

from matcher.capital.types import MandateFit, Part, Ruling
from matcher.errors import MandateError
from tests.matcher.capital.samples import mandate


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"min_trl": 8, "max_trl": 6}, "成熟度下限 8 高于上限 6"),
        ({"min_wan": 900.0}, "额度下限 900 高于上限 500"),
        ({"min_trl": None, "max_trl": 10}, "不在 1 到 9 之间"),
        ({"min_wan": -1.0}, "负数"),
        ({"min_wan": float("nan"), "max_wan": None}, "不是数字"),
    ],
)
def test_a_mandate_that_contradicts_itself_says_how(changes, told) -> None:
    with pytest.raises(MandateError, match=told) as problem:
        mandate(**changes)
    assert "F1" in str(problem.value)


def test_hard_reasons_against_a_pair_come_first() -> None:
    rulings = (
        Ruling("ticket", "broken", "额度不够", hard=False),
        Ruling("stage", "unknown", "请询问阶段"),
        Ruling("region", "broken", "不在本省"),
    )
    fit = MandateFit("F1", "A1", "achievement", 0.0, (Part("text", "文本", 1.0, 0.5),), rulings)
    assert fit.excluded
    assert fit.against == ("不在本省", "额度不够")
    assert fit.to_ask == ("请询问阶段",)


def test_a_soft_reason_alone_excludes_nobody() -> None:
    fit = MandateFit("F1", "A1", "need", 0.4, (), (Ruling("ticket", "broken", "超出", hard=False),))
    assert not fit.excluded
